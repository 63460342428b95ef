"""Whose project this is: the edition, the team of the person, its project."""

from dataclasses import dataclass
from datetime import datetime

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Refused
from creathon.core.text import _
from creathon.core.web.visit import Visit
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.projects.actions import start_project
from creathon.projects.models import AdmissibilityCheck, Project, Upload
from creathon.projects.queries import project_of_team
from creathon.projects.queries.admissibility import checks_of
from creathon.projects.queries.uploads import upload_of
from creathon.projects.rules.admissibility import counting
from creathon.projects.signatures import Signer
from creathon.teams.models import Team
from creathon.teams.queries import team_of

SignerOf = NamedDependency[Signer]


@dataclass(frozen=True)
class Desk:
    """What a member works on. `project` is None before the first save.

    Where the page asked for it (`decided`): `checks`, what is decided of the deposit that counts, newest first, and
    `arriving`, the file that this person began to send and that is not joined.
    """

    edition: Edition
    team: Team
    project: Project | None
    checks: tuple[AdmissibilityCheck, ...] = ()
    arriving: Upload | None = None

    @property
    def started(self) -> Project:
        """The project, once something was saved.

        Raises:
            Refused: nothing was.
        """
        if self.project is None:
            raise Refused(_("Rien n’est encore enregistré. Écrivez d’abord quelques mots, puis enregistrez."))
        return self.project


async def find_desk(visit: Visit, session: AsyncSession, *, lock: bool = False, decided: bool = False) -> Desk | None:
    """The desk of the person, or None without a team. Locked: the team first, then its project."""
    edition = await edition_at_hand(visit, session)
    team = await team_of(session, visit.actor.person_id, edition.id, lock=lock)
    if team is None:
        return None
    project = await project_of_team(session, team.id, lock=lock)
    if not decided:
        return Desk(edition, team, project)
    arriving = await upload_of(session, team.id, visit.actor.person_id, "file")
    if project is None or project.current is None:
        return Desk(edition, team, project, arriving=arriving)
    decisions = [decision for decision, _by in await checks_of(session, project.id)]
    return Desk(edition, team, project, tuple(one for one in decisions if counting(one, project.current)), arriving)


async def desk_of(visit: Visit, session: AsyncSession, *, lock: bool = False, decided: bool = False) -> Desk:
    """The desk of the person.

    Raises:
        Refused: the person is in no team.
    """
    desk = await find_desk(visit, session, lock=lock, decided=decided)
    if desk is None:
        raise Refused(_("Vous n’avez pas encore d’équipe : le projet s’écrit en équipe."))
    return desk


async def started(visit: Visit, session: AsyncSession, desk: Desk, *, now: datetime | None = None) -> Project:
    """The project of a desk held for writing, opened if need be; `now` where the visit is not what is judged."""
    if desk.project is not None:
        return desk.project
    return await start_project(session, visit.actor, desk.team, desk.edition, now=now or visit.now)
