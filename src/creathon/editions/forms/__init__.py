"""Forms of an edition: making it, its texts, one phase of its calendar, a site."""

from creathon.editions.forms.calendar import FORMATS, LocalTimeField, PhaseForm
from creathon.editions.forms.day import DayForm
from creathon.editions.forms.deliverables import DeliverablesForm
from creathon.editions.forms.making import CopyForm, FoundForm
from creathon.editions.forms.paper import CalendarForm
from creathon.editions.forms.sites import FacilitatorForm, SiteForm, SiteSheetForm, stored_fields
from creathon.editions.forms.texts import EditionForm

__all__ = [
    "FORMATS",
    "CalendarForm",
    "CopyForm",
    "DayForm",
    "DeliverablesForm",
    "EditionForm",
    "FacilitatorForm",
    "FoundForm",
    "LocalTimeField",
    "PhaseForm",
    "SiteForm",
    "SiteSheetForm",
    "stored_fields",
]
