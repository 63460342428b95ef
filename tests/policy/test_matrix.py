"""A share of the matrix at each run, another every day; `make policy` asks all of it."""

import logging
from zlib import crc32

import pytest

from creathon.core.clock import SystemClock
from creathon.core.web.policy import RoutePolicy
from tests.policy.book import Book, BookError, Cell, read_book
from tests.policy.comparing import differences, differs, missing_pages, unlike
from tests.policy.running import Seen, Stage

SHARES = 60
TODAY = SystemClock().now().toordinal() % SHARES


def share_of(cell: Cell) -> int:
    """All the places of a page for one person in one phase are asked together, so that refusals can be compared."""
    return crc32(f"{cell.page} {cell.phase} {cell.who}".encode()) % SHARES


@pytest.fixture(scope="module")
async def seen(book: Book, stage: Stage) -> list[Seen]:
    logger = logging.getLogger("creathon")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        return [one async for one in stage.ask_all(cell for cell in book.cells() if share_of(cell) == TODAY)]
    finally:
        logger.setLevel(before)


@pytest.mark.slow
@pytest.mark.parametrize("share", [TODAY])
@pytest.mark.bar("C27", "C30", "C31")
def test_todays_share_is_answered_as_the_policy_says(book: Book, seen: list[Seen], share: int) -> None:
    assert len(seen) > 700
    assert differences(book, seen) + unlike(seen) == []


@pytest.mark.bar("C29")
def test_flipped_cell_is_noticed(book: Book, seen: list[Seen]) -> None:
    for one in seen:
        noticed = {answer for answer in book.answers if differs(answer, one)}
        assert noticed == set(book.answers) - {book.expected(one.cell)}, one.cell


@pytest.mark.bar("C25")
def test_every_page_is_in_the_policy_file(book: Book, page_routes: dict[str, RoutePolicy]) -> None:
    assert missing_pages(book, page_routes) == []


@pytest.mark.bar("C25")
def test_page_that_is_not_in_the_policy_file_is_named(book: Book, page_routes: dict[str, RoutePolicy]) -> None:
    new = RoutePolicy("/coordination/editions/essai", "POST", "editions:try", "national_coordination", public=False)
    rest = {name: route for name, route in page_routes.items() if name != "jury:pile"}
    assert missing_pages(book, rest | {"editions:try": new}) == [
        "page editions:try is not in the policy file (matrix.toml)",
        "page jury:pile of the policy file (matrix.toml) does not exist",
    ]
    with pytest.raises(BookError, match="page editions:try is not in the policy file"):
        book.expected(Cell("evaluation", "editions:try", "-", "national"))


def test_refusal_that_tells_what_is_hidden_is_noticed() -> None:
    hidden, nowhere = (Cell("evaluation", "jury:panel", place, "site") for place in ("same", "none"))
    assert unlike([Seen(hidden, "404", "a"), Seen(nowhere, "404", "a")]) == []
    assert unlike([Seen(hidden, "404", "a"), Seen(nowhere, "404", "b")]) == [
        f"{hidden}: 404, told apart from what does not exist",
    ]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("captain | * | allow", "no line of the policy file speaks of it"),
        ("* | * | allow\ncaptain | * | 403", "« captain | \\* | 403 » decides nothing"),
        ("* | * | 418", "« 418 » is not an answer"),
        ("kaptain | * | allow", "« kaptain » is not a known word"),
        ("* | someday | allow", "« someday » is not a known word"),
        ("* | allow", "does not have 3 columns"),
    ],
)
def test_policy_file_that_is_not_whole_is_refused(lines: str, reason: str) -> None:
    with pytest.raises(BookError, match=reason):
        read_book(small_book(lines))


def small_book(lines: str) -> str:
    return f'''
answers = ["allow", "login", "403", "404"]
[columns]
all = "anonymous captain"
outsiders = "anonymous"
[phases]
all = "creation archive"
asleep = "archive"
[objects]
[doors]
everybody = "*"
[[rows]]
pages = "teams:edit"
door = "everybody"
lines = """{lines}"""
'''
