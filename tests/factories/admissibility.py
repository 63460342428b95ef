"""Decisions on what is deposited, made as a coordination makes them."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor
from creathon.editions.models import Edition
from creathon.projects.actions.admissibility import contest_decision, decide_admissibility
from creathon.projects.models import AdmissibilityCheck, Project
from creathon.projects.queries import project_by_id
from creathon.projects.queries.admissibility import last_check
from creathon.projects.rules.admissibility import CheckValues, Verdict
from creathon.projects.rules.gates import GATES
from tests.factories.accounts import as_actor
from tests.factories.editions import EVALUATION

CAPTIONS = "Nous n’avons pas trouvé de sous-titres dans la vidéo."
BUTTON = "Les sous-titres s’affichent avec le bouton CC, en bas à droite."


def verdicts(**unmet: str) -> CheckValues:
    """Every gate met, but those named with their words."""
    return CheckValues({gate.key: Verdict(gate.key not in unmet, unmet.get(gate.key, "")) for gate in GATES})


async def make_decision(
    session: AsyncSession, edition: Edition, project: Project, by: Actor, *, now: datetime = EVALUATION, **unmet: str
) -> AdmissibilityCheck:
    """A decision on the deposit that counts, over the last one: admissible unless gates are named with their words."""
    held, last = await project_by_id(session, project.id), await last_check(session, project.id)
    assert held is not None and held.current is not None  # noqa: PT018
    return await decide_admissibility(
        session, by, held, edition, verdicts(**unmet), receipt=held.current.number,
        version=last.number if last else 0, now=now,
    )  # fmt: skip


async def make_contest(
    session: AsyncSession, edition: Edition, project: Project, by: Actor, *, now: datetime = EVALUATION
) -> AdmissibilityCheck:
    """A deposit refused for its captions, and its captain who says where they are."""
    made = await make_decision(session, edition, project, by, now=now, captions=CAPTIONS)
    captain = await as_actor(session, project.team.members[0].person)
    later = now + timedelta(minutes=30)
    return await contest_decision(session, captain, project, edition, BUTTON, version=made.number, now=later)
