"""Passwords: argon2id in a limited pool of threads, strength by zxcvbn, and a list of the commonest ones."""

import asyncio
import gzip
import logging
import math
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 128
GUESSES_LOG10 = 15.05
"""2⁵⁰ guesses: CNIL délibération 2022-100, case 2 (password with restricted access)."""
CONTEXT_WORDS = ("creathon", "créathon", "canope", "canopé", "academie", "académie", "ecole", "école", "inclusive")
ESTIMATED = 72
"""zxcvbn's cost grows with the square of the length; more characters than this are strong anyway."""

ALPHABETS: tuple[tuple[int, Callable[[str], bool]], ...] = (
    (26, str.islower),
    (26, str.isupper),
    (10, str.isdigit),
    (33, lambda character: not character.isalnum()),
)
TRAILING = "0123456789 !?.,;:-_+*/=#@&$€£%()[]{}<>'\"^~|\\"
"""What people add to a known word to satisfy a rule."""

logger = logging.getLogger("creathon")
_hasher = PasswordHasher()
Found = TypeVar("Found")
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$xKKJmGf1dgQC3zS+Dx5WoQ$Sz/HT9IOJXStSgw/HgDKrJ2sQyLX/ncxsAHPxNJxiWM"
"""Verified when there is no such account, so that it takes the same time."""


@cache
def _threads(_process: int) -> ThreadPoolExecutor:
    """The pool of one process. Forked, a process has none of its parent's threads and would wait for one for ever."""
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def _off_the_loop(work: Callable[..., Found], *args: object) -> Found:
    return await asyncio.get_running_loop().run_in_executor(_threads(os.getpid()), work, *args)


async def hash_password(password: str) -> str:
    """The argon2id hash, computed off the event loop."""
    return await _off_the_loop(_hasher.hash, normal(password))


async def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is no hash to compare with."""
    return await _off_the_loop(_verify, hashed, password)


async def password_problem(password: str, words: tuple[str, ...], common: Path) -> str | None:
    """Why a password is refused, in a sentence, or None. `words` are the person's own; `common` a gzipped list."""
    return await _off_the_loop(_problem, password, words, common)


def _verify(hashed: str | None, password: str) -> bool:
    try:
        _hasher.verify(hashed or _NOBODY, normal(password))
        return hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def _problem(password: str, words: tuple[str, ...], common: Path) -> str | None:
    password = normal(password)
    if len(password) < SHORTEST:
        return f"Choisissez au moins {SHORTEST} caractères. Une suite de mots que vous retenez convient très bien."
    if len(password) > LONGEST:
        return f"Choisissez au plus {LONGEST} caractères."
    if is_common(password, _common(common)):
        return "Ce mot de passe est très répandu. Choisissez-en un autre."
    known = [word for word in (*words, *CONTEXT_WORDS) if len(word) > 2]
    if _guesses_log10(password[:ESTIMATED], known) < GUESSES_LOG10:
        return "Ce mot de passe est trop facile à deviner. Ajoutez deux ou trois mots sans lien entre eux."
    return None


def _guesses_log10(password: str, known: list[str]) -> float:
    """What zxcvbn estimates; for characters at random of three kinds or more, which it rates ten each, their alphabet.

    Twelve characters of four kinds are the CNIL's own example of 80 bits.
    """
    found = zxcvbn(password, user_inputs=known)
    sizes = [size for size, kind in ALPHABETS if any(map(kind, password))]
    at_random = len(sizes) >= 3 and all(match["pattern"] == "bruteforce" for match in found["sequence"])
    estimated = float(found["guesses_log10"])
    return max(estimated, len(password) * math.log10(sum(sizes))) if at_random else estimated


def normal(password: str) -> str:
    """The password in one Unicode form (NFKC): two keyboards that write « é » differently mean the same."""
    return unicodedata.normalize("NFKC", password)


def is_common(password: str, common: bytes) -> bool:
    """Whether the list holds the password, as it is or without the digits and signs put around its word."""
    folded = password.casefold()
    bare = folded.rstrip(TRAILING)
    return any(_holds(common, word) for word in {folded, bare, bare.lstrip(TRAILING)} if word)


def _holds(common: bytes, word: str) -> bool:
    """Bisect the sorted lines of the list: one megabyte and a half instead of a set ten times as large."""
    wanted, low, high = word.encode(), 0, len(common)
    while low < high:
        start = common.rfind(b"\n", 0, (low + high) // 2) + 1
        end = common.find(b"\n", start)
        line = common[start:end]
        if line == wanted:
            return True
        low, high = (end + 1, high) if line < wanted else (low, start)
    return False


@cache
def _common(path: Path) -> bytes:
    if not path.exists():
        logger.warning("the list of common passwords is missing (%s): run `make assets`", path)
        return b""
    return gzip.decompress(path.read_bytes())
