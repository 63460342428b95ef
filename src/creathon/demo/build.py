"""Builds the demo edition at a stage, chapter by chapter, each through the actions of its feature."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from creathon.accounts.models import Person
from creathon.accounts.passwords import hash_password
from creathon.core.database import Database
from creathon.demo.applications import receive_applications
from creathon.demo.archive import add_archive
from creathon.demo.calendar import Stage, calendar_for
from creathon.demo.cast import DOMAIN, Cast
from creathon.demo.checking import check_admissibility
from creathon.demo.creation import create_and_deposit
from creathon.demo.deciding import decide_and_publish
from creathon.demo.meeting import let_people_meet
from creathon.demo.opening import open_edition
from creathon.demo.reading import read_and_score
from creathon.demo.story import Story
from creathon.demo.tremplin import accompany
from creathon.editions.models import Edition
from creathon.projects.signatures import Signer

SEED = 2027
ADDRESSES = {
    f"coordination@{DOMAIN}": "coordination nationale",
    f"site.poitiers@{DOMAIN}": "coordination du site de Poitiers",
    f"jure@{DOMAIN}": "jurée, avec une pile à lire",
    f"equipe@{DOMAIN}": "capitaine de l’équipe « Les Marches »",
    f"mentor@{DOMAIN}": "mentor",
    f"dpo@{DOMAIN}": "protection des données",
}
CHAPTERS = (
    ("l’édition, ses sites, sa grille", open_edition),
    ("les candidatures", receive_applications),
    ("les personnes seules et les équipes qui cherchent", let_people_meet),
    ("les vingt-quatre heures de création", create_and_deposit),
    ("la recevabilité", check_admissibility),
    ("les lectures du jury", read_and_score),
    ("la délibération et le palmarès", decide_and_publish),
    ("l’accompagnement", accompany),
)


async def is_empty(database: Database) -> bool:
    """Whether the database has no edition yet."""
    async with database.reading() as session:
        return await session.scalar(select(Edition.id).limit(1)) is None


async def build_demo(
    database: Database,
    files: Path,
    signer: Signer,
    stage: Stage,
    *,
    password: str,
    now: datetime,
    tell: Callable[[str], None],
) -> Story:
    """Build the demo edition as it stands at `stage`, its calendar moved so that the stage is open at `now`.

    The same seed gives the same people, teams and scores; ids, codes and receipts are random.
    """
    chance = random.Random(SEED)
    story = Story(
        database=database,
        files=files,
        stage=stage,
        calendar=calendar_for(stage, now),
        now=now,
        cast=Cast(chance, await hash_password(password)),
        chance=chance,
        tell=tell,
        signer=signer,
    )
    async with database.writing() as session:
        await add_archive(session, now=now)
    for words, play in CHAPTERS:
        tell(f"  · {words}")
        await play(story)
    return story


async def people_of_demo(database: Database) -> dict[str, str]:
    """Those who can sign in, address and words: not every stage has a jury or a mentor."""
    async with database.reading() as session:
        known = set(await session.scalars(select(Person.email).where(Person.email.in_(ADDRESSES))))
    return {address: words for address, words in ADDRESSES.items() if address in known}
