"""Passwords: what is accepted, how it is kept, what it costs."""

import asyncio
import os
import threading
import time
import unicodedata
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from creathon.accounts import passwords
from creathon.accounts.passwords import hash_password, is_common, password_problem, verify_password
from creathon.settings import SOURCE_ROOT

LIST = SOURCE_ROOT / "assets" / "dist" / "passwords.txt.gz"
GOOD = "girafe mauve sous orage"


@pytest.mark.bar("A1")
async def test_hash_is_argon2id_with_parameters_that_cost() -> None:
    hashed = await hash_password(GOOD)
    found = extract_parameters(hashed)
    assert hashed.startswith("$argon2id$")
    assert (found.type, found.memory_cost >= 47104, found.time_cost >= 1) == (Type.ID, True, True)
    assert extract_parameters(passwords._NOBODY) == found, "an unknown address must cost the same"
    assert await hash_password(GOOD) != hashed
    assert await verify_password(hashed, GOOD)
    assert not await verify_password(hashed, GOOD + " ")
    assert not await verify_password(None, "anything")
    assert not await verify_password("not a hash", GOOD)


@pytest.mark.bar("A1")
async def test_hashing_leaves_the_event_loop_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten at once: two threads, and the loop turns meanwhile."""
    seen: set[str] = set()
    real = PasswordHasher.hash

    def note(hasher: PasswordHasher, password: str) -> str:
        seen.add(threading.current_thread().name)
        return str(real(hasher, password))

    monkeypatch.setattr(PasswordHasher, "hash", note)
    work = asyncio.gather(*(hash_password(GOOD) for _ in range(10)))
    turns, longest = 0, 0.0
    while not work.done():
        start = time.perf_counter()
        await asyncio.sleep(0.001)
        longest, turns = max(longest, time.perf_counter() - start), turns + 1
    await work
    assert turns > 5
    assert all(name.startswith("argon2") for name in seen)
    assert len(seen) <= 2


@pytest.mark.parametrize(
    ("password", "accepted"),
    [
        ("girafe mauve sous orage", True),
        ("Xk7!pq-Wz3@vR9u?", True),
        ("Xk7!pq-Wz3@v", True),
        ("xkqpwzrmtvbn", False),
        ("G1r@fe2027!!", False),
        ("x" * 3, False),
        ("Az3rty0)", False),
        ("girafe mauv", False),
        ("🦒🌩️ girafe sous l’orage", True),
        ("  deux espaces au bord  ", True),
        ("q7" * 3 + "girafe mauve sous orage tiède" * 2, True),
        ("girafe mauve sous orage" + "é" * 105, True),
        ("girafe mauve sous orage" + "é" * 106, False),
        ("aaaaaaaaaaaaaaaa", False),
        ("123456789012345", False),
        ("azertyuiopqsdfghjklm", False),
        ("Creathon2027!", False),
        ("creathoncanope", False),
        ("AwaRiviere2027", False),
        ("awa.riviere@exemple", False),
        ("ecoleinclusive1", False),
        ("motdepasse123", False),
        ("password123!", False),
        ("Password1234", False),
    ],
)
@pytest.mark.bar("A2", "A3")
async def test_password_rule(password: str, accepted: bool) -> None:
    words = ("Awa", "Riviere", "awa", "exemple", "test")
    problem = await password_problem(password, words, LIST)
    assert (problem is None) == accepted, problem


@pytest.mark.bar("A2")
async def test_password_is_kept_whole_and_in_one_form() -> None:
    long = GOOD + "é" * 100
    hashed = await hash_password(long)
    assert await verify_password(hashed, unicodedata.normalize("NFD", long))
    assert not await verify_password(hashed, long[:-1])


@pytest.mark.bar("A3")
def test_list_of_common_passwords_is_built_and_large() -> None:
    if not LIST.exists():
        pytest.skip("assets are not built")
    words = passwords._common(LIST)
    lines = words.splitlines()
    assert len(lines) > 100_000
    assert lines == sorted(set(lines))
    assert len(words) < 2_000_000, "one blob of bytes, not a set ten times as large"
    assert all(is_common(line.decode(), words) for line in lines[:: len(lines) // 3000])


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("qwertyuiop", True),
        ("QwertyUIOP", True),
        ("qwertyuiop2027!", True),
        ("!!qwertyuiop!!", True),
        ("qwertyuiop!a", False),
        ("zanzibar pluvieux", False),
        ("", False),
        ("2027!", False),
    ],
)
@pytest.mark.bar("A3")
def test_common_password_is_recognised_under_its_ornaments(word: str, found: bool) -> None:
    common = b"motdepasse12\npasswordpassword\nqwertyuiop\nzzzzzzzzzzzz\n"
    assert is_common(word, common) == found


@pytest.mark.parametrize("common", [b"", b"abcdefghijkl\n", b"a\nb\nc\nd\ne\n"])
def test_bisection_finds_the_first_and_the_last(common: bytes) -> None:
    assert all(is_common(line.decode(), common) for line in common.splitlines())
    assert not is_common("~nothing", common)


async def test_missing_list_is_said_and_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert await password_problem(GOOD, (), tmp_path / "none.gz") is None
    assert "common passwords is missing" in caplog.text


def test_a_forked_process_verifies_with_threads_of_its_own() -> None:
    """`creathon run` hashes for the demo, then its server is forked: the first sign-in must be answered."""
    asyncio.run(verify_password(None, "before the fork"))
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(asyncio.wait_for(verify_password(None, "after the fork"), 20))
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
