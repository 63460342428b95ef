"""Phase two of tests: projects selected and published, mentors, a followed project."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.core.actor import Actor
from creathon.editions.models import Edition, Role
from creathon.jury.models import ConflictOfInterest, LinkKind, Palmares, Selection, Tier
from creathon.jury.queries.selection import selections
from creathon.jury.rules.palmares import content_of, seal_of
from creathon.mentoring.actions import MilestoneValues, add_milestone, pair_project, plan_interviews
from creathon.mentoring.models import Interview, Milestone, Pairing
from creathon.mentoring.queries import pairing_by_id
from creathon.projects.models import Project
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import AFTER_PALMARES, MENTORING, paris
from tests.factories.jury import coordinator_of
from tests.personas import OMAR, Persona

FIRST_INTERVIEW = paris(2027, 10, 14, 14)
SECOND_INTERVIEW = paris(2027, 10, 28, 14)
DUE = paris(2027, 11, 17).date()


async def make_selection(
    session: AsyncSession, edition: Edition, project: Project, tier: Tier = Tier.RENFORCE
) -> Selection:
    """A project chosen for phase two; secret until `publish`."""
    made = Selection(
        edition_id=edition.id, project_id=project.id, tier=tier, reason="Un besoin bien vu.",
        decided_by="system", decided_at=AFTER_PALMARES,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    return made


async def publish(session: AsyncSession, edition: Edition) -> None:
    """The palmarès of an edition, published: what is chosen by now, frozen."""
    content = content_of(edition, await selections(session, edition.id))
    session.add(
        Palmares(
            edition_id=edition.id, number=1, published_at=AFTER_PALMARES, published_by="system", content=content,
            sha256=seal_of(content),
        )
    )  # fmt: skip
    await session.flush()


async def make_mentor(session: AsyncSession, edition: Edition, persona: Persona = OMAR) -> Person:
    """Somebody who accepted to follow projects."""
    known = await person_by_email(session, persona.email)
    return known or await make_holder(session, persona, Role.MENTOR, edition)


async def link(session: AsyncSession, edition: Edition, person: Person, project_id: str) -> None:
    """A link of interest between a person and a project."""
    session.add(
        ConflictOfInterest(
            edition_id=edition.id, person_id=person.id, project_id=project_id, kind=LinkKind.COLLEAGUE,
            declared_by=person.id, declared_at=AFTER_PALMARES,
        )
    )  # fmt: skip
    await session.flush()


@dataclass(frozen=True)
class Followed:
    """A followed project and those around it."""

    edition: Edition
    project: Project
    pairing: Pairing
    mentor: Person
    omar: Actor
    awa: Actor
    claire: Actor


async def make_pairing(
    session: AsyncSession,
    edition: Edition,
    project: Project,
    *,
    mentor: Persona = OMAR,
    tier: Tier = Tier.RENFORCE,
    now: datetime = AFTER_PALMARES,
) -> Pairing:
    """A selected project given to a mentor; the palmarès is published when it was not."""
    selection = await make_selection(session, edition, project, tier)
    if await session.scalar(select(Palmares.id).where(Palmares.edition_id == edition.id)) is None:
        await publish(session, edition)
    person = await make_mentor(session, edition, mentor)
    claire = await coordinator_of(session, edition)
    return await pair_project(session, claire, selection, person, edition, objective="Un seul indicateur.", now=now)


async def make_followed(session: AsyncSession, edition: Edition, project: Project, mentor: Persona = OMAR) -> Followed:
    """A project followed by Omar, with everybody who may act."""
    pairing = await make_pairing(session, edition, project, mentor=mentor)
    team = pairing.project.team
    return Followed(
        edition, project, pairing, pairing.mentor,
        omar=await as_actor(session, pairing.mentor),
        awa=await as_actor(session, team.members[0].person),
        claire=await coordinator_of(session, edition),
    )  # fmt: skip


async def make_interviews(
    session: AsyncSession, followed: Followed, *starts: datetime, now: datetime = AFTER_PALMARES
) -> list[Interview]:
    """Interviews planned by the coordination: one past and one to come at MENTORING by default."""
    starts = starts or (FIRST_INTERVIEW, SECOND_INTERVIEW)
    return await plan_interviews(session, followed.claire, followed.pairing, starts, followed.edition, now=now)


async def make_milestone(session: AsyncSession, followed: Followed, title: str = "Protocole d’essai") -> Milestone:
    """A milestone set by the mentor."""
    values = MilestoneValues(title, DUE)
    return await add_milestone(session, followed.omar, followed.pairing, values, followed.edition, now=MENTORING)


async def reloaded(session: AsyncSession, pairing: Pairing) -> Pairing:
    """The pairing as it is stored."""
    found = await pairing_by_id(session, pairing.id)
    assert found is not None
    return found
