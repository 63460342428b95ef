"""What a site does with the papers signed for a minor. The person is held first: two coordinators write one row."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.queries import people_with_role
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import NotThere, Refused, check
from creathon.core.text import _
from creathon.editions.models import Edition, Role
from creathon.editions.rules import local_day
from creathon.teams import mails
from creathon.teams.models import Authorisation, AuthorisedAct, TeamMember
from creathon.teams.queries import authorisations_of, lock_person, minor_by_person
from creathon.teams.rules import IMAGE_ACTS, end_problem, may_authorise, may_see_minor


async def authorise_participation(
    session: AsyncSession, actor: Actor, edition: Edition, person_id: str, *, now: datetime
) -> TeamMember:
    """Note that one holder of parental authority has signed; the minor takes part from now on, and is told.

    Raises:
        NotThere: no minor of the actor's sites.
        Refused: it is validated already.
    """
    minor, known = await _held(session, actor, edition, person_id)
    check(may_authorise(known, AuthorisedAct.PARTICIPATION, local_day(now, edition.zone)))
    await _sign(session, actor, edition, minor, AuthorisedAct.PARTICIPATION, signatories=1, ends_on=None, now=now)
    await mails.tell_minor(session, "minor_authorised", minor.team, minor, key=now.isoformat(), now=now)
    return minor


async def authorise_image(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    person_id: str,
    acts: Sequence[AuthorisedAct],
    *,
    signatories: int,
    ends_on: date | None,
    now: datetime,
) -> TeamMember:
    """Note what was signed about the image of a minor, until a last day; it takes the place of what was noted before.

    Raises:
        NotThere: no minor of the actor's sites.
        Refused: nothing is allowed by the paper, or its last day cannot be one.
    """
    minor, known = await _held(session, actor, edition, person_id)
    if not acts or not set(acts) <= set(IMAGE_ACTS):
        raise Refused(_("Cochez ce que le papier signé autorise."))
    if problem := end_problem(ends_on, local_day(now, edition.zone)):
        raise Refused(problem)
    for one in known:
        if one.act in acts:
            one.withdrawn_at, one.withdrawn_by = now, actor.person_id
    await session.flush()
    for act in acts:
        await _sign(session, actor, edition, minor, act, signatories=signatories, ends_on=ends_on, now=now)
    return minor


async def withdraw_authorisation(
    session: AsyncSession, actor: Actor, edition: Edition, person_id: str, act: AuthorisedAct, *, now: datetime
) -> TeamMember:
    """Note that an authorisation is taken back; the minor is told and, of images, whoever must take them down.

    Raises:
        NotThere: no minor of the actor's sites, or nothing to take back.
    """
    minor, known = await _held(session, actor, edition, person_id)
    found = next((one for one in known if one.act == act), None)
    if found is None:
        raise NotThere()
    found.withdrawn_at, found.withdrawn_by = now, actor.person_id
    await session.flush()
    journal.record(session, actor, "authorisation.withdrawn", found, now=now, person=person_id, act=act)
    await mails.tell_minor(session, "minor_withdrawn", minor.team, minor, key=found.id, now=now, act=act)
    if act in IMAGE_ACTS:
        people = await people_with_role(session, edition.id, Role.NATIONAL_COORDINATOR)
        await mails.tell_image_withdrawn(session, found, minor, people, now=now)
    return minor


async def _held(
    session: AsyncSession, actor: Actor, edition: Edition, person_id: str
) -> tuple[TeamMember, list[Authorisation]]:
    await lock_person(session, person_id)
    minor = await minor_by_person(session, edition.id, person_id)
    if minor is None:
        raise NotThere()
    check(may_see_minor(actor, minor, edition))
    return minor, await authorisations_of(session, edition.id, [person_id])


async def _sign(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    minor: TeamMember,
    act: AuthorisedAct,
    *,
    signatories: int,
    ends_on: date | None,
    now: datetime,
) -> None:
    one = Authorisation(
        edition_id=edition.id,
        person_id=minor.person_id,
        act=act,
        signatories=signatories,
        ends_on=ends_on,
        validated_at=now,
        validated_by=actor.person_id,
    )
    session.add(one)
    await session.flush()
    details: dict[str, Any] = {"person": minor.person_id, "act": act, "signatories": signatories}
    journal.record(session, actor, "authorisation.validated", one, now=now, **details)
