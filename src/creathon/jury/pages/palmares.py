"""/coordination/palmares: the last look and the button; /palmares: what was published, for everybody."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere, Refused, check
from creathon.core.text import _, ngettext
from creathon.core.web.pages import done, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand, edition_if_any, edition_named
from creathon.editions.rules import may_coordinate, may_see_edition
from creathon.jury.actions.palmares import publish_palmares
from creathon.jury.forms.selection import PublishForm
from creathon.jury.mails.palmares import sample
from creathon.jury.models import Palmares
from creathon.jury.queries.palmares import addressees, published_palmares, publisher_of
from creathon.jury.queries.selection import has_links, selections
from creathon.jury.rules.palmares import content_of, may_preview, may_publish, opens_at, seal_of
from creathon.jury.rules.selection import TIER_HINTS, TIER_NAMES
from creathon.projects.rules import may_show_publicly

PREPARE = "jury/decision/prepare.html"
DONE = "jury/decision/published.html"


class PalmaresPages(Controller):
    """Preparing, publishing, reading."""

    @get("/coordination/palmares", name="jury:prepare-palmares", policy="national_coordination")
    async def prepare(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        check(may_coordinate(visit.viewer, edition))
        published = await published_palmares(session, edition.id)
        if published is not None:
            return page(visit, DONE, **await _published(session, edition, published))
        form = PublishForm()
        return page(visit, PREPARE, **await _prepared(visit, session, edition, form, fresh=True))

    @post("/coordination/palmares", name="jury:publish", policy="national_coordination", reauth=True)
    async def publish(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, form = await edition_at_hand(visit, session), PublishForm(visit.posted)
        check(may_coordinate(visit.viewer, edition))
        try:
            if not form.accepts():
                return await _shown_again(visit, session, edition, form, 422)
            mark = form.mark.data or ""
            palmares = await publish_palmares(session, visit.actor, edition, mark=mark, now=visit.now)
        except (Conflict, Refused) as error:
            form.refuse(error.message)
            return await _shown_again(visit, session, edition, form, error.status)
        count = len(palmares.content["projects"])
        what = ngettext("%(num)s projet", "%(num)s projets", count)
        message = _("Le palmarès est publié : %(what)s. Les messages aux équipes partent maintenant.", what=what)
        return done(visit, visit.url("jury:prepare-palmares"), message)

    @get("/palmares", name="jury:palmares", policy="public")
    async def palmares(self, visit: Visiting, session: Session, edition: FromQuery[str] = "") -> Template:
        shown = await edition_named(visit, session, edition) if edition else await edition_if_any(visit, session)
        if shown is None and edition:
            raise NotThere()
        if shown is not None:
            check(may_see_edition(visit.viewer, shown))
        published = await published_palmares(session, shown.id) if shown else None
        return page(
            visit, "jury/decision/palmares.html", edition=shown, published=published, tier_names=TIER_NAMES,
            tier_hints=TIER_HINTS, expected=opens_at(shown) if shown else None,
            linked=shown is not None and may_show_publicly(shown, visit.now),
        )  # fmt: skip


async def _published(session: AsyncSession, edition: Edition, palmares: Palmares) -> dict[str, Any]:
    return {
        "edition": edition,
        "published": palmares,
        "publisher": await publisher_of(session, palmares),
        "tier_names": TIER_NAMES,
        "tier_hints": TIER_HINTS,
        "linked": True,
    }


async def _prepared(
    visit: Visit, session: AsyncSession, edition: Edition, form: PublishForm, *, fresh: bool = False
) -> dict[str, Any]:
    """The preview: exactly what would be public, how many messages, one of each kind."""
    linked = await has_links(session, visit.actor.person_id, edition.id)
    refusal = may_preview(visit.viewer, edition, has_links=linked)
    if refusal:
        return {"edition": edition, "form": form, "refusal": refusal, "content": None}
    selected = await selections(session, edition.id)
    people = await addressees(session, edition.id)
    content, teams = content_of(edition, selected), len({one.project_id for one in people})
    if fresh:
        form.mark.data = seal_of(content)
    form.restate(len(selected), teams)
    by_project = {one.project_id: one for one in selected}
    kinds = [[one for one in people if (one.project_id in by_project) == wanted] for wanted in (True, False)]
    shown = [(kind[0], by_project.get(kind[0].project_id)) for kind in kinds if kind]
    return {
        "edition": edition,
        "form": form,
        "refusal": may_publish(visit.viewer, edition, len(selected), has_links=linked, now=visit.now),
        "content": content,
        "teams": teams,
        "counts": [len(kind) for kind in kinds],
        "samples": [
            (person.given_name, *await sample(session, person, selection, edition, now=visit.now))
            for person, selection in shown
        ],
        "tier_names": TIER_NAMES,
        "tier_hints": TIER_HINTS,
        "opens": opens_at(edition),
    }


async def _shown_again(
    visit: Visit, session: AsyncSession, edition: Edition, form: PublishForm, status: int
) -> Template:
    """After a refusal: what is published when somebody did it before, else the preview as it is now."""
    published = await published_palmares(session, edition.id)
    if published is not None:
        return page(visit, DONE, status=status, form=form, **await _published(session, edition, published))
    context = await _prepared(visit, session, edition, form, fresh=True)
    return page(visit, PREPARE, status=status, **context)
