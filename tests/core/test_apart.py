"""Work in a process of its own."""

from creathon.core.apart import NICENESS, run_apart


async def test_it_leaves_the_pages_their_time() -> None:
    said = await run_apart("timeit", b"", "-n", "1", "-r", "1", "import os; print('nice', os.nice(0))", seconds=10)
    assert f"nice {NICENESS}" in said.decode()
    assert NICENESS > 0
