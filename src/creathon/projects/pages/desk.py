"""Whose project this is: the edition, the team of the person, its project."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Refused
from creathon.core.text import _
from creathon.core.web.visit import Visit
from creathon.editions.models import DeliverableKind, Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import deliverables_of
from creathon.editions.rules import Deliverables, limits_of
from creathon.projects.actions import start_project
from creathon.projects.models import AdmissibilityCheck, Project, Upload
from creathon.projects.queries import draft_of_team, project_of_team
from creathon.projects.queries.admissibility import checks_of
from creathon.projects.queries.uploads import uploads_of
from creathon.projects.rules.admissibility import counting
from creathon.projects.signatures import Signer
from creathon.teams.models import Team
from creathon.teams.queries import team_of

SignerOf = NamedDependency[Signer]


@dataclass(frozen=True)
class Desk:
    """What a member works on. `project` is None before the first save.

    Where the page asked for it (`decided`): `checks`, what is decided of the deposit that counts, newest first, and
    `arriving`, by its place, what this person began to send and that is not joined.
    """

    edition: Edition
    team: Team
    project: Project | None
    limits: Deliverables
    checks: tuple[AdmissibilityCheck, ...] = ()
    arriving: Mapping[DeliverableKind, Upload] = field(default_factory=dict)

    @property
    def started(self) -> Project:
        """The project, once something was saved.

        Raises:
            Refused: nothing was.
        """
        if self.project is None:
            raise Refused(_("Rien n’est encore enregistré. Écrivez d’abord quelques mots, puis enregistrez."))
        return self.project


async def find_desk(
    visit: Visit, session: AsyncSession, *, lock: bool = False, decided: bool = False, deposited: bool = True
) -> Desk | None:
    """The desk of the person, or None without a team. Locked: the team first, then its project.

    `deposited`: with the deposits and the limits of files, which a save has no use for.
    """
    edition = await edition_at_hand(visit, session)
    team = await team_of(session, visit.actor.person_id, edition.id, lock=lock)
    if team is None:
        return None
    if not deposited:
        return Desk(edition, team, await draft_of_team(session, team, lock=lock), {})
    project = await project_of_team(session, team.id, lock=lock)
    limits = limits_of(await deliverables_of(session, edition.id))
    desk = Desk(edition, team, project, limits)
    if not decided:
        return desk
    desk = replace(desk, arriving=await uploads_of(session, team.id, visit.actor.person_id))
    if project is None or project.current is None:
        return desk
    decisions = [decision for decision, _by in await checks_of(session, project.id)]
    return replace(desk, checks=tuple(one for one in decisions if counting(one, project.current)))


async def desk_of(
    visit: Visit, session: AsyncSession, *, lock: bool = False, decided: bool = False, deposited: bool = True
) -> Desk:
    """The desk of the person.

    Raises:
        Refused: the person is in no team.
    """
    desk = await find_desk(visit, session, lock=lock, decided=decided, deposited=deposited)
    if desk is None:
        raise Refused(_("Vous n’avez pas encore d’équipe : le projet s’écrit en équipe."))
    return desk


async def started(visit: Visit, session: AsyncSession, desk: Desk, *, now: datetime | None = None) -> Project:
    """The project of a desk held for writing, opened if need be; `now` where the visit is not what is judged."""
    if desk.project is not None:
        return desk.project
    return await start_project(session, visit.actor, desk.team, desk.edition, now=now or visit.now)
