"""A draft that nobody deposited: said on its page and by mail, two days, six hours and one hour before the end."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.editions.planned import planned_between
from creathon.mail.delivery import FolderTransport, Postman
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.factories.editions import CREATION, CREATION_CLOSES
from tests.factories.projects import make_deposit, make_draft
from tests.factories.teams import make_team
from tests.personas import NADIA, SAMIR, TEVA, ZOE
from tests.projects.conftest import Scene

pytestmark = pytest.mark.usefixtures("app")

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def alarms(database: Database) -> list[Mail]:
    async with database.reading() as session:
        query = select(Mail).where(Mail.name == "project_not_deposited").order_by(Mail.created_at, Mail.recipient)
        return list(await session.scalars(query))


@pytest.fixture
async def teams(scene: Scene, database: Database) -> None:
    """« Les Marches » have a draft; « Les Passeurs » have deposited theirs; « Les Autres » wrote nothing."""
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team)
        passeurs = await make_team(session, scene.edition, [TEVA, NADIA, SAMIR], name="Les Passeurs")
        await make_deposit(session, scene.edition, await make_draft(session, scene.edition, passeurs))
        await make_team(session, scene.edition, [ZOE], name="Les Autres")


async def test_only_teams_with_a_draft_and_nothing_deposited_are_told_once_at_each_hour(
    teams: None, scene: Scene, database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    postman = Postman(database, FolderTransport(tmp_path), clock, "creathon@exemple.test", planned_between)
    told = sorted(person.email for person in scene.people)
    for hours in (6, 1):
        at = CREATION_CLOSES - hours * HOUR
        clock.move_to(at - MINUTE)
        assert await postman.write_planned() == 0
        clock.move_to(at)
        assert await postman.write_planned() == len(told)
        assert await postman.write_planned() == 0
    mails = await alarms(database)
    assert sorted({mail.recipient for mail in mails}) == told
    assert len(mails) == 2 * len(told)
    words = " ".join(mails[0].body.split())
    assert "« Les Marches »" in words
    assert "jusqu’au jeudi 20 mai 2027 à 9 h 00 (heure de Paris)" in words
    assert "http://testserver/projet" in words


async def test_who_deposits_meanwhile_is_not_told(
    teams: None, awa: Visitor, scene: Scene, database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    postman = Postman(database, FolderTransport(tmp_path), clock, "creathon@exemple.test", planned_between)
    clock.move_to(CREATION_CLOSES - 2 * HOUR)
    await awa.sign_in_as(scene.people[0])
    await awa.open("/projet/depot")
    await awa.submit("/projet/depot")
    clock.move_to(CREATION_CLOSES - HOUR)
    await postman.write_planned()
    assert await alarms(database) == []


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (6 * HOUR + MINUTE, "moins de 48 heures"),
        (6 * HOUR, "moins de 6 heures"),
        (HOUR, "moins d’une heure"),
        (timedelta(milliseconds=1), "moins d’une heure"),
        (timedelta(0), ""),
    ],
)
async def test_the_page_says_it_until_something_is_deposited(
    teams: None, awa: Visitor, scene: Scene, clock: MovableClock, left: timedelta, words: str
) -> None:
    clock.move_to(CREATION_CLOSES - left)
    await awa.sign_in_as(scene.people[0])
    await awa.open("/projet")
    said = awa.page.select_one("[data-live=etat] .alert")
    told = " ".join(said.get_text().split()) if said else ""
    assert words in told
    assert bool(told) == bool(words)
    if words:
        await awa.open("/projet/depot")
        await awa.submit("/projet/depot")
        await awa.open("/projet")
        assert awa.page.select_one("[data-live=etat] .alert") is None


async def test_before_the_writing_nothing_is_said(awa: Visitor, scene: Scene, clock: MovableClock) -> None:
    clock.move_to(CREATION)
    await awa.open("/projet")
    assert awa.page.select_one("[data-live=etat] .alert") is None
