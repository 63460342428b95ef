"""The part of a file that a player asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creathon.core.web.ranges import Part, part_asked


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-", Part(0, 100)),
        ("bytes=10-19", Part(10, 10)),
        ("bytes=90-500", Part(90, 10)),
        ("bytes=-10", Part(90, 10)),
        ("bytes=-500", Part(0, 100)),
        ("bytes=99-99", Part(99, 1)),
        ("bytes=100-", Part(0, 0)),
        ("bytes=-0", Part(100, 0)),
        ("", None),
        ("bytes=-", None),
        ("bytes=20-10", None),
        ("bytes=0-1,5-9", None),
        ("octets=0-1", None),
        ("bytes=a-b", None),
        ("bytes=٣-", None),
    ],
)
def test_one_range_is_read_and_anything_else_is_the_whole(asked: str, part: Part | None) -> None:
    assert part_asked(asked, "", 100, '"a"') == part


def test_a_part_of_another_file_is_not_sent() -> None:
    assert part_asked("bytes=10-", '"a"', 100, '"a"') == Part(10, 90)
    assert part_asked("bytes=10-", '"b"', 100, '"a"') is None
    assert part_asked("bytes=10-", "Thu, 26 Nov 2026 16:00:00 GMT", 100, '"a"') is None


@given(st.text(alphabet="bytes=-0123456789, ", max_size=30), st.integers(1, 10**12))
def test_a_part_is_always_in_the_file(asked: str, size: int) -> None:
    part = part_asked(asked, "", size, '"a"')
    assert part is None or 0 <= part.first <= part.first + part.length <= size
