"""Several people at once: never a sixth seat, a second team, a second use, a lost text."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.errors import Refused
from creathon.teams.actions import join_by_code
from creathon.teams.models import TeamMember, TeamRole
from tests.browsing import Visitor
from tests.factories.editions import APPLICATIONS, site_of
from tests.factories.teams import make_passeurs
from tests.personas import AWA, BASTIEN, CHLOE, DORIS, EMIL, HUGO, INES, OMAR, ZOE, Persona
from tests.teams.acting import (
    a_team,
    actor_named,
    an_edition,
    invitation_path,
    mails_named,
    members_of,
    sign_in,
    stored,
)

pytestmark = pytest.mark.bar("G93")


async def browsers(stack: AsyncExitStack, app: Creathon, database: Database, *cast: Persona) -> list[Visitor]:
    """One signed-in browser for each person."""
    opened = [await stack.enter_async_context(Visitor(app)) for _persona in cast]
    for browser, persona in zip(opened, cast, strict=True):
        await sign_in(browser, database, persona)
    return opened


async def test_the_last_seat_raced_by_four_is_taken_once(app: Creathon, database: Database) -> None:
    team = await a_team(database, await an_edition(database), AWA, BASTIEN, CHLOE, DORIS)
    async with AsyncExitStack() as stack:
        racers = await browsers(stack, app, database, ZOE, HUGO, INES, OMAR)
        for racer in racers:
            await racer.open("/equipe/rejoindre")
        await asyncio.gather(*(racer.submit(code=team.code, role="conteur") for racer in racers))
        seated = [racer for racer in racers if racer.path == "/equipe" and racer.title == "Les Marches"]
        refused = [racer for racer in racers if racer.status == 422 and "complète" in racer.errors]
    assert (len(seated), len(refused)) == (1, 3)
    assert [seat for seat, _name in await members_of(database, team)] == [1, 2, 3, 4, 5]
    assert len(await mails_named(database, "team_joined")) == 4


async def test_four_people_joining_at_once_get_four_seats(app: Creathon, database: Database) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    async with AsyncExitStack() as stack:
        racers = await browsers(stack, app, database, ZOE, HUGO, INES, OMAR)
        for racer in racers:
            await racer.open("/equipe/rejoindre")
        await asyncio.gather(*(racer.submit(code=team.code, role="conteur") for racer in racers))
        assert [racer.title for racer in racers] == ["Les Marches"] * 4
    assert [seat for seat, _name in await members_of(database, team)] == [1, 2, 3, 4, 5]


async def test_one_invitation_accepted_twice_at_once_seats_once(app: Creathon, database: Database) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    async with AsyncExitStack() as stack:
        captain, first, second = await browsers(stack, app, database, AWA, ZOE, ZOE)
        await captain.open("/equipe")
        await captain.submit("/equipe/invitations", email=ZOE.email, role="conteur")
        path = await invitation_path(database, ZOE.email)
        for racer in (first, second):
            await racer.open(path)
        await asyncio.gather(first.submit(path), second.submit(path))
        assert sorted((first.status, second.status)) == [200, 403]
    assert await members_of(database, team) == [(1, "Awa"), (2, "Zoe")]
    assert len(await mails_named(database, "team_joined")) == 1


async def test_one_person_joining_two_teams_at_once_is_in_one(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    async with database.writing() as session:
        other = await make_passeurs(session, edition)
    async with AsyncExitStack() as stack:
        first, second = await browsers(stack, app, database, ZOE, ZOE)
        for racer in (first, second):
            await racer.open("/equipe/rejoindre")
        await asyncio.gather(
            first.submit(code=team.code, role="conteur"), second.submit(code=other.code, role="conteur")
        )
        assert sorted((first.status, second.status)) == [200, 422]
        (refused,) = [racer for racer in (first, second) if racer.status == 422]
        assert "déjà dans une équipe" in refused.errors
    zoe = await actor_named(database, ZOE)
    async with database.reading() as session:
        seats = list(await session.scalars(select(TeamMember.id).where(TeamMember.person_id == zoe.person_id)))
    assert len(seats) == 1


async def test_who_sits_down_in_two_teams_waits_and_is_told(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA)
    async with database.writing() as session:
        other = await make_passeurs(session, edition)
    zoe = await actor_named(database, ZOE)

    async def join(code: str, held: asyncio.Event | None = None) -> None:
        async with database.writing() as session:
            await join_by_code(session, zoe, edition, code=code, role=TeamRole.CONTEUR, now=APPLICATIONS)
            if held is not None:
                held.set()
                await asyncio.wait({second}, timeout=0.5)

    held = asyncio.Event()
    first = asyncio.create_task(join(team.code, held))
    second = asyncio.create_task(_after(held, join, other.code))
    await first
    with pytest.raises(Refused, match="déjà dans une équipe"):
        await second


async def _after(event: asyncio.Event, act: Callable[[str], Awaitable[None]], code: str) -> None:
    await event.wait()
    await act(code)


async def test_the_last_leader_leaves_while_somebody_joins(app: Creathon, database: Database) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    async with AsyncExitStack() as stack:
        leader, joiner = await browsers(stack, app, database, AWA, ZOE)
        await leader.open("/equipe/quitter")
        await joiner.open("/equipe/rejoindre")
        await asyncio.gather(leader.submit(), joiner.submit(code=team.code, role="conteur"))
        left, joined = leader.status == 200, joiner.status == 200
    assert left is not joined
    found = await stored(database, team)
    captains = [member for member in found.members if member.is_captain]
    assert (len(found.members), len(captains)) == ((2, 1) if joined else (0, 0))


async def test_two_founders_of_one_name_make_one_team(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    site = site_of(edition, "POI").id
    async with AsyncExitStack() as stack:
        racers = await browsers(stack, app, database, AWA, BASTIEN)
        for racer in racers:
            await racer.open("/equipe/nouvelle")
        await asyncio.gather(*(racer.submit(name="Les Pas", site_id=site, role="conteur") for racer in racers))
        assert sorted(racer.status for racer in racers)[0] == 200
        assert sorted(racer.status for racer in racers)[1] in (409, 422)
    async with database.reading() as session:
        assert len(list(await session.scalars(select(TeamMember.id)))) == 1


@pytest.mark.bar("G87")
async def test_two_edits_at_once_store_one_and_show_both(app: Creathon, database: Database) -> None:
    team = await a_team(database, await an_edition(database), AWA)
    async with AsyncExitStack() as stack:
        first, second = await browsers(stack, app, database, AWA, AWA)
        for racer in (first, second):
            await racer.open("/equipe/modifier")
        await asyncio.gather(first.submit(name="Les Pas"), second.submit(name="Les Seuils"))
        assert sorted((first.status, second.status)) == [200, 409]
        (loser,) = [racer for racer in (first, second) if racer.status == 409]
        assert "Les Pas" in loser.text or "Les Pas" in str(loser.page)
        assert "Les Seuils" in str(loser.page)
    assert (await stored(database, team)).version == team.version + 1


async def test_the_captain_removes_somebody_who_leaves(app: Creathon, database: Database) -> None:
    team = await a_team(database, await an_edition(database), AWA, BASTIEN, EMIL)
    async with AsyncExitStack() as stack:
        captain, member = await browsers(stack, app, database, AWA, BASTIEN)
        await captain.open(f"/equipe/membres/{team.members[1].id}/retrait")
        await member.open("/equipe/quitter")
        await asyncio.gather(captain.submit(), member.submit())
        assert sorted((captain.status, member.status)) == [200, 404]
    assert await members_of(database, team) == [(1, "Awa"), (3, "Emil")]
