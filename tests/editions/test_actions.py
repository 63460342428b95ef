"""Moving a phase, editing the texts, and what each leaves behind."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor
from creathon.core.database import Database
from creathon.core.errors import Refused, Stale
from creathon.core.journal import JournalLine
from creathon.editions.actions import confirm_move, edit_edition, move_phase, propose_move, set_edition_state, texts_of
from creathon.editions.models import Edition, EditionState, PhaseChange, Role
from creathon.editions.queries import edition_by_slug, phase_changes
from creathon.editions.rules import PhaseMove, may_see_theme
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import (
    APPLICATIONS,
    CREATION,
    CREATION_CLOSES,
    CREATION_OPENS,
    launch_phase,
    make_edition,
    site_of,
)
from tests.personas import CLAIRE, LEILA, SAMIR

LATER = CREATION_CLOSES + timedelta(hours=1)


async def set_the_scene(database: Database) -> tuple[Actor, Actor]:
    """The edition, its national coordinator and the coordinator of a site."""
    async with database.writing() as session:
        edition = await make_edition(session)
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        return await as_actor(session, claire), await as_actor(session, samir)


async def test_move_phase_keeps_what_was_and_why(database: Database) -> None:
    claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        phase = launch_phase(edition)
        version = edition.version
        move = PhaseMove(phase.opens_at, LATER, "Panne d’électricité à Poitiers.")
        await move_phase(session, claire, edition, phase, move, version=version, now=APPLICATIONS)
    async with database.reading() as session:
        edition = await _edition(session)
        changes = await phase_changes(session, edition.id)
        change = next(one for one in changes if one.phase_id == launch_phase(edition).id)
        line = next(iter(await session.scalars(select(JournalLine).where(JournalLine.verb == "phase.moved"))))
    assert (launch_phase(edition).closes_at, edition.version) == (LATER, version + 1)
    assert (change.old_closes_at, change.new_closes_at) == (CREATION_CLOSES, LATER)
    assert (change.reason, change.changed_by) == ("Panne d’électricité à Poitiers.", claire.person_id)
    assert sorted(one.phase.title for one in changes) == ["Création", "Évaluation"]
    assert edition.phases[3].opens_at == LATER, "what touched still touches"
    assert line.edition_id == edition.id
    assert "électricité" not in str(line.details)


async def test_a_secret_theme_follows_the_phase_it_opens_with(database: Database) -> None:
    claire, _ = await set_the_scene(database)
    later = CREATION_OPENS + timedelta(hours=2)
    async with database.writing() as session:
        edition = await _edition(session)
        await move_by_two(session, claire, edition, PhaseMove(later, LATER, "Retard."), now=APPLICATIONS)
    async with database.reading() as session:
        assert not may_see_theme(await _edition(session), now=CREATION_OPENS)
        assert may_see_theme(await _edition(session), now=later)


async def test_a_theme_already_told_stays_told(database: Database) -> None:
    claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        opens_at = CREATION + timedelta(minutes=5)
        await move_by_two(session, claire, edition, PhaseMove(opens_at, LATER, "Panne."), now=CREATION)
    async with database.reading() as session:
        assert may_see_theme(await _edition(session), now=CREATION)


async def test_move_phase_from_an_old_page_is_stale_and_tells_what_is_stored(database: Database) -> None:
    claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        phase = launch_phase(edition)
        move = PhaseMove(phase.opens_at, LATER, "x")
        with pytest.raises(Stale) as raised:
            await move_phase(session, claire, edition, phase, move, version=edition.version - 1, now=APPLICATIONS)
    assert raised.value.current["closes_at"] == CREATION_CLOSES
    await _nothing_moved(database)


@pytest.mark.parametrize("hours", [0, -24, -30])
async def test_move_phase_to_no_interval_is_refused(database: Database, hours: int) -> None:
    claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        phase = launch_phase(edition)
        closes_at = CREATION_CLOSES + timedelta(hours=hours)
        move = PhaseMove(phase.opens_at, closes_at, "x")
        with pytest.raises(Refused):
            await move_phase(session, claire, edition, phase, move, version=edition.version, now=APPLICATIONS)
    await _nothing_moved(database)


async def test_move_phase_is_for_the_national_coordination(database: Database) -> None:
    _, samir = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        phase = launch_phase(edition)
        move = PhaseMove(phase.opens_at, LATER, "x")
        with pytest.raises(Refused):
            await move_phase(session, samir, edition, phase, move, version=edition.version, now=APPLICATIONS)
        values = replace(texts_of(edition), title="Autre")
        with pytest.raises(Refused):
            await edit_edition(session, samir, edition, values, version=edition.version, now=APPLICATIONS)
    await _nothing_moved(database)


async def test_an_archive_no_longer_changes(database: Database) -> None:
    claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        await set_edition_state(session, claire, edition, EditionState.ARCHIVED, now=APPLICATIONS)
        values = replace(texts_of(edition), title="Autre")
        with pytest.raises(Refused, match="archivée"):
            await edit_edition(session, claire, edition, values, version=edition.version, now=APPLICATIONS)


async def test_edit_edition_counts_one_version_even_for_the_theme_alone(database: Database) -> None:
    claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        version = edition.version
        values = replace(texts_of(edition), theme_statement="Apprendre ensemble.")
        await edit_edition(session, claire, edition, values, version=version, now=APPLICATIONS)
    async with database.reading() as session:
        edition = await _edition(session)
        line = (await session.scalars(select(JournalLine).where(JournalLine.verb == "edition.edited"))).one()
    assert (edition.version, edition.theme.statement) == (version + 1, "Apprendre ensemble.")
    assert line.details == {"fields": ["theme_statement"]}


async def test_edit_edition_without_a_change_leaves_no_trace(database: Database) -> None:
    claire, _ = await set_the_scene(database)
    async with database.writing() as session:
        edition = await _edition(session)
        version = edition.version
        await edit_edition(session, claire, edition, texts_of(edition), version=version, now=APPLICATIONS)
    async with database.reading() as session:
        lines = await session.scalar(select(func.count()).where(JournalLine.verb == "edition.edited"))
        assert ((await _edition(session)).version, lines) == (version, 0)


async def move_by_two(
    session: AsyncSession, claire: Actor, edition: Edition, move: PhaseMove, *, now: datetime
) -> None:
    """The creation moved by Claire with the agreement of Leila."""
    leila = await as_actor(session, await make_holder(session, LEILA, Role.NATIONAL_COORDINATOR, edition))
    phase = launch_phase(edition)
    proposal = await propose_move(session, claire, edition, phase, move, version=edition.version, now=now)
    await confirm_move(session, leila, edition, proposal, now=now)


async def _edition(session: object) -> Edition:
    edition = await edition_by_slug(session, "2027")  # type: ignore[arg-type]
    assert edition is not None
    return edition


async def _nothing_moved(database: Database) -> None:
    async with database.reading() as session:
        assert launch_phase(await _edition(session)).closes_at == CREATION_CLOSES
        assert await session.scalar(select(func.count(PhaseChange.id))) == 0
        moved = JournalLine.verb.in_(("phase.moved", "edition.edited"))
        assert await session.scalar(select(func.count(JournalLine.sequence)).where(moved)) == 0
