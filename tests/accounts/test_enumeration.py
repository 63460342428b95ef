"""Nobody learns who has an account: same answer, same words, about the same time."""

import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from creathon.accounts.actions import PersonValues, create_person
from creathon.accounts.models import Person
from creathon.accounts.passwords import hash_password
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.throttle import Tries
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.factories.accounts import LONG_AGO, make_person
from tests.personas import AWA, TEVA

UNKNOWN, UNVERIFIED = "nobody@exemple.test", "waiting@exemple.test"
KINDS = {"known": AWA.email, "unknown": UNKNOWN, "disabled": TEVA.email, "unverified": UNVERIFIED}
TOKEN = re.compile(r'value="[^"]*"|name="csrf-token" content="[^"]*"|' + "|".join(KINDS.values()))
GOOD = "girafe mauve sous orage"


@pytest.fixture(autouse=True)
async def people(database: Database) -> None:
    hashed = await hash_password(GOOD)
    async with database.writing() as session:
        for persona in (AWA, TEVA):
            (await make_person(session, persona)).password_hash = hashed
        (await session.scalars(select(Person).where(Person.email == TEVA.email))).one().disabled_at = LONG_AGO
        await create_person(session, PersonValues(UNVERIFIED, "Ana", "Roche"), now=LONG_AGO, password_hash=hashed)


async def answer(visitor: Visitor, path: str, **values: str) -> tuple[int, str, str]:
    await visitor.open(path)
    await visitor.submit(**values)
    return visitor.status, visitor.path, TOKEN.sub("…", visitor.response.text)


@pytest.mark.bar("A6")
@pytest.mark.parametrize("password", ["wrong password", GOOD])
async def test_sign_in_says_the_same_to_everybody(visitor: Visitor, password: str) -> None:
    emails = [email for kind, email in KINDS.items() if not (kind == "known" and password == GOOD)]
    answers = {await answer(visitor, "/connexion", email=email, password=password) for email in emails}
    assert len(answers) == 1
    assert answers.pop()[0] == 422


@pytest.mark.bar("A6")
@pytest.mark.parametrize("path", ["/inscription", "/mot-de-passe"])
async def test_links_say_the_same_to_everybody(visitor: Visitor, database: Database, path: str) -> None:
    names = {"given_name": "Zed", "family_name": "Autre"} if path == "/inscription" else {}
    answers = {await answer(visitor, path, email=email, **names) for email in KINDS.values()}
    assert len(answers) == 1
    assert answers.pop()[:2] == (200, "/inscription/message")
    async with database.reading() as session:
        written = set(await session.scalars(select(Mail.recipient)))
    expected = {AWA.email, UNVERIFIED} | ({UNKNOWN} if path == "/inscription" else set())
    assert written == expected, "the difference is in the mail only; a disabled account gets none"


@pytest.mark.bar("A6")
async def test_sign_up_does_not_let_a_stranger_change_a_proved_name(visitor: Visitor, database: Database) -> None:
    for email in (AWA.email, UNVERIFIED):
        await answer(visitor, "/inscription", email=email, given_name="Zed", family_name="Autre")
    async with database.reading() as session:
        names = {person.email: person.given_name for person in await session.scalars(select(Person))}
        bodies = " ".join(await session.scalars(select(Mail.body)))
        people = await session.scalar(select(func.count(Person.id)))
    assert (names[AWA.email], names[UNVERIFIED], people) == ("Awa", "Zed", 3)
    assert "Zed" not in bodies, "a name typed by a stranger is never mailed in our name"


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/connexion", {"password": "wrong password"}),
        ("/mot-de-passe", {}),
        ("/inscription", {"given_name": "Zed", "family_name": "Autre"}),
    ],
)
@pytest.mark.bar("A6")
@pytest.mark.slow
async def test_answer_takes_about_as_long_for_everybody(
    visitor: Visitor, database: Database, clock: MovableClock, path: str, values: dict[str, str]
) -> None:
    """Without the verification for nobody, signing in is ten times faster. The quickest of ten turns is what the code
    takes; the others also tell what else the machine was doing.
    """
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    visitor.http.follow_redirects = False
    await visitor.open(path)
    token = str(visitor.form().select_one("input[name=_csrf]")["value"])  # type: ignore[index]
    for turn in range(10):
        for kind, email in KINDS.items():
            start = time.perf_counter()
            address = email if kind != "unknown" else f"{turn}{email}"
            await visitor.http.post(path, data={"_csrf": token, "email": address, **values})
            took[kind].append(time.perf_counter() - start)
        clock.advance(timedelta(hours=3))
        async with database.writing() as session:
            await session.execute(delete(Tries))
    quickest = {kind: min(times) for kind, times in took.items()}
    slowest, fastest = max(quickest.values()), min(quickest.values())
    assert slowest - fastest < 0.020 or slowest < 4 * fastest, quickest
