"""The people of the demo: a few with fixed addresses, the others drawn from first names and common nouns."""

import random
import unicodedata
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import PersonValues, create_person
from creathon.accounts.models import AgeBand, Person
from creathon.demo.material import content

DOMAIN = "exemple.test"
FIXED = {
    "coordination": ("Claire", "Bruyère"),
    "site.poitiers": ("Samir", "Alouette"),
    "jure": ("Nadia", "Boussole"),
    "equipe": ("Awa", "Rivière"),
    "mentor": ("Omar", "Passerelle"),
    "dpo": ("Diane", "Registre"),
}


class Cast:
    """Makes people, each name once; every account has the demo's password."""

    def __init__(self, chance: random.Random, password_hash: str) -> None:
        self.chance = chance
        self.password_hash = password_hash
        self.used = {f"{given} {family}" for given, family in FIXED.values()}

    async def fixed(self, session: AsyncSession, name: str, *, now: datetime) -> Person:
        """One of the people whose address the documentation gives."""
        given, family = FIXED[name]
        return await self._create(session, f"{name}@{DOMAIN}", given, family, now=now)

    async def drawn(self, session: AsyncSession, *, now: datetime) -> Person:
        """Somebody new."""
        people = content("people")
        while True:
            given, family = self.chance.choice(people["given_names"]), self.chance.choice(people["family_words"])
            if f"{given} {family}" not in self.used:
                break
        self.used.add(f"{given} {family}")
        return await self._create(session, f"{_plain(given)}.{_plain(family)}@{DOMAIN}", given, family, now=now)

    async def named(self, session: AsyncSession, name: str, *, now: datetime) -> Person:
        """Somebody whose name is written in the material."""
        given, _, family = name.partition(" ")
        return await self._create(session, f"{_plain(given)}.{_plain(family)}@{DOMAIN}", given, family, now=now)

    async def _create(self, session: AsyncSession, email: str, given: str, family: str, *, now: datetime) -> Person:
        values = PersonValues(email, given, family, "Europe/Paris", AgeBand.ADULT)
        return await create_person(session, values, now=now, password_hash=self.password_hash, verified=True)


def _plain(word: str) -> str:
    """A word as it stands in an address: without accents, lower case."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in decomposed if letter.isalnum())
