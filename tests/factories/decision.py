"""Juries that have read: every project scored by every juror, choices made, a palmarès published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.editions.models import Edition
from creathon.jury.actions.evaluations import EvaluationValues, validate_evaluation
from creathon.jury.actions.palmares import publish_palmares
from creathon.jury.actions.selection import select_project
from creathon.jury.models import Palmares, Selection, Tier
from creathon.projects.models import Project
from tests.factories.accounts import as_actor
from tests.factories.editions import AFTER_PALMARES, DELIBERATION, EVALUATION
from tests.factories.jury import JURORS, TEAMS, Jury, coordinator_of, held, make_jury, reads_of
from tests.factories.projects import make_deposited
from tests.factories.teams import make_team
from tests.personas import ZOE, Persona

LEVELS: Mapping[str, Sequence[int]] = {"Les Marches": (3,), "Les Passeurs": (2,), "Les Veilleuses": (2,)}
"""One level everywhere: « Les Marches » first, the two others ex æquo."""
OTHERS = (ZOE, Persona("Rose", "Marelle"), Persona("Jules", "Boulier"))
REASON = "Un besoin vu en classe, une réponse que tout le monde peut essayer."
TO_TEAM = "Pour {team}, de {juror} : précisez l’essai."
TO_JURY = "Entre nous, sur {team} : le budget de {juror} me laisse un doute."


@dataclass
class Decision:
    """A jury that has read, with its projects by the name of their team."""

    jury: Jury
    projects: dict[str, Project]

    @property
    def edition(self) -> Edition:
        return self.jury.edition

    def project(self, team: str = "Les Marches") -> Project:
        return self.projects[team]


async def make_decision(
    session: AsyncSession,
    edition: Edition,
    *,
    levels: Mapping[str, Sequence[int]] = LEVELS,
    jurors: Sequence[Persona] = JURORS,
    reads: int = 3,
    linked: Mapping[Persona, str] | None = None,
) -> Decision:
    """The projects of the teams named in `levels`, each read by `reads` jurors who all give those levels."""
    teams = tuple(name for name in TEAMS if name in levels)
    jury = await make_jury(session, edition, jurors=jurors, teams=teams, reads=reads, linked=linked)
    by_id = {project.id: team for team, project in zip(teams, jury.projects, strict=True)}
    for persona in jurors:
        await _read(session, jury, persona, by_id, levels)
    return Decision(jury, dict(zip(teams, jury.projects, strict=True)))


async def _read(
    session: AsyncSession, jury: Jury, persona: Persona, by_id: Mapping[str, str], levels: Mapping[str, Sequence[int]]
) -> None:
    actor = await as_actor(session, jury.people[persona])
    for assignment in await reads_of(session, persona):
        words = {"team": by_id[assignment.project_id], "juror": persona.family_name}
        values = EvaluationValues(
            jury.levels(*levels[words["team"]]), TO_TEAM.format(**words), TO_JURY.format(**words)
        )  # fmt: skip
        await validate_evaluation(
            session, actor, await held(session, assignment), values, jury.edition, version=0, now=EVALUATION
        )


async def make_other(session: AsyncSession, decision: Decision, *, name: str, title: str, now: datetime) -> Project:
    """One more project, that nobody has read, deposited at `now`: late when the creation is over."""
    team = await make_team(session, decision.edition, OTHERS, name=name, site="DIST")
    return await make_deposited(session, decision.edition, team, now=now, title=title)


async def choose(
    session: AsyncSession,
    decision: Decision,
    team: str = "Les Marches",
    *,
    tier: Tier = Tier.RENFORCE,
    prize: str = "",
    reason: str = REASON,
    now: datetime = DELIBERATION,
) -> Selection:
    """A project chosen by Claire."""
    claire = await coordinator_of(session, decision.edition)
    return await select_project(
        session, claire, decision.project(team), decision.edition, tier=tier, prize=prize, reason=reason, now=now
    )


async def publish(session: AsyncSession, decision: Decision, *, now: datetime = AFTER_PALMARES) -> Palmares:
    """The palmarès published by Claire."""
    return await publish_palmares(session, await coordinator_of(session, decision.edition), decision.edition, now=now)


async def forget_palmares(session: AsyncSession) -> None:
    """Take a publication back, as only somebody who may drop the triggers of the database can."""
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(text("DROP TRIGGER IF EXISTS palmares_refuses_DELETE"))
    else:
        await session.execute(text("ALTER TABLE palmares DISABLE TRIGGER USER"))
    await session.execute(delete(Palmares))
