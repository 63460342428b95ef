"""The rulebook as everybody reads it: on screen, on paper, as text, what changed; and accepting it."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Conflict, NotThere, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.actions.rulebook import accept_rulebook, outdated_rulebook
from creathon.editions.forms.rulebook import AcceptForm
from creathon.editions.models import Edition, Rulebook, RulebookState
from creathon.editions.pages.at_hand import edition_at_hand, edition_if_any, edition_named
from creathon.editions.queries import acceptances_of, rulebooks_of
from creathon.editions.rules.rulebook import (
    Acceptances,
    ArticleChange,
    changes_between,
    may_accept_rulebook,
    may_read_rulebook,
    plain_text,
)

READ, ACCEPT = "editions/rulebook/read.html", "editions/rulebook/accept.html"
Number = Annotated[int | None, QueryParameter(name="version")]


class RulebookReadingPages(Controller):
    """/reglement and /edition/<slug>/reglement."""

    @get("/reglement", name="editions:rulebook-now", policy="public")
    async def current(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_if_any(visit, session)
        if edition is None:
            return page(visit, READ, edition=None, shown=None)
        return page(visit, READ, **await _reading(visit, session, edition, None))

    @get("/edition/{slug:str}/reglement", name="editions:rulebook", policy="public")
    async def read(self, visit: Visiting, session: Session, slug: FromPath[str], number: Number = None) -> Template:
        edition = await _edition(visit, session, slug)
        return page(visit, READ, **await _reading(visit, session, edition, number))

    @get("/edition/{slug:str}/reglement/texte", name="editions:rulebook-text", policy="public")
    async def text(
        self, visit: Visiting, session: Session, slug: FromPath[str], number: Number = None
    ) -> Response[bytes]:
        """The text whose SHA-256 is the seal: anybody can compute it."""
        edition = await _edition(visit, session, slug)
        shown = _chosen(await _published(session, edition), number)
        if shown is None:
            raise NotThere()
        name = f"reglement-{edition.slug}-v{shown.number}.txt"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(plain_text(shown.content).encode(), media_type="text/plain; charset=utf-8", headers=headers)

    @get("/edition/{slug:str}/reglement/changements", name="editions:rulebook-changes", policy="public")
    async def changes(self, visit: Visiting, session: Session, slug: FromPath[str], number: Number = None) -> Template:
        edition = await _edition(visit, session, slug)
        versions = await _published(session, edition)
        shown = _chosen(versions, number)
        if shown is None:
            raise NotThere()
        return page(
            visit, "editions/rulebook/changes.html", edition=edition, shown=shown, changes=_changes(versions, shown)
        )


class AcceptancePages(Controller):
    """/reglement/accepter."""

    path = "/reglement/accepter"

    @get(name="editions:ask-acceptance", policy="signed_in")
    async def ask(self, visit: Visiting, session: Session) -> Template:
        edition = await edition_at_hand(visit, session)
        return page(visit, ACCEPT, **await _asking(visit, session, edition))

    @post(name="editions:accept-rulebook", policy="signed_in")
    async def accept(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_at_hand(visit, session)
        context = await _asking(visit, session, edition, visit.posted)
        form, seal = context["form"], visit.posted.get("seal") or ""
        try:
            if may_accept_rulebook(context["shown"], seal) is None and not form.accepts():
                return invalid(visit, ACCEPT, **context)
            await accept_rulebook(session, visit.actor, edition, sha256=seal, now=visit.now)
        except Conflict as newer:
            fresh = await _asking(visit, session, edition)
            fresh["form"].refuse(newer.message)
            return page(visit, ACCEPT, status=409, **fresh)
        message = _("Vous avez accepté la version %(number)s du règlement.", number=context["shown"].number)
        return done(visit, visit.url("dashboards:home"), message)


async def _edition(visit: Visit, session: AsyncSession, slug: str) -> Edition:
    edition = await edition_named(visit, session, slug)
    if edition is None:
        raise NotThere()
    check(may_read_rulebook(visit.viewer, edition))
    return edition


async def _published(session: AsyncSession, edition: Edition) -> list[Rulebook]:
    return [one for one in await rulebooks_of(session, edition.id) if one.state == RulebookState.PUBLISHED]


def _chosen(versions: list[Rulebook], number: int | None) -> Rulebook | None:
    """The version asked for, else the newest.

    Raises:
        NotThere: no published version has that number.
    """
    if number is None:
        return versions[0] if versions else None
    found = next((one for one in versions if one.number == number), None)
    if found is None:
        raise NotThere()
    return found


def _changes(versions: list[Rulebook], shown: Rulebook) -> list[ArticleChange]:
    before = next((one for one in versions if one.number < shown.number), None)
    return changes_between(before.content, shown.content) if before else []


async def _reading(visit: Visit, session: AsyncSession, edition: Edition, number: int | None) -> dict[str, Any]:
    versions = await _published(session, edition)
    shown = _chosen(versions, number)
    me, acceptances = visit.viewer.person_id, Acceptances()
    if me and shown:
        acceptances = await acceptances_of(session, edition.id, [me])
    latest = shown is not None and shown is versions[0]
    return {
        "edition": edition,
        "shown": shown,
        "versions": versions,
        "latest": latest,
        "outdated": latest and await outdated_rulebook(session, edition) is not None,
        "lacks": me is not None and acceptances.lacks(me),
        "accepted": me in acceptances.accepted,
    }


async def _asking(visit: Visit, session: AsyncSession, edition: Edition, posted: Any = None) -> dict[str, Any]:
    """What somebody reads before accepting: what changed since what they accepted, then the whole text."""
    me = visit.actor.person_id
    versions = await _published(session, edition)
    acceptances = await acceptances_of(session, edition.id, [me])
    shown = acceptances.current
    if shown is None:
        raise NotThere()
    return {
        "edition": edition,
        "shown": shown,
        "form": AcceptForm(posted, rulebook=shown),
        "again": me in acceptances.before,
        "accepted": me in acceptances.accepted,
        "changes": _changes(versions, shown),
    }
