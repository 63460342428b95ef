"""Which pages the browser opens, in which world of the policy, as whom: each page that is read, once at least, and
wherever else a form of the product is shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from creathon.core.web.policy import RoutePolicy
from tests.policy.book import NONE, Book, Cell

PHASES = ("candidature", "creation", "evaluation", "deliberation", "palmares", "accompagnement", "draft")
PEOPLE = ("national", "captain", "member", "juror", "site", "mentor", "nobody", "anonymous")

FILES = {
    "dashboards:security": "a text for researchers",
    "editions:feed": "iCalendar",
    "editions:rulebook-text": "a text to keep",
    "health:live": "the host's probe",
    "health:ready": "the host's probe",
    "imports:faults": "a CSV",
    "imports:template": "a CSV",
    "jury:captions": "a text for a player",
    "jury:file": "a PDF",
    "jury:reading-pdf": "a PDF",
    "jury:ranking-csv": "a CSV",
    "mentoring:captions": "a text for a player",
    "mentoring:file": "a PDF",
    "projects:bundle": "a zip",
    "projects:captions-srt": "a text to keep",
    "projects:captions-vtt": "a text for a player",
    "projects:deposited-captions": "a text for a player",
    "projects:deposited-pdf": "a PDF",
    "projects:file": "a PDF",
    "projects:followed-captions": "a text for a player",
    "projects:public-captions": "a text for a player",
    "projects:public-pdf": "a PDF",
    "projects:public-video": "a video",
    "projects:receipt-keys": "JSON",
    "projects:receipt-pdf": "a PDF",
    "projects:state": "JSON, asked by a script",
    "projects:upload": "headers, asked by a script",
    "projects:signed-receipt": "a signed text",
    "teams:applications-csv": "a CSV",
    "static": "files",
}
"""What is read and is no page, and why; a page among them fails."""
NO_FORM = {
    "projects:save-fields": "sent by a script, which shows each failure: test_writing.py",
    "projects:begin-upload": "sent by a script, which shows each failure: test_uploading.py",
    "projects:send-part": "sent by a script, which shows each failure: test_uploading.py",
    "accounts:keep-session": "asked by a script, which shows its form two minutes before the end: test_sessions.py",
}
"""What is sent by no form of a page, and why; one that has a form fails."""


class Visit(NamedTuple):
    """A page, or what is shown in answer to a form that writes nothing."""

    phase: str
    page: str
    who: str
    place: str = "-"
    given: tuple[str, ...] = ()
    changed: Mapping[str, Any] = {}
    """What is asked, or sent, otherwise than in the policy."""
    status: int = 200

    @property
    def cell(self) -> Cell:
        return Cell(self.phase, self.page, self.place, self.who)


CHANGED = ("amendment", "withdrawn", "no_remote", "rehearsal")
ON_PAPER = ("on_paper", "gap")
ALSO = (
    Visit("candidature", "accounts:resume", "nobody", changed={"password": "un autre"}, status=422),
    Visit("candidature", "editions:coordinated", "other_edition"),
    Visit("candidature", "imports:check", "national"),
    Visit("candidature", "teams:invitation", "nobody", "own"),
    Visit("candidature", "teams:mine", "nobody"),
    Visit("candidature", "teams:preview-many", "national", "own"),
    Visit("candidature", "teams:mine", "nobody", given=("proposed",)),
    Visit("candidature", "teams:applying", "captain", given=("team_draft",)),
    Visit("candidature", "rehearsal:stage", "national", given=CHANGED),
    Visit("candidature", "dashboards:rulebook", "linked_national", given=CHANGED),
    Visit("candidature", "editions:sites", "linked_national", given=CHANGED),
    Visit("candidature", "agenda:event", "linked_national", "own", given=CHANGED),
    Visit("candidature", "agenda:partner", "linked_national", "own", given=CHANGED),
    Visit("draft", "editions:day", "national", given=ON_PAPER),
    Visit("draft", "editions:calendar", "national", given=ON_PAPER),
    Visit("draft", "editions:phases", "national", given=ON_PAPER),
    Visit("draft", "editions:site", "national", "own", given=ON_PAPER),
    Visit("draft", "teams:questions", "national", given=ON_PAPER),
    Visit("draft", "teams:question", "national", "own", given=ON_PAPER),
    Visit("creation", "projects:captions", "captain"),
    Visit("creation", "projects:compare-bundle", "captain"),
    Visit("evaluation", "jury:progress", "site"),
    Visit("evaluation", "projects:check", "site", "own"),
    Visit("evaluation", "projects:check", "national", "own", given=("contested",)),
    Visit("evaluation", "projects:mine", "captain", given=("refused",)),
    Visit("evaluation", "jury:links", "juror"),
    Visit("evaluation", "jury:evaluation", "juror", "own", given=("validated",)),
    Visit("deliberation", "jury:choice", "national", "own"),
    Visit("palmares", "mentoring:programme", "national"),
    Visit("palmares", "projects:image-consent", "captain", given=("agreed",)),
    Visit("palmares", "projects:public", "anonymous", "own", given=("agreed",)),
    Visit("palmares", "jury:prepare-palmares", "national", given=("unpublished",)),
    Visit("accompagnement", "mentoring:interview", "mentor", "own/own"),
    Visit("accompagnement", "mentoring:selected", "national", "own"),
    Visit("candidature", "accounts:resume", "nobody"),  # the last of its world: the browser is signed in anew
)
"""Other states of a page, and the pages that a form shows: there is a form there that the first visit does not show."""


def visits(book: Book, routes: Mapping[str, RoutePolicy]) -> list[Visit]:
    """Every visit, those of one world together."""
    first = [_first(book, name) for name, route in routes.items() if route.method == "GET" and name != "static"]
    return sorted([*first, *ALSO], key=lambda one: (PHASES.index(one.phase), one.given))


def _first(book: Book, page: str) -> Visit:
    """The first time somebody may see a page, where the policy has them see it whole if anybody does."""
    block = book.block(page)
    whole = {book.expected(cell) for cell in _cells(book, page)} & {"allow"} or {"closed"}
    cell = next((cell for cell in _cells(book, page) if book.expected(cell) in whole), None)
    assert cell is not None, f"nobody of {PEOPLE} may see {page}"
    return Visit(cell.phase, page, cell.who, cell.place, block.given)


def _cells(book: Book, page: str) -> Iterator[Cell]:
    block = book.block(page)
    people = ("anonymous", *PEOPLE) if block.door == "everybody" else PEOPLE
    for phase in PHASES:
        for who in people:
            for place in book.places(block, phase):
                if len({*place.split("/")}) == 1 and NONE not in place and "other" not in place:
                    yield Cell(phase, page, place, who)
