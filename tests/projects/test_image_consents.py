"""Everybody sees the video of a deposit when each who may appear in it lets them, and nobody at the very next request.

Each test shows the video and hides it, or the reverse: what hides it is the one thing that changed between.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from creathon.accounts.models import AgeBand, Person
from creathon.app import Creathon
from creathon.core.antivirus import Clamd, Scanner
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.errors import NotThere
from creathon.core.files import FileStore, Scan, StoredFile
from creathon.core.journal import JournalLine
from creathon.editions.models import Edition, EditionState, Role
from creathon.projects.actions.images import give_image_consent, withdraw_image_consent
from creathon.projects.copying import Copyist
from creathon.projects.models import BlindCopy, ImageConsent
from creathon.projects.rules.images import OF_A_CLASS, agreed, last_day, may_broadcast
from creathon.settings import Settings
from creathon.teams.actions import authorise_image, leave_team, withdraw_authorisation
from creathon.teams.models import AuthorisedAct, Team, TeamKind, TeamMember, TeamRole
from creathon.teams.queries import team_by_id
from tests.browsing import Visitor
from tests.clamd import EICAR, FakeClamd, fake_clamd
from tests.factories.accounts import as_actor, make_holder
from tests.factories.editions import AFTER_PALMARES, CREATION, DELIBERATION, EVALUATION, make_edition, site_of
from tests.factories.jury import coordinator_of
from tests.factories.projects import CAPTIONS, join_video, make_consents, make_deposit, make_draft
from tests.factories.teams import make_passeurs
from tests.personas import SAMIR
from tests.policy.running import mark_of
from tests.projects.conftest import Scene
from tests.projects.videos import box, mp4

WHO = b"Awa des Marches"
NAMED = mp4(12) + box(b"udta", box(b"\xa9xyz", WHO)) + box(b"mdat", b"images")
INFECTED = mp4(12) + box(b"mdat", EICAR)
NOT_HERE = "Une vidéo est jointe au dossier. Elle n’est pas diffusée ici."
NOT_ALL = "Toutes les personnes de l’équipe n’ont pas dit oui."
ABSENT = "0000000000"
PART = {"range": "bytes=0-7"}
PAGE = "/projet/diffusion"
YES, NO = "J’accepte que cette vidéo soit montrée", "Retirer mon accord"
LAST_DAY = date(2030, 6, 18)


@dataclass(frozen=True)
class World:
    """The scene once its video is deposited and copied, after the palmarès."""

    scene: Scene
    database: Database
    slug: str
    film: bytes

    @property
    def doors(self) -> list[str]:
        return [f"/projets/{self.slug}/video", f"/projets/{self.slug}/sous-titres.vtt"]

    async def agree(self, *who: int, team: Team | None = None) -> None:
        """Members, by their place in the team, say yes."""
        async with self.database.writing() as session:
            await make_consents(session, self.scene.edition, team or self.scene.team, *who, now=AFTER_PALMARES)

    async def change(self, statement: Any) -> None:
        async with self.database.writing() as session:
            await session.execute(statement)

    async def of_minor(self, person: Person) -> None:
        await self.change(update(Person).where(Person.id == person.id).values(age_band=AgeBand.MINOR))

    async def authorise(self, person: Person, act: AuthorisedAct, ends_on: date = LAST_DAY) -> None:
        """What the site has read signed for a minor."""
        async with self.database.writing() as session:
            claire = await coordinator_of(session, self.scene.edition)
            await authorise_image(
                session, claire, self.scene.edition, person.id, [act], signatories=2, ends_on=ends_on,
                now=AFTER_PALMARES,
            )  # fmt: skip


async def is_shown(visitor: Visitor, world: World) -> bool:
    """Whether the video is shown: the page and every door say the same, or the test fails here."""
    await visitor.open(f"/projets/{world.slug}")
    assert (visitor.status, visitor.title) == (200, "Consigne en escalier")
    player = visitor.page.select_one("main video")
    answers = [
        (path, headers, await visitor.http.get(path, headers=headers)) for path in world.doors for headers in ({}, PART)
    ]
    if player is not None:
        assert [str(player["src"]), str(player.select("track")[0]["src"])] == world.doors
        assert NOT_HERE not in visitor.text
        assert [answer.status_code for *_of, answer in answers] == [200, 206, 200, 200]
        assert answers[0][2].content.count(b"ftyp") == 1
        assert "La consigne arrive d’un coup." in answers[2][2].text
        return True
    assert NOT_HERE in visitor.text
    assert all(door not in visitor.response.text for door in world.doors)
    for path, headers, answer in answers:
        nowhere = await visitor.http.get(path.replace(world.slug, ABSENT), headers=headers)
        assert (answer.status_code, nowhere.status_code) == (404, 404), path
        assert world.film[:8] not in answer.content, path
        assert b"ftyp" not in answer.content, path
        assert "WEBVTT" not in answer.text, path
        assert mark_of(answer) == mark_of(nowhere), path
    return False


@pytest.fixture
def store(settings: Settings) -> FileStore:
    return FileStore(settings.data / "files")


@pytest.fixture
def copyist(database: Database, store: FileStore, clock: MovableClock) -> Copyist:
    return Copyist(database, store, clock)


async def deposit(scene: Scene, database: Database, store: FileStore, content: bytes = NAMED) -> World:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team, video_url="", video_captions=CAPTIONS)
        await join_video(session, scene.edition, project, store=store, content=content, name="Awa des Marches.mp4")
        await make_deposit(session, scene.edition, project)
    return World(scene, database, project.slug, content)


@pytest.fixture
async def world(
    app: Creathon, scene: Scene, database: Database, store: FileStore, copyist: Copyist, clock: MovableClock
) -> World:
    """Nobody said anything yet."""
    world = await deposit(scene, database, store)
    clock.move_to(EVALUATION)
    await copyist.copy_due()
    clock.move_to(AFTER_PALMARES)
    return world


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


async def test_the_project_on_paper_never_holds_the_video(visitor: Visitor, world: World) -> None:
    """The page of a deposit says the words of its captions, whether its video is shown or not."""
    seen = []
    for _time in range(2):
        await visitor.open(f"/projets/{world.slug}")
        assert "On la découpe" in visitor.text
        seen.append(visitor.page.select_one("main video") is not None)
        await world.agree(0, 1, 2)
    assert seen == [False, True]
    source = Path("templates/projects/public_pdf.html").read_text()
    assert "readings.reading(content)" in source, "neither player nor captions"


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
        world = await deposit(scene, database, store, INFECTED)
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


async def test_a_member_speaks_for_themselves_alone(
    app: Creathon, visitor: Visitor, world: World, database: Database
) -> None:
    async with Visitor(app) as awa:
        await awa.sign_in_as(world.scene.people[0])
        await awa.open(PAGE)
        assert "0 personne a dit oui, sur 3." in awa.text
        await awa.submit(button=YES)
        assert "Votre accord est noté, jusqu’au mardi 18 juin 2030." in awa.flash
        form = {str(one["name"]): str(one["value"]) for one in awa.form("retrait").select("input")}
        for name in ("person_id", "person", "member", "team_id"):
            await awa.post(PAGE, **{**form, name: world.scene.people[1].id, "_once": f"once-{name}"})
        assert "1 personne a dit oui, sur 3." in (await awa.open(PAGE)).text
    async with database.reading() as session:
        (consent,) = await session.scalars(select(ImageConsent))
        said = (consent.person_id, consent.team_id, consent.ends_on)
        assert said == (world.scene.people[0].id, world.scene.team.id, LAST_DAY)
        lines = list(await session.scalars(select(JournalLine).where(JournalLine.verb.startswith("image."))))
    (line,) = lines
    assert (line.actor_id, line.verb) == (world.scene.people[0].id, "image.consented"), "the repeats changed nothing"
    assert line.details == {"team": world.scene.team.id}
    assert not await is_shown(visitor, world)


async def test_twice_changes_nothing(scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        team = await team_by_id(session, scene.team.id)
        assert team is not None
        first = await give_image_consent(session, scene.awa, team, scene.edition, now=CREATION)
        later = CREATION + timedelta(days=1)
        assert await give_image_consent(session, scene.awa, team, scene.edition, now=later) is first
        assert (first.given_at, first.ends_on) == (CREATION, date(2030, 5, 19))
        for _time in range(2):
            await withdraw_image_consent(session, scene.awa, team, scene.edition, now=later)
        assert first.withdrawn_at == later
        again = await give_image_consent(session, scene.awa, team, scene.edition, now=later)
        assert (again.id != first.id, again.ends_on) == (True, date(2030, 5, 20))
    async with database.reading() as session:
        verbs = list(await session.scalars(select(JournalLine.verb).order_by(JournalLine.sequence)))
        assert await session.scalar(select(func.count(ImageConsent.id))) == 2
    assert [verb for verb in verbs if verb.startswith("image.")] == [
        "image.consented", "image.withdrawn", "image.consented",
    ]  # fmt: skip


async def test_others_neither_agree_nor_withdraw_for_a_team(
    app: Creathon, visitor: Visitor, world: World, database: Database
) -> None:
    """Another team’s member speaks for their own team, a coordinator for none, whoever is not signed in not at all."""
    edition = world.scene.edition
    await world.agree(0, 1, 2)
    async with database.writing() as session:
        others = await make_passeurs(session, edition)
        teva = others.members[0].person
        samir = await make_holder(session, SAMIR, Role.SITE_COORDINATOR, edition, site_of(edition, "POI"))
        with pytest.raises(NotThere):
            await give_image_consent(session, await as_actor(session, teva), world.scene.team, edition, now=CREATION)
        await withdraw_image_consent(session, await as_actor(session, teva), world.scene.team, edition, now=CREATION)
    async with Visitor(app) as browser:
        await browser.sign_in_as(teva)
        await browser.open(PAGE)
        assert "0 personne a dit oui, sur 3." in browser.text
        assert "Les Marches" not in browser.text
        await browser.submit(button=YES)
        assert "1 personne a dit oui, sur 3." in (await browser.open(PAGE)).text
        await browser.submit(button=NO)
        await browser.sign_in_as(samir)
        assert "Vous n’avez pas encore d’équipe" in (await browser.open(PAGE)).text
        assert browser.status == 403
        for person in (samir, teva):
            await browser.sign_in_as(person)
            token = str((await browser.open("/compte")).page.select("[name=_csrf]")[0]["value"])
            for path in (PAGE, f"{PAGE}/retrait"):
                for team_id in (world.scene.team.id, ABSENT, ""):
                    await browser.post(path, _csrf=token, _once=f"{person.id}{path}{team_id}", equipe=team_id)
                    assert (browser.status, "Les Marches" in browser.text) == (404, False)
        found = await browser.http.get(f"{PAGE}?equipe={world.scene.team.id}")
        nowhere = await browser.http.get(f"{PAGE}?equipe={ABSENT}")
        assert (found.status_code, mark_of(found)) == (404, mark_of(nowhere))
    async with Visitor(app) as nobody:
        await nobody.open(PAGE)
        assert nobody.path == "/connexion"
    async with database.reading() as session:
        kept = await session.scalars(select(ImageConsent).where(ImageConsent.team_id == world.scene.team.id))
        assert [one.withdrawn_at for one in kept] == [None] * 3
    assert await is_shown(visitor, world)


async def test_one_withdraws_from_an_edition_that_is_over_whose_videos_are_still_public(
    app: Creathon, visitor: Visitor, world: World, clock: MovableClock
) -> None:
    """Without an edition at hand, and with the team of another one."""
    await world.agree(0, 1, 2)
    clock.move_to(AFTER_PALMARES.replace(year=2029))
    await world.change(update(Edition).values(state=EditionState.ARCHIVED))
    assert await is_shown(visitor, world)
    async with Visitor(app) as bastien:
        await bastien.sign_in_as(world.scene.people[1])
        await bastien.open(PAGE)
        assert "Les Marches" in bastien.text
        await bastien.submit(button=NO)
        assert not await is_shown(visitor, world)
        await bastien.submit(button=YES)
        assert await is_shown(visitor, world)
        async with world.database.writing() as session:
            edition = await make_edition(session, slug="2029", title="Créathon 2029")
            later = Team(
                edition_id=edition.id, site_id=site_of(edition, "POI").id, name="Les Ponts", name_key="les ponts",
                code="PONTS", created_at=AFTER_PALMARES,
            )  # fmt: skip
            session.add(later)
            await session.flush()
            seat = TeamMember(
                team_id=later.id, edition_id=edition.id, person_id=world.scene.people[1].id, seat=1,
                role=TeamRole.CONTEUR, joined_at=AFTER_PALMARES.replace(year=2029),
            )  # fmt: skip
            session.add(seat)
        await bastien.open(PAGE)
        assert "0 personne a dit oui, sur 1." in bastien.text
        await bastien.open(str(bastien.page.select(f"main a[href^='{PAGE}?equipe']")[0]["href"]))
        assert "3 personnes ont dit oui, sur 3." in bastien.text
        await bastien.submit(button=NO)
        assert "2 personnes ont dit oui, sur 3." in bastien.text
    assert not await is_shown(visitor, world)


async def test_the_page_says_what_is_asked_and_is_found(awa: Visitor, world: World, clock: MovableClock) -> None:
    await awa.sign_in_as(world.scene.people[0])
    await awa.open("/projet")
    assert awa.page.select_one(f"#video-jointe a[href='{PAGE}']") is not None
    await awa.open(str(awa.page.select("#recepisses a")[0]["href"]))
    assert "Récépissé" in awa.title
    assert awa.page.select_one(f"main a[href='{PAGE}']") is not None
    await awa.open(PAGE)
    for words in (
        "votre image et votre voix", "Réseau Canopé", "Faire connaître le projet", "Sur la page publique du projet",
        "du monde entier", "Jusqu’au mardi 18 juin 2030 compris", "Vous choisissez librement",
        "cela ne change rien à l’évaluation", "changer d’avis à tout moment", "Être filmé et être montré",
    ):  # fmt: skip
        assert words in awa.text, words
    for person in world.scene.people[1:]:
        assert person.given_name not in awa.text
    assert NOT_ALL in awa.text


async def test_a_consent_for_another_team_says_nothing_for_this_one(scene: Scene, database: Database) -> None:
    """The pure rule, asked without a database: who, for which team, until when."""
    team, today = scene.team, date(2027, 6, 18)
    consents = [
        ImageConsent(team_id=team.id, person_id=person.id, given_at=CREATION, ends_on=today, withdrawn_at=None)
        for person in scene.people
    ]
    assert may_broadcast(team, consents, [], today) is None
    assert len(agreed(team, consents, today)) == 3
    for changed in ({"team_id": "another"}, {"ends_on": today - timedelta(days=1)}, {"withdrawn_at": CREATION}):
        for name, value in changed.items():
            kept = getattr(consents[1], name)
            setattr(consents[1], name, value)
            refusal = may_broadcast(team, consents, [], today)
            assert refusal is not None
            assert refusal.reason == NOT_ALL
            setattr(consents[1], name, kept)
    assert may_broadcast(team, consents, [], today) is None


@pytest.mark.parametrize(
    ("given", "last"),
    [
        (date(2027, 6, 18), date(2030, 6, 18)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2028, 3, 1), date(2031, 3, 1)),
    ],
)
def test_a_consent_is_for_three_years(given: date, last: date) -> None:
    assert last_day(given) == last
