"""Uploads that wait: the room they take, the day they have, the end of writing."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from creathon.core.arriving import Arriving
from creathon.core.clock import COMPLETION, MovableClock
from creathon.core.database import Database
from creathon.projects.rules.uploads import WAITS
from creathon.projects.sweeping import Sweeper
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.editions import CREATION_CLOSES
from tests.factories.projects import PDF
from tests.projects.conftest import Scene
from tests.projects.test_deadline import GRACE
from tests.projects.tusing import CONTENT, SHA, Sender, files, on_disk, uploads

TICK = timedelta(milliseconds=1)
T = CREATION_CLOSES + GRACE
"""When writing closes."""


def arriving(settings: Settings) -> Arriving:
    return Arriving(settings.data / "files" / "arriving")


async def test_what_is_arriving_takes_room_and_frees_it(
    sender: Sender, bastien: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creathon.projects.rules.files.TEAM_LIMIT", 2 * len(CONTENT) - 1)
    assert (await sender.begin(len(CONTENT), filename="un.pdf")).status_code == 201
    other = await Sender.of(bastien)
    refused = await other.begin(len(CONTENT), filename="deux.pdf")
    assert refused.status_code == 403
    assert "sa limite" in refused.text
    await bastien.open("/projet")
    await bastien.submit("/projet/fichier", files={"file": ("trois.pdf", CONTENT)})
    assert (bastien.status, "sa limite" in bastien.text) == (403, True)
    assert (await sender.send(0, CONTENT)).status_code == 204, "its own room does not refuse it"
    await sender.begin(100, filename="petit.pdf")
    await sender.send(0, b"", **{"x-http-method-override": "DELETE"})
    assert (await other.begin(len(CONTENT) - 1, filename="quatre.pdf")).status_code == 201


async def test_after_a_day_it_is_gone_for_its_author_and_then_from_the_disk(
    sender: Sender, scene: Scene, database: Database, settings: Settings, clock: MovableClock
) -> None:
    await sender.begin(len(CONTENT), filename="plan.pdf")
    await sender.send(0, CONTENT[:1000])
    (upload,) = await uploads(database)
    sweeper = Sweeper(database, arriving(settings), clock)
    begun = clock.now()
    clock.move_to(begun + WAITS - TICK)
    await sweeper.sweep()
    assert on_disk(settings) == {upload.id: 1000}
    await sender.visitor.sign_in_as(scene.people[0])
    assert await sender.offset() == 1000
    clock.move_to(begun + WAITS)
    assert (await sender.read()).status_code == 404
    await sweeper.sweep()
    assert (await uploads(database), on_disk(settings)) == ([], {})


async def test_the_sweeping_takes_what_is_joined_or_unknown_and_leaves_what_arrives(
    sender: Sender, database: Database, settings: Settings, clock: MovableClock
) -> None:
    await sender.whole("un.pdf", CONTENT)
    (settings.data / "files" / "arriving" / "nobodysfile1").write_bytes(b"left by a crash")
    await sender.begin(len(PDF), filename="deux.pdf")
    await sender.send(0, PDF[:5])
    await Sweeper(database, arriving(settings), clock).sweep()
    assert sorted(on_disk(settings).values()) == [5, len(CONTENT)]
    assert (await sender.send(5, PDF[5:])).status_code == 204
    assert len(await files(database)) == 2


@pytest.mark.bar("F75")
@pytest.mark.parametrize(
    ("registered", "ended", "joined"),
    [
        (-TICK, timedelta(0), True),
        (-TICK, COMPLETION - TICK, True),
        (-TICK, COMPLETION, False),
        (-COMPLETION, timedelta(0), True),
        (-COMPLETION - TICK, timedelta(0), False),
        (-COMPLETION - TICK, -TICK, True),
        (-timedelta(hours=2), -TICK, True),
        (-timedelta(hours=2), timedelta(0), False),
    ],
)
async def test_an_upload_registered_before_t_is_in_time_when_it_is_whole_within_fifteen_minutes(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock, registered: timedelta, ended: timedelta,
    joined: bool,
) -> None:  # fmt: skip
    """T is the instant writing closes; « ended » is when the last part arrives, whole at once."""
    clock.move_to(T + registered)
    await awa.sign_in_as(scene.people[0])
    sender = await Sender.of(awa)
    await sender.begin(len(CONTENT), filename="plan.pdf", sha256=SHA)
    await sender.send(0, CONTENT[:1000])
    clock.move_to(T + ended)
    answer = await sender.send(1000, CONTENT[1000:])
    assert answer.status_code == (204 if joined else 403)
    found = await files(database)
    assert len(found) == joined
    if joined:
        assert found[0].added_at == T + (registered if ended - registered <= COMPLETION else ended)
    else:
        assert await sender.offset() == 1000


@pytest.mark.bar("F75")
async def test_a_last_part_that_arrives_before_t_keeps_its_own_arrival(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    """Registered long before; its last request arrives before T and is whole after: like any request."""

    async def slowly() -> AsyncIterator[bytes]:
        yield CONTENT[:1000]
        clock.move_to(T + timedelta(minutes=5))
        yield CONTENT[1000:]

    clock.move_to(T - timedelta(hours=1))
    await awa.sign_in_as(scene.people[0])
    sender = await Sender.of(awa)
    await sender.begin(len(CONTENT), filename="plan.pdf")
    clock.move_to(T - TICK)
    assert (await sender.send(0, slowly())).status_code == 204
    (file,) = await files(database)
    assert file.added_at == T - TICK


async def test_nothing_is_registered_at_t(awa: Visitor, scene: Scene, database: Database, clock: MovableClock) -> None:
    clock.move_to(T - TICK)
    await awa.sign_in_as(scene.people[0])
    sender = await Sender.of(awa)
    clock.move_to(T)
    answer = await sender.begin(len(CONTENT), filename="plan.pdf")
    assert answer.status_code == 403
    assert "data-error-message" in answer.text
    assert await uploads(database) == []


@pytest.mark.bar("F75", "G88")
@pytest.mark.parametrize("known_by", [{"sha256": SHA}, {"mark": "500000-1790000000"}])
async def test_a_registration_whose_answer_was_lost_is_asked_again_after_t(
    awa: Visitor, scene: Scene, database: Database, clock: MovableClock, known_by: dict[str, str]
) -> None:
    clock.move_to(T - TICK)
    await awa.sign_in_as(scene.people[0])
    sender = await Sender.of(awa)
    await sender.begin(len(CONTENT), filename="plan.pdf", **known_by)
    place, sender.place = sender.place, ""
    clock.move_to(T + timedelta(minutes=1))
    again = await sender.begin(len(CONTENT), filename="plan.pdf", **known_by)
    assert (again.status_code, sender.place) == (201, place)
    for other in ({"filename": "autre.pdf", **known_by}, {"filename": "plan.pdf"}):
        assert (await sender.begin(len(CONTENT), **other)).status_code == 403
    assert (await sender.send(0, CONTENT)).status_code == 204
    (file,) = await files(database)
    assert file.added_at == T - TICK


async def test_two_files_that_only_look_alike_are_two(sender: Sender, database: Database) -> None:
    """Neither digest nor mark: the second is sent from its beginning, not after half of the first."""
    await sender.begin(len(CONTENT), filename="plan.pdf")
    await sender.send(0, CONTENT[:1000])
    first = sender.place
    await sender.begin(len(CONTENT), filename="plan.pdf")
    assert sender.place != first
    assert await sender.offset() == 0
    assert len(await uploads(database)) == 1
