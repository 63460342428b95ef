"""What one does with phase two: programme, pairings, interviews, milestones."""

from creathon.mentoring.actions.interviews import cancel_interview, move_interview, note_interview, plan_interviews
from creathon.mentoring.actions.milestones import add_milestone, update_milestone
from creathon.mentoring.actions.pairings import change_mentor, pair_project, set_objective
from creathon.mentoring.actions.programme import add_session, create_programme, edit_session, remove_session
from creathon.mentoring.rules import MilestoneValues, NoteValues, SessionValues, StepValues

__all__ = [
    "MilestoneValues",
    "NoteValues",
    "SessionValues",
    "StepValues",
    "add_milestone",
    "add_session",
    "cancel_interview",
    "change_mentor",
    "create_programme",
    "edit_session",
    "move_interview",
    "note_interview",
    "pair_project",
    "plan_interviews",
    "remove_session",
    "set_objective",
    "update_milestone",
]
