"""What one does with teams: seats, invitations, applications."""

from creathon.teams.actions.applications import (
    decide_application,
    reopen_if_short,
    submit_application,
    withdraw_application,
)
from creathon.teams.actions.invitations import (
    accept_team_invitation,
    invite_member,
    resend_invitation,
    withdraw_invitation,
)
from creathon.teams.actions.leaving import leave_team, remove_member
from creathon.teams.actions.seats import change_role, create_team, edit_team, hand_over, join_by_code, sit_down
from creathon.teams.rules import TeamValues

__all__ = [
    "TeamValues",
    "accept_team_invitation",
    "change_role",
    "create_team",
    "decide_application",
    "edit_team",
    "hand_over",
    "invite_member",
    "join_by_code",
    "leave_team",
    "remove_member",
    "reopen_if_short",
    "resend_invitation",
    "sit_down",
    "submit_application",
    "withdraw_application",
    "withdraw_invitation",
]
