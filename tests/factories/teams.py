"""Teams of the cast, made as people make them: founded, joined by code, sent, answered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_email
from creathon.core.actor import Actor
from creathon.editions.models import Edition, Role
from creathon.teams.actions import (
    TeamValues,
    create_team,
    decide_application,
    join_by_code,
    submit_application,
)
from creathon.teams.models import ApplicationState, Team, TeamRole
from creathon.teams.queries import team_by_id
from tests.factories.accounts import as_actor, make_holder, make_person
from tests.factories.editions import APPLICATIONS, site_of
from tests.personas import AWA, BASTIEN, CHLOE, CLAIRE, DORIS, EMIL, TEVA, Persona

ROLES = tuple(TeamRole)


async def make_team(
    session: AsyncSession,
    edition: Edition,
    members: Sequence[Persona] = (AWA, BASTIEN, CHLOE),
    *,
    name: str = "Les Marches",
    site: str = "POI",
    state: ApplicationState = ApplicationState.DRAFT,
    now: datetime = APPLICATIONS,
) -> Team:
    """A team whose first member is its captain; its application is brought to `state` (draft, submitted, decided).

    People who have no account get one. `Team` comes with site, members and people loaded.
    """
    captain = await as_actor(session, await person_of(session, members[0]))
    values = TeamValues(name=name, site_id=site_of(edition, site).id, role=ROLES[0])
    team = await create_team(session, captain, edition, values, now=now)
    for number, persona in enumerate(members[1:], start=1):
        actor = await as_actor(session, await person_of(session, persona))
        await join_by_code(session, actor, edition, code=team.code, role=ROLES[number % len(ROLES)], now=now)
    if state != ApplicationState.DRAFT:
        await submit_application(session, captain, team, edition, now=now)
    if state not in (ApplicationState.DRAFT, ApplicationState.SUBMITTED):
        coordinator = await _coordinator(session, edition)
        await decide_application(session, coordinator, team, edition, state, reason="Réponse de test.", now=now)
    found = await team_by_id(session, team.id)
    assert found is not None
    return found


async def make_passeurs(session: AsyncSession, edition: Edition, **keywords: object) -> Team:
    """« Les Passeurs », team of La Réunion: the other team of a test about strangers."""
    return await make_team(session, edition, (TEVA, DORIS, EMIL), name="Les Passeurs", site="RUN", **keywords)  # type: ignore[arg-type]


async def person_of(session: AsyncSession, persona: Persona) -> Person:
    """The account of somebody of the cast, made when there is none."""
    return await person_by_email(session, persona.email) or await make_person(session, persona)


async def _coordinator(session: AsyncSession, edition: Edition) -> Actor:
    known = await person_by_email(session, CLAIRE.email)
    person = known or await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
    return await as_actor(session, person)
