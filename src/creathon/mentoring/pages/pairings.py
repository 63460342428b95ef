"""/coordination/accompagnement/projets/<project>: who follows a selected project."""

from dataclasses import dataclass
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.accounts.queries import person_by_id
from creathon.core.errors import NotThere, Refused, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_coordinate
from creathon.jury.queries.feedback import evaluations_of_project
from creathon.jury.rules.palmares import remarks_of
from creathon.mentoring import actions, queries
from creathon.mentoring.forms import MentorForm, PairForm
from creathon.mentoring.models import Pairing
from creathon.mentoring.pages.desk import follow_context
from creathon.mentoring.queries import SelectedProject
from creathon.mentoring.rules import TIER_NAMES, Relation

SHOW = "mentoring/selected.html"


@dataclass(frozen=True)
class Chosen:
    """A selected project as its coordination opens it: perhaps followed, by people who may."""

    edition: Edition
    selected: SelectedProject
    pairing: Pairing | None
    people: list[Person]
    remarks: tuple[str, ...]

    def context(self, visit: Visit, **more: Any) -> dict[str, Any]:
        return {
            **follow_context(visit, self.edition, self.pairing, Relation.COORDINATION),
            "selected": self.selected,
            "title": self.selected.title,
            "team": self.selected.selection.project.team,
            "people": self.people,
            "remarks": self.remarks,
            "tier_names": TIER_NAMES,
            "both": [],
            "version": self.pairing.version if self.pairing else 0,
            **more,
        }

    def form(self, posted: Any = None) -> MentorForm:
        """The form that fits: a first mentor, or another one."""
        return MentorForm(posted, people=self.people) if self.pairing else PairForm(posted, people=self.people)


class PairingPages(Controller):
    """/coordination/accompagnement/projets/<project>."""

    path = "/coordination/accompagnement/projets/{project_id:str}"

    @get(name="mentoring:selected", policy="national_coordination")
    async def selected(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Template:
        chosen = await _chosen(visit, session, project_id)
        return page(visit, SHOW, form=chosen.form(), **chosen.context(visit))

    @post(name="mentoring:pair", policy="national_coordination")
    async def pair(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Response[Any]:
        chosen = await _chosen(visit, session, project_id)
        form = PairForm(visit.posted, people=chosen.people)
        mentor = await _mentor(session, form)
        if not form.accepts() or mentor is None:
            return invalid(visit, SHOW, form=form, **chosen.context(visit))
        try:
            await actions.pair_project(
                session, visit.actor, chosen.selected.selection, mentor, chosen.edition,
                objective=form.objective.data, now=visit.now,
            )  # fmt: skip
        except Refused as error:
            form.refuse(error.message, "mentor_id")
            return page(visit, SHOW, status=403, form=form, **chosen.context(visit))
        message = _(
            "%(display_name)s suit désormais ce projet. L’équipe et la personne reçoivent un message.",
            display_name=mentor.display_name,
        )
        return done(visit, visit.url("mentoring:selected", project_id=project_id), message)

    @post("/mentor", name="mentoring:change-mentor", policy="national_coordination")
    async def change(self, visit: Visiting, session: Session, project_id: FromPath[str]) -> Response[Any]:
        chosen = await _chosen(visit, session, project_id)
        form, version = MentorForm(visit.posted, people=chosen.people), posted_version(visit.posted)
        mentor, pairing = await _mentor(session, form), chosen.pairing
        if pairing is None:
            raise NotThere()
        if not form.accepts() or mentor is None:
            return invalid(visit, SHOW, form=form, **chosen.context(visit, version=version))
        try:
            await actions.change_mentor(
                session, visit.actor, pairing, mentor, chosen.edition, version=version, now=visit.now
            )
        except Refused as error:
            form.refuse(error.message, "mentor_id")
            return page(visit, SHOW, status=403, form=form, **chosen.context(visit, version=version))
        except Stale as error:
            form.refuse(error.message)
            both = [(_("Mentor"), mentor.display_name, error.current["mentor_id"])]
            return page(visit, SHOW, status=409, form=form, **chosen.context(visit, both=both))
        message = _(
            "%(display_name)s suit désormais ce projet. La personne d’avant ne peut plus le lire.",
            display_name=mentor.display_name,
        )
        return done(visit, visit.url("mentoring:selected", project_id=project_id), message)


async def _chosen(visit: Visit, session: AsyncSession, project_id: str) -> Chosen:
    """A project of the published palmarès, unless a link hides it from this coordination."""
    edition = await edition_at_hand(visit, session)
    check(may_coordinate(visit.viewer, edition))
    selected = await queries.selected_project(
        session, edition.id, viewer_id=visit.viewer.person_id, project_id=project_id
    )
    if selected is None or selected.in_conflict:
        raise NotThere()
    return Chosen(
        edition,
        selected,
        await queries.pairing_of_project(session, project_id),
        await queries.possible_mentors(session, edition.id, project_id),
        remarks_of(await evaluations_of_project(session, edition.id, project_id)),
    )


async def _mentor(session: AsyncSession, form: MentorForm) -> Person | None:
    """The person chosen, when there is such a person."""
    chosen = form.mentor_id.data
    return await person_by_id(session, chosen) if chosen else None
