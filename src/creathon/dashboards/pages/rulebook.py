"""/coordination/reglement: the draft, the version in force, who accepted it; reading it once more and publishing."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.dashboards.queries.acceptances import AcceptanceCounts, acceptance_counts
from creathon.editions.actions.rulebook import fillings_of, publish_rulebook
from creathon.editions.forms.rulebook import PublishRulebookForm
from creathon.editions.models import Edition, Rulebook, RulebookState
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import draft_rulebook, published_rulebook, rulebooks_of
from creathon.editions.rules.access import PUBLIC_STATES
from creathon.editions.rules.rulebook import (
    changes_between,
    is_outdated,
    may_begin_rulebook,
    may_publish_rulebook,
    may_write_rulebook,
    rendered,
    seal,
    unfilled,
)

PUBLISH = "dashboards/rulebook_publish.html"


class RulebookPages(Controller):
    """The rulebook for its coordination."""

    path = "/coordination/reglement"

    @get(name="dashboards:rulebook", policy="national_coordination")
    async def overview(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        versions = await rulebooks_of(session, edition.id)
        draft = await draft_rulebook(session, edition.id)
        current = await published_rulebook(session, edition.id)
        fillings = await fillings_of(session, edition)
        return page(
            visit, "dashboards/rulebook.html", edition=edition, draft=draft, current=current,
            versions=[one for one in versions if one.state == RulebookState.PUBLISHED],
            beginning=may_begin_rulebook(visit.viewer, edition, versions[0] if versions else None),
            unfilled=unfilled(draft.articles, fillings) if draft else [],
            outdated=current is not None and is_outdated(edition, current, fillings),
            counts=await acceptance_counts(session, edition.id, current.id) if current else None,
        )  # fmt: skip

    @get("/publier", name="dashboards:preview-rulebook", policy="national_coordination")
    async def preview(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        return page(visit, PUBLISH, **await _previewed(visit, session, edition))

    @post("/publier", name="dashboards:publish-rulebook", policy="national_coordination")
    async def publish(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await _edition(visit, session, lock=True)
        context = await _previewed(visit, session, edition, visit.posted)
        form = context["form"]
        if not form.accepts():
            return invalid(visit, PUBLISH, **context)
        summary = form.summary.data if "summary" in form else ""
        try:
            rulebook = await publish_rulebook(
                session, visit.actor, edition, mark=form.mark.data or "", summary=summary, now=visit.now
            )
        except Conflict as changed:
            form.refuse(changed.message)
            form.mark.data = context["mark"]
            return page(visit, PUBLISH, status=409, **context)
        message = _("La version %(number)s du règlement est publiée : elle ne change plus.", number=rulebook.number)
        return done(visit, visit.url("dashboards:rulebook"), message)


async def _edition(visit: Visit, session: AsyncSession, *, lock: bool = False) -> Edition:
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_write_rulebook(visit.viewer, edition))
    return edition


async def _previewed(visit: Visit, session: AsyncSession, edition: Edition, posted: Any = None) -> dict[str, Any]:
    """The draft as people would read it now, what it changes, and what publishing it does.

    Raises:
        NotThere: nothing is being written.
        Conflict: it was being written when the form was made, and is published by now.
    """
    draft = await draft_rulebook(session, edition.id)
    if draft is None:
        if posted is None:
            raise NotThere()
        raise Conflict(_("Il n’y a plus de brouillon : quelqu’un vient peut-être de le publier."))
    current = await published_rulebook(session, edition.id)
    fillings = await fillings_of(session, edition)
    content = rendered(edition, draft.number, draft.articles, fillings)
    mark = seal(content)
    form = PublishRulebookForm(posted, first=current is None, **({} if posted is not None else {"mark": mark}))
    return {
        "edition": edition,
        "shown": draft,
        "content": content,
        "mark": mark,
        "form": form,
        "refusal": may_publish_rulebook(visit.viewer, edition, draft, fillings),
        "changes": changes_between(current.content, content) if current else [],
        "current": current,
        "counts": await _asked(session, edition, current),
        "is_public": edition.state in PUBLIC_STATES,
    }


async def _asked(session: AsyncSession, edition: Edition, current: Rulebook | None) -> AcceptanceCounts:
    return await acceptance_counts(session, edition.id, current.id if current else "")
