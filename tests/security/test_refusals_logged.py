"""What is refused is written down: who, at which door, for what; and bursts are said aloud."""

import logging
from datetime import timedelta

import pytest

from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.errors import BURST, MOST_COUNTED, WITHIN, Bursts
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.factories.accounts import make_person
from tests.personas import ZOE
from tests.security.asking import OURS, ask


@pytest.fixture
async def zoe(database: Database) -> Person:
    async with database.writing() as session:
        return await make_person(session, ZOE)


def refusals(caplog: pytest.LogCaptureFixture, word: str = "refused") -> list[str]:
    lines = [record for record in caplog.records if record.name == "creathon" and record.levelno == logging.WARNING]
    return [record.getMessage() for record in lines if record.getMessage().startswith(word)]


@pytest.mark.bar("C40")
@pytest.mark.parametrize(
    ("path", "status", "policy"),
    [
        ("/coordination", 403, "coordination"),
        ("/accompagnement/0123456789ab/jalons", 404, "signed_in"),
        ("/projet/recepisses/ABCD-1234", 404, "signed_in"),
    ],
)
async def test_refusal_names_actor_policy_and_object(
    visitor: Visitor, zoe: Person, caplog: pytest.LogCaptureFixture, path: str, status: int, policy: str
) -> None:
    await visitor.sign_in_as(zoe)
    await visitor.open(path)
    assert visitor.status == status
    (line,) = refusals(caplog)
    assert line.endswith(f": {status} GET {path} ({policy}) to {zoe.id}")
    assert line.split()[1].rstrip(":") in visitor.text, "the number the person may quote"
    assert ZOE.email not in caplog.text


@pytest.mark.bar("C40")
async def test_strangers_and_foreign_sites_are_written_down(app: Creathon, caplog: pytest.LogCaptureFixture) -> None:
    await ask(app, "POST", b"/compte", OURS)
    await ask(app, "POST", b"/compte", [OURS[0], (b"origin", b"https://evil.test")])
    first, second = refusals(caplog)
    assert first.endswith(": 401 POST /compte (signed_in) to a visitor")
    assert second.endswith(": 403 POST /compte (no page) to a visitor")


@pytest.mark.bar("C40")
async def test_burst_raises_one_alarm_and_slow_refusals_none(
    visitor: Visitor, zoe: Person, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    await visitor.sign_in_as(zoe)
    for _ in range(BURST - 1):
        await visitor.open("/coordination")
    assert refusals(caplog, "alarm") == []
    await visitor.open("/coordination")
    (line,) = refusals(caplog, "alarm")
    assert f"{BURST} refusals" in line
    assert zoe.id in line
    await visitor.open("/coordination")
    assert len(refusals(caplog, "alarm")) == 1, "counted again from there"
    for _ in range(BURST + 5):
        clock.advance(WITHIN / (BURST - 2))
        await visitor.open("/coordination")
    assert len(refusals(caplog, "alarm")) == 1


@pytest.mark.bar("C40")
def test_counters_are_few_and_apart() -> None:
    bursts = Bursts()
    for number in range(MOST_COUNTED + 50):
        assert not bursts.note(f"person {number}", NOW)
    assert len(bursts.seen) == MOST_COUNTED
    assert [bursts.note("one", NOW + timedelta(seconds=number)) for number in range(BURST)] == [False] * 19 + [True]
