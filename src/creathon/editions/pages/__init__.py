"""The pages of editions: the public list, the calendar and the texts for their coordination, the frieze for all."""

from creathon.editions.pages.calendar import PhasePages
from creathon.editions.pages.frieze import add_frieze
from creathon.editions.pages.listing import EditionListPages
from creathon.editions.pages.texts import EditionTextPages

__all__ = ["EditionListPages", "EditionTextPages", "PhasePages", "add_frieze"]
