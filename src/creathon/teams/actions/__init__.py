"""What one does with teams: seats, invitations, applications, questions; and with people who apply alone."""

from creathon.teams.actions.alone import alone_values, apply_alone, hide_alone, withdraw_alone
from creathon.teams.actions.answering import (
    Answered,
    answer_applications,
    check_open,
    decide_application,
    hidden_among,
    move_application,
    set_aside,
)
from creathon.teams.actions.answers import declare_pupils, pupils_of, save_answers
from creathon.teams.actions.applications import (
    ask_aside,
    reopen_if_short,
    submit_application,
    withdraw_application,
)
from creathon.teams.actions.approaches import (
    answer_approach,
    approach_person,
    approach_team,
    say_need,
    withdraw_approach,
)
from creathon.teams.actions.invitations import (
    accept_team_invitation,
    invite_member,
    resend_invitation,
    withdraw_invitation,
)
from creathon.teams.actions.leaving import leave_team, remove_member
from creathon.teams.actions.minors import authorise_image, authorise_participation, withdraw_authorisation
from creathon.teams.actions.places import fill_places
from creathon.teams.actions.proposals import answer_seat, propose_group, propose_team
from creathon.teams.actions.questions import (
    add_question,
    choose_seating,
    edit_question,
    move_question,
    remove_question,
    values_of,
    write_question,
)
from creathon.teams.actions.seats import change_role, create_team, edit_team, hand_over, join_by_code, sit_down
from creathon.teams.rules import TeamValues

__all__ = [
    "Answered",
    "TeamValues",
    "accept_team_invitation",
    "add_question",
    "alone_values",
    "answer_applications",
    "answer_approach",
    "answer_seat",
    "apply_alone",
    "approach_person",
    "approach_team",
    "ask_aside",
    "authorise_image",
    "authorise_participation",
    "change_role",
    "check_open",
    "choose_seating",
    "create_team",
    "decide_application",
    "declare_pupils",
    "edit_question",
    "edit_team",
    "fill_places",
    "hand_over",
    "hidden_among",
    "hide_alone",
    "invite_member",
    "join_by_code",
    "leave_team",
    "move_application",
    "move_question",
    "propose_group",
    "propose_team",
    "pupils_of",
    "remove_member",
    "remove_question",
    "reopen_if_short",
    "resend_invitation",
    "save_answers",
    "say_need",
    "set_aside",
    "sit_down",
    "submit_application",
    "values_of",
    "withdraw_alone",
    "withdraw_application",
    "withdraw_approach",
    "withdraw_authorisation",
    "withdraw_invitation",
    "write_question",
]
