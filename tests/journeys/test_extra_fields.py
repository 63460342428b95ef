"""Fields that no form shows change nothing: the whole path, with them and without, ends in the same rows."""

import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from creathon.app import create_app
from creathon.core.clock import MovableClock
from creathon.core.database import Base, Database
from creathon.core.ids import ALPHABET
from creathon.editions.models import Role
from creathon.settings import Settings
from tests import databases
from tests.browsing import ORIGIN, Visitor
from tests.conftest import NOW
from tests.factories.accounts import make_holder
from tests.factories.editions import make_edition
from tests.factories.jury import make_rubric
from tests.journeys.paper import Paper
from tests.journeys.story import Scene, play
from tests.personas import CLAIRE

Row = tuple[Any, ...]

EXTRA = {
    "is_admin": "1", "score": "4", "total": "100", "phase": "evaluation", "team_id": "0123456789ab",
    "status": "accepted",
    "state": "published", "late": "", "edition_id": "0123456789ab", "site_id": "0123456789ab", "version": "99",
    "role": "national_coordinator", "roles": "dpo", "person_id": "0123456789ab", "id": "0123456789ab",
    "captain_id": "0123456789ab", "email": "evil@exemple.test", "email_key": "evil@exemple.test", "slug": "evil",
    "verified_at": "2020-01-01", "disabled_at": "2020-01-01", "created_at": "2020-01-01", "deposited_at": "2020-01-01",
    "arrived_at": "2020-01-01", "code": "AAAA-AAAA", "number": "AAAA-AAAA", "sha256": "0" * 64, "rank": "1",
    "published_at": "2020-01-01", "validated_at": "2020-01-01", "decision": "accepted", "password_hash": "x",
    "mentor_id": "0123456789ab", "weight": "9", "tier": "renforce", "noted_at": "2020-01-01", "is_demo": "1",
}  # fmt: skip


class Meddler(Visitor):
    """Adds to every form it sends the fields that form does not show."""

    sent = 0

    async def submit(
        self, action: str | None = None, *, button: str | None = None, files: Any = None, **values: Any
    ) -> "Meddler":
        shown = {str(field["name"]) for field in self.form(action, button=button).select("[name]")}
        extra = {name: value for name, value in EXTRA.items() if name not in shown | set(values)}
        Meddler.sent += len(extra)
        return await super().submit(action, button=button, files=files, **values, **extra)


@pytest.mark.journey
@pytest.mark.slow
@pytest.mark.bar("C32")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_fields_nobody_shows_change_no_row(
    settings: Settings, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PasswordHasher, "hash", lambda _hasher, password: f"hash of {password}")
    monkeypatch.setattr(PasswordHasher, "verify", lambda _hasher, hashed, password: hashed == f"hash of {password}")
    ends = []
    for kind in (Visitor, Meddler):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        throw_loaded_dice(monkeypatch)
        ends.append(await end_of_the_path(settings, kind, databases.sqlite_copy(sqlite_template, folder), folder))
    plain, meddled = ends
    assert Meddler.sent > 500
    assert all(plain[name] for name in ("deposit", "evaluation", "selection", "milestone", "journal"))
    changed = [(name, old, new) for name in plain for old, new in differences(plain[name], meddled[name])]
    assert changed == [], changed[:3]


def throw_loaded_dice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every id, code and token is the same from one run to the next."""
    dice = random.Random(7)
    monkeypatch.setattr(secrets, "token_bytes", dice.randbytes)
    monkeypatch.setattr(secrets, "token_hex", lambda size: dice.randbytes(size).hex())
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: "".join(dice.choices(ALPHABET, k=size * 4 // 3 + 1)))


def differences(before: list[Row], after: list[Row]) -> Iterator[tuple[Any, Any]]:
    """What changed, value by value."""
    for old, new in zip(before, after, strict=True):
        yield from ((left, right) for left, right in zip(old, new, strict=True) if left != right)


async def end_of_the_path(settings: Settings, kind: type[Visitor], url: str, folder: Path) -> dict[str, list[Row]]:
    """Every row of every table, once the path is played."""
    database, clock = Database(url), MovableClock(NOW)
    app = create_app(settings, clock=clock, database=database)
    async with database.writing() as session:
        edition = await make_edition(session, rules=False)
        await make_holder(session, CLAIRE, Role.NATIONAL_COORDINATOR, edition)
        await make_rubric(session, edition)
    browsers: list[Visitor] = []

    async def open_window() -> Paper:
        browsers.append(kind(app))
        return Paper(browsers[-1])

    try:
        await play(Scene(database, clock, edition, folder, ORIGIN, open_window))
        async with database.reading() as session:
            tables = [(table.name, await session.execute(select(table))) for table in Base.metadata.sorted_tables]
            return {name: sorted(map(tuple, rows), key=repr) for name, rows in tables}
    finally:
        for browser in browsers:
            await browser.http.aclose()
        await database.close()
