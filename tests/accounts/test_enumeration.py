"""Nobody learns who has an account: same answer, same words, same work."""

import re

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import func, select

from creathon.accounts.actions import PersonValues, create_person
from creathon.accounts.models import Person
from creathon.accounts.passwords import hash_password
from creathon.core.database import Database
from creathon.mail.models import Mail
from tests.browsing import Visitor
from tests.factories.accounts import LONG_AGO, make_person
from tests.personas import AWA, TEVA
from tests.queries import count_queries

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
    names = {"given_name": "Zed", "family_name": "Autre", "age": "adult"} if path == "/inscription" else {}
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
        await answer(visitor, "/inscription", email=email, given_name="Zed", family_name="Autre", age="adult")
    async with database.reading() as session:
        names = {person.email: person.given_name for person in await session.scalars(select(Person))}
        bodies = " ".join(await session.scalars(select(Mail.body)))
        people = await session.scalar(select(func.count(Person.id)))
    assert (names[AWA.email], names[UNVERIFIED], people) == ("Awa", "Zed", 3)
    assert "Zed" not in bodies, "a name typed by a stranger is never mailed in our name"


@pytest.mark.bar("A6")
async def test_signing_in_works_as_hard_for_everybody(
    visitor: Visitor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes time is argon2 and the database: both are asked exactly as often, whoever is named.

    No time is asserted here, since it also tells what else the machine does; `make bench` prints it.
    """
    verified: list[str] = []
    real = PasswordHasher.verify

    def note(hasher: PasswordHasher, hashed: str, password: str) -> bool:
        verified.append(str(extract_parameters(hashed)))
        return real(hasher, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", note)
    worked: dict[str, tuple[list[str], list[str]]] = {}
    for kind, email in KINDS.items():
        await visitor.open("/connexion")
        verified.clear()
        with count_queries(database) as asked:
            await visitor.submit(email=email, password="wrong password")
        assert visitor.status == 422
        worked[kind] = (list(verified), list(asked.statements))
    assert len(worked["known"][0]) == 1
    assert len(worked["known"][1]) >= 4, "the tries are counted in the database"
    assert all(work == worked["known"] for work in worked.values()), worked


@pytest.mark.bar("A6")
@pytest.mark.parametrize("path", ["/inscription", "/mot-de-passe"])
async def test_asking_for_a_link_never_costs_a_hash(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The password is chosen from the mail: what differs between kinds is a few rows, never argon2."""
    hashed: list[str] = []
    monkeypatch.setattr(PasswordHasher, "hash", lambda _hasher, password: hashed.append(password))
    monkeypatch.setattr(PasswordHasher, "verify", lambda _hasher, *words: hashed.append(str(words)))
    names = {"given_name": "Zed", "family_name": "Autre", "age": "adult"} if path == "/inscription" else {}
    for email in KINDS.values():
        await answer(visitor, path, email=email, **names)
        assert visitor.status == 200
    assert hashed == []
