"""What a coordination proposes to people who apply alone."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import ValidationError

from creathon.core.forms import Form, line, required
from creathon.teams.models import Team
from creathon.teams.rules import NAME_LENGTH, name_problem, size_words


class ProposeForm(Form):
    """A team of the site to propose."""

    team_id = SelectField("Équipe à proposer", [required("Choisissez une équipe.")], choices=[])

    def __init__(self, posted: Any = None, *, teams: Sequence[Team], **initial: Any) -> None:
        super().__init__(posted, **initial)
        offered = [SelectChoice(team.id, f"{team.name} ({size_words(team)})") for team in teams]
        self.team_id.choices = [SelectChoice("", "Choisir…"), *offered]


class GroupForm(Form):
    """The name of a team to propose to several people."""

    name = line(
        "Nom de la nouvelle équipe",
        NAME_LENGTH,
        hint="Les membres pourront le changer. Chacun accepte ou refuse ; il en faut trois au moins.",
        autocomplete="off",
    )

    def validate_name(self, field: Field) -> None:
        if problem := name_problem(" ".join((field.data or "").split())):
            raise ValidationError(problem)
