"""The pages of the jury, one module per subject."""

from creathon.jury.pages.allocation import AllocationPages
from creathon.jury.pages.evaluations import EvaluationPages, PilePages
from creathon.jury.pages.feedback import FeedbackPages
from creathon.jury.pages.links import LinkPages
from creathon.jury.pages.palmares import PalmaresPages
from creathon.jury.pages.panels import PanelPages
from creathon.jury.pages.progress import ProgressPages
from creathon.jury.pages.ranking import RankingPages
from creathon.jury.pages.rubric import RubricPages
from creathon.jury.pages.selection import SelectionPages

__all__ = [
    "AllocationPages",
    "EvaluationPages",
    "FeedbackPages",
    "LinkPages",
    "PalmaresPages",
    "PanelPages",
    "PilePages",
    "ProgressPages",
    "RankingPages",
    "RubricPages",
    "SelectionPages",
]
