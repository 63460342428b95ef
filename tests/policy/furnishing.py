"""Lives an edition as far as a phase, through the actions, and notes the id of everything a page may name.

In each edition « own » is what belongs to « Les Marches » of Poitiers, « same » what belongs to « Les Passeurs » of
La Réunion.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.accounts.models import Person
from creathon.core.actor import SYSTEM
from creathon.core.files import FileStore
from creathon.core.ids import digest
from creathon.editions.models import DeliverableKind, Edition, Role
from creathon.editions.rules import USUAL
from creathon.jury.actions.evaluations import EvaluationValues, save_evaluation, validate_evaluation
from creathon.jury.actions.palmares import publish_palmares
from creathon.jury.actions.panels import add_juror, create_panel
from creathon.jury.actions.selection import select_project
from creathon.jury.models import Assignment, Panel, PanelJuror, Tier
from creathon.jury.queries.evaluations import hold_reading
from creathon.jury.queries.panels import panel_by_id
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.queries.selection import selections
from creathon.mentoring.actions import (
    MilestoneValues,
    SessionValues,
    add_milestone,
    create_programme,
    pair_project,
    plan_interviews,
)
from creathon.mentoring.models import SessionKind
from creathon.mentoring.queries import pairing_by_id
from creathon.projects.actions import save_draft
from creathon.projects.actions.uploads import begin_upload
from creathon.projects.models import Project
from creathon.projects.queries import project_of_team
from creathon.projects.rules.uploads import UploadValues
from creathon.teams.actions import invite_member
from creathon.teams.models import ApplicationState, Team, TeamInvitation, TeamRole
from creathon.teams.queries import team_by_id
from tests.factories.accounts import LONG_AGO, as_actor
from tests.factories.editions import (
    AFTER_PALMARES,
    APPLICATIONS,
    CREATION,
    DELIBERATION,
    EVALUATION,
    MENTORING,
    paris,
    site_of,
)
from tests.factories.jury import coordinator_of, declare, make_rubric
from tests.factories.mentoring import DUE, FIRST_INTERVIEW, link
from tests.factories.projects import (
    CAPTIONS,
    FICHE,
    PDF,
    join_file,
    join_video,
    make_blind_copy,
    make_deposit,
    make_draft,
)
from tests.factories.teams import person_of
from tests.personas import HUGO, INES, ZOE, Persona
from tests.policy.applicants import Ids, make_applicant, make_minor, make_seekers, open_doors
from tests.policy.cast import COLINE, SOLAL, Troupe

NAMES = (("Les Marches", "POI", "Consigne en escalier"), ("Les Passeurs", "RUN", "Le passeur de mots"))
PLACES = ("own", "same")
IDLE = {INES.email, SOLAL.email}
"""Jurors to whom nothing is given yet, so that an allocation has something to add."""
REMARK = "La remarque que seule cette équipe lira."


class Furnisher:
    """One edition being lived."""

    def __init__(self, session: AsyncSession, edition: Edition, troupe: Troupe, files: FileStore) -> None:
        self.session, self.edition, self.troupe, self.files = session, edition, troupe, files
        self.ids: Ids = {}
        self.teams: list[Team] = []
        self.projects: list[Project] = []
        self.reads: list[tuple[Person, str]] = []

    def note(self, kind: str, place: str, value: str) -> None:
        self.ids[kind, place] = value

    async def live(self, phases: frozenset[str]) -> Ids:
        """Everything up to the last of these phases, and what is there before all of them."""
        self.ids |= await open_doors(self.session, self.edition)
        chapters = (
            ("candidature", self.apply), ("attente", self.answer), ("creation", self.create),
            ("evaluation", self.judge), ("deliberation", self.deliberate), ("palmares", self.publish),
            ("accompagnement", self.accompany),
        )  # fmt: skip
        for phase, chapter in chapters:
            if phase in phases:
                await chapter()
        return self.ids

    async def apply(self) -> None:
        guests = (ZOE, Persona("Invite", "Coulisse"))
        for place, members, guest, (name, site, _title) in zip(PLACES, self.troupe.teams, guests, NAMES, strict=True):
            team = await make_applicant(self.session, self.edition, self.ids, members, name=name, site=site)
            captain = await as_actor(self.session, team.members[0].person)
            address = guest.email if self.troupe.slug == "2027" else f"{guest.given_name.lower()}.2026@exemple.test"
            invitation = await invite_member(
                self.session, captain, team, self.edition, email=address, role=TeamRole.CONTEUR, now=APPLICATIONS
            )
            self.note("team", place, team.id)
            self.note("member", place, team.members[2].id)
            self.note("minor", place, await make_minor(self.session, self.edition, team.members[2]))
            self.note("invitation", place, invitation.id)
            self.note("team_token", place, self._token(invitation, place))
            self.teams.append(team)
        for place, people in zip(PLACES, self.troupe.alone, strict=True):
            self.ids |= await make_seekers(self.session, self.edition, self.ids, place, people)

    def _token(self, row: TeamInvitation, place: str) -> str:
        """A known secret for a mailed link."""
        token = f"jeton-{self.troupe.slug}-{place}"
        row.token_hash = digest(token)
        return token

    async def answer(self) -> None:
        for team in self.teams:
            team.state, team.decided_at = ApplicationState.ACCEPTED, APPLICATIONS
        await self.session.flush()

    async def create(self) -> None:
        for place, team, (_name, _site, title) in zip(PLACES, self.teams, NAMES, strict=True):
            known = await team_by_id(self.session, team.id)
            project = await make_draft(self.session, self.edition, known, title=title, video_captions=CAPTIONS)
            await join_file(self.session, self.edition, project, store=self.files)
            await join_video(self.session, self.edition, project, store=self.files)
            deposit = await make_deposit(self.session, self.edition, project)
            await make_blind_copy(self.session, deposit)
            await self._change_draft(team, title)
            self.note("project", place, project.id)
            self.note("slug", place, project.slug)
            self.note("receipt", place, deposit.number)
            self.note("file", place, deposit.pieces[0].id)
            self.projects.append(project)
            self.note("upload", place, await self._send_something(team, seat=PLACES.index(place)))
        if self.troupe.slug == "2027":
            for persona in (HUGO, COLINE):
                person = await person_of(self.session, persona)
                await link(self.session, self.edition, person, self.projects[0].id)

    async def _send_something(self, team: Team, *, seat: int) -> str:
        """A file that a member registered, and that waits in every phase: only who asks can be refused."""
        known = await team_by_id(self.session, team.id)
        actor = await as_actor(self.session, known.members[seat].person)
        values = UploadValues(DeliverableKind.PIECE, "dossier.pdf", len(PDF) + 1)
        upload = await begin_upload(
            self.session, actor, known, self.edition, values, USUAL[values.slot], None, arrived=CREATION, now=CREATION
        )
        upload.begun_at = paris(2030, 1, 1, 0)
        return upload.id

    async def _change_draft(self, team: Team, title: str) -> None:
        """After the deposit the draft says something new, so that depositing again is an act."""
        project = await project_of_team(self.session, team.id)
        assert project is not None
        actor = await as_actor(self.session, project.team.members[0].person)
        values = replace(FICHE, title=title, video_captions=CAPTIONS, next_steps="Trois classes sont volontaires.")
        await save_draft(self.session, actor, project, self.edition, values, version=project.version, now=CREATION)

    async def judge(self) -> None:
        await make_rubric(self.session, self.edition)
        for place, jurors, project, (name, site, _title) in zip(
            PLACES, self.troupe.jurors, self.projects, NAMES, strict=True
        ):
            panel = await self._panel(f"Jury de {site}, pour {name}", site, jurors)
            for seat in panel.jurors:
                await declare(self.session, self.edition, seat)
            readers = [seat for seat in panel.jurors if seat.person.email not in IDLE]
            for seat in readers:
                await self._assign(panel, seat, project)
            self.note("panel", place, panel.id)
            self.note("seat", place, readers[0].id)
            self.note("assignment", place, self.ids["assignment_of", readers[0].person.email])

    async def _panel(self, name: str, site: str, jurors: tuple[Persona, ...]) -> Panel:
        claire = await coordinator_of(self.session, self.edition)
        site_id = site_of(self.edition, site).id
        made = await create_panel(
            self.session, claire, self.edition, name=name, site_id=site_id, reads=3, now=EVALUATION
        )
        for persona in jurors:
            person = await person_of(self.session, persona)
            await grant_role(self.session, SYSTEM, person, Role.JUROR, self.edition, now=LONG_AGO)
            is_chair = persona is jurors[-1]
            await add_juror(
                self.session, claire, made, person, quality="enseignante", now=EVALUATION, is_chair=is_chair
            )
        panel = await panel_by_id(self.session, made.id)
        assert panel is not None
        panel.jurors.sort(key=lambda seat: [one.email for one in jurors].index(seat.person.email))
        return panel

    async def _assign(self, panel: Panel, seat: PanelJuror, project: Project) -> None:
        """A read given, with its draft; whoever has a link has stepped aside."""
        linked = seat.person.email == HUGO.email
        assignment = Assignment(
            panel_id=panel.id, person_id=seat.person_id, project_id=project.id, position=1, assigned_at=EVALUATION,
            withdrawn_at=EVALUATION if linked else None, withdrawn_reason="recused" if linked else None,
        )  # fmt: skip
        self.session.add(assignment)
        await self.session.flush()
        self.note("assignment_of", seat.person.email, assignment.id)
        if linked:
            return
        self.reads.append((seat.person, assignment.id))
        await self._score(seat.person, assignment.id, save_evaluation, version=0)

    async def _score(self, person: Person, assignment_id: str, act: Any, *, version: int) -> None:
        rubric = await rubric_of(self.session, self.edition.id)
        reading = await hold_reading(self.session, assignment_id, person.id)
        assert rubric is not None and reading is not None  # noqa: PT018
        values = EvaluationValues({one.id: 3 for one in rubric.criteria}, REMARK, "")
        actor = await as_actor(self.session, person)
        await act(self.session, actor, reading, values, self.edition, version=version, now=EVALUATION)

    async def deliberate(self) -> None:
        for person, assignment_id in self.reads:
            await self._score(person, assignment_id, validate_evaluation, version=1)
        claire = await coordinator_of(self.session, self.edition)
        for project, tier in zip(self.projects, (Tier.RENFORCE, Tier.APPUI), strict=True):
            await select_project(
                self.session, claire, project, self.edition, tier=tier, prize="", reason="Un besoin vu en classe.",
                now=DELIBERATION,
            )  # fmt: skip

    async def publish(self) -> None:
        claire = await coordinator_of(self.session, self.edition)
        await publish_palmares(self.session, claire, self.edition, now=AFTER_PALMARES)

    async def accompany(self) -> None:
        claire = await coordinator_of(self.session, self.edition)
        moment = SessionValues(
            SessionKind.WORKSHOP, "Atelier", paris(2027, 11, 3, 14), paris(2027, 11, 3, 16), "À distance", ""
        )
        programme = await create_programme(self.session, claire, self.edition, "Tremplin", [moment], now=AFTER_PALMARES)
        self.note("moment", "own", programme.sessions[0].id)
        chosen = {one.project_id: one for one in await selections(self.session, self.edition.id)}
        for place, project, persona in zip(PLACES, self.projects, self.troupe.mentors, strict=True):
            mentor = await person_of(self.session, persona)
            await grant_role(self.session, SYSTEM, mentor, Role.MENTOR, self.edition, now=LONG_AGO)
            made = await pair_project(
                self.session, claire, chosen[project.id], mentor, self.edition,
                objective=f"Un seul indicateur pour {place}.", now=AFTER_PALMARES,
            )  # fmt: skip
            await self._follow(place, made.id)

    async def _follow(self, place: str, pairing_id: str) -> None:
        pairing = await pairing_by_id(self.session, pairing_id)
        assert pairing is not None
        mentor = await as_actor(self.session, pairing.mentor)
        interviews = await plan_interviews(
            self.session, mentor, pairing, [FIRST_INTERVIEW], self.edition, now=AFTER_PALMARES
        )
        milestone = await add_milestone(
            self.session, mentor, pairing, MilestoneValues("Protocole d’essai", DUE), self.edition, now=MENTORING
        )
        self.note("pairing", place, pairing.id)
        self.note("interview", place, interviews[0].id)
        self.note("milestone", place, milestone.id)
