"""The rows of a large edition, always the same for the same size: people, teams, projects, deposits, reads."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from creathon.accounts.models import Person, RoleGrant
from creathon.accounts.rules import email_key
from creathon.core.actor import SYSTEM
from creathon.core.database import Base
from creathon.core.files import StoredFile
from creathon.core.ids import ALPHABET, ID_LENGTH
from creathon.demo.material import Entry, content, derived_projects, written_projects
from creathon.editions.models import Allowed, Edition, EditionState, Phase, PhaseKind, Role, Site, Theme
from creathon.jury.models import (
    HIGHEST_LEVEL,
    Assignment,
    Criterion,
    Evaluation,
    EvaluationState,
    Level,
    Panel,
    PanelJuror,
    Rubric,
    Score,
)
from creathon.jury.rules.usual_rubric import USUAL_RUBRIC
from creathon.projects.models import Deposit, DepositFile, DraftFile, Project, ProjectFile
from creathon.projects.receipts import bundle_sha256
from creathon.projects.rules import folded
from creathon.teams.models import ApplicationState, Team, TeamMember, TeamRole
from creathon.teams.rules import name_key

Row = dict[str, Any]

MEMBERS = 3
READS = 3
FILE = {"name": "livret.pdf", "size": 48_213, "sha256": "b" * 64, "media_type": "application/pdf"}
DAYS = {
    PhaseKind.CANDIDATURE: (-90, -30, (Allowed.APPLY, Allowed.MANAGE_TEAM)),
    PhaseKind.CREATION: (-10, -9, (Allowed.MANAGE_TEAM, Allowed.WRITE, Allowed.DEPOSIT)),
    PhaseKind.EVALUATION: (-9, 30, (Allowed.DECLARE_LINKS, Allowed.REVIEW)),
    PhaseKind.PALMARES: (-2, 60, (Allowed.PUBLISH, Allowed.READ_FEEDBACK)),
    PhaseKind.CLOTURE: (60, 400, (Allowed.READ_FEEDBACK,)),
}
"""From and to which day around now. The palmarès is open while jurors still read, so that both can be measured."""


@dataclass
class Rows:
    """Rows by table, in the order in which they can be inserted."""

    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(2027))
    tables: dict[type[Base], list[Row]] = field(default_factory=dict)

    def add(self, model: type[Base], **values: Any) -> str:
        """Add a row and give its identifier, drawn in the alphabet of the product."""
        row_id = "".join(self.chance.choices(ALPHABET, k=ID_LENGTH))
        self.tables.setdefault(model, []).append({"id": row_id, **values})
        return row_id

    def link(self, model: type[Base], **ids: str) -> None:
        """Add a row that is known by what it links."""
        self.tables.setdefault(model, []).append(ids)

    def of(self, model: type[Base]) -> list[Row]:
        return self.tables[model]


def make_rows(now: datetime, *, projects: int, jurors: int) -> Rows:
    """Everything, for that many projects read three times by that many jurors; the first juror is the measured one."""
    rows = Rows(now)
    edition_id = _edition(rows)
    _rubric(rows, edition_id)
    rows.tables[StoredFile] = [{"sha256": FILE["sha256"], "size": FILE["size"], "stored_at": now}]
    people = _people(rows, projects * MEMBERS + jurors)
    panel_id = _panel(rows, edition_id, list(islice(people, jurors)))
    for number, entry in zip(range(projects), _entries(), strict=False):
        _project(rows, edition_id, number, entry, list(islice(people, MEMBERS)))
    _reads(rows, panel_id)
    return rows


def _edition(rows: Rows) -> str:
    source, now = content("edition"), rows.now
    words = source["edition"]
    edition_id = rows.add(
        Edition,
        slug="banc",
        title=words["title"],
        pilot=words["pilot"],
        zone=words["zone"],
        state=EditionState.RUNNING,
        created_at=now - timedelta(days=120),
    )
    rows.add(Theme, edition_id=edition_id, title=words["theme_title"], statement=words["theme_statement"])
    for kind, (opens, closes, allows) in DAYS.items():
        period = {"opens_at": now + timedelta(days=opens), "closes_at": now + timedelta(days=closes)}
        allowed = [str(act) for act in allows]
        rows.add(Phase, edition_id=edition_id, kind=kind, title=kind.capitalize(), allows=allowed, **period)
    for site in source["sites"]:
        kept = {name: site[name] for name in ("code", "name", "city", "academy", "zone", "capacity")}
        rows.add(Site, edition_id=edition_id, **kept)
    return edition_id


def _rubric(rows: Rows, edition_id: str) -> None:
    rubric_id = rows.add(Rubric, edition_id=edition_id, frozen_at=rows.now - timedelta(days=8))
    for position, source in enumerate(USUAL_RUBRIC, 1):
        kept = {name: value for name, value in vars(source).items() if name != "levels"}
        criterion_id = rows.add(Criterion, rubric_id=rubric_id, position=position, **kept)
        for value, text in enumerate(source.levels):
            rows.add(Level, criterion_id=criterion_id, value=value, text=text)


def _people(rows: Rows, count: int) -> Iterator[str]:
    """The identifiers of that many new people."""
    names = content("people")
    for number in range(count):
        email = f"personne.{number}@exemple.test"
        yield rows.add(
            Person,
            email=email,
            email_key=email_key(email),
            given_name=rows.chance.choice(names["given_names"]),
            family_name=rows.chance.choice(names["family_words"]),
            zone="Europe/Paris",
            verified_at=rows.now - timedelta(days=80),
            created_at=rows.now - timedelta(days=80),
        )


def _panel(rows: Rows, edition_id: str, people: Sequence[str]) -> str:
    """One national panel whose jurors have all declared their links."""
    created = rows.now - timedelta(days=12)
    panel_id = rows.add(Panel, edition_id=edition_id, name="Jury national", reads=READS, created_at=created)
    for person_id in people:
        rows.add(
            PanelJuror,
            panel_id=panel_id,
            person_id=person_id,
            quality="Enseignement spécialisé",
            links_declared_at=rows.now - timedelta(days=8),
        )
        rows.add(
            RoleGrant,
            person_id=person_id,
            role=Role.JUROR,
            edition_id=edition_id,
            granted_by=SYSTEM.person_id,
            granted_at=created,
        )
    return panel_id


def _entries() -> Iterator[Entry]:
    """The written and derived projects of the demo, over and over."""
    known = [*written_projects(), *derived_projects()]
    while True:
        yield from known


def _project(rows: Rows, edition_id: str, number: int, entry: Entry, people: Sequence[str]) -> None:
    """A team, its members, its project and the deposit that counts."""
    name = f"{entry.team} {number + 1}"
    team_id = rows.add(
        Team,
        edition_id=edition_id,
        site_id=rows.of(Site)[number % len(rows.of(Site))]["id"],
        name=name,
        name_key=name_key(name),
        state=ApplicationState.ACCEPTED,
        code=f"BANC{number:05}",
        created_at=rows.now - timedelta(days=70),
    )
    for seat, (person_id, role) in enumerate(zip(people, TeamRole, strict=False), 1):
        place = {"seat": seat, "role": role, "is_captain": seat == 1, "joined_at": rows.now - timedelta(days=69)}
        rows.add(TeamMember, team_id=team_id, edition_id=edition_id, person_id=person_id, **place)
    file_id = rows.add(
        ProjectFile,
        team_id=team_id,
        sha256=FILE["sha256"],
        name=FILE["name"],
        media_type=FILE["media_type"],
        added_by=people[0],
        added_at=rows.now - timedelta(days=9, hours=1),
    )
    fiche = {**entry.fiche, "title": f"{entry.title} {number + 1}", "video_captioned": True}
    project_id = rows.add(
        Project,
        edition_id=edition_id,
        team_id=team_id,
        slug="".join(rows.chance.choices(ALPHABET, k=8)),
        created_at=rows.now - timedelta(days=10),
        updated_at=rows.now - timedelta(days=9),
        updated_by=people[0],
        **fiche,
    )
    rows.link(DraftFile, project_id=project_id, file_id=file_id)
    _deposit(rows, edition_id, project_id, fiche, file_id=file_id, number=number)


def _deposit(rows: Rows, edition_id: str, project_id: str, fiche: Row, *, file_id: str, number: int) -> None:
    bundle = {**fiche, "file": FILE}
    deposit_id = rows.add(
        Deposit,
        edition_id=edition_id,
        project_id=project_id,
        number=f"{number:04X}-BA0C",
        arrived_at=rows.now - timedelta(days=9, minutes=1 + number % 600),
        deposited_by=rows.of(Project)[-1]["updated_by"],
        late=False,
        title=fiche["title"],
        title_key=folded(fiche["title"])[:200],
        summary=fiche["summary"],
        needs=fiche["needs"],
        levels=fiche["levels"],
        content=bundle,
        sha256=bundle_sha256(bundle),
    )
    rows.link(DepositFile, deposit_id=deposit_id, file_id=file_id)


def _reads(rows: Rows, panel_id: str) -> None:
    """Three reads of each project, as many for each juror, in an order drawn by lot for each."""
    jurors = [row["person_id"] for row in rows.of(PanelJuror)]
    piles: dict[str, list[str]] = {person_id: [] for person_id in jurors}
    for number, project in enumerate(rows.of(Project)):
        for read in range(READS):
            piles[jurors[(number * READS + read) % len(jurors)]].append(project["id"])
    for person_id, pile in piles.items():
        rows.chance.shuffle(pile)
        for position, project_id in enumerate(pile, 1):
            assignment_id = rows.add(
                Assignment,
                panel_id=panel_id,
                person_id=person_id,
                project_id=project_id,
                position=position,
                assigned_at=rows.now - timedelta(days=8),
            )
            _evaluation(rows, assignment_id, position)


def _evaluation(rows: Rows, assignment_id: str, position: int) -> None:
    """Of six reads four are validated, one is a draft, one is not begun."""
    if position % 6 == 0:
        return
    validated = position % 6 != 1
    remarks = content("remarks")
    levels = {row["id"]: rows.chance.randint(0, HIGHEST_LEVEL) for row in rows.of(Criterion)}
    weighted = sum(row["weight"] * levels[row["id"]] for row in rows.of(Criterion))
    evaluation_id = rows.add(
        Evaluation,
        assignment_id=assignment_id,
        state=EvaluationState.VALIDATED if validated else EvaluationState.DRAFT,
        remark_team=rows.chance.choice(remarks["team"]["C1"]["mid"]),
        remark_jury=rows.chance.choice(remarks["team"]["C1"]["high"]),
        total=(Decimal(weighted) / HIGHEST_LEVEL).quantize(Decimal("0.01")) if validated else None,
        updated_at=rows.now - timedelta(days=3),
        validated_at=rows.now - timedelta(days=3) if validated else None,
    )
    for criterion_id, level in levels.items():
        rows.add(Score, evaluation_id=evaluation_id, criterion_id=criterion_id, level=level)
