"""What changes an edition: making it, its state, its texts, its calendar, its sites."""

from creathon.editions.actions.calendar import complete_calendar, redraw_calendar, redraw_steps
from creathon.editions.actions.deliverables import edit_deliverables
from creathon.editions.actions.making import (
    CopyValues,
    EditionValues,
    PhaseValues,
    change_state,
    copy_edition,
    create_edition,
    found_edition,
    set_edition_state,
)
from creathon.editions.actions.moving import TWO_PEOPLE, confirm_move, move_phase, propose_move, refuse_move
from creathon.editions.actions.sites import (
    CODE_TAKEN,
    add_facilitator,
    add_remote_site,
    add_site,
    add_sites,
    edit_site,
    remove_facilitator,
    remove_site,
    show_facilitator,
)
from creathon.editions.actions.texts import CHANGED_MEANWHILE, edit_edition, texts_of
from creathon.editions.rules import SiteValues

__all__ = [
    "CHANGED_MEANWHILE",
    "CODE_TAKEN",
    "TWO_PEOPLE",
    "CopyValues",
    "EditionValues",
    "PhaseValues",
    "SiteValues",
    "add_facilitator",
    "add_remote_site",
    "add_site",
    "add_sites",
    "change_state",
    "complete_calendar",
    "confirm_move",
    "copy_edition",
    "create_edition",
    "edit_deliverables",
    "edit_edition",
    "edit_site",
    "found_edition",
    "move_phase",
    "propose_move",
    "redraw_calendar",
    "redraw_steps",
    "refuse_move",
    "remove_facilitator",
    "remove_site",
    "set_edition_state",
    "show_facilitator",
    "texts_of",
]
