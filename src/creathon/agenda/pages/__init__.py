"""The pages of the agenda: what everybody reads, what the coordination writes."""

from creathon.agenda.pages.events import EventPages
from creathon.agenda.pages.partners import PartnerPages
from creathon.agenda.pages.public import AgendaPages

__all__ = ["AgendaPages", "EventPages", "PartnerPages"]
