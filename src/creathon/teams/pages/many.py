"""/coordination/candidatures/reponses: one answer to many applications, previewed before it is given."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import BadRequest
from creathon.core.text import _, ngettext
from creathon.core.web.pages import done, invalid, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.teams import actions, mails, queries, rules
from creathon.teams.forms import ManyForm
from creathon.teams.models import ApplicationState
from creathon.teams.pages.listing import LIST, Asked, listed
from creathon.teams.pages.loading import check_coordination, sites_coordinated
from creathon.teams.queries import ApplicationRow

SAMPLES = 3
NAMED = 5
NOBODY = "Cochez au moins une candidature, ou choisissez toutes celles de la liste."


@dataclass(frozen=True)
class Preview:
    """What an answer would do: to whom, who is left out and why, what it makes of the places."""

    rows: list[ApplicationRow]
    left_out: list[tuple[str, str]]
    by_site: list[tuple[str, dict[ApplicationState, int], int]]
    warnings: list[str]
    people: int

    @property
    def versions(self) -> str:
        """The applications with the version seen of each, as the form carries them."""
        return ",".join(f"{row.id}:{row.version}" for row in self.rows)


class ManyPages(Controller):
    """/coordination/candidatures/reponses."""

    path = "/coordination/candidatures/reponses"

    @post("/apercu", name="teams:preview-many", policy="coordination", status_code=200)
    async def preview(self, visit: Visiting, session: Session) -> Template:
        visit.undo = True
        edition = await edition_at_hand(visit, session)
        asked, form = Asked.posted(visit.posted), ManyForm(visit.posted)
        sites = await sites_coordinated(visit, session, edition)
        filters, wanted = asked.filters(visit, edition, sites), _wanted(visit)
        found = await queries.applications_of(session, filters, wanted, limit=rules.BULK_MOST + 1)
        hidden = await actions.hidden_among(session, visit.actor, [row.id for row in found])
        rows = [row for row in found if row.id not in hidden]
        right = form.accepts()
        if not rows:
            form.refuse(_(NOBODY))
        if not right or not rows:
            return await _again(visit, session, edition, asked, form)
        return page(visit, "teams/many.html", **await _shown(session, edition, asked, form, rows))

    @post(name="teams:answer-many", policy="coordination")
    async def answer(self, visit: Visiting, session: Session) -> Response[Any]:
        versions = _versions(visit.posted.get("equipes") or "")
        held = await queries.hold_applications(session, versions) if versions else set()
        edition = await edition_at_hand(visit, session, held=bool(held))
        asked, form = Asked.posted(visit.posted), ManyForm(visit.posted)
        check_coordination(visit, edition)
        if not form.accepts() or not versions:
            return await _again(visit, session, edition, asked, form)
        answered = await actions.answer_applications(
            session, visit.actor, edition, versions, form.chosen, held=held, reason=form.reason.data or "",
            now=visit.now,
        )  # fmt: skip
        return done(visit, visit.url("teams:applications"), _said(answered), "success" if answered.teams else "info")


def _wanted(visit: Visit) -> set[str] | None:
    """The applications chosen: those of a preview, those checked, or None for all of the filter."""
    if seen := visit.posted.get("equipes"):
        return set(_versions(seen))
    return None if visit.posted.get("portee") == "toutes" else set(visit.posted.getlist("choisies"))


def _versions(seen: str) -> dict[str, int]:
    """« id:version,… » as the preview wrote it.

    Raises:
        BadRequest: it is not what the preview wrote.
    """
    pairs = [pair.partition(":") for pair in seen.split(",") if pair]
    if len(pairs) > rules.BULK_MOST or any(not version.isdecimal() for _id, _colon, version in pairs):
        raise BadRequest(_("Cet envoi n’est pas celui de l’aperçu. Recommencez depuis la liste."))
    return {team_id: int(version[:9]) for team_id, _colon, version in pairs}


async def _again(visit: Visit, session: AsyncSession, edition: Edition, asked: Asked, form: ManyForm) -> Template:
    """The list with what was typed and checked."""
    number = visit.posted.get("page") or ""
    context = await listed(visit, session, edition, asked, int(number[:6]) if number.isdecimal() else 1)
    return invalid(visit, LIST, form=form, checked=set(visit.posted.getlist("choisies")), **context)


async def _shown(
    session: AsyncSession, edition: Edition, asked: Asked, form: ManyForm, rows: list[ApplicationRow]
) -> dict[str, Any]:
    preview = await _preview(session, rows[: rules.BULK_MOST], form.chosen)
    teams = await queries.teams_by_ids(session, _sampled(preview.rows))
    return {
        "edition": edition,
        "asked": asked,
        "form": form,
        "preview": preview,
        "samples": [await mails.sample_decided(session, team, form.chosen, form.reason.data or "") for team in teams],
        "cut": len(rows) > rules.BULK_MOST,
        "most": rules.BULK_MOST,
        "state_names": rules.STATE_NAMES,
    }


async def _preview(session: AsyncSession, rows: list[ApplicationRow], state: ApplicationState) -> Preview:
    why = {row.id: rules.left_out(row.state, state) for row in rows}
    kept = [row for row in rows if not why[row.id]]
    names = {row.site_id: row.site for row in kept}
    states = {site: Counter(row.state for row in kept if row.site_id == site) for site in names}
    rooms = await queries.rooms_at(session, names) if names else {}
    by_site = [(name, dict(states[site]), rooms[site]) for site, name in sorted(names.items(), key=lambda one: one[1])]
    return Preview(
        rows=kept,
        left_out=[(row.name, str(why[row.id])) for row in rows if why[row.id]],
        by_site=by_site,
        warnings=[said for one in by_site if (said := rules.place_warning(*one, state))],
        people=sum(row.members for row in kept),
    )


def _sampled(rows: list[ApplicationRow]) -> list[str]:
    """Three applications, of different sites when there are."""
    first_of = {row.site_id: row.id for row in reversed(rows)}
    chosen = [*first_of.values(), *(row.id for row in rows if row.id not in first_of.values())]
    return chosen[:SAMPLES]


def _said(answered: actions.Answered) -> str:
    """What was done, in sentences; the first of those left out by name."""
    count, out, promoted = len(answered.teams), answered.left_out, answered.promoted
    words = [
        _(
            "Réponse donnée à %(count)s %(words)s.",
            count=count,
            words=ngettext("candidature", "candidatures", count),
        )
        if count
        else _("Aucune réponse donnée.")
    ]
    if out:
        named = ", ".join(f"« {name} » {why}" for name, why in out[:NAMED])
        more = _(", et %(count)s autres", count=len(out) - NAMED) if len(out) > NAMED else ""
        words.append(_("Laissées de côté (%(count)s) : %(named)s%(more)s.", count=len(out), named=named, more=more))
    if promoted:
        words.append(_("Places libérées, données à la liste d’attente : %(count)s.", count=len(promoted)))
    return " ".join(words)
