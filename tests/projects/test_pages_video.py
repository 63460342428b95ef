"""/projet/video: what is joined, refused, played by parts, and by whom."""

import hashlib

import pytest
from sqlalchemy import select

from creathon.app import Creathon
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.editions.models import Deliverable, DeliverableKind, Role
from creathon.projects.models import Deposit, DepositFile, ProjectFile
from creathon.projects.proofs import deposit_problems
from creathon.projects.queries import project_of_team
from creathon.projects.receipts import bundle_sha256
from tests.browsing import Visitor
from tests.factories.accounts import make_holder, make_person
from tests.factories.editions import site_of
from tests.factories.projects import FILM, SIGNER, join_video, make_deposit, make_draft
from tests.personas import CLAIRE, SAMIR, ZOE
from tests.projects.conftest import Scene
from tests.projects.videos import mp4, webm

VIDEO = "/projet/video"


@pytest.fixture
async def joined(app: Creathon, scene: Scene, database: Database, store: FileStore) -> str:
    """The id of a video joined to the draft of « Les Marches », deposited with it."""
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        video = await join_video(session, scene.edition, project, store=store)
        await make_deposit(session, scene.edition, project)
    return video.id


async def videos(database: Database) -> list[ProjectFile]:
    async with database.reading() as session:
        return list(await session.scalars(select(ProjectFile)))


@pytest.mark.parametrize(
    ("name", "content", "said", "seconds"),
    [
        ("film.mp4", mp4(12), "film.mp4, 12 secondes", 12),
        ("film.webm", webm(7), "film.webm, 7 secondes", 7),
        ("film.webm", webm(None), "Sa durée n’a pas pu être lue", None),
    ],
)
async def test_a_video_is_joined_and_its_duration_said(
    awa: Visitor, scene: Scene, database: Database, name: str, content: bytes, said: str, seconds: float | None
) -> None:
    await awa.open("/projet")
    await awa.submit(VIDEO, files={"video": (name, content)})
    assert said in awa.flash, awa.errors
    (video,) = await videos(database)
    assert (video.slot, video.seconds) == (DeliverableKind.VIDEO, seconds)
    player = awa.page.select_one("#video-jointe video")
    assert player is not None
    assert (player.get("src"), player.get("preload")) == (f"/projet/fichiers/{video.id}", "metadata")
    assert not player.has_attr("autoplay")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("film.mov", mp4(3), "Joignez un fichier MP4 ou WebM"),
        ("film.mp4", b"", "vide"),
        ("film.mp4", webm(3), "ne correspond pas à son nom"),
        ("film.mp4", mp4(200), "dure 200 secondes, la limite est de 180"),
        ("film.mp4", mp4(3, handler=b"soun"), "ne se lit pas comme une vidéo"),
        ("film.mp4", mp4(3)[:40], "ne se lit pas comme une vidéo"),
        ("", b"", "Choisissez une vidéo"),
    ],
)
async def test_a_bad_video_is_refused_and_the_one_before_stays(
    awa: Visitor, joined: str, database: Database, name: str, content: bytes, sentence: str
) -> None:
    await awa.open("/projet")
    await awa.submit(VIDEO, files={"video": (name, content)})
    assert awa.status == 422
    assert sentence in awa.errors
    (video,) = await videos(database)
    assert video.id == joined
    assert awa.page.select_one(f"#video-jointe video[src$='{joined}']")


async def test_the_limits_are_those_of_the_edition(awa: Visitor, scene: Scene, database: Database) -> None:
    async with database.writing() as session:
        rows = await session.scalars(select(Deliverable).where(Deliverable.edition_id == scene.edition.id))
        asked = next(row for row in rows if row.kind == DeliverableKind.VIDEO)
        asked.formats, asked.max_bytes, asked.max_seconds = ["webm"], 3_000_000, 5
    await awa.open("/projet")
    assert "WebM, 5 secondes et 3 Mo au plus" in awa.text.replace("\u00a0", " ")
    await awa.submit(VIDEO, files={"video": ("film.webm", webm(7))})
    assert "dure 7 secondes, la limite est de 5" in awa.errors
    await awa.submit(VIDEO, files={"video": ("film.mp4", mp4(3))})
    assert "Joignez un fichier WebM" in awa.errors
    assert await videos(database) == []


async def test_a_deposit_holds_its_video_and_a_bundle_without_one_is_unchanged(
    app: Creathon, scene: Scene, database: Database, store: FileStore
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        plain = await make_deposit(session, scene.edition, project)
        await join_video(session, scene.edition, project, store=store)
        with_video = await make_deposit(session, scene.edition, project)
    assert "video" not in plain.content
    said = {"name": "film.mp4", "size": len(FILM), "sha256": hashlib.sha256(FILM).hexdigest()}
    assert with_video.content == plain.content | {"video": {**said, "media_type": "video/mp4", "seconds": 12}}
    assert (plain.files, with_video.files) == ([], project.files)
    assert bundle_sha256(with_video.content) == with_video.sha256


async def test_a_joined_video_takes_the_place_of_an_address(
    awa: Visitor, scene: Scene, database: Database, store: FileStore
) -> None:
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team, video_url="")
    await awa.open("/projet")
    assert "La vidéo est à joindre, ou son adresse est à remplir" in awa.text
    await awa.submit(VIDEO, files={"video": ("film.mp4", FILM)})
    assert "La vidéo est à joindre" not in awa.text
    await awa.open("/projet/depot")
    await awa.submit("/projet/depot")
    assert awa.page.select_one("main video")
    async with database.reading() as session:
        assert (await session.scalars(select(Deposit))).one().content["video"]["name"] == "film.mp4"
    assert project.video_url == ""


async def test_a_removed_video_stays_with_its_deposit(awa: Visitor, joined: str, database: Database) -> None:
    await awa.open("/projet")
    await awa.submit(f"/projet/fichiers/{joined}/retirer")
    assert awa.page.select_one("#video-jointe video") is None
    async with database.reading() as session:
        assert (await session.scalars(select(DepositFile.file_id))).all() == [joined]
    await awa.open("/projet/historique")
    assert "« Vidéo jointe »" in awa.text
    await awa.open("/projet/historique/texte?version=4&depuis=3")
    assert "film.mp4" in awa.text


async def test_the_version_that_was_reviewed_is_deposited_with_its_video(
    awa: Visitor, bastien: Visitor, joined: str, database: Database, scene: Scene
) -> None:
    """Bastien takes the video off while Awa reads what she is about to deposit."""
    await awa.open("/projet")
    await awa.submit(VIDEO, files={"video": ("autre.mp4", mp4(20))})
    await awa.open("/projet/depot")
    await bastien.open("/projet")
    await bastien.submit(button="Retirer la vidéo du brouillon")
    await awa.submit("/projet/depot")
    async with database.reading() as session:
        project = await project_of_team(session, scene.team.id)
    assert project is not None
    assert project.current is not None
    assert project.video is None
    assert project.current.content["video"]["name"] == "autre.mp4"
    async with database.reading() as session:
        (of_current,) = await session.scalars(
            select(DepositFile.file_id).where(DepositFile.deposit_id == project.current.id)
        )
    assert of_current != joined


async def test_the_proofs_look_for_the_video_of_a_deposit(
    app: Creathon, joined: str, database: Database, store: FileStore
) -> None:
    async def problems() -> list[str]:
        async with database.reading() as session:
            return [problem async for _number, problem in deposit_problems(session, store, SIGNER.keys)]

    assert await problems() == [""]
    path = store.path(hashlib.sha256(FILM).hexdigest())
    path.write_bytes(FILM[:-1] + b"!")
    assert await problems() == ["son fichier n’a plus la même empreinte"]
    path.unlink()
    assert await problems() == ["son fichier manque"]


async def test_a_player_gets_the_parts_it_asks_for(awa: Visitor, joined: str) -> None:
    path = f"/projet/fichiers/{joined}"
    whole = await awa.http.get(path)
    assert (whole.content, whole.headers["accept-ranges"]) == (FILM, "bytes")
    assert whole.headers["content-type"] == "video/mp4"
    part = await awa.http.get(path, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, FILM[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(FILM)}"
    end = await awa.http.get(path, headers={"range": "bytes=-5"})
    assert (end.status_code, end.content) == (206, FILM[-5:])
    beyond = await awa.http.get(path, headers={"range": "bytes=999999-"})
    assert (beyond.status_code, beyond.content) == (416, b"")
    assert beyond.headers["content-range"] == f"bytes */{len(FILM)}"
    other = await awa.http.get(path, headers={"range": "bytes=10-19", "if-range": '"autre"'})
    assert (other.status_code, other.content) == (200, FILM)


async def test_a_video_is_played_only_by_its_team_and_its_coordination(
    app: Creathon, scene: Scene, joined: str, database: Database
) -> None:
    async with database.writing() as session:
        site = site_of(scene.edition, "POI")
        people = {
            "its coordination": await make_holder(session, SAMIR, Role.SITE_COORDINATOR, scene.edition, site),
            "the national one": await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, scene.edition),
            "somebody": await make_person(session, ZOE),
        }
    path, answers = f"/projet/fichiers/{joined}", {}
    for who, person in people.items():
        async with Visitor(app) as visitor:
            await visitor.sign_in_as(person)
            answer = await visitor.http.get(path, headers={"range": "bytes=0-3"})
            answers[who] = (answer.status_code, FILM[:4] in answer.content)
    assert answers == {"its coordination": (206, True), "the national one": (206, True), "somebody": (404, False)}
