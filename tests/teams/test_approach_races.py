"""Yes said at once, over HTTP: a person sits down in one team, a last seat is taken once, an answer is given once."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select, text, update

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.teams.actions.closing import close_approaches
from creathon.teams.models import Approach, ApproachState
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.teams import make_team
from tests.personas import AWA, BASTIEN, CHLOE, DORIS, EMIL, INES, NADIA, OMAR, TEVA, ZOE, Persona
from tests.teams.acting import a_team, an_edition, members_of, sign_in
from tests.teams.meeting import approach, approaches, free, is_placed, seeking, state_of, token_of

pytestmark = pytest.mark.bar("G93")

Act = tuple[Persona, str, str]
"""Who presses which button of which approach: (persona, approach, « reponse » or « retrait »)."""


async def at_once(app: Creathon, database: Database, *acts: Act) -> list[int]:
    """Everybody presses « Accepter » or « Retirer » at the same moment; the answers, in order."""
    async with AsyncExitStack() as stack:
        racers = []
        for persona, approach_id, act in acts:
            racer = await stack.enter_async_context(Visitor(app))
            await sign_in(racer, database, persona)
            racers.append((racer, f"/equipe/demandes/{approach_id}/{act}", await token_of(racer)))
        await asyncio.gather(*(racer.post(path, _csrf=token, reponse="oui") for racer, path, token in racers))
        return [racer.status for racer, _path, _token in racers]


async def test_two_captains_accept_one_person_at_once(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    first = await a_team(database, edition, AWA, BASTIEN)
    async with database.writing() as session:
        second = await make_team(session, edition, (TEVA, DORIS), name="Les Passeurs", site="RUN")
    (zoe,) = await free(database, edition, ZOE)
    for team in (first, second):
        await seeking(database, edition, team)
    asked = [await approach(database, edition, team, zoe, by=ZOE) for team in (first, second)]
    statuses = await at_once(app, database, (AWA, asked[0], "reponse"), (TEVA, asked[1], "reponse"))
    assert sorted(statuses) == [200, 403]
    sizes = [len(await members_of(database, team)) for team in (first, second)]
    assert sorted(sizes) == [2, 3]
    assert sorted(await approaches(database)) == [ApproachState.ACCEPTED, ApproachState.CLOSED]
    assert await is_placed(database, zoe)


async def test_one_person_accepts_two_teams_at_once(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    first = await a_team(database, edition, AWA, BASTIEN)
    async with database.writing() as session:
        second = await make_team(session, edition, (TEVA, DORIS), name="Les Passeurs", site="RUN")
    (zoe,) = await free(database, edition, ZOE)
    offered = [await approach(database, edition, team, zoe) for team in (first, second)]
    statuses = await at_once(app, database, *((ZOE, one, "reponse") for one in offered))
    assert sorted(statuses) == [200, 403]
    assert sorted([len(await members_of(database, team)) for team in (first, second)]) == [2, 3]
    assert sorted(await approaches(database)) == [ApproachState.ACCEPTED, ApproachState.CLOSED]


async def test_the_last_seat_accepted_by_two_at_once_is_taken_once(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN, CHLOE, NADIA)
    zoe, omar, ines = await free(database, edition, ZOE, OMAR, INES)
    await seeking(database, edition, team)
    offered = [await approach(database, edition, team, one) for one in (zoe, omar)]
    asked = await approach(database, edition, team, ines, by=INES)
    acts = (ZOE, offered[0], "reponse"), (OMAR, offered[1], "reponse"), (AWA, asked, "reponse")
    statuses = await at_once(app, database, *acts)
    assert sorted(statuses) == [200, 403, 403]
    assert [seat for seat, _name in await members_of(database, team)] == [1, 2, 3, 4, 5]
    states = await approaches(database)
    assert sorted(states) == [ApproachState.ACCEPTED, ApproachState.CLOSED, ApproachState.CLOSED]
    assert sum([await is_placed(database, one) for one in (zoe, omar, ines)]) == 1


async def test_people_and_full_teams_that_close_each_other_do_not_block(app: Creathon, database: Database) -> None:
    """Each yes closes what waits with the other team: whoever held rows in their own order would wait for ever."""
    edition = await an_edition(database)
    first = await a_team(database, edition, AWA, BASTIEN, CHLOE, NADIA)
    async with database.writing() as session:
        second = await make_team(session, edition, (TEVA, DORIS, EMIL, INES), name="Les Passeurs", site="RUN")
    zoe, omar = await free(database, edition, ZOE, OMAR)
    sent = {
        (team.name, one): await approach(database, edition, team, one)
        for team in (first, second)
        for one in (zoe, omar)
    }
    acts = (ZOE, sent[first.name, zoe], "reponse"), (OMAR, sent[second.name, omar], "reponse")
    assert await at_once(app, database, *acts) == [200, 200]
    assert sorted(await approaches(database)) == [ApproachState.ACCEPTED] * 2 + [ApproachState.CLOSED] * 2
    assert [len(await members_of(database, team)) for team in (first, second)] == [5, 5]


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=["database_url"]
)
@pytest.mark.usefixtures("app")
async def test_what_is_closed_is_held_in_one_order_whatever_the_order_of_the_table(database: Database) -> None:
    """While somebody holds the first row, whoever closes both waits for it and holds nothing else."""
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    people = sorted(await free(database, edition, ZOE, OMAR))
    made = [await approach(database, edition, team, one) for one in people]
    first, second = "000000000000", "zzzzzzzzzzzz"
    async with database.writing() as session:
        for old, new in zip(made, (second, first), strict=True):
            await session.execute(update(Approach).where(Approach.id == old).values(id=new))

    async def close() -> None:
        async with database.writing() as session:
            await close_approaches(session, now=NOW, team_ids=[team.id])

    async with database.writing() as holder:
        await holder.scalar(select(Approach.id).where(Approach.id == first).with_for_update())
        closing = asyncio.create_task(close())
        await until_waits(database)
        async with database.writing() as third:
            row = select(Approach.id).where(Approach.id == second).with_for_update(nowait=True)
            assert await third.scalar(row) == second, "it is free"
    await closing
    assert await approaches(database) == [ApproachState.CLOSED] * 2


async def until_waits(database: Database) -> None:
    """Until a transaction of this database waits for a row."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _turn in range(2000):
        async with database.reading() as session:
            if await session.scalar(waits):
                return
    raise AssertionError("nobody waits")


async def test_an_answer_and_a_withdrawal_at_once_one_of_them_counts(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    team = await a_team(database, edition, AWA, BASTIEN)
    (zoe,) = await free(database, edition, ZOE)
    sent = await approach(database, edition, team, zoe)
    statuses = await at_once(app, database, (ZOE, sent, "reponse"), (AWA, sent, "retrait"))
    assert sorted(statuses) == [200, 403]
    seated = await state_of(database, sent) == ApproachState.ACCEPTED
    assert (len(await members_of(database, team)), await is_placed(database, zoe)) == (
        (3, True) if seated else (2, False)
    )


async def test_two_members_who_ask_one_person_at_once_ask_once(app: Creathon, database: Database) -> None:
    edition = await an_edition(database)
    await a_team(database, edition, AWA, BASTIEN)
    (zoe,) = await free(database, edition, ZOE)
    async with Visitor(app) as first, Visitor(app) as second:
        for racer, persona in ((first, AWA), (second, BASTIEN)):
            await sign_in(racer, database, persona)
            await racer.open(f"/equipe/personnes-libres/{zoe}")
        await asyncio.gather(*(racer.submit(message="Venez !") for racer in (first, second)))
        assert sorted((first.status, second.status)) == [200, 422]
    assert await approaches(database) == [ApproachState.WAITING]
