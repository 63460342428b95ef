"""Juries of the cast: the grid, deposited projects, a panel whose members have declared their links, their piles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.core.actor import Actor
from creathon.editions.actions.messages import word_message
from creathon.editions.models import Edition, Role
from creathon.editions.queries import edition_by_id
from creathon.jury.actions.assignments import allocate
from creathon.jury.actions.evaluations import EvaluationValues, save_evaluation, validate_evaluation
from creathon.jury.actions.links import LinkValues, declare_links
from creathon.jury.actions.panels import add_juror, create_panel
from creathon.jury.actions.rubric import CriterionValues, create_rubric
from creathon.jury.models import Assignment, Evaluation, LinkKind, Panel, PanelJuror, Rubric
from creathon.jury.queries.assignments import living_assignments
from creathon.jury.queries.evaluations import HeldReading, assignment_by_id, hold_reading
from creathon.jury.queries.panels import panel_by_id
from creathon.jury.queries.rubric import rubric_of
from creathon.mail.wordable import Words
from creathon.projects.models import Project
from tests.factories.accounts import LONG_AGO, as_actor, make_holder
from tests.factories.editions import EVALUATION, site_of
from tests.factories.projects import make_deposited
from tests.factories.teams import make_team
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, DORIS, EMIL, HUGO, INES, NADIA, TEVA, Persona

GRID = (("C1", "Réponse au besoin", 25), ("C2", "Portée inclusive", 20), ("C3", "Usage de l’IA", 20),
        ("C4", "Inventivité", 10), ("C5", "Faisabilité", 15), ("C6", "Équipe et restitution", 10))  # fmt: skip
JURORS = (NADIA, HUGO, INES)
TEAMS = {
    "Les Marches": ((AWA, BASTIEN, CHLOE), "POI", "Consigne en escalier"),
    "Les Passeurs": ((TEVA, DORIS, EMIL), "RUN", "Le passeur de mots"),
    "Les Veilleuses": (
        (Persona("Lou", "Peuplier"), Persona("Noa", "Girouette"), Persona("Sam", "Ricochet")),
        "POI",
        "Lampe de lecture",
    ),
}


async def coordinator_of(session: AsyncSession, edition: Edition) -> Actor:
    """Claire, national coordinator, made when she is not there."""
    known = await person_by_email(session, CLAIRE.email)
    return await as_actor(session, known or await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition))


async def put_in_words(session: AsyncSession, edition: Edition, name: str, text: str, subject: str = "") -> None:
    """What the coordination adds to one of the messages of its edition."""
    claire = await coordinator_of(session, edition)
    await word_message(session, claire, edition, name, Words(subject, text), version=0, now=LONG_AGO)


async def make_rubric(session: AsyncSession, edition: Edition) -> Rubric:
    """The six criteria, with plain sentences for levels."""
    criteria = [
        CriterionValues(
            code, title, f"{title}, vraiment ?", weight, [f"{title}, niveau {value}." for value in range(5)]
        )
        for code, title, weight in GRID
    ]
    await create_rubric(session, await coordinator_of(session, edition), edition, criteria, now=EVALUATION)
    rubric = await rubric_of(session, edition.id)
    assert rubric is not None
    return rubric


def _sentences(title: str) -> list[str]:
    return [f"{title}, niveau {value}." for value in range(5)]


async def make_projects(session: AsyncSession, edition: Edition, names: Sequence[str] = tuple(TEAMS)) -> list[Project]:
    """Deposited projects of the teams named."""
    made = []
    for name in names:
        members, site, title = TEAMS[name]
        team = await make_team(session, edition, members, name=name, site=site)
        made.append(await make_deposited(session, edition, team, title=title))
    return made


async def make_juror(session: AsyncSession, edition: Edition, persona: Persona, site: str | None = None) -> Person:
    """Somebody who accepted an invitation to the jury."""
    place = site_of(edition, site) if site else None
    return await make_holder(session, persona, Role.JUROR, edition, place)


async def make_panel(
    session: AsyncSession,
    edition: Edition,
    jurors: Sequence[Persona] = JURORS,
    *,
    name: str = "Jury national",
    site: str | None = None,
    reads: int = 2,
) -> Panel:
    """A panel with jurors who have not declared anything yet; the jurors get accounts when they have none."""
    claire = await coordinator_of(session, edition)
    site_id = site_of(edition, site).id if site else None
    panel = await create_panel(session, claire, edition, name=name, site_id=site_id, reads=reads, now=EVALUATION)
    for persona in jurors:
        person = await person_by_email(session, persona.email) or await make_juror(session, edition, persona)
        await add_juror(session, claire, panel, person, quality="enseignante", now=EVALUATION)
    found = await panel_by_id(session, panel.id)
    assert found is not None
    return found


async def declare(
    session: AsyncSession,
    edition: Edition,
    seat: PanelJuror,
    links: Mapping[str, LinkValues] | None = None,
    *,
    now: datetime = EVALUATION,
) -> None:
    """The juror of a seat says which links exist: none by default."""
    actor = await as_actor(session, seat.person)
    await declare_links(session, actor, seat, links or {}, edition, now=now)


async def reads_of(session: AsyncSession, persona: Persona) -> list[Assignment]:
    """What somebody has to read, in order; with panel and evaluation."""
    person = await person_by_email(session, persona.email)
    assert person is not None
    found = await living_assignments(session, Assignment.person_id == person.id)
    ordered = sorted(found, key=lambda assignment: assignment.position)
    return [read for one in ordered if (read := await assignment_by_id(session, one.id))]


async def held(session: AsyncSession, read: Assignment) -> HeldReading:
    """A read as its juror holds it to write."""
    found = await hold_reading(session, read.id, read.person_id)
    assert found is not None
    return found


@dataclass
class Jury:
    """A jury at work: everything a test of reading needs."""

    edition: Edition
    rubric: Rubric
    projects: list[Project]
    panel: Panel
    people: dict[Persona, Person] = field(default_factory=dict)

    def levels(self, *values: int) -> dict[str, int]:
        """Levels by criterion id: the same everywhere for one value, else in the order of the grid."""
        given = values * len(self.rubric.criteria) if len(values) == 1 else values
        return {criterion.id: value for criterion, value in zip(self.rubric.criteria, given, strict=False)}


async def make_jury(
    session: AsyncSession,
    edition: Edition,
    *,
    jurors: Sequence[Persona] = JURORS,
    teams: Sequence[str] = tuple(TEAMS),
    reads: int = 2,
    linked: Mapping[Persona, str] | None = None,
) -> Jury:
    """Projects deposited, links declared (`linked`: the team somebody is linked to), piles given."""
    projects = await make_projects(session, edition, teams)
    rubric = await make_rubric(session, edition)
    panel = await make_panel(session, edition, jurors, reads=reads)
    by_team = dict(zip(teams, projects, strict=True))
    for seat in panel.jurors:
        team = next((name for one, name in (linked or {}).items() if one.email == seat.person.email), None)
        links = {by_team[team].id: LinkValues(LinkKind.COLLEAGUE, "Même lycée")} if team else {}
        await declare(session, edition, seat, links)
    await allocate(session, await coordinator_of(session, edition), panel, edition, now=EVALUATION)
    people = {one: await person_by_email(session, one.email) for one in jurors}
    full = await edition_by_id(session, edition.id)
    assert full is not None
    return Jury(full, rubric, projects, panel, {one: person for one, person in people.items() if person})


async def evaluate(
    session: AsyncSession, jury: Jury, assignment: Assignment, *levels: int, now: datetime = EVALUATION
) -> Evaluation:
    """A validated evaluation of a read, by its juror."""
    actor = next(person for person in jury.people.values() if person.id == assignment.person_id)
    values = EvaluationValues(jury.levels(*levels), "Un besoin bien vu ; précisez l’essai.", "")
    return await validate_evaluation(
        session,
        await as_actor(session, actor),
        await held(session, assignment),
        values,
        jury.edition,
        version=0,
        now=now,
    )


async def draft(
    session: AsyncSession, jury: Jury, assignment: Assignment, *levels: int, now: datetime = EVALUATION
) -> Evaluation:
    """A draft of a read, by its juror."""
    actor = next(person for person in jury.people.values() if person.id == assignment.person_id)
    values = EvaluationValues(jury.levels(*levels), "", "")
    return await save_evaluation(
        session,
        await as_actor(session, actor),
        await held(session, assignment),
        values,
        jury.edition,
        version=0,
        now=now,
    )
