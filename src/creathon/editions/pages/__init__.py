"""The pages of editions: the public list, the calendar and the texts for their coordination, the frieze for all."""

from creathon.editions.pages.calendar import PhasePages
from creathon.editions.pages.deliverables import DeliverablePages
from creathon.editions.pages.feed import CalendarFeed
from creathon.editions.pages.frieze import add_frieze
from creathon.editions.pages.listing import EditionListPages
from creathon.editions.pages.making import MakingPages
from creathon.editions.pages.paper import DayPages, PaperPages
from creathon.editions.pages.public_site import PublicSitePages
from creathon.editions.pages.rulebook import AcceptancePages, RulebookReadingPages
from creathon.editions.pages.rulebook_writing import ArticlePages
from creathon.editions.pages.sites import SitePages
from creathon.editions.pages.texts import EditionTextPages

__all__ = [
    "AcceptancePages",
    "ArticlePages",
    "CalendarFeed",
    "DayPages",
    "DeliverablePages",
    "EditionListPages",
    "EditionTextPages",
    "MakingPages",
    "PaperPages",
    "PhasePages",
    "PublicSitePages",
    "RulebookReadingPages",
    "SitePages",
    "add_frieze",
]
