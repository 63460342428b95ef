"""At T: slow uploads, repeats, a calendar that changes under a deposit, nothing saved that disappears."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, object_session
from sqlalchemy.util import await_only

from creathon.app import Creathon
from creathon.core.actor import Actor
from creathon.core.clock import COMPLETION, MovableClock
from creathon.core.database import Database
from creathon.core.errors import Refused
from creathon.core.once import OnceKey
from creathon.editions.actions import confirm_move, propose_move
from creathon.editions.models import Edition, Role
from creathon.editions.queries import current_edition
from creathon.editions.rules import PhaseMove
from creathon.projects.actions import deposit_project, save_draft
from creathon.projects.models import Deposit, Project, ProjectFile, ProjectRevision
from creathon.projects.queries import project_of_team
from creathon.projects.receipts import bundle_sha256
from tests.browsing import ORIGIN, Visitor, form_values
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import CREATION, CREATION_CLOSES, launch_phase
from tests.factories.projects import FICHE, PDF, SIGNER, make_draft
from tests.personas import CLAIRE, LEILA
from tests.projects.conftest import Scene

GRACE = timedelta(seconds=900)
TICK = timedelta(milliseconds=1)
LAST = CREATION_CLOSES + GRACE - TICK
"""The last instant that counts, tolerance included."""


async def deposits(database: Database) -> list[Deposit]:
    async with database.reading() as session:
        return list(await session.scalars(select(Deposit).order_by(Deposit.arrived_at)))


async def ready(awa: Visitor, scene: Scene, database: Database, clock: MovableClock, when: datetime) -> None:
    """A complete draft, its captain on the page that deposits it, at that instant."""
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
    clock.move_to(when)
    await awa.sign_in_as(scene.people[0])
    await awa.open("/projet/depot")


async def send_slowly(awa: Visitor, path: str, request: httpx.Request, clock: MovableClock, ends: datetime) -> None:
    """Send the first bytes now and the last ones at `ends`."""
    body = request.read()

    async def slow() -> AsyncIterator[bytes]:
        yield body[:20]
        clock.move_to(ends)
        yield body[20:]

    headers = {"content-type": request.headers["content-type"], "content-length": str(len(body))}
    awa.response = await awa.http.post(path, content=slow(), headers=headers)


@contextmanager
def commits_fail() -> Iterator[None]:
    """Every commit fails, as when the disk is full."""

    def fail(_session: Session) -> None:
        raise RuntimeError("the commit failed")

    event.listen(Session, "before_commit", fail)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", fail)


@contextmanager
def first_commit_fails() -> Iterator[None]:
    """The commit of what was asked fails; what follows goes well."""
    failed = []

    def fail(_session: Session) -> None:
        if not failed:
            failed.append(True)
            raise RuntimeError("the commit failed")

    event.listen(Session, "before_commit", fail)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", fail)


@pytest.mark.bar("F74", "F75", "E15")
@pytest.mark.parametrize(
    ("lasts", "late"),
    [(timedelta(seconds=30), False), (COMPLETION, False), (COMPLETION + TICK, True)],
    ids=["30 s", "D", "D + 1 ms"],
)
async def test_a_deposit_begun_in_time_counts_when_it_is_whole_within_d(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock, lasts: timedelta, late: bool
) -> None:
    await ready(awa, scene, database, clock, LAST)
    request = httpx.Request("POST", ORIGIN, data=form_values(awa.form("/projet/depot")))
    await send_slowly(awa, "/projet/depot", request, clock, LAST + lasts)
    (deposit,) = await deposits(database)
    assert (deposit.late, deposit.arrived_at) == (late, LAST + lasts if late else LAST)


@pytest.mark.bar("F74", "E15")
@pytest.mark.parametrize(("behind", "late"), [(timedelta(0), True), (timedelta(seconds=2), False)])
async def test_a_deposit_that_waited_for_us_is_in_time(
    app: Creathon, awa: Visitor, scene: Scene, database: Database, clock: MovableClock, behind: timedelta, late: bool
) -> None:
    await ready(awa, scene, database, clock, LAST)
    clock.move_to(LAST + timedelta(seconds=1))
    app.owed = lambda: behind
    await awa.submit(button="Déposer le projet")
    (deposit,) = await deposits(database)
    assert (deposit.late, deposit.arrived_at) == (late, LAST + timedelta(seconds=1) - behind)


@pytest.mark.bar("F74")
async def test_a_page_is_not_shown_as_it_was_before(
    app: Creathon, awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    """What we are late by is taken off a write only: who looks after the opening sees what is open."""
    await awa.sign_in_as(scene.people[0])
    clock.move_to(CREATION_CLOSES + GRACE)
    await awa.open("/projet")
    closed = awa.text
    app.owed = lambda: timedelta(seconds=30)
    await awa.open("/projet")
    assert awa.text == closed


@pytest.mark.bar("F74", "E15")
async def test_a_file_begun_two_seconds_before_and_ended_thirty_after_is_joined(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    await ready(awa, scene, database, clock, CREATION_CLOSES + GRACE - timedelta(seconds=2))
    await awa.open("/projet")
    values = form_values(awa.form("/projet/fichier"))
    file = {"file": ("plan.pdf", PDF, "application/pdf")}
    request = httpx.Request("POST", ORIGIN, data=values, files=file)
    await send_slowly(awa, "/projet/fichier", request, clock, CREATION_CLOSES + GRACE + timedelta(seconds=30))
    async with database.reading() as session:
        joined = (await session.scalars(select(ProjectFile))).one()
    assert joined.added_at == CREATION_CLOSES + GRACE - timedelta(seconds=2)


@pytest.mark.bar("F75")
@pytest.mark.parametrize(
    ("after", "late"), [(timedelta(minutes=10), False), (COMPLETION, False), (COMPLETION + TICK, True)]
)
async def test_a_repeat_after_our_failure_keeps_the_first_arrival(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock, after: timedelta, late: bool
) -> None:
    await ready(awa, scene, database, clock, LAST)
    review = awa.response
    with first_commit_fails():
        await awa.submit(button="Déposer le projet")
    assert awa.status == 500
    assert await deposits(database) == []
    clock.move_to(LAST + after)
    awa.response = review
    await awa.submit(button="Déposer le projet")
    (deposit,) = await deposits(database)
    assert (deposit.late, deposit.arrived_at) == (late, LAST + after if late else LAST)


@pytest.mark.bar("F75")
async def test_other_words_do_not_inherit_an_arrival(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    await ready(awa, scene, database, clock, LAST)
    review = awa.response
    with first_commit_fails():
        await awa.submit(button="Déposer le projet")
    clock.move_to(LAST + timedelta(minutes=1))
    awa.response = review
    await awa.submit(button="Déposer le projet", autre="chose")
    (deposit,) = await deposits(database)
    assert deposit.late


@pytest.mark.bar("F75")
async def test_a_repeat_of_what_was_done_gives_the_first_receipt(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    """The answer was lost on the way: the same form after T finds its deposit, in time."""
    await ready(awa, scene, database, clock, LAST)
    review = awa.response
    await awa.submit(button="Déposer le projet")
    receipt = awa.path
    clock.move_to(CREATION_CLOSES + timedelta(hours=2))
    awa.response = review
    await awa.submit(button="Déposer le projet")
    assert awa.path == receipt
    (deposit,) = await deposits(database)
    assert (deposit.late, deposit.arrived_at) == (False, LAST)


async def test_a_refusal_of_ours_leaves_no_arrival_to_inherit(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    """Only our failures are noted: a form refused in time is not a right to send it again later."""
    await ready(awa, scene, database, clock, LAST)
    await awa.submit(button="Déposer le projet", version="not a version")
    assert awa.status == 428
    with commits_fail():
        await awa.open("/projet/depot")
        await awa.submit(button="Déposer le projet")
        assert awa.status == 500
    async with database.reading() as session:
        assert await session.scalar(select(func.count(OnceKey.key))) == 0


async def close_early(session: AsyncSession, claire: Actor, leila: Actor, now: datetime) -> None:
    """The creation closed at once by two people, as their pages do it: the edition locked first."""
    edition = await current_edition(session, claire, lock=True)
    assert edition is not None
    phase = launch_phase(edition)
    move = PhaseMove(phase.opens_at, CREATION + timedelta(minutes=1), "Alerte incendie.")
    proposal = await propose_move(session, claire, edition, phase, move, version=edition.version, now=now)
    await confirm_move(session, leila, edition, proposal, now=now)


async def coordinators(database: Database, edition: Edition) -> tuple[Actor, Actor]:
    async with database.writing() as session:
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        leila = await make_holder(session, LEILA, Role.NATIONAL_COORDINATOR, edition)
        phase = launch_phase(edition)
        held = await session.get(type(phase), phase.id)
        assert held is not None
        held.grace_seconds = 0
        return await as_actor(session, claire), await as_actor(session, leila)


@pytest.mark.bar("F80")
async def test_a_phase_cannot_close_between_the_check_and_the_commit(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    """The deposit is stopped just before its commit; who closes the phase waits for it."""
    claire, leila = await coordinators(database, scene.edition)
    now = CREATION + timedelta(minutes=2)
    await ready(awa, scene, database, clock, now)
    checked, release = asyncio.Event(), asyncio.Event()

    def mark(_mapper: object, _connection: object, deposit: Deposit) -> None:
        held = object_session(deposit)
        assert held is not None
        held.info["deposits"] = True

    def stop(session: Session) -> None:
        if session.info.get("deposits"):
            checked.set()
            await_only(release.wait())

    async def close() -> None:
        async with database.writing() as session:
            await close_early(session, claire, leila, now)

    event.listen(Deposit, "after_insert", mark)
    event.listen(Session, "before_commit", stop)
    try:
        depositing = asyncio.create_task(awa.submit(button="Déposer le projet"))
        await asyncio.wait_for(checked.wait(), 10)
        closing = asyncio.create_task(close())
        done, _waiting = await asyncio.wait({closing}, timeout=0.5)
        assert not done, "the phase closed between the check and the commit"
        release.set()
        await asyncio.gather(depositing, closing)
    finally:
        release.set()
        event.remove(Session, "before_commit", stop)
        event.remove(Deposit, "after_insert", mark)
    (deposit,) = await deposits(database)
    assert (deposit.late, deposit.arrived_at) == (False, now)


@pytest.mark.bar("F80")
async def test_a_deposit_that_meets_a_closing_is_judged_by_the_calendar_it_is_stored_under(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    """The closing holds the edition; the deposit waits, then reads the new calendar with its own arrival."""
    claire, leila = await coordinators(database, scene.edition)
    now = CREATION + timedelta(minutes=2)
    await ready(awa, scene, database, clock, now)
    async with database.writing() as session:
        await close_early(session, claire, leila, now)
        depositing = asyncio.create_task(awa.submit(button="Déposer le projet"))
        done, _waiting = await asyncio.wait({depositing}, timeout=0.5)
        assert not done, "the deposit did not wait for the calendar"
    await depositing
    (deposit,) = await deposits(database)
    assert (deposit.late, deposit.arrived_at) == (True, now)


@pytest.mark.bar("F78")
@pytest.mark.parametrize("seed", range(6))
async def test_no_saved_byte_disappears_at_t(app: Creathon, scene: Scene, database: Database, seed: int) -> None:
    """Any order of saves and deposits across T: all that was acknowledged is there, and what counts is what was said.

    Only a deposit counts (the form says so in advance); a late one never takes the place of one in time.
    """
    chance = random.Random(seed)
    now, saved, counted = CREATION_CLOSES - timedelta(minutes=20), [], None
    for step in range(30):
        now += timedelta(seconds=chance.randrange(1, 180))
        async with database.writing() as session:
            project = await project_of_team(session, scene.team.id, lock=True) or await make_draft(
                session, scene.edition, scene.team
            )
            try:
                if chance.random() < 0.6:
                    words = f"Version {step}"
                    values = replace(FICHE, need=words)
                    await save_draft(
                        session, scene.awa, project, scene.edition, values, version=project.version, now=now
                    )
                    saved.append(words)
                else:
                    deposit = await deposit_project(session, scene.awa, project, scene.edition, signer=SIGNER, now=now)
                    if not deposit.late or counted is None or counted[0]:
                        counted = (deposit.late, deposit.sha256)
            except Refused:
                assert now >= CREATION_CLOSES + GRACE, "writing is refused only after the tolerance"
    async with database.reading() as session:
        revisions = [one.content["need"] for one in await session.scalars(select(ProjectRevision))]
        current = (await session.scalars(select(Deposit).where(Deposit.superseded_at.is_(None)))).all()
        draft = (await session.scalars(select(Project))).one()
    assert set(saved) <= set(revisions)
    assert draft.need == (saved[-1] if saved else FICHE.need)
    assert [(one.late, one.sha256) for one in current] == ([counted] if counted else [])
    assert all(bundle_sha256(one.content) == one.sha256 for one in current)


@pytest.mark.bar("F78")
async def test_the_form_says_in_advance_what_counts_and_a_draft_left_there_is_listed(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team, scenario="")
        claire = await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition)
    await awa.open("/projet")
    assert "Enregistrer un brouillon ne dépose rien. Seul le dossier déposé est lu par le jury" in awa.text
    assert "L’heure qui compte est celle où votre envoi commence à arriver" in awa.text
    clock.move_to(CREATION_CLOSES + GRACE)
    await awa.sign_in_as(claire)
    await awa.open("/coordination/projets?etat=draft")
    assert scene.team.name in awa.text
    assert "Brouillon" in awa.text
