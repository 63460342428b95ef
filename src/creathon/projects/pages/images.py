"""/projet/diffusion: whether one lets the video of one's team be shown to everybody."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Template

from creathon.core.text import _, date_words
from creathon.core.web.pages import done, page
from creathon.core.web.visit import Session, Visiting
from creathon.editions.rules import local_day
from creathon.projects.actions.images import give_image_consent, withdraw_image_consent
from creathon.projects.pages.broadcast import broadcast_of
from creathon.projects.pages.desk import desk_of
from creathon.projects.queries.images import agreements_of
from creathon.projects.rules import may_show_publicly, shown_from
from creathon.projects.rules.images import agreed, consent_in_force, last_day, may_consent


class ImagePages(Controller):
    """What each member says of their own image."""

    path = "/projet/diffusion"

    @get(name="projects:image-consent", policy="signed_in")
    async def show(self, visit: Visiting, session: Session) -> Template:
        desk = await desk_of(visit, session)
        team, edition, project = desk.team, desk.edition, desk.project
        today = local_day(visit.now, edition.zone)
        said = await agreements_of(session, team)
        slug = project.slug if project else ""
        deposit = project.current if project else None
        shown = await broadcast_of(visit, session, deposit, team, edition, slug=slug, known=said)
        return page(
            visit, "projects/image_consent.html", edition=edition, team=team, refusal=shown.refusal, slug=slug,
            own=consent_in_force(said.consents, team, visit.viewer.person_id, today), ends_on=last_day(today),
            closed=may_consent(visit.viewer, team, edition), count=len(agreed(team, said.consents, today)),
            viewer_is_minor=any(one.person.is_minor for one in team.members if one.person_id == visit.viewer.person_id),
            is_public=may_show_publicly(edition, visit.now), opens=shown_from(edition),
        )  # fmt: skip

    @post(name="projects:give-image-consent", policy="signed_in")
    async def give(self, visit: Visiting, session: Session) -> Response[Any]:
        desk = await desk_of(visit, session, lock=True, deposited=False)
        consent = await give_image_consent(session, visit.actor, desk.team, desk.edition, now=visit.now)
        until = date_words(consent.ends_on)
        return done(
            visit, visit.url("projects:image-consent"), _("Votre accord est noté, jusqu’au %(day)s.", day=until)
        )

    @post("/retrait", name="projects:withdraw-image-consent", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session) -> Response[Any]:
        desk = await desk_of(visit, session, lock=True, deposited=False)
        await withdraw_image_consent(session, visit.actor, desk.team, desk.edition, now=visit.now)
        words = _("Votre accord est retiré : la vidéo n’est pas montrée, ou ne l’est plus.")
        return done(visit, visit.url("projects:image-consent"), words)
