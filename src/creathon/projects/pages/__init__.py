"""The pages of projects, by audience."""

from creathon.projects.pages.admissibility import CheckPages, ContestPages
from creathon.projects.pages.captions import CaptionPages
from creathon.projects.pages.coordination import FollowPages
from creathon.projects.pages.deposits import DepositPages
from creathon.projects.pages.files import FilePages
from creathon.projects.pages.gallery import GalleryPages, add_fiche_words
from creathon.projects.pages.history import HistoryPages
from creathon.projects.pages.images import ImagePages
from creathon.projects.pages.together import TogetherPages
from creathon.projects.pages.uploads import UploadPages
from creathon.projects.pages.verify import VerifyPages
from creathon.projects.pages.writing import ProjectPages

__all__ = [
    "CaptionPages",
    "CheckPages",
    "ContestPages",
    "DepositPages",
    "FilePages",
    "FollowPages",
    "GalleryPages",
    "HistoryPages",
    "ImagePages",
    "ProjectPages",
    "TogetherPages",
    "UploadPages",
    "VerifyPages",
    "add_fiche_words",
]
