"""Copies of videos for blind reading: what says who, where, when and with what is overwritten; nothing moves."""

import io
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from creathon.app import Creathon
from creathon.core.apart import Died, run_apart
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.files import FileStore
from creathon.projects import anonymising_video, copying
from creathon.projects.anonymising_video import Unreadable, overwritten
from creathon.projects.copying import Copyist
from creathon.projects.probing import probed
from creathon.projects.queries.contents import SETTLED, blind_copies
from tests.factories.editions import CREATION
from tests.factories.projects import join_video, make_deposit, make_draft
from tests.projects.conftest import Scene
from tests.projects.videos import box, element, mp4, webm

WHO, PLACE = b"Awa Traore", b"+48.8566+002.3522/"
UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"


def boxes_inside(film: bytes, parent: bytes, more: bytes) -> bytes:
    """The film with boxes added at the end of one, whose size (and its parents': `moov` alone here) follows."""
    at = film.index(parent) - 4
    size = int.from_bytes(film[at : at + 4], "big")
    return film[:at] + struct.pack(">I", size + len(more)) + film[at + 4 : at + size] + more + film[at + size :]


def hidden_track(place: int, size: int, handler: bytes = b"meta") -> bytes:
    """A track of places, as cameras write, or of titles of chapters; two samples in one chunk."""
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12), WHO)
    table = box(b"stsz", struct.pack(">IIIII", 0, 0, 2, size // 2, size - size // 2))
    table += box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 2, 1)) + box(b"stco", struct.pack(">III", 0, 1, place))
    return box(b"trak", box(b"mdia", hdlr, box(b"minf", box(b"stbl", table))))


def named_mp4(handler: bytes = b"meta") -> bytes:
    udta = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0), PLACE), box(b"meta", bytes(4), WHO))
    after = box(b"free", WHO) + box(b"meta", WHO)
    place = len(_with_track(udta, 0, handler) + after) + 8
    return _with_track(udta, place, handler) + after + box(b"mdat", WHO, b"images")


def named_chapters() -> bytes:
    return named_mp4(b"text")


def _with_track(udta: bytes, place: int, handler: bytes) -> bytes:
    return boxes_inside(mp4(12), b"moov", udta + box(b"uuid", WHO) + hidden_track(place, len(WHO), handler))


def named_webm() -> bytes:
    info = (
        element(b"\x7b\xa9", WHO)
        + element(b"\x4d\x80", WHO)
        + element(b"\x57\x41", WHO)
        + element(b"\x44\x61", bytes(8))
    )
    tags = element(b"\x12\x54\xc3\x67", WHO * 20) + element(b"\x19\x41\xa4\x69", PLACE) + element(b"\xec", WHO)
    cluster = b"\x1f\x43\xb6\x75" + UNKNOWN + element(b"\xe7", b"\0") + element(b"\xa3", b"images")
    film = webm(12)
    head = film[: film.index(b"\x18\x53\x80\x67")]
    inside = film[film.index(b"\x15\x49\xa9\x66") :]
    named = element(b"\x15\x49\xa9\x66", info)
    return head + b"\x18\x53\x80\x67" + UNKNOWN + inside + named + tags + cluster + tags


async def copied(content: bytes, chunk: int = 7) -> bytes:
    patches = overwritten(io.BytesIO(content))
    reader, found = copying._Overwritten(io.BytesIO(content), patches), b""
    while part := await reader.read(chunk):
        found += part
    return found


@pytest.mark.bar("E54")
@pytest.mark.parametrize("made", [named_mp4, named_chapters, named_webm])
async def test_a_video_says_nothing_of_who_made_it_and_is_still_one(made: Callable[[], bytes], tmp_path: Path) -> None:
    content = made()
    assert WHO in content
    copy = await copied(content)
    assert WHO not in copy
    assert PLACE not in copy
    assert len(copy) == len(content)
    assert copy.count(b"images") == 1
    (tmp_path / "film").write_bytes(copy)
    with (tmp_path / "film").open("rb") as file:
        said = probed(file)
    assert said == {"media_type": "video/webm" if made is named_webm else "video/mp4", "seconds": 12.0}
    assert await copied(content, 1 << 20) == copy
    assert await copied(copy) == copy


async def test_what_says_nothing_is_left_as_it_is() -> None:
    dated = mp4(12)
    assert await copied(dated) == dated
    silent = webm(12)
    assert await copied(silent) == silent


def nested() -> bytes:
    film = b""
    for _time in range(3_000):
        film = box(b"moov", film)
    return film


HOSTILE = {
    "a box beyond the end": mp4(12) + struct.pack(">I", 99) + b"udta",
    "a box of no size": mp4(12) + struct.pack(">I", 4) + b"udta",
    "a long box around itself": mp4(12) + struct.pack(">I", 1) + b"udta" + struct.pack(">Q", 3),
    "boxes within boxes": nested(),
    "very many boxes": mp4(12) + box(b"free") * (anonymising_video.MOST + 1),
    "a table longer than its box": boxes_inside(mp4(12), b"moov", hidden_track(0, 9).replace(
        struct.pack(">III", 0, 1, 0), struct.pack(">III", 0, 90_000, 0))),
    "samples without end": boxes_inside(mp4(12), b"moov", hidden_track(0, 9).replace(
        struct.pack(">III", 0, 0, 2), struct.pack(">III", 0, 5, 0xFFFFFFFF))),
    "samples over the boxes": boxes_inside(mp4(12), b"moov", hidden_track(0, 5_000)),
    "an element beyond the end": webm(12) + b"\x12\x54\xc3\x67\x88abc",
    "an element of no known size": webm(12) + b"\x12\x54\xc3\x67\xff" + WHO,
    "no element": webm(12) + bytes(9),
    "cut": webm(12) + b"\x12\x54",
}  # fmt: skip


@pytest.mark.bar("E54")
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_video_that_cannot_be_followed_is_not_copied(content: bytes) -> None:
    with pytest.raises((Unreadable, RecursionError)):
        overwritten(io.BytesIO(content))


async def test_a_video_is_copied_beside_the_original_and_a_large_hole_is_passed_over(
    app: Creathon, scene: Scene, database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    store, heavy = FileStore(tmp_path / "files"), named_mp4()
    hole = 400_000_000
    async with database.writing() as session:
        project = await make_draft(session, scene.edition, scene.team)
        await join_video(session, scene.edition, project, store=store, content=heavy)
        deposit = await make_deposit(session, scene.edition, project, now=CREATION)
    sha256 = deposit.content["video"]["sha256"]
    clock.move_to(CREATION + SETTLED)
    assert await Copyist(database, store, clock).copy_due() == 1
    async with database.reading() as session:
        copy = (await blind_copies(session, [sha256]))[sha256]
    assert WHO not in store.path(str(copy.copy_sha256)).read_bytes()
    assert store.path(sha256).read_bytes() == heavy
    with (tmp_path / "sparse").open("wb+") as sparse:
        sparse.write(heavy[: heavy.rindex(b"mdat") - 4] + struct.pack(">I", hole) + b"mdat" + WHO)
        sparse.truncate(sparse.tell() + hole - 8 - len(WHO))
        sparse.seek(0)
        assert b"66726565" in await run_apart("creathon.projects.anonymising_video", sparse, seconds=5)
        sparse.truncate(os.fstat(sparse.fileno()).st_size - 1)
        sparse.seek(0)
        with pytest.raises(Died):
            await run_apart("creathon.projects.anonymising_video", sparse, seconds=5)
