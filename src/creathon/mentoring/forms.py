"""Forms of phase two. Hours are typed as the clocks of the edition show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wtforms import Field, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import NumberRange

from creathon.accounts.models import Person
from creathon.core.forms import DayField, Form, line, paragraph, required
from creathon.core.text import _, number, zone_name
from creathon.editions.forms import FORMATS, LocalTimeField
from creathon.editions.rules import instants_of, local_problem, local_time
from creathon.mentoring.models import Interview, Milestone, MilestoneState, ProgrammeSession, SessionKind
from creathon.mentoring.rules import (
    KIND_NAMES,
    MINUTES,
    NOTE_LIMIT,
    MilestoneValues,
    NoteValues,
    Relation,
    Rhythm,
    SessionValues,
    StepValues,
    may_be_session,
    next_states,
    text_of,
)

OBJECTIVE_LIMIT = 2000
_TWICE = "Cette heure arrive deux fois ({zone}) : cette nuit-là, on recule les montres. Choisissez-en une autre."
_MINUTES = "Un nombre de minutes, de 10 à 480."
_RHYTHMS = [
    SelectChoice(Rhythm.TWICE_A_MONTH.value, "Deux fois par mois : tous les quatorze jours"),
    SelectChoice(Rhythm.ONCE_A_MONTH.value, "Une fois par mois : le même jour de la même semaine"),
    SelectChoice(Rhythm.ONCE.value, "Un seul entretien, à cette date"),
]


class _LocalForm(Form):
    """A form with hours of one zone; a field whose hour does not name one instant says why."""

    hours: tuple[str, ...] = ()

    def __init__(self, posted: Any = None, *, zone: str, **initial: Any) -> None:
        self.zone = zone
        super().__init__(posted, **initial)

    def accepts(self) -> bool:
        valid = super().accepts()
        named = [self._names_an_instant(self[name]) for name in self.hours]
        return valid and all(named)

    def instant(self, name: str) -> datetime:
        """The instant of an accepted field."""
        return instants_of(self[name].data, self.zone)[0]

    def _names_an_instant(self, field: Field) -> bool:
        if field.data is None or field.errors:
            return False
        problem = local_problem(field.data, self.zone)
        if len(instants_of(field.data, self.zone)) == 2:
            problem = _(_TWICE.format(zone=zone_name(self.zone)))
        if problem:
            self.refuse(problem, field.name)
        return problem is None


def _local(label: str, hint: str = "") -> LocalTimeField:
    return LocalTimeField(label, [required()], format=list(reversed(FORMATS)), description=hint)


def _minutes() -> IntegerField:
    return IntegerField("Durée en minutes", [required(_MINUTES), NumberRange(10, 480, _MINUTES)], default=MINUTES)


class ProgrammeForm(Form):
    """A programme to make from the usual one."""

    title = line("Nom du programme", 120, hint="Par exemple : Tremplin.")
    first_day = DayField(
        "Premier jour de la semaine intensive",
        [required()],
        description="Les cinq jours, les quatre ateliers, la démonstration et le bilan sont proposés à partir de ce "
        "jour. Vous pourrez changer chaque date.",
    )
    place = line("Lieu de la semaine intensive", 160, needed=False, hint="Vide : à distance.")


class SessionForm(_LocalForm):
    """A moment of the programme."""

    hours = ("starts_at", "ends_at")
    kind = SelectField("Nature", choices=[SelectChoice(kind.value, KIND_NAMES[kind]) for kind in SessionKind])
    title = line("Titre", 160)
    starts_at = _local("Début")
    ends_at = _local("Fin")
    place = line("Lieu", 160, hint="Une adresse, ou « À distance ».")
    deliverable = paragraph(
        "Livrable", 500, needed=False, rows=2, hint="Ce que l’équipe remet. 500 caractères au plus."
    )

    def __init__(
        self, posted: Any = None, *, zone: str, moment: ProgrammeSession | None = None, **initial: Any
    ) -> None:
        if moment is not None and posted is None:
            bounds = {name: local_time(getattr(moment, name), zone) for name in self.hours}
            kept = {name: getattr(moment, name) for name in ("title", "place", "deliverable")}
            initial = {"kind": moment.kind.value, **kept, **bounds, **initial}
        super().__init__(posted, zone=zone, **initial)

    def accepts(self) -> bool:
        if not super().accepts():
            return False
        if refusal := may_be_session(self.values()):
            self.refuse(refusal.reason, "ends_at")
            return False
        return True

    def values(self) -> SessionValues:
        return SessionValues(
            SessionKind(self.kind.data), self.title.data, self.instant("starts_at"), self.instant("ends_at"),
            self.place.data, self.deliverable.data or "",
        )  # fmt: skip


class MentorForm(Form):
    """The person who follows a project."""

    mentor_id = SelectField("Mentor", [required("Choisissez une personne.")], choices=[])

    def __init__(self, posted: Any = None, *, people: Sequence[Person], **initial: Any) -> None:
        super().__init__(posted, **initial)
        names = [SelectChoice(person.id, f"{person.family_name} {person.given_name}") for person in people]
        self.mentor_id.choices = [SelectChoice("", "Choisir une personne"), *names]


def _objective(label: str) -> Any:
    limit = number(OBJECTIVE_LIMIT)
    hint = f"En une ou deux phrases, à partir d’une remarque du jury. {limit} caractères au plus."
    return paragraph(label, OBJECTIVE_LIMIT, rows=4, hint=hint)


class PairForm(MentorForm):
    """A project to give to a mentor, with a first objective."""

    objective = _objective("Premier objectif")


class ObjectiveForm(Form):
    """What is aimed at."""

    objective = _objective("Objectif")


class PlanForm(_LocalForm):
    """Interviews to plan from a first one."""

    hours = ("first",)
    first = _local("Premier entretien")
    rhythm = RadioField("Rythme", [required("Choisissez un rythme.")], choices=_RHYTHMS)
    minutes = _minutes()


class MoveForm(_LocalForm):
    """Another hour for an interview."""

    hours = ("starts_at",)
    starts_at = _local("Date et heure")
    minutes = _minutes()

    def __init__(self, posted: Any = None, *, zone: str, interview: Interview, **initial: Any) -> None:
        if posted is None:
            initial |= {"starts_at": local_time(interview.starts_at, zone), "minutes": interview.minutes}
        super().__init__(posted, zone=zone, **initial)


class NoteForm(Form):
    """The note of an interview."""

    decisions = paragraph(
        "Décisions", NOTE_LIMIT, rows=5, hint="Ce que vous avez décidé ensemble, une ligne par décision."
    )
    actions = paragraph("Actions", NOTE_LIMIT, needed=False, rows=5, hint="Qui fait quoi, pour quand.")
    next_step = paragraph("Prochaine étape", NOTE_LIMIT, needed=False, rows=2)

    def values(self) -> NoteValues:
        return NoteValues(self.decisions.data or "", self.actions.data or "", self.next_step.data or "")


class MilestoneForm(Form):
    """A milestone to set."""

    title = line("Titre du jalon", 160, hint="Ce qui sera fait. Par exemple : protocole d’essai.")
    due_on = DayField("Échéance", [required()])

    def values(self) -> MilestoneValues:
        return MilestoneValues(self.title.data, self.due_on.data)


_STEPS = {
    Relation.TEAM: {MilestoneState.EN_COURS: "En cours", MilestoneState.REMIS: "Remis à notre mentor"},
    Relation.MENTOR: {
        MilestoneState.VALIDE: "Valider",
        MilestoneState.EN_COURS: "Rendre à l’équipe : il manque quelque chose",
        MilestoneState.ABANDONNE: "Abandonner ce jalon",
    },
    Relation.COORDINATION: {MilestoneState.ABANDONNE: "Abandonner ce jalon"},
}
_TEXTS = {
    Relation.TEAM: (
        "Ce qui montre que c’est fait",
        "Une adresse, un document, un résultat. Obligatoire pour remettre.",
    ),
    Relation.MENTOR: ("Votre réponse à l’équipe", "Obligatoire pour rendre ou abandonner."),
    Relation.COORDINATION: ("La raison, lue par l’équipe", "Obligatoire pour abandonner."),
}


class StepForm(Form):
    """A milestone to bring to another state, as far as this person may."""

    state = RadioField("Où en est ce jalon", [required("Choisissez un état.")], choices=[])
    text = paragraph("", NOTE_LIMIT, needed=False, rows=5)

    def __init__(self, posted: Any = None, *, standing: Relation, milestone: Milestone) -> None:
        known = milestone.state.value if milestone.state in next_states(standing, milestone.state) else None
        super().__init__(posted, state=known, text=text_of(standing, milestone))
        names = _STEPS[standing]
        self.state.choices = [SelectChoice(one.value, names[one]) for one in next_states(standing, milestone.state)]
        self.state.label.text = _("Votre réponse") if standing is not Relation.TEAM else self.state.label.text
        label, self.text.description = _TEXTS[standing]
        self.text.label.text = label

    def values(self) -> StepValues:
        return StepValues(MilestoneState(self.state.data), self.text.data or "")
