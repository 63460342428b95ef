"""Seventh chapter: the programme « Tremplin », mentors, interviews and milestones."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.core.actor import Actor
from creathon.demo.calendar import Stage
from creathon.demo.material import content
from creathon.demo.story import Crew, Story, actor
from creathon.editions.models import Edition, Role
from creathon.jury.models import Selection, Tier
from creathon.jury.queries.selection import selections
from creathon.mentoring.actions import (
    MilestoneValues,
    NoteValues,
    SessionValues,
    StepValues,
    add_milestone,
    create_programme,
    note_interview,
    pair_project,
    plan_interviews,
    update_milestone,
)
from creathon.mentoring.models import MilestoneState, Pairing, SessionKind
from creathon.mentoring.queries import pairing_by_id

STANDARD_OBJECTIVE = "Vérifier auprès d’une classe que l’idée tient ses promesses, et dire ce que l’on abandonne."
STANDARD_NOTE = NoteValues(
    decisions="Le premier essai se fait dans une seule classe.",
    actions="Écrire le protocole d’essai sur une page.",
    next_step="Relire ensemble ce que les élèves en ont dit.",
)


async def accompany(story: Story) -> None:
    """Prepare phase two a week before it opens, then live it as far as the present."""
    if not story.stage.reached(Stage.ACCOMPAGNEMENT):
        return
    prepared = story.calendar.opens("accompagnement") - timedelta(days=7)
    async with story.database.writing() as session:
        edition = await story.edition(session)
        await create_programme(
            session, story.coordination, edition, content("mentoring")["programme"]["title"], _sessions(story),
            now=prepared,
        )  # fmt: skip
        mentors = await _mentors(story, session, edition, prepared)
        crews = {crew.project_id: crew for crew in story.crews}
        pairings = [
            (await _pair(story, session, edition, one, mentors[number % len(mentors)], prepared), crews[one.project_id])
            for number, one in enumerate(await selections(session, edition.id))
        ]
    for pairing_id, crew in pairings:
        await _live(story, pairing_id, crew)


def _sessions(story: Story) -> list[SessionValues]:
    kinds = set(SessionKind)
    return [
        SessionValues(
            kind=SessionKind(item["kind"]),
            title=item["title"],
            starts_at=story.calendar.instant(item["starts"]),
            ends_at=story.calendar.instant(item["ends"]),
            place=item["place"],
            deliverable=item["deliverable"],
        )
        for item in content("mentoring")["items"]
        if item["kind"] in kinds
    ]


async def _mentors(story: Story, session: AsyncSession, edition: Edition, now: datetime) -> list[Person]:
    people = [await story.cast.fixed(session, "mentor", now=now)]
    people += [await story.cast.named(session, one["name"], now=now) for one in content("people")["mentors"]]
    for person in people:
        await grant_role(session, story.coordination, person, Role.MENTOR, edition, now=now)
    return people


async def _pair(
    story: Story, session: AsyncSession, edition: Edition, selection: Selection, mentor: Person, now: datetime
) -> str:
    current = selection.project.current
    title = current.title if current is not None else ""
    objectives = {one["project"]: one["objective"] for one in content("mentoring")["objectives"]}
    objective = objectives.get(title, STANDARD_OBJECTIVE)
    pairing = await pair_project(session, story.coordination, selection, mentor, edition, objective=objective, now=now)
    items = [item for item in content("mentoring")["items"] if item["kind"] == "interviews"]
    starts = [story.calendar.instant(item["starts"]) for item in items]
    kept = starts if selection.tier == Tier.RENFORCE else starts[::2]
    await plan_interviews(session, story.coordination, pairing, kept, edition, now=now)
    return pairing.id


async def _live(story: Story, pairing_id: str, crew: Crew) -> None:
    """Hold the interviews that are past, set the milestones and hand in those that are due."""
    opened = story.calendar.opens("accompagnement") + timedelta(hours=12)
    if not story.happened(opened):
        return
    async with story.database.writing() as session:
        edition, pairing = await story.edition(session), await _pairing(session, pairing_id)
        mentor = await actor(session, pairing.mentor)
        for source in content("mentoring")["milestones"]:
            if source["tier"] == "tous" or pairing.tier == Tier.RENFORCE:
                due = source["due"] + timedelta(days=story.calendar.days)
                await add_milestone(
                    session, mentor, pairing, MilestoneValues(source["title"], due), edition, now=opened
                )
    async with story.database.writing() as session:
        await _hold_interviews(story, session, pairing_id, crew.entry.title)
    async with story.database.writing() as session:
        await _hand_in(story, session, pairing_id, crew.captain)


async def _hold_interviews(story: Story, session: AsyncSession, pairing_id: str, title: str) -> None:
    edition, pairing = await story.edition(session), await _pairing(session, pairing_id)
    mentor, notes = await actor(session, pairing.mentor), iter(_notes_of(title))
    for interview in pairing.interviews:
        noted = interview.starts_at + timedelta(hours=1)
        if story.happened(noted):
            values = next(notes, STANDARD_NOTE)
            await note_interview(
                session, mentor, interview, pairing, values, edition, version=interview.version, now=noted
            )


async def _hand_in(story: Story, session: AsyncSession, pairing_id: str, captain: Actor) -> None:
    edition, pairing = await story.edition(session), await _pairing(session, pairing_id)
    mentor = await actor(session, pairing.mentor)
    evidence = {one["title"]: one["evidence"] for one in content("mentoring")["milestones"]}
    for milestone in pairing.milestones:
        handed = datetime.combine(milestone.due_on, datetime.min.time(), tzinfo=story.now.tzinfo) + timedelta(hours=15)
        if not story.happened(handed + timedelta(days=2)):
            continue
        for state, text, who, when in (
            (MilestoneState.EN_COURS, "", captain, handed - timedelta(hours=8)),
            (MilestoneState.REMIS, evidence[milestone.title], captain, handed),
            (MilestoneState.VALIDE, "", mentor, handed + timedelta(days=1)),
        ):
            step = StepValues(state, text)
            await update_milestone(session, who, milestone, pairing, step, edition, version=milestone.version, now=when)


def _notes_of(title: str) -> list[NoteValues]:
    return [_note(one) for one in content("mentoring")["notes"] if one["project"] == title]


def _note(source: dict[str, Any]) -> NoteValues:
    actions = "\n".join(action["text"] for action in source["actions"])
    return NoteValues("\n".join(source["decisions"]), actions, source["next_step"])


async def _pairing(session: AsyncSession, pairing_id: str) -> Pairing:
    pairing = await pairing_by_id(session, pairing_id)
    assert pairing is not None  # noqa: S101 — just made
    return pairing
