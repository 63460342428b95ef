"""A short drill in every run; `make drill-kill` is the long one."""

import pytest

from tests.drills.__main__ import drill


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.bar("H99", "H100", "E7")
async def test_nothing_acknowledged_is_lost_when_everything_is_killed() -> None:
    total = await drill(2, 2027, "")
    assert total["rounds"] == 4
    assert total["acknowledged"] > 0
    assert (total["lost"], total["bad_receipts"], total["hollow_files"]) == (0, 0, 0)
