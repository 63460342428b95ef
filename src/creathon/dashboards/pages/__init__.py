"""The pages that combine features."""

from creathon.dashboards.pages.coordination import TodayPages
from creathon.dashboards.pages.edition import EditionPages
from creathon.dashboards.pages.home import HomePages
from creathon.dashboards.pages.house import HousePages
from creathon.dashboards.pages.journal import JournalPages
from creathon.dashboards.pages.messages import MessagePages
from creathon.dashboards.pages.moving import MovePages, ProposalPages
from creathon.dashboards.pages.preparation import PreparationPages
from creathon.dashboards.pages.rulebook import RulebookPages

__all__ = [
    "EditionPages",
    "HomePages",
    "HousePages",
    "JournalPages",
    "MessagePages",
    "MovePages",
    "PreparationPages",
    "ProposalPages",
    "RulebookPages",
    "TodayPages",
]
