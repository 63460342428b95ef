"""A process knows that it is behind, and then lets what is short go first."""

import asyncio

import pytest

from creathon.core.web import pace as module
from creathon.core.web.pace import BEHIND_SECONDS, EVERY_SECONDS, Pace


async def test_a_loop_that_was_held_is_seen_to_be_behind() -> None:
    pace = Pace()
    watching = asyncio.create_task(pace.watch())
    await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    until = loop.time() + EVERY_SECONDS + 2 * BEHIND_SECONDS
    while loop.time() < until:
        pass
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
