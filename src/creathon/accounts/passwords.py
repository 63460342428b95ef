"""Passwords: argon2id in a limited pool of threads, strength by zxcvbn, and a list of the commonest ones."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

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

_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$xKKJmGf1dgQC3zS+Dx5WoQ$Sz/HT9IOJXStSgw/HgDKrJ2sQyLX/ncxsAHPxNJxiWM"
"""Verified when there is no such account, so that it takes the same time."""


async def hash_password(password: str) -> str:
    """The argon2id hash, computed off the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is no hash to compare with."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, hashed, password)


async def password_problem(password: str, words: tuple[str, ...], common: Path) -> str | None:
    """Why a password is refused, in a sentence, or None. `words` are the person's own; `common` a gzipped list."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _problem, password, words, common)


def _verify(hashed: str | None, password: str) -> bool:
    try:
        _hasher.verify(hashed or _NOBODY, password)
        return hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def _problem(password: str, words: tuple[str, ...], common: Path) -> str | None:
    if len(password) < SHORTEST:
        return f"Choisissez au moins {SHORTEST} caractères. Une suite de mots que vous retenez convient très bien."
    if len(password) > LONGEST:
        return f"Choisissez au plus {LONGEST} caractères."
    if password.casefold() in _common(common):
        return "Ce mot de passe est très répandu. Choisissez-en un autre."
    known = [word for word in (*words, *CONTEXT_WORDS) if len(word) > 2]
    if zxcvbn(password[:ESTIMATED], user_inputs=known)["guesses_log10"] < GUESSES_LOG10:
        return "Ce mot de passe est trop facile à deviner. Ajoutez deux ou trois mots sans lien entre eux."
    return None


@cache
def _common(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.rstrip("\n") for line in lines)
