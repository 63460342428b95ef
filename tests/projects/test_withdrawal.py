"""A team takes its deposit back: kept, said, journalled; nothing counts until it deposits again."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.journal import JournalLine
from creathon.mail.models import Mail
from creathon.projects.models import Deposit
from tests.browsing import Visitor
from tests.factories.editions import CREATION_CLOSES
from tests.factories.projects import make_deposited
from tests.factories.teams import make_team
from tests.personas import TEVA
from tests.projects.conftest import Scene


@pytest.fixture
async def number(scene: Scene, database: Database) -> str:
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team)
        assert project.current is not None
        return project.current.number


async def deposits(database: Database) -> list[Deposit]:
    async with database.reading() as session:
        return list(await session.scalars(select(Deposit).order_by(Deposit.arrived_at, Deposit.id)))


async def withdrawn_mails(database: Database) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail).where(Mail.name == "project_withdrawn")))


async def test_a_deposit_is_withdrawn_after_a_question_and_everybody_knows(
    awa: Visitor, bastien: Visitor, visitor: Visitor, scene: Scene, number: str, database: Database
) -> None:
    await bastien.open(f"/projet/recepisses/{number}")
    await bastien.open(f"/projet/recepisses/{number}/retrait")
    assert "Rien ne sera plus déposé pour votre équipe" in bastien.text
    await bastien.submit("/retrait")
    assert "Le dépôt est retiré" in bastien.flash
    assert "Rien n’est déposé" in bastien.text
    assert number in bastien.text
    (kept,) = await deposits(database)
    assert kept.withdrawn_at is not None
    assert kept.superseded_at == kept.withdrawn_at
    mails = await withdrawn_mails(database)
    assert sorted(mail.recipient for mail in mails) == sorted(person.email for person in scene.people)
    assert "Bastien" in mails[0].body
    async with database.reading() as session:
        entry = (
            await session.scalars(select(JournalLine).where(JournalLine.verb == "project.deposit_withdrawn"))
        ).one()
    assert entry.actor_id == scene.people[1].id
    await awa.open(f"/projet/recepisses/{number}")
    assert "Retiré le" in awa.text
    assert "Retirer ce dépôt" not in awa.text
    await visitor.open(f"/verifier?numero={number}")
    assert "Retiré par l’équipe" in visitor.text
    assert "Intact" in visitor.text


async def test_the_same_draft_is_deposited_again_and_counts(awa: Visitor, number: str, database: Database) -> None:
    await awa.open(f"/projet/recepisses/{number}/retrait")
    await awa.submit("/retrait")
    await awa.open("/projet/depot")
    await awa.submit("/projet/depot")
    first, second = sorted(await deposits(database), key=lambda one: one.number != number)
    assert (first.withdrawn_at is None, second.superseded_at) == (False, None)
    assert first.sha256 == second.sha256


async def test_two_members_withdraw_at_once_and_it_is_done_once(
    awa: Visitor, bastien: Visitor, number: str, database: Database
) -> None:
    for browser in (awa, bastien):
        await browser.open(f"/projet/recepisses/{number}/retrait")
    await asyncio.gather(awa.submit("/retrait"), bastien.submit("/retrait"))
    assert sorted((awa.status, bastien.status)) == [200, 403]
    refused = awa if awa.status == 403 else bastien
    assert "il n’y a rien à retirer" in refused.text
    assert len(await withdrawn_mails(database)) == 3


async def test_a_deposit_replaced_is_not_withdrawn_in_place_of_the_one_that_counts(
    awa: Visitor, bastien: Visitor, number: str, database: Database
) -> None:
    await awa.open(f"/projet/recepisses/{number}/retrait")
    await bastien.open("/projet")
    await bastien.submit("/projet", summary="Modifié depuis.")
    await bastien.open("/projet/depot")
    await bastien.submit("/projet/depot")
    await awa.submit("/retrait")
    assert awa.status == 403
    assert [one.withdrawn_at for one in await deposits(database)] == [None, None]


async def test_after_the_end_the_page_says_whom_to_ask(
    awa: Visitor, scene: Scene, number: str, database: Database, clock: MovableClock
) -> None:
    await awa.open(f"/projet/recepisses/{number}/retrait")
    clock.move_to(CREATION_CLOSES + timedelta(hours=1))
    await awa.sign_in_as(scene.people[0])
    await awa.open(f"/projet/recepisses/{number}")
    assert "Retirer ce dépôt" not in awa.text
    await awa.open(f"/projet/recepisses/{number}/retrait")
    assert awa.status == 403
    assert "Écrivez à la coordination" in awa.text
    assert (await deposits(database))[0].withdrawn_at is None


@pytest.mark.bar("C30")
async def test_another_team_finds_nothing_to_withdraw(
    visitor: Visitor, scene: Scene, number: str, database: Database
) -> None:
    async with database.writing() as session:
        other = await make_team(session, scene.edition, [TEVA], name="Les Passeurs")
    await visitor.sign_in_as(other.members[0].person)
    await visitor.open(f"/projet/recepisses/{number}/retrait")
    assert visitor.status == 404
    assert "Consigne en escalier" not in visitor.text
