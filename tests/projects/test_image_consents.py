"""Everybody sees the video of a deposit when each who may appear in it lets them, and nobody at the very next request.

Each test shows the video and hides it, or the reverse: what hides it is the one thing that changed between.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import delete, select, update

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.antivirus import Clamd, Scanner
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore, Scan, StoredFile
from creathon.editions.models import Role
from creathon.projects.actions.images import give_image_consent
from creathon.projects.copying import Copyist
from creathon.projects.models import BlindCopy
from creathon.projects.rules.images import OF_A_CLASS
from creathon.settings import Settings
from creathon.teams.actions import leave_team, withdraw_authorisation
from creathon.teams.models import AuthorisedAct, Team, TeamKind
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.clamd import FakeClamd, fake_clamd
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import AFTER_PALMARES, CREATION, DELIBERATION, EVALUATION
from tests.factories.jury import coordinator_of
from tests.personas import SAMIR
from tests.policy.running import mark_of
from tests.projects.broadcasting import (
    ABSENT,
    INFECTED,
    NAMED,
    NO,
    NOT_ALL,
    NOT_HERE,
    PAGE,
    PART,
    WHO,
    YES,
    World,
    deposit_video,
    is_shown,
)
from tests.projects.conftest import Scene
from tests.projects.test_receipt_pdf import words_of
from tests.queries import count_queries


async def test_a_video_is_shown_once_each_member_agreed_and_to_nobody_before(visitor: Visitor, world: World) -> None:
    assert not await is_shown(visitor, world)
    await world.agree(0, 1)
    assert not await is_shown(visitor, world), "two of three"
    await world.agree(2)
    assert await is_shown(visitor, world)


async def test_what_is_shown_is_the_copy_and_says_the_name_of_nobody(visitor: Visitor, world: World) -> None:
    await world.agree(0, 1, 2)
    assert await is_shown(visitor, world)
    page = visitor.response
    video, captions = world.doors
    whole = await visitor.http.get(video)
    assert (whole.headers["content-type"], len(whole.content)) == ("video/mp4", len(NAMED))
    assert (WHO in whole.content, whole.content.count(b"images")) == (False, 1)
    assert whole.headers["etag"].strip('"') == hashlib.sha256(whole.content).hexdigest()
    at = NAMED.index(WHO)
    part = await visitor.http.get(video, headers={"range": f"bytes={at}-{at + len(WHO) - 1}"})
    assert (part.status_code, part.content) == (206, whole.content[at : at + len(WHO)])
    assert part.headers["content-range"] == f"bytes {at}-{at + len(WHO) - 1}/{len(NAMED)}"
    words = await visitor.http.get(captions)
    assert words.headers["content-type"].startswith("text/vtt")
    name = f"video-{world.slug.lower()}.mp4"
    assert name in whole.headers["content-disposition"]
    assert name in page.text
    for answer in (page, whole, part, words):
        said = repr(answer.headers.raw) + answer.content.decode("utf-8", "replace")
        assert "Awa des" not in said
        assert "Awa%20des" not in said
    for answer in (whole, part, words):
        assert "no-store" in answer.headers["cache-control"]


async def test_what_the_rule_asks_of_the_database_is_two_queries(
    visitor: Visitor, world: World, scene: Scene, database: Database
) -> None:
    """And one while somebody has not agreed."""
    await world.agree(0, 1)
    counts = []
    for _time in range(2):
        with count_queries(database) as asked:
            await visitor.open(f"/projets/{world.slug}")
        said = [one for one in asked.statements if "image_consent" in one or "blind_copy" in one]
        counts.append((asked.count, len(said)))
        await world.agree(2)
    (before, one), (after, two) = counts
    assert (one, two, after - before) == (1, 2, 1)


@pytest.mark.pdf
async def test_the_project_on_paper_is_the_same_whether_its_video_is_shown_or_not(
    visitor: Visitor, world: World
) -> None:
    said = []
    for shown in (False, True):
        assert await is_shown(visitor, world) is shown
        await visitor.open(f"/projets/{world.slug}/projet.pdf")
        assert visitor.response.headers["content-type"] == "application/pdf"
        said.append(words_of(pypdfium2.PdfDocument(visitor.response.content)))
        await world.agree()
    assert said[0] == said[1]
    assert NOT_HERE in " ".join(said[0].split())
    assert "Awa des" not in said[0]


async def test_a_video_without_captions_is_shown_and_has_none(
    visitor: Visitor, scene: Scene, database: Database, store: FileStore, copyist: Copyist, clock: MovableClock
) -> None:
    world = await deposit_video(scene, database, store, captions="")
    clock.move_to(AFTER_PALMARES)
    await copyist.copy_due()
    await world.agree()
    await visitor.open(f"/projets/{world.slug}")
    assert visitor.page.select_one("main video") is not None
    assert visitor.page.select_one("main track") is None
    video, captions = [await visitor.http.get(door) for door in world.doors]
    assert (video.status_code, video.content.count(b"ftyp"), captions.status_code) == (200, 1, 404)


async def test_a_member_withdraws_and_the_very_next_request_gives_nothing(
    app: Creathon, visitor: Visitor, world: World
) -> None:
    await world.agree(0, 1, 2)
    assert await is_shown(visitor, world)
    etag = (await visitor.http.get(world.doors[0])).headers["etag"]
    async with Visitor(app) as bastien:
        await bastien.sign_in_as(world.scene.people[1])
        await bastien.open(PAGE)
        assert "3 personnes ont dit oui, sur 3." in bastien.text
        assert "La vidéo est montrée" in bastien.text
        await bastien.submit(button=NO)
        assert not await is_shown(visitor, world)
        for headers in ({"if-none-match": etag}, {**PART, "if-range": etag}, {"range": "bytes=-5"}):
            answer = await visitor.http.get(world.doors[0], headers=headers)
            assert (answer.status_code, b"images" in answer.content) == (404, False), headers
        await bastien.sign_in_as(world.scene.people[1])
        for path in world.doors:
            answer = await bastien.http.get(path)
            assert (answer.status_code, b"ftyp" in answer.content, "WEBVTT" in answer.text) == (404, False, False)
        await bastien.open(PAGE)
        assert "2 personnes ont dit oui, sur 3." in bastien.text
        assert NOT_ALL in bastien.text
        await bastien.submit(button=YES)
        assert await is_shown(visitor, world), "one may change one’s mind again"


async def test_a_consent_ends_with_its_last_day(visitor: Visitor, world: World, clock: MovableClock) -> None:
    """In the zone of the edition: half an hour before midnight in Paris, and half an hour after."""
    await world.agree(0, 1, 2)
    clock.move_to(AFTER_PALMARES.replace(year=2030, hour=23, minute=30))
    assert await is_shown(visitor, world)
    clock.move_to(AFTER_PALMARES.replace(year=2030, day=19, hour=0, minute=30))
    assert not await is_shown(visitor, world)
    async with world.database.writing() as session:
        person = await session.get_one(Person, world.scene.people[0].id)
        now = AFTER_PALMARES.replace(year=2030, day=19)
        team = await team_by_id(session, world.scene.team.id)
        assert team is not None
        consent = await give_image_consent(session, await as_actor(session, person), team, world.scene.edition, now=now)
        assert consent.ends_on == date(2033, 6, 19), "given anew"


class TestOfAMinor:
    """Chloé is sixteen."""

    @pytest.fixture
    async def chloe(self, world: World) -> Person:
        chloe = world.scene.people[2]
        await world.of_minor(chloe)
        return chloe

    async def test_both_are_needed_their_yes_and_the_paper_that_allows_to_broadcast(
        self, visitor: Visitor, world: World, chloe: Person
    ) -> None:
        await world.agree(0, 1, 2)
        assert not await is_shown(visitor, world)
        await world.authorise(chloe, AuthorisedAct.CAPTURE)
        assert not await is_shown(visitor, world), "to be filmed is not to be shown"
        await world.authorise(chloe, AuthorisedAct.BROADCAST)
        assert await is_shown(visitor, world)

    async def test_the_paper_alone_says_nothing_for_the_minor(
        self, visitor: Visitor, world: World, chloe: Person
    ) -> None:
        await world.authorise(chloe, AuthorisedAct.BROADCAST)
        await world.agree(0, 1)
        assert not await is_shown(visitor, world)
        await world.agree(2)
        assert await is_shown(visitor, world)

    async def test_the_paper_ends_with_its_last_day(
        self, visitor: Visitor, world: World, chloe: Person, clock: MovableClock
    ) -> None:
        await world.agree(0, 1, 2)
        await world.authorise(chloe, AuthorisedAct.BROADCAST, date(2027, 9, 1))
        clock.move_to(AFTER_PALMARES.replace(month=9, day=1, hour=23))
        assert await is_shown(visitor, world)
        clock.move_to(AFTER_PALMARES.replace(month=9, day=2, hour=1))
        assert not await is_shown(visitor, world)

    async def test_the_paper_is_taken_back_and_the_very_next_request_gives_nothing(
        self, visitor: Visitor, world: World, chloe: Person
    ) -> None:
        await world.agree(0, 1, 2)
        await world.authorise(chloe, AuthorisedAct.BROADCAST)
        assert await is_shown(visitor, world)
        async with world.database.writing() as session:
            claire = await coordinator_of(session, world.scene.edition)
            await withdraw_authorisation(
                session, claire, world.scene.edition, chloe.id, AuthorisedAct.BROADCAST, now=AFTER_PALMARES
            )
        assert not await is_shown(visitor, world)

    async def test_the_page_tells_the_minor_of_the_paper_and_the_others_no_name(
        self, app: Creathon, world: World, chloe: Person
    ) -> None:
        await world.agree(0, 1, 2)
        async with Visitor(app) as browser:
            for person, told in ((chloe, True), (world.scene.people[0], False)):
                await browser.sign_in_as(person)
                await browser.open(PAGE)
                assert "le site n’a pas, ou n’a plus, l’autorisation de diffuser" in browser.text
                assert ("Les papiers à faire signer" in browser.text) is told
                assert "Chloé" not in browser.text


async def test_the_video_of_a_class_is_never_shown(app: Creathon, visitor: Visitor, world: World) -> None:
    await world.agree(0, 1, 2)
    of_kind = update(Team).where(Team.id == world.scene.team.id)
    await world.change(of_kind.values(kind=TeamKind.CLASS))
    assert not await is_shown(visitor, world)
    async with Visitor(app) as awa:
        await awa.sign_in_as(world.scene.people[0])
        await awa.open(PAGE)
        assert OF_A_CLASS in awa.text
        assert not awa.page.select(f"form[action='{PAGE}']"), "nobody is asked for nothing"
    await world.change(of_kind.values(kind=TeamKind.STANDARD))
    assert await is_shown(visitor, world)


async def test_nothing_is_shown_before_the_palmares(visitor: Visitor, world: World, clock: MovableClock) -> None:
    await world.agree(0, 1, 2)
    clock.move_to(DELIBERATION)
    for path in (f"/projets/{world.slug}", *world.doors):
        for headers in ({}, PART):
            answer = await visitor.http.get(path, headers=headers)
            assert (answer.status_code, b"ftyp" in answer.content, "WEBVTT" in answer.text) == (404, False, False)
            nowhere = await visitor.http.get(path.replace(world.slug, ABSENT), headers=headers)
            assert mark_of(answer) == mark_of(nowhere), path
    clock.move_to(AFTER_PALMARES)
    assert await is_shown(visitor, world)


async def test_a_video_whose_copy_is_not_made_is_not_shown(visitor: Visitor, world: World) -> None:
    await world.agree(0, 1, 2)
    sha256 = hashlib.sha256(NAMED).hexdigest()
    async with world.database.writing() as session:
        copy = (await session.scalars(select(BlindCopy))).one()
        made = copy.copy_sha256
        assert (copy.sha256, made == sha256) == (sha256, False)
        copy.copy_sha256 = None
    assert not await is_shown(visitor, world)
    await world.change(delete(BlindCopy))
    assert not await is_shown(visitor, world)
    async with world.database.writing() as session:
        session.add(BlindCopy(sha256=sha256, copy_sha256=made, made_at=AFTER_PALMARES))
    assert await is_shown(visitor, world)


class TestWithAnAntivirus:
    """What the antivirus found in the video, or in its copy, holds both."""

    @pytest.fixture
    async def clamd(self, tmp_path: Path) -> AsyncIterator[FakeClamd]:
        async with fake_clamd(str(tmp_path / "c.sock")) as fake:
            yield fake

    @pytest.fixture
    def settings(self, settings: Settings, clamd: FakeClamd) -> Settings:
        return replace(settings, clamd=clamd.place)

    async def test_an_infected_video_is_not_shown(
        self, app: Creathon, visitor: Visitor, scene: Scene, database: Database, clock: MovableClock,
        store: FileStore, copyist: Copyist, clamd: FakeClamd,
    ) -> None:  # fmt: skip
        world = await deposit_video(scene, database, store, INFECTED)
        clock.move_to(EVALUATION)
        await copyist.copy_due()
        await Scanner(database, store, clock, Clamd(clamd.place)).scan_due()
        clock.move_to(AFTER_PALMARES)
        await world.agree(0, 1, 2)
        async with database.reading() as session:
            assert Scan.INFECTED in set(await session.scalars(select(StoredFile.scan)))
            assert (await session.scalars(select(BlindCopy.copy_sha256))).one() is not None
        assert not await is_shown(visitor, world)
        await world.change(update(StoredFile).values(scan=Scan.CLEAN))
        assert await is_shown(visitor, world)

    async def test_a_copy_that_waits_for_the_antivirus_is_not_shown(
        self, visitor: Visitor, world: World, clamd: FakeClamd
    ) -> None:
        await world.agree(0, 1, 2)
        await world.change(update(StoredFile).values(scan=Scan.CLEAN))
        assert await is_shown(visitor, world)
        copy = select(BlindCopy.copy_sha256).scalar_subquery()
        await world.change(update(StoredFile).where(StoredFile.sha256 == copy).values(scan=Scan.PENDING))
        assert not await is_shown(visitor, world)


async def test_who_left_is_not_waited_for_and_who_joins_is(visitor: Visitor, world: World) -> None:
    edition = world.scene.edition
    await world.agree(0, 1)
    assert not await is_shown(visitor, world)
    async with world.database.writing() as session:
        team = await team_by_id(session, world.scene.team.id)
        assert team is not None
        leaver = team.members[2]
        joining = {name: getattr(leaver, name) for name in ("team_id", "edition_id", "seat", "role", "joined_at")}
        await leave_team(session, await as_actor(session, leaver.person), team, edition, now=CREATION)
    assert await is_shown(visitor, world)
    async with world.database.writing() as session:
        newcomer = await make_holder(session, SAMIR, Role.MENTOR, edition)
        session.add(type(leaver)(person_id=newcomer.id, **joining))
    assert not await is_shown(visitor, world)
    await world.agree(2)
    assert await is_shown(visitor, world)
