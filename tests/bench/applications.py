"""The rows of an edition that receives applications: teams of three on many sites, four questions, their answers."""

from dataclasses import dataclass, field
from datetime import timedelta

from creathon.accounts.models import Person, RoleGrant
from creathon.core.actor import SYSTEM
from creathon.editions.models import Allowed, Edition, EditionState, Phase, PhaseKind, Role, Site, Theme
from creathon.teams.models import Answer, ApplicationState, Question, QuestionKind, Team, TeamMember, TeamRole
from creathon.teams.rules import name_key
from tests.bench.rows import Rows

MEMBERS = 3
PLACES = 100
STATES = (
    *[ApplicationState.SUBMITTED] * 8,
    ApplicationState.ACCEPTED,
    ApplicationState.WAITLISTED,
)
"""Of ten applications."""
PERIODS = (
    (PhaseKind.CANDIDATURE, -30, 30, (Allowed.APPLY, Allowed.MANAGE_TEAM)),
    (PhaseKind.CREATION, 60, 61, (Allowed.DEPOSIT,)),
)
ASKED = (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT, QuestionKind.NUMBER, QuestionKind.CONSENT)


@dataclass
class Received:
    """Who coordinates the edition, and the (id, name) of its teams by site."""

    coordinator_id: str
    by_site: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def receive_applications(rows: Rows, count: int, sites: int) -> Received:
    """An edition older than the others, chosen by its coordinator, with that many applications."""
    now = rows.now
    edition_id = rows.add(
        Edition,
        slug="candidatures",
        title="Créathon des candidatures",
        pilot="Réseau Canopé",
        zone="Europe/Paris",
        state=EditionState.RUNNING,
        created_at=now - timedelta(days=200),
    )
    rows.add(Theme, edition_id=edition_id, title="Thème", statement="Énoncé")
    for kind, opens, closes, allows in PERIODS:
        period = {"opens_at": now + timedelta(days=opens), "closes_at": now + timedelta(days=closes)}
        rows.add(Phase, edition_id=edition_id, kind=kind, title=kind.capitalize(), allows=list(allows), **period)
    places = [_site(rows, edition_id, number) for number in range(sites)]
    questions = [_question(rows, edition_id, position, kind) for position, kind in enumerate(ASKED, 1)]
    received = Received(_person(rows, "coordination"), {site: [] for site in places})
    rows.tables[Person][-1]["edition_id"] = edition_id
    granted = {"granted_by": SYSTEM.person_id, "granted_at": now}
    rows.add(
        RoleGrant, person_id=received.coordinator_id, role=Role.NATIONAL_COORDINATOR, edition_id=edition_id, **granted
    )
    for number in range(count):
        site = places[number % sites]
        received.by_site[site].append(_team(rows, edition_id, site, number, questions))
    return received


def _site(rows: Rows, edition_id: str, number: int) -> str:
    name = f"Atelier {number + 1:02}"
    return rows.add(
        Site, edition_id=edition_id, code=f"A{number}", name=name, city=name, academy=name, zone="Europe/Paris",
        capacity=PLACES,
    )  # fmt: skip


def _question(rows: Rows, edition_id: str, position: int, kind: QuestionKind) -> str:
    return rows.add(
        Question, edition_id=edition_id, position=position, kind=kind, label=f"Question {position}", options=[],
        limit=1000, required=position == 1,
    )  # fmt: skip


def _person(rows: Rows, name: str) -> str:
    email = f"{name}@candidatures.test"
    return rows.add(
        Person, email=email, email_key=email, given_name=name.capitalize(), family_name="Nuage",
        verified_at=rows.now, created_at=rows.now,
    )  # fmt: skip


def _team(rows: Rows, edition_id: str, site: str, number: int, questions: list[str]) -> tuple[str, str]:
    name, state = f"Équipe {number:04}", STATES[number // 30 % len(STATES)]
    came = rows.now - timedelta(days=20) + timedelta(seconds=number)
    team_id = rows.add(
        Team,
        edition_id=edition_id,
        site_id=site,
        name=name,
        name_key=name_key(name),
        state=state,
        code=f"CAND{number:05}",
        created_at=came,
        submitted_at=came,
        queued_at=came if state == ApplicationState.WAITLISTED else None,
    )
    for seat, role in zip(range(1, MEMBERS + 1), TeamRole, strict=False):
        person_id = _person(rows, f"membre.{number}.{seat}")
        place = {"seat": seat, "role": role, "is_captain": seat == 1, "joined_at": came}
        rows.add(TeamMember, team_id=team_id, edition_id=edition_id, person_id=person_id, **place)
    for question in questions:
        rows.add(Answer, team_id=team_id, question_id=question, value="12" if number % 2 else "Une réponse.")
    return team_id, name
