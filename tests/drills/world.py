"""The last evening of a creation: teams that write and deposit, each with the session of one member."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert

from creathon.accounts.actions import open_session
from creathon.accounts.models import Person
from creathon.core.database import Database
from creathon.editions.models import Allowed, Deliverable, Edition, EditionState, Phase, PhaseKind, Site, Theme
from creathon.editions.rules import USUAL
from creathon.teams.models import ApplicationState, Team, TeamMember, TeamRole
from creathon.teams.rules import name_key
from tests.bench.loader import ordered
from tests.bench.rows import Rows

MEMBERS = 3


@dataclass(frozen=True)
class Member:
    """Who writes for a team; `token` is the secret of the session."""

    team_id: str
    token: str


async def gather(database: Database, *, now: datetime, teams: int) -> list[Member]:
    """Insert an edition whose creation is open now, and that many accepted teams; its members, signed in, by team."""
    rows = Rows(now)
    edition_id = _edition(rows)
    for number in range(teams):
        _team(rows, edition_id, number)
    async with database.writing() as session:
        for table, found in ordered(rows):
            await session.execute(insert(table), found)
        members = []
        for row in rows.of(TeamMember):
            person = await session.get_one(Person, row["person_id"])
            token, _ = await open_session(session, person, "drill", now=now)
            members.append(Member(row["team_id"], token))
    return members


def _edition(rows: Rows) -> str:
    now = rows.now
    edition_id = rows.add(
        Edition, slug="veille", title="Créathon d’une veille", pilot="Réseau Canopé", zone="Europe/Paris",
        state=EditionState.RUNNING, created_at=now - timedelta(days=60),
    )  # fmt: skip
    rows.add(Theme, edition_id=edition_id, title="Thème", statement="Énoncé")
    rows.add(
        Phase, edition_id=edition_id, kind=PhaseKind.CREATION, title="Création", opens_at=now - timedelta(hours=23),
        closes_at=now + timedelta(days=1), allows=[str(Allowed.WRITE), str(Allowed.DEPOSIT)],
    )  # fmt: skip
    rows.add(
        Site, edition_id=edition_id, code="DIST", name="À distance", city="Poitiers", academy="Poitiers",
        zone="Europe/Paris", capacity=10_000,
    )  # fmt: skip
    for kind, values in USUAL.items():
        rows.add(Deliverable, edition_id=edition_id, kind=kind, **vars(values) | {"formats": list(values.formats)})
    return edition_id


def _team(rows: Rows, edition_id: str, number: int) -> None:
    name, came = f"Équipe {number:04}", rows.now - timedelta(days=20)
    team_id = rows.add(
        Team, edition_id=edition_id, site_id=rows.of(Site)[0]["id"], name=name, name_key=name_key(name),
        state=ApplicationState.ACCEPTED, code=f"DRILL{number:05}", created_at=came, submitted_at=came,
    )  # fmt: skip
    for seat, role in zip(range(1, MEMBERS + 1), TeamRole, strict=False):
        email = f"membre.{number}.{seat}@veille.test"
        person_id = rows.add(
            Person, email=email, email_key=email, given_name=f"Membre {seat}", family_name="Nuage",
            verified_at=came, created_at=came,
        )  # fmt: skip
        place = {"seat": seat, "role": role, "is_captain": seat == 1, "joined_at": came}
        rows.add(TeamMember, team_id=team_id, edition_id=edition_id, person_id=person_id, **place)
