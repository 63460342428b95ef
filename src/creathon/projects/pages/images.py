"""/projet/diffusion: whether one lets the video of one's team be shown to everybody.

The video of an edition that is over is still public: the page is about any team one is in, in whatever edition.
"""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Refused
from creathon.core.text import _, date_words
from creathon.core.web.pages import done, page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_if_any, edition_of
from creathon.editions.rules import local_day
from creathon.projects.actions.images import give_image_consent, withdraw_image_consent
from creathon.projects.pages.broadcast import broadcast_of
from creathon.projects.queries import project_of_team
from creathon.projects.queries.images import agreements_of, teams_of_person
from creathon.projects.rules import may_show_publicly, shown_from
from creathon.projects.rules.images import agreed, consent_in_force, last_day, may_consent
from creathon.teams.models import Team
from creathon.teams.queries import team_by_id
from creathon.teams.rules import is_member, member_of


class ImagePages(Controller):
    """What each member says of their own image."""

    path = "/projet/diffusion"

    @get(name="projects:image-consent", policy="signed_in")
    async def show(self, visit: Visiting, session: Session, equipe: FromQuery[str] = "") -> Template:
        mine = await teams_of_person(session, visit.actor.person_id)
        meant = await _meant(visit, session, mine, equipe)
        team, edition = await _team_named(visit, session, meant.id)
        today = local_day(visit.now, edition.zone)
        said = await agreements_of(session, team)
        project = await project_of_team(session, team.id)
        slug, deposit = (project.slug, project.current) if project else ("", None)
        shown = await broadcast_of(visit, session, deposit, team, edition, slug=slug, known=said)
        return page(
            visit, "projects/image_consent.html", edition=edition, team=team, refusal=shown.refusal, slug=slug,
            own=consent_in_force(said.consents, team, visit.actor.person_id, today), ends_on=last_day(today),
            closed=may_consent(visit.actor, team, edition), count=len(agreed(team, said.consents, today)),
            member=member_of(team, visit.actor.person_id), others=[one for one in mine if one.id != team.id],
            is_public=may_show_publicly(edition, visit.now), opens=shown_from(edition),
        )  # fmt: skip

    @post(name="projects:give-image-consent", policy="signed_in")
    async def give(self, visit: Visiting, session: Session) -> Response[Any]:
        team, edition = await _team_named(visit, session, visit.posted.get("equipe") or "", lock=True)
        consent = await give_image_consent(session, visit.actor, team, edition, now=visit.now)
        words = _("Votre accord est noté, jusqu’au %(day)s.", day=date_words(consent.ends_on))
        return done(visit, _page_of(visit, team), words)

    @post("/retrait", name="projects:withdraw-image-consent", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session) -> Response[Any]:
        team, edition = await _team_named(visit, session, visit.posted.get("equipe") or "", lock=True)
        await withdraw_image_consent(session, visit.actor, team, edition, now=visit.now)
        words = _("Votre accord est retiré : la vidéo n’est pas montrée, ou ne l’est plus.")
        return done(visit, _page_of(visit, team), words)


def _page_of(visit: Visit, team: Team) -> str:
    return f"{visit.url('projects:image-consent')}?equipe={team.id}"


async def _meant(visit: Visit, session: AsyncSession, mine: list[Team], team_id: str) -> Team:
    """The team the address names, else that of the edition at hand, else the last one."""
    if not mine:
        raise Refused(_("Vous n’avez pas encore d’équipe : chaque personne répond pour la vidéo de la sienne."))
    if team_id:
        meant = next((one for one in mine if one.id == team_id), None)
        if meant is None:
            raise NotThere()
        return meant
    edition = await edition_if_any(visit, session)
    return next((one for one in mine if edition is not None and one.edition_id == edition.id), mine[0])


async def _team_named(visit: Visit, session: AsyncSession, team_id: str, *, lock: bool = False) -> tuple[Team, Edition]:
    """A team one is in, and its edition; to everybody else it does not exist."""
    team = await team_by_id(session, team_id, lock=lock)
    edition = await edition_of(visit, session, team.edition_id) if team else None
    if team is None or edition is None or not is_member(visit.actor, team):
        raise NotThere()
    return team, edition
