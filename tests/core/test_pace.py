"""A process knows that it is behind: it lets what is short go first, and takes what it is late by off what arrives."""

import asyncio
from datetime import timedelta

import pytest

from creathon.app import create_app
from creathon.core.clock import MovableClock
from creathon.core.web import pace as module
from creathon.core.web.pace import BEHIND_SECONDS, EVERY_SECONDS, OWED_AT_MOST, REMEMBERED_SECONDS, Pace
from creathon.settings import Settings


async def hold(seconds: float) -> None:
    """Keep the loop busy that long."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        pass


async def test_a_loop_that_was_held_is_seen_to_be_behind() -> None:
    pace = Pace()
    watching = asyncio.create_task(pace.watch())
    await asyncio.sleep(0)
    await hold(EVERY_SECONDS + 2 * BEHIND_SECONDS)
    for _turn in range(5):
        await asyncio.sleep(0)
    watching.cancel()
    assert pace.late > BEHIND_SECONDS


@pytest.mark.parametrize(("late", "order"), [(0.0, ["long", "short"]), (2 * BEHIND_SECONDS, ["short", "long"])])
async def test_something_long_lets_others_pass_only_while_the_process_is_behind(
    monkeypatch: pytest.MonkeyPatch, late: float, order: list[str]
) -> None:
    monkeypatch.setattr(module, "REST_SECONDS", 0.0)
    pace, seen = Pace(), []
    pace.late = late

    async def short() -> None:
        seen.append("short")

    other = asyncio.create_task(short())
    await pace.let_others()
    seen.append("long")
    await other
    assert seen == order


async def test_what_is_looked_at_while_the_loop_is_held_has_waited_as_long() -> None:
    """Before the loop comes back to who measures it, and after."""
    pace = Pace()
    watching = asyncio.create_task(pace.watch())
    await asyncio.sleep(0)
    assert pace.owed() == timedelta(0)
    await hold(EVERY_SECONDS + 2 * BEHIND_SECONDS)
    meanwhile = pace.owed()
    for _turn in range(5):
        await asyncio.sleep(0)
    watching.cancel()
    assert timedelta(seconds=2 * BEHIND_SECONDS) <= meanwhile <= pace.owed()


def test_what_is_owed_is_bounded_and_forgotten() -> None:
    pace = Pace()
    pace.measured(0.9 * BEHIND_SECONDS)
    assert pace.owed() == timedelta(0)
    pace.measured(3600)
    assert pace.owed() == OWED_AT_MOST
    for _measure in range(round(REMEMBERED_SECONDS / EVERY_SECONDS)):
        pace.measured(0)
    assert pace.owed() == timedelta(0)


def test_only_real_time_is_owed(settings: Settings, clock: MovableClock) -> None:
    served, tried = create_app(settings), create_app(settings, clock=clock)
    for application in (served, tried):
        application.litestar.state.pace.measured(2.0)
    assert (served.owed(), tried.owed()) == (timedelta(seconds=2), timedelta(0))
