"""Forms of teams, of their applications and of what a coordination answers."""

from creathon.teams.forms.answering import AsideForm, AskAsideForm, DecisionForm, ManyForm, MoveForm
from creathon.teams.forms.answers import AloneForm, AnswersForm, PupilsForm
from creathon.teams.forms.approaches import ApproachForm, NeedForm
from creathon.teams.forms.minors import ImageForm, ParticipationForm
from creathon.teams.forms.proposals import GroupForm, ProposeForm
from creathon.teams.forms.questions import QuestionForm, SeatingForm, WordingForm, shown
from creathon.teams.forms.teams import (
    EditTeamForm,
    InviteMemberForm,
    JoinForm,
    RoleForm,
    TeamForm,
    offer_sites,
    role_name,
)

__all__ = [
    "AloneForm",
    "AnswersForm",
    "ApproachForm",
    "AsideForm",
    "AskAsideForm",
    "DecisionForm",
    "EditTeamForm",
    "GroupForm",
    "ImageForm",
    "InviteMemberForm",
    "JoinForm",
    "ManyForm",
    "MoveForm",
    "NeedForm",
    "ParticipationForm",
    "ProposeForm",
    "PupilsForm",
    "QuestionForm",
    "RoleForm",
    "SeatingForm",
    "TeamForm",
    "WordingForm",
    "offer_sites",
    "role_name",
    "shown",
]
