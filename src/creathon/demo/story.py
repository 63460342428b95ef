"""What the chapters of the demo share: the edition being built, its people, its calendar and its chance."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import actor_of
from creathon.core.actor import Actor
from creathon.core.database import Database
from creathon.demo.calendar import Calendar, Stage
from creathon.demo.cast import Cast
from creathon.demo.material import Entry
from creathon.editions.actions.rulebook import accept_rulebook
from creathon.editions.models import Edition, Site
from creathon.editions.queries import edition_by_id, published_rulebook, sites_of
from creathon.projects.signatures import Signer


@dataclass
class Crew:
    """A team of the demo and the project it writes."""

    entry: Entry
    team_id: str
    captain: Actor
    project_id: str = ""


@dataclass
class Story:
    """The demo being built. `now` is the present instant: what has not happened yet is not played."""

    database: Database
    files: Path
    stage: Stage
    calendar: Calendar
    now: datetime
    cast: Cast
    chance: random.Random
    tell: Callable[[str], None]
    signer: Signer
    edition_id: str = ""
    coordinator: Actor | None = None
    crews: list[Crew] = field(default_factory=list)

    async def edition(self, session: AsyncSession) -> Edition:
        """The edition, loaded in this session."""
        edition = await edition_by_id(session, self.edition_id)
        assert edition is not None, "the edition is made by the first chapter"  # noqa: S101
        return edition

    @property
    def coordination(self) -> Actor:
        """The national coordinator, who does what no other person does."""
        assert self.coordinator is not None, "the coordinator is made by the first chapter"  # noqa: S101
        return self.coordinator

    def happened(self, instant: datetime) -> bool:
        """Whether that instant is behind us."""
        return instant < self.now

    def moment(self, opens: datetime, closes: datetime) -> datetime:
        """A random instant of an interval, before the present when the interval has begun."""
        last = min(closes, self.now)
        return opens + timedelta(seconds=self.chance.random() * max((last - opens).total_seconds() - 60, 1))


async def site_of(session: AsyncSession, edition: Edition, code: str) -> Site:
    """A site of the edition by its code."""
    return next(site for site in await sites_of(session, edition.id) if site.code == code)


async def actor(session: AsyncSession, person: Person) -> Actor:
    """The person with the roles held now."""
    return await actor_of(session, person)


async def accept(session: AsyncSession, person: Actor, edition: Edition, *, now: datetime) -> None:
    """The person accepts the rulebook in force."""
    current = await published_rulebook(session, edition.id)
    assert current is not None  # noqa: S101 — published by the first chapter
    await accept_rulebook(session, person, edition, sha256=current.sha256 or "", now=now)
