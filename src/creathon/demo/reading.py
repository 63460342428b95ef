"""Fifth chapter: thirty jurors declare their links, receive their piles, read, score and write."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.core.actor import Actor
from creathon.demo.calendar import Stage
from creathon.demo.material import content
from creathon.demo.story import Crew, Story, accept, actor
from creathon.editions.models import Edition, Role
from creathon.jury.actions.assignments import allocate
from creathon.jury.actions.evaluations import save_evaluation, validate_evaluation
from creathon.jury.actions.links import declare_links
from creathon.jury.actions.panels import add_juror, create_panel
from creathon.jury.models import Assignment, Criterion, LinkKind, Panel
from creathon.jury.queries.assignments import living_assignments
from creathon.jury.queries.evaluations import hold_reading
from creathon.jury.queries.panels import panel_by_id
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.conflicts import LinkValues
from creathon.jury.rules.evaluations import EvaluationValues

READS = 3
READY_SHARE = 0.6
"""How much of the reading is done when the demo stands at « evaluation »."""
DRAFT_SHARE = 0.15


@dataclass
class Reader:
    """A juror of the demo: who, and how they score."""

    actor: Actor
    source: dict[str, Any]
    seat_id: str


async def read_and_score(story: Story) -> None:
    """Build the national jury and let it read as far as the stage says."""
    if not story.stage.reached(Stage.EVALUATION):
        return
    panel_id, readers = await _build_panel(story)
    await _declare(story, panel_id, readers)
    opens = story.calendar.opens("evaluation")
    async with story.database.writing() as session:
        panel = await _panel(session, panel_id)
        await allocate(session, story.coordination, panel, await story.edition(session), now=opens)
    await _score_all(story, panel_id, {reader.actor.person_id: reader for reader in readers})


async def _build_panel(story: Story) -> tuple[str, list[Reader]]:
    people = content("people")
    labels = {profile["code"]: profile["label"] for profile in people["profiles"]}
    before = story.calendar.opens("creation") - timedelta(days=7)
    readers: list[Reader] = []
    async with story.database.writing() as session:
        edition = await story.edition(session)
        panel = await create_panel(
            session, story.coordination, edition, name="Jury national", site_id=None, reads=READS, now=before
        )
        for source in people["jurors"]:
            fixed = source is _first_free(people["jurors"])
            person = await _juror(story, session, edition, fixed=fixed, now=before)
            loaded = await _panel(session, panel.id)
            quality = f"{labels[source['profile']]}, {source['organisation']}"
            await accept(session, await actor(session, person), edition, now=before)
            seat = await add_juror(
                session, story.coordination, loaded, person,
                quality=quality, now=before, is_chair=bool(source.get("chair")),
            )  # fmt: skip
            readers.append(Reader(await actor(session, person), source, seat.id))
    return panel.id, readers


def _first_free(jurors: list[dict[str, Any]]) -> dict[str, Any]:
    """The juror of jure@exemple.test: the first without a link."""
    return next(source for source in jurors if "conflict_team" not in source)


async def _juror(story: Story, session: AsyncSession, edition: Edition, *, fixed: bool, now: datetime) -> Person:
    person = await (story.cast.fixed(session, "jure", now=now) if fixed else story.cast.drawn(session, now=now))
    await grant_role(session, story.coordination, person, Role.JUROR, edition, now=now)
    return person


async def _declare(story: Story, panel_id: str, readers: list[Reader]) -> None:
    """Everybody says of every project whether a link exists; five say yes."""
    declared = story.calendar.opens("recevabilite") + timedelta(hours=2)
    projects = {crew.entry.team: crew.project_id for crew in story.crews if crew.project_id}
    for reader in readers:
        team = reader.source.get("conflict_team")
        links = {projects[team]: LinkValues(LinkKind.COLLEAGUE, reader.source["conflict_text"])} if team else {}
        async with story.database.writing() as session:
            panel = await _panel(session, panel_id)
            seat = next(seat for seat in panel.jurors if seat.id == reader.seat_id)
            await declare_links(session, reader.actor, seat, links, await story.edition(session), now=declared)


async def _score_all(story: Story, panel_id: str, readers: dict[str, Reader]) -> None:
    crews = {crew.project_id: crew for crew in story.crews}
    async with story.database.reading() as session:
        rows = await living_assignments(session, Assignment.panel_id == panel_id)
        rubric = await rubric_of(session, story.edition_id)
    assert rubric is not None  # noqa: S101 — made by the first chapter
    piles: dict[str, list[Assignment]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.person_id, row.position)):
        piles[row.person_id].append(row)
    for person_id in sorted(piles, key=lambda person_id: list(readers).index(person_id)):
        for place, row in enumerate(piles[person_id]):
            share = (place + 0.5) / len(piles[person_id])
            await _score(story, readers[person_id], crews[row.project_id], row.id, rubric.criteria, share)


async def _score(
    story: Story, reader: Reader, crew: Crew, assignment_id: str, criteria: list[Criterion], share: float
) -> None:
    """Validate, leave a draft, or not read yet, by how far the reader has come."""
    everything = story.stage.reached(Stage.DELIBERATION)
    if not everything and share > READY_SHARE + DRAFT_SHARE:
        return
    opens, closes = story.calendar.opens("evaluation"), story.calendar.closes("evaluation")
    read = story.moment(opens + timedelta(hours=1), closes)
    values = _opinion(story, reader, crew, criteria)
    act = validate_evaluation if everything or share <= READY_SHARE else save_evaluation
    async with story.database.writing() as session:
        reading = await hold_reading(session, assignment_id, reader.actor.person_id)
        assert reading is not None  # noqa: S101 — just allocated
        await act(session, reader.actor, reading, values, await story.edition(session), version=0, now=read)


def _opinion(story: Story, reader: Reader, crew: Crew, criteria: list[Criterion]) -> EvaluationValues:
    """Levels from the project's strength, the juror's severity and chance; remarks that go with the levels."""
    remarks, levels = content("remarks"), {}
    for criterion in criteria:
        value = 2.1 + crew.entry.strength - reader.source["severity"] * 0.8
        levels[criterion.id] = min(4, max(0, round(story.chance.gauss(value, 0.35 + reader.source["noise"]))))
    telling = story.chance.sample(criteria, 2)
    said = [story.chance.choice(remarks["team"][one.code][_band(levels[one.id])]) for one in telling]
    between = story.chance.choice(remarks["jury"][_band(round(sum(levels.values()) / len(levels)))])
    return EvaluationValues(levels=levels, remark_team="\n\n".join(said), remark_jury=between)


def _band(level: int) -> str:
    return "low" if level < 2 else "mid" if level == 2 else "high"


async def _panel(session: AsyncSession, panel_id: str) -> Panel:
    panel = await panel_by_id(session, panel_id)
    assert panel is not None  # noqa: S101 — just made
    return panel
