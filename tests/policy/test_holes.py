"""The holes the matrix found when it was first run, asked at each run of the tests."""

import pytest

from tests.policy.book import Book, Cell
from tests.policy.running import Stage

LISTS = ("jury:rubric", "jury:panels", "jury:create-panel", "jury:allocations", "jury:progress", "projects:follow")


@pytest.mark.parametrize(
    ("who", "place", "phase", "pages", "answer"),
    [
        pytest.param("other_edition", "-", "evaluation", LISTS, "403", id="coordinator of another edition lists"),
        pytest.param(
            "linked_national", "own", "evaluation", ("teams:application", "teams:decide"), "404",
            id="coordinator with a link decides of the team's application",
        ),
        pytest.param("captain", "same", "draft", ("accounts:end-session",), "404", id="somebody else's browser"),
        pytest.param("captain", "none", "draft", ("accounts:end-session",), "404", id="a browser that is not"),
        pytest.param("juror", "-", "creation", ("jury:declare-links",), "422", id="a declaration of nothing"),
    ],
)  # fmt: skip
@pytest.mark.bar("C27", "C35")
async def test_hole_stays_closed(
    stage: Stage, book: Book, who: str, place: str, phase: str, pages: tuple[str, ...], answer: str
) -> None:
    cells = [Cell(phase, page, place, who) for page in pages]
    assert {book.expected(cell) for cell in cells} == {answer}
    assert {one.answer async for one in stage.ask_all(cells)} == {answer}
