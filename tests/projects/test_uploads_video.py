"""/projet/envois: a video that arrives in several requests, under the limits its edition gives to videos."""

import hashlib

import pytest

from creathon.core.database import Database
from creathon.editions.models import DeliverableKind
from creathon.settings import Settings
from tests.factories.projects import PDF
from tests.projects.tusing import CONTENT, SHA, Sender, files, on_disk, uploads
from tests.projects.videos import mp4

FILM = mp4(12, padding=300_000)
FILM_SHA = hashlib.sha256(FILM).hexdigest()


@pytest.mark.bar("F61")
async def test_a_video_sent_in_parts_is_joined_with_its_seconds_and_played(sender: Sender, database: Database) -> None:
    begun = await sender.begin(len(FILM), filename="film.mp4", slot="video", sha256=FILM_SHA)
    assert begun.status_code == 201
    await sender.send(0, FILM[:100_000])
    await sender.visitor.open("/projet")
    waiting = [one.text for one in sender.visitor.page.select("[data-unfinished]")]
    assert len(waiting) == 1
    assert sender.visitor.page.select_one("#video-jointe [data-unfinished]") is not None
    assert (await sender.send(100_000, FILM[100_000:])).status_code == 204
    (video,) = await files(database)
    assert (video.slot, video.sha256, video.seconds) == (DeliverableKind.VIDEO, FILM_SHA, 12)
    await sender.visitor.open("/projet")
    player = sender.visitor.page.select_one("#video-jointe video")
    assert player is not None
    await sender.visitor.open(str(player["src"]))
    assert sender.visitor.response.content == FILM


async def test_a_file_and_a_video_arrive_beside_each_other(sender: Sender, database: Database) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    await sender.send(0, CONTENT[:1000])
    piece = sender.place
    assert (await sender.whole("film.mp4", FILM, slot="video")).status_code == 204
    sender.place = piece
    assert await sender.offset() == 1000
    assert (await sender.send(1000, CONTENT[1000:])).status_code == 204
    found = {file.slot: file.sha256 for file in await files(database)}
    assert found == {DeliverableKind.PIECE: SHA, DeliverableKind.VIDEO: FILM_SHA}


@pytest.mark.parametrize(
    ("size", "name", "status", "sentence"),
    [
        (499_000_000, "film.mp4", 201, ""),
        (500_000_001, "film.mp4", 422, "Ce fichier dépasse 500 Mo"),
        (1000, "film.pdf", 422, "Joignez un fichier MP4 ou WebM"),
    ],
)
async def test_the_limits_of_videos_are_those_of_their_edition(
    sender: Sender, database: Database, size: int, name: str, status: int, sentence: str
) -> None:
    """More than the plain form takes in one go, and not more than the edition does."""
    answer = await sender.begin(size, filename=name, slot="video")
    assert answer.status_code == status
    assert sentence in answer.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert len(await uploads(database)) == (status == 201)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("film.mp4", mp4(200), "dure 200 secondes, la limite est de 180"),
        ("film.mp4", mp4(3)[:40], "ne se lit pas comme une vidéo"),
        ("film.mp4", mp4(3, handler=b"soun"), "ne se lit pas comme une vidéo"),
        ("film.mp4", PDF, "ne correspond pas à son nom"),
    ],
)
async def test_what_is_no_video_within_limits_is_refused_and_forgotten(
    sender: Sender, database: Database, settings: Settings, name: str, content: bytes, sentence: str
) -> None:
    answer = await sender.whole(name, content, slot="video")
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (await files(database), await uploads(database), on_disk(settings)) == ([], [], {})
