"""/accompagnement: the programme of a selected team, or why there is none."""

from typing import Any

from litestar import Controller, get
from litestar.response import Template

from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.mentoring import queries
from creathon.mentoring.pages.desk import follow_context
from creathon.mentoring.rules import KIND_NAMES, TIER_NAMES, Relation, next_interview, session_words
from creathon.teams.queries import team_of

NONE = "mentoring/not_followed.html"


class FollowedTeamPages(Controller):
    """/accompagnement."""

    path = "/accompagnement"

    @get(name="mentoring:mine", policy="signed_in")
    async def mine(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        team = await team_of(session, visit.actor.person_id, edition.id)
        if team is None:
            return page(visit, NONE, edition=edition, team=None, published=False)
        selected = await queries.selected_project(
            session, edition.id, viewer_id=visit.actor.person_id, team_id=team.id
        )  # fmt: skip
        if selected is None:
            published = await queries.is_published(session, edition.id)
            return page(visit, NONE, edition=edition, team=team, published=published)
        pairing = await queries.pairing_of_project(session, selected.selection.project_id)
        coming = next_interview(pairing.interviews, now=visit.now) if pairing else None
        words: dict[str, Any] = {"tier_names": TIER_NAMES, "kind_names": KIND_NAMES, "session_words": session_words}
        return page(
            visit, "mentoring/mine.html", team=team, selected=selected, title=selected.title, coming=coming,
            programme=await queries.programme_of(session, edition.id),
            **follow_context(visit, edition, pairing, Relation.TEAM), **words,
        )  # fmt: skip
