"""/projet/depot and /projet/recepisses: the rule at T, receipts, double clicks, failing commits."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.mail.models import Mail
from creathon.projects.models import Deposit, Project
from tests.browsing import ORIGIN, Visitor, form_values
from tests.factories.accounts import make_person
from tests.factories.editions import AFTER_PALMARES, APPLICATIONS, CREATION, CREATION_CLOSES
from tests.factories.projects import make_deposit, make_deposited, make_draft
from tests.factories.teams import make_team
from tests.personas import DORIS, EMIL, TEVA, ZOE
from tests.projects.conftest import Scene

GRACE = timedelta(seconds=900)
TICK = timedelta(milliseconds=1)


async def deposits(database: Database) -> list[Deposit]:
    async with database.reading() as session:
        return list(await session.scalars(select(Deposit).order_by(Deposit.arrived_at)))


async def count(database: Database, column: object) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


async def draft(database: Database, scene: Scene, **changes: object) -> Project:
    async with database.writing() as session:
        return await make_draft(session, scene.edition, scene.team, **changes)  # type: ignore[arg-type]


async def signed_in_at(browser: Visitor, scene: Scene, clock: MovableClock, when: datetime) -> None:
    clock.move_to(when)
    await browser.sign_in_as(scene.people[0])


async def test_a_complete_draft_is_reviewed_then_deposited_with_a_receipt(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene)
    await awa.open("/projet")
    assert "Le brouillon est complet" in awa.text
    await awa.open("/projet/depot")
    assert "Tout le monde voit les mêmes marches." in awa.text
    assert await count(database, Deposit.id) == 0
    await awa.submit(button="Déposer le projet")
    (deposit,) = await deposits(database)
    assert awa.path == f"/projet/recepisses/{deposit.number}"
    assert deposit.sha256 in awa.text
    assert "mercredi 19 mai 2027 à 15 h 00 (heure de Paris)" in awa.text
    assert (deposit.late, deposit.superseded_at, deposit.arrived_at) == (False, None, CREATION)
    async with database.reading() as session:
        mails = list(await session.scalars(select(Mail).where(Mail.name == "project_receipt")))
    assert sorted(mail.recipient for mail in mails) == [
        "awa@exemple.test", "bastien@exemple.test", "chloe@exemple.test",
    ]  # fmt: skip
    assert all(deposit.number in mail.body and deposit.sha256 in mail.body for mail in mails)
    assert f"Déposé le 19 mai à 15 h 00, récépissé {deposit.number}" in (await awa.open("/projet")).text


async def test_the_page_says_that_the_draft_left_the_deposit_behind(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene)
    await awa.open("/projet/depot")
    await awa.submit(button="Déposer le projet")
    await awa.open("/projet")
    assert "Vous avez modifié le brouillon depuis" not in awa.text
    await awa.submit("/projet", need="Autre chose")
    assert "Vous avez modifié le brouillon depuis : le dossier déposé ne change pas" in awa.text
    (deposit,) = await deposits(database)
    assert deposit.content["need"] == "La consigne est souvent le premier obstacle."
    await awa.submit("/projet", need="La consigne est souvent le premier obstacle.")
    assert "Vous avez modifié le brouillon depuis" not in awa.text


async def test_depositing_again_replaces_and_keeps_the_first(awa: Visitor, scene: Scene, database: Database) -> None:
    await draft(database, scene)
    await awa.open("/projet/depot")
    await awa.submit(button="Déposer le projet")
    await awa.open("/projet")
    await awa.submit("/projet", need="Autre chose")
    await awa.open("/projet/depot")
    await awa.submit(button="Déposer le projet")
    first, second = sorted(await deposits(database), key=lambda deposit: deposit.superseded_at is None)
    assert (first.superseded_at, second.superseded_at) == (CREATION, None)
    assert (first.content["need"], second.content["need"]) == (
        "La consigne est souvent le premier obstacle.", "Autre chose",
    )  # fmt: skip
    await awa.open("/projet/depot")
    assert "exactement ce qui est déposé" in awa.text


async def test_an_incomplete_draft_is_told_what_is_missing_and_not_deposited(
    awa: Visitor, scene: Scene, database: Database
) -> None:
    project = await draft(database, scene, scenario="", video_captioned=False)
    await awa.open("/projet")
    links = [str(link["href"]) for link in awa.page.select("#deposer li a")]
    assert links == ["#scenario", "#video_captioned", "/projet/sous-titres"]
    assert all(awa.page.select_one(link) for link in links[:2])
    await awa.open("/projet/depot")
    assert not awa.page.select("main form")
    await awa.open("/projet")
    token = form_values(awa.form("/projet"))["_csrf"]
    await awa.post("/projet/depot", _csrf=token, version=project.version)
    assert awa.status == 403
    assert "Scénario d’usage" in awa.text
    assert await count(database, Deposit.id) == 0


async def test_a_team_of_two_cannot_deposit(app: Creathon, visitor: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        team = await make_team(session, scene.edition, (TEVA, DORIS), name="Les Passeurs", site="RUN")
        await make_draft(session, scene.edition, team)
    await visitor.sign_in_as(team.members[0].person)
    await visitor.open("/projet/depot")
    assert "la vôtre compte 2 personnes" in visitor.text
    assert not visitor.page.select("main form")


@pytest.mark.bar("F75")
async def test_a_deposit_before_the_opening_is_refused_with_the_day(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        await make_draft(session, scene.edition, scene.team, now=APPLICATIONS)
    await signed_in_at(awa, scene, clock, APPLICATIONS)
    await awa.open("/projet/depot")
    assert "ouvre le mercredi 19 mai 2027 à 9 h 00" in awa.text
    assert not awa.page.select("main form")


@pytest.mark.bar("F73", "F75", "F76", "F77", "F79")
@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (CREATION_CLOSES - TICK, False),
        (CREATION_CLOSES, False),
        (CREATION_CLOSES + TICK, False),
        (CREATION_CLOSES + GRACE - TICK, False),
        (CREATION_CLOSES + GRACE, True),
        (CREATION_CLOSES + GRACE + TICK, True),
    ],
)
async def test_the_arrival_decides_whether_a_deposit_is_late(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock, moment: datetime, late: bool
) -> None:
    await draft(database, scene)
    await signed_in_at(awa, scene, clock, moment)
    await awa.open("/projet/depot")
    await awa.submit(button="Déposer")
    (deposit,) = await deposits(database)
    assert (deposit.late, deposit.arrived_at, deposit.superseded_at) == (late, moment, None)
    assert ("hors délai" in awa.text) is late
    async with database.reading() as session:
        names = set(await session.scalars(select(Mail.name).where(Mail.name.startswith("project_"))))
    assert names == {"project_receipt_late" if late else "project_receipt"}


@pytest.mark.bar("F74")
async def test_a_request_begun_in_time_whose_body_comes_after_is_in_time(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    await draft(database, scene)
    await signed_in_at(awa, scene, clock, CREATION_CLOSES + GRACE - TICK)
    await awa.open("/projet/depot")
    body = httpx.Request("POST", ORIGIN, data=form_values(awa.form("/projet/depot"))).content

    async def slow() -> AsyncIterator[bytes]:
        yield body[:10]
        clock.move_to(CREATION_CLOSES + GRACE + timedelta(seconds=30))
        yield body[10:]

    headers = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
    await awa.http.post("/projet/depot", content=slow(), headers=headers, follow_redirects=False)
    (deposit,) = await deposits(database)
    assert not deposit.late
    assert deposit.arrived_at == CREATION_CLOSES + GRACE - TICK


@pytest.mark.bar("F75")
async def test_a_late_deposit_never_takes_the_place_of_one_in_time(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        await make_deposit(session, scene.edition, project)
    clock.move_to(CREATION_CLOSES)
    await awa.sign_in_as(scene.people[0])
    await awa.open("/projet")
    await awa.submit("/projet", need="Changé dans les dernières secondes")
    clock.move_to(CREATION_CLOSES + GRACE)
    await awa.open("/projet/depot")
    assert "Le dossier déposé à l’heure reste celui qui compte" in awa.text
    await awa.submit(button="Déposer hors délai")
    in_time, late = await deposits(database)
    assert (in_time.late, in_time.superseded_at) == (False, None)
    assert (late.late, late.superseded_at) == (True, late.arrived_at)
    await awa.open("/projet")
    assert f"Déposé le 19 mai à 15 h 00, récépissé {in_time.number}" in awa.text
    assert f"récépissé {late.number} : ce dossier arrivé après l’heure est conservé à part" in awa.text
    async with database.reading() as session:
        bodies = list(await session.scalars(select(Mail.body).where(Mail.name == "project_receipt_late")))
    assert len(bodies) == 3
    assert all("reste celui qui compte" in body for body in bodies)


@pytest.mark.bar("F75")
async def test_a_deposit_after_the_palmares_is_refused_and_the_draft_stays(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    project = await draft(database, scene)
    await signed_in_at(awa, scene, clock, AFTER_PALMARES)
    await awa.open("/projet/depot")
    assert "Plus aucun dépôt n’est reçu depuis l’ouverture du palmarès" in awa.text
    token = form_values(awa.form("/deconnexion"))["_csrf"]
    await awa.post("/projet/depot", _csrf=token, version=project.version)
    assert awa.status == 403
    assert await count(database, Deposit.id) == 0


@pytest.mark.bar("G88")
async def test_a_double_click_deposits_once(awa: Visitor, scene: Scene, database: Database) -> None:
    await draft(database, scene)
    await awa.open("/projet/depot")
    values = form_values(awa.form("/projet/depot"))
    answers = await asyncio.gather(*(awa.http.post("/projet/depot", data=values) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.url.path for answer in answers}) == 1
    assert await count(database, Deposit.id) == 1
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Mail.id)).where(Mail.name == "project_receipt")) == 3


async def test_two_members_deposit_the_same_words_once(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene)
    await awa.open("/projet/depot")
    await bastien.open("/projet/depot")
    await asyncio.gather(awa.submit(button="Déposer"), bastien.submit(button="Déposer"))
    assert awa.path == bastien.path
    assert await count(database, Deposit.id) == 1


async def test_what_is_deposited_is_what_was_reviewed(
    awa: Visitor, bastien: Visitor, scene: Scene, database: Database
) -> None:
    await draft(database, scene)
    await awa.open("/projet/depot")
    await bastien.open("/projet")
    await bastien.submit("/projet", need="")
    await awa.submit(button="Déposer le projet")
    (deposit,) = await deposits(database)
    assert deposit.content["need"] == "La consigne est souvent le premier obstacle."
    assert "Vous avez modifié le brouillon depuis" in (await awa.open("/projet")).text


@pytest.mark.bar("H95")
async def test_a_commit_that_fails_gives_no_receipt(awa: Visitor, scene: Scene, database: Database) -> None:
    await draft(database, scene)
    await awa.open("/projet/depot")

    def fail(_session: Session) -> None:
        raise RuntimeError("the commit failed")

    event.listen(Session, "before_commit", fail)
    try:
        await awa.submit(button="Déposer le projet")
    finally:
        event.remove(Session, "before_commit", fail)
    assert awa.status == 500
    assert "écépissé" not in awa.text
    assert await count(database, Deposit.id) == 0
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Mail.id)).where(Mail.name == "project_receipt")) == 0
    await awa.open("/projet/depot")
    await awa.submit(button="Déposer le projet")
    assert await count(database, Deposit.id) == 1


async def test_a_receipt_does_not_exist_for_strangers(
    app: Creathon, visitor: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        zoe = await make_person(session, ZOE)
        await make_deposited(session, scene.edition, scene.team)
        other = await make_team(session, scene.edition, (TEVA, DORIS, EMIL), name="Les Passeurs", site="RUN")
    (deposit,) = await deposits(database)
    for person in (zoe, other.members[0].person):
        await visitor.sign_in_as(person)
        for name in ("", "/dossier.json", "/recepisse.pdf", "/recepisse.txt"):
            await visitor.open(path := f"/projet/recepisses/{deposit.number}{name}")
            assert visitor.status == 404, path
    await visitor.sign_in_as(scene.people[2])
    await visitor.open(f"/projet/recepisses/{deposit.number.lower()}")
    assert visitor.status == 200


async def test_the_bundle_has_the_sha256_of_the_receipt(awa: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        await make_deposited(session, scene.edition, scene.team)
    (deposit,) = await deposits(database)
    await awa.open(f"/projet/recepisses/{deposit.number}/dossier.json")
    assert hashlib.sha256(awa.response.content).hexdigest() == deposit.sha256
    assert json.loads(awa.response.content)["title"] == "Consigne en escalier"
    assert "attachment" in awa.response.headers["content-disposition"]


async def test_anybody_verifies_a_receipt_and_learns_nothing_of_the_project(
    visitor: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        await make_deposited(session, scene.edition, scene.team)
    (deposit,) = await deposits(database)
    await visitor.open("/verifier")
    await visitor.open(f"/verifier?numero={deposit.number.replace('-', ' ').lower()}")
    assert deposit.sha256 in visitor.text
    assert "mercredi 19 mai 2027 à 15 h 00 (heure de Paris)" in visitor.text
    assert "Arrivé dans les délais" in visitor.text
    assert "Intact" in visitor.text
    for secret in ("Consigne en escalier", "Les Marches", "Poitiers", "Awa", "Riviere"):
        assert secret not in visitor.response.text
    await visitor.open("/verifier?numero=0000-0000")
    assert visitor.status == 422
    assert "Aucun récépissé ne porte ce numéro" in visitor.errors
    assert 'value="0000-0000"' in visitor.response.text


async def test_a_bundle_is_compared_with_its_receipt(
    awa: Visitor, visitor: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        await make_deposited(session, scene.edition, scene.team)
    (deposit,) = await deposits(database)
    bundle = (await awa.open(f"/projet/recepisses/{deposit.number}/dossier.json")).response.content
    page = f"/verifier?numero={deposit.number}"
    await visitor.open(page)
    await visitor.submit(button="Comparer", files={"bundle_file": ("dossier.json", bundle)})
    assert "C’est bien ce dossier" in visitor.text
    await visitor.open(page)
    await visitor.submit(button="Comparer", files={"bundle_file": ("dossier.json", bundle + b" ")})
    assert "Ce n’est pas ce dossier" in visitor.text
    await visitor.open(page)
    await visitor.submit(button="Comparer", bundle_text=bundle.decode())
    assert "C’est bien ce dossier" in visitor.text
    await visitor.open(page)
    await visitor.submit(button="Comparer")
    assert visitor.status == 422


async def test_a_stored_deposit_that_changed_is_told_by_its_verification(
    visitor: Visitor, scene: Scene, database: Database
) -> None:
    async with database.writing() as session:
        await make_deposited(session, scene.edition, scene.team)
    (deposit,) = await deposits(database)
    async with database.writing() as session:
        forged = json.dumps(deposit.content | {"need": "Falsifié"})
        await session.execute(text("UPDATE deposit SET content = :content"), {"content": forged})
    await visitor.open(f"/verifier?numero={deposit.number}")
    assert "ne correspond plus à ce récépissé" in visitor.text
    assert "Intact" not in visitor.text
