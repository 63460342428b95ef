"""/projet/retours: what the jury wrote to a team, read by that team only."""

from typing import Any

from litestar import Controller, get
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.jury.models import Palmares
from creathon.jury.queries.feedback import deposit_of_team, evaluations_of_project
from creathon.jury.queries.palmares import published_palmares
from creathon.jury.queries.rubric import rubric_of
from creathon.jury.rules.palmares import feedback_of, may_read_feedback, opens_at, published_entry
from creathon.jury.rules.selection import TIER_NAMES
from creathon.teams.models import Team
from creathon.teams.queries import team_of


class FeedbackPages(Controller):
    """/projet/retours."""

    @get("/projet/retours", name="jury:feedback", policy="signed_in")
    async def feedback(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        team = await team_of(session, visit.actor.person_id, edition.id)
        context = await _context(visit, session, edition, team) if team else {}
        return page(visit, "jury/decision/feedback.html", **{
            "edition": edition, "team": team, "refusal": None, "deposit": None, "feedback": None, "chosen": None,
            "tier_names": TIER_NAMES, "expected": opens_at(edition), **context,
        })  # fmt: skip


async def _context(visit: Visit, session: AsyncSession, edition: Edition, team: Team) -> dict[str, Any]:
    published = await published_palmares(session, edition.id)
    refusal = may_read_feedback(visit.viewer, team, edition, published=published is not None, now=visit.now)
    if refusal or published is None:
        return {"refusal": refusal}
    return await _read(session, edition, team, published)


async def _read(session: AsyncSession, edition: Edition, team: Team, published: Palmares) -> dict[str, Any]:
    deposit = await deposit_of_team(session, team.id)
    if deposit is None or deposit.late:
        return {"deposit": deposit}
    rubric = await rubric_of(session, edition.id)
    evaluations = await evaluations_of_project(session, edition.id, deposit.project_id)
    return {
        "deposit": deposit,
        "feedback": feedback_of(evaluations, rubric.criteria if rubric else []),
        "chosen": published_entry(published.content, deposit.slug),
    }
