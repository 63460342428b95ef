"""Making a rehearsal, moving its clock, ending it."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import PersonValues, create_person, grant_role, work_in
from creathon.accounts.models import AgeBand, Person
from creathon.accounts.queries import actor_of
from creathon.core import journal
from creathon.core.actor import SYSTEM, Actor
from creathon.core.errors import Refused, check
from creathon.editions.actions import CopyValues, copy_edition, set_edition_state
from creathon.editions.models import Allowed, Edition, EditionState, Role, Site, SiteKind
from creathon.editions.queries import edition_by_id, load_sites, rehearsals_of
from creathon.editions.rules import launch_day, phases_allowing
from creathon.mail.actions import silence
from creathon.rehearsal.rules import CAST, TEAMS, THEME, address_of, clock_problem, may_direct, may_rehearse
from creathon.teams.actions import TeamValues, create_team, join_by_code
from creathon.teams.models import TeamRole

ROLES = tuple(TeamRole)


async def start_rehearsal(session: AsyncSession, actor: Actor, edition: Edition, *, now: datetime) -> Edition:
    """Copy an edition as it is planned, silence it, invent its people; the actor coordinates it and works in it.

    Raises:
        Refused: the actor does not coordinate the edition, or it has no calendar.
    """
    check(may_rehearse(actor, edition))
    number = len(await rehearsals_of(session, edition.id)) + 1
    values = CopyValues(
        slug=f"{edition.slug}-repetition-{number}", title=f"Répétition de {edition.title}", launch=launch_day(edition)
    )
    made = await copy_edition(session, actor, edition, values, now=now)
    made.rehearsal_of_id, made.is_demo = edition.id, True
    await silence(session, made.id)
    rehearsal = await edition_by_id(session, made.id)
    assert rehearsal is not None  # noqa: S101 — just made
    rehearsal.theme.title, rehearsal.theme.statement = THEME
    await load_sites(session, rehearsal)
    if not rehearsal.sites:
        await _add_remote_site(session, rehearsal)
    await set_edition_state(session, actor, rehearsal, EditionState.RUNNING, now=now)
    await _invent_cast(session, rehearsal, now=now)
    return rehearsal


async def move_clock(session: AsyncSession, actor: Actor, edition: Edition, at: datetime, *, arrived: datetime) -> None:
    """Set the clock of a rehearsal to `at`; `arrived` is the real instant.

    Raises:
        Refused: it is no rehearsal of the actor, or the instant is too far.
    """
    check(may_direct(actor, edition))
    ahead = at - arrived
    if problem := clock_problem(ahead):
        raise Refused(problem)
    before, seconds = edition.clock_seconds, round(ahead.total_seconds())
    await session.execute(update(Edition).where(Edition.id == edition.id).values(clock_seconds=seconds))
    journal.record(
        session, actor, "rehearsal.clock", edition, now=arrived, edition_id=edition.id, before=before, after=seconds
    )


async def end_rehearsal(
    session: AsyncSession, actor: Actor, edition: Edition, original: Edition, *, now: datetime
) -> None:
    """Archive a rehearsal and go back to the edition it rehearsed; its invented people can no longer be played."""
    check(may_direct(actor, edition))
    await set_edition_state(session, actor, edition, EditionState.ARCHIVED, now=now)
    gone = update(Person).where(Person.invented_for_id == edition.id).values(disabled_at=now)
    await session.execute(gone.execution_options(synchronize_session=False))
    await work_in(session, actor, actor.person_id, original, now=now)


async def _add_remote_site(session: AsyncSession, edition: Edition) -> None:
    edition.sites.append(
        Site(
            edition_id=edition.id,
            code="DIST",
            name="À distance",
            city="",
            academy="",
            zone=edition.zone,
            kind=SiteKind.REMOTE,
            capacity=40,
        )
    )
    await session.flush()


async def _invent(session: AsyncSession, edition: Edition, given: str, family: str, *, now: datetime) -> Person:
    values = PersonValues(address_of(given, edition), given, family, age_band=AgeBand.ADULT)
    person = await create_person(session, values, now=now, verified=True)
    person.invented_for_id = edition.id
    await work_in(session, SYSTEM, person.id, edition, now=now)
    return person


async def _invent_cast(session: AsyncSession, edition: Edition, *, now: datetime) -> None:
    """The people with a role, then the teams, founded when applications are open."""
    for given, family, role in CAST:
        person = await _invent(session, edition, given, family, now=now)
        site_id = edition.sites[0].id if role == Role.SITE_COORDINATOR else None
        await grant_role(session, SYSTEM, person, role, edition, now=now, site_id=site_id)
    applying = phases_allowing(edition, Allowed.APPLY)
    if not applying:
        return
    founded = applying[0].opens_at + timedelta(hours=1)
    for number, (name, members) in enumerate(TEAMS):
        captain, *others = [await _invent(session, edition, given, "Essai", now=now) for given in members]
        site = edition.sites[number % len(edition.sites)]
        founder = await actor_of(session, captain)
        team = await create_team(session, founder, edition, TeamValues(name, site.id, ROLES[0]), now=founded)
        for place, person in enumerate(others, start=1):
            joining = await actor_of(session, person)
            await join_by_code(session, joining, edition, code=team.code, role=ROLES[place], now=founded)
