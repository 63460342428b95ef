"""What a site notes of the papers signed for a minor."""

from datetime import date
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectChoice
from wtforms.validators import ValidationError

from creathon.core.forms import DayField, Form, required
from creathon.core.text import _
from creathon.teams.models import AuthorisedAct
from creathon.teams.rules import IMAGE_ACTS, end_problem


class ParticipationForm(Form):
    """That a holder of parental authority has signed."""

    signed = BooleanField(
        "J’ai reçu l’autorisation de participer, signée par un titulaire de l’autorité parentale",
        [required("Cochez la case une fois le papier reçu et lu. Sans lui, la participation reste suspendue.")],
    )


class ImageForm(Form):
    """What was signed about images: by whom, for what, until when."""

    signatories = RadioField(
        "Qui a signé",
        [required("Dites qui a signé.")],
        choices=[
            SelectChoice("2", "Les deux titulaires de l’autorité parentale"),
            SelectChoice("1", "La seule personne titulaire de l’autorité parentale"),
        ],
    )
    capture = BooleanField("Le papier autorise à photographier ou à filmer")
    broadcast = BooleanField("Le papier autorise à diffuser ces images")
    ends_on = DayField("Dernier jour de l’autorisation", [required("Écrivez la date qui est sur le papier.")])
    heard = BooleanField(
        "La personne mineure a donné son avis sur le papier",
        [required("Sans son avis, ne validez pas : elle est associée à la décision selon son âge.")],
    )

    def __init__(self, posted: Any = None, *, today: date, **initial: Any) -> None:
        super().__init__(posted, **initial)
        self.today = today

    def validate_capture(self, field: Field) -> None:
        if not field.data and not self.broadcast.data:
            raise ValidationError(_("Cochez ce que le papier autorise : filmer, diffuser, ou les deux."))

    def validate_ends_on(self, field: Field) -> None:
        if problem := end_problem(field.data, self.today):
            raise ValidationError(problem)

    @property
    def acts(self) -> list[AuthorisedAct]:
        return [act for act in IMAGE_ACTS if self[act.value].data]
