"""The pages of the jury, one module per subject."""

from creathon.jury.pages.allocation import AllocationPages
from creathon.jury.pages.evaluations import EvaluationPages, PilePages
from creathon.jury.pages.links import LinkPages
from creathon.jury.pages.panels import PanelPages, RubricPages
from creathon.jury.pages.progress import ProgressPages

__all__ = [
    "AllocationPages",
    "EvaluationPages",
    "LinkPages",
    "PanelPages",
    "PilePages",
    "ProgressPages",
    "RubricPages",
]
