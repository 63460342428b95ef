"""Worlds drawn at random: two editions lived at once, as far as the model says, through the actions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role, open_session
from creathon.accounts.models import Person, RoleGrant
from creathon.core.actor import SYSTEM
from creathon.editions.models import Edition, Role
from creathon.jury.actions.panels import create_panel
from creathon.jury.models import Assignment, PanelJuror, Tier
from creathon.mentoring.models import Pairing
from creathon.projects.models import Project
from creathon.teams.models import ApplicationState
from creathon.teams.queries import team_by_id
from tests.factories.accounts import LONG_AGO, make_person
from tests.factories.editions import (
    AFTER_PALMARES,
    APPLICATIONS,
    CREATION,
    DELIBERATION,
    EVALUATION,
    MENTORING,
    PHASES,
    make_edition,
    site_of,
)
from tests.factories.jury import coordinator_of, make_rubric
from tests.factories.mentoring import link, make_selection
from tests.factories.mentoring import publish as publish_palmares
from tests.factories.projects import make_deposit, make_draft
from tests.factories.teams import make_team, person_of
from tests.personas import CLAIRE, Persona
from tests.policy.model import EVERY_SITE, MOMENTS, OF_ALL, OF_ONE, Team, Who, World

INSTANTS = dict(
    zip(MOMENTS, (APPLICATIONS, CREATION, EVALUATION, DELIBERATION, AFTER_PALMARES, MENTORING), strict=True)
)
EDITIONS, SITES = ("2026", "2027"), ("POI", "RUN")
PEOPLE = tuple(Persona(name, "Hasard") for name in ("Aline", "Brice", "Celia", "Dario", "Elise", "Fadel"))
NUMBERS = range(len(PEOPLE))
OFTEN = (*MOMENTS, *MOMENTS[2:])
"""More is decided, and hidden, once the jury reads."""
ROLES = {
    "national_coordinator": Role.NATIONAL_COORDINATOR,
    "site_coordinator": Role.SITE_COORDINATOR,
    "juror": Role.JUROR,
    "mentor": Role.MENTOR,
}
NOWHERE = "zzzzzzzzzzzz"
PREFIXES = {
    "application": "/coordination/candidatures", "followed": "/coordination/projets", "evaluation": "/jury/projets",
    "mentored": "/mentorat", "public": "/projets", "receipt": "/projet/recepisses",
}  # fmt: skip
PROJECTS = {"candidature": ("nothing", "draft"), "creation": ("nothing", "draft", "on_time")}


@dataclass(frozen=True)
class Asked:
    """One request: a list, or the thing of a team."""

    page: str
    who: Who
    team: int = 0


@st.composite
def teams(draw: st.DrawFn, edition: str, moment: str, first: int) -> list[Team]:
    """The teams of an edition; nobody is in two of them."""
    free, made = set(NUMBERS), []
    known = PROJECTS.get(moment, ("nothing", "draft", "on_time", "on_time", "late"))
    for number in range(first, first + draw(st.integers(2, 3))):
        members = draw(st.frozensets(st.sampled_from(sorted(free)), max_size=2)) if free else frozenset[int]()
        free -= members
        made.append(Team(number, edition, draw(st.sampled_from(SITES)), members, draw(st.sampled_from(known))))
    return made


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two editions, each somewhere in its life; roles, links and reads as they fall, several for one person."""
    moments = {edition: draw(st.sampled_from(OFTEN)) for edition in EDITIONS}
    both = [draw(teams(edition, moments[edition], 10 * place)) for place, edition in enumerate(EDITIONS, 1)]
    made = tuple(team for some in both for team in some)
    who, given = st.sampled_from(NUMBERS), st.sampled_from([team.number for team in made])
    grants = st.tuples(who, st.sampled_from(sorted(ROLES)), st.sampled_from(EDITIONS), st.sampled_from(SITES))
    roles = frozenset(
        (one, role, edition, site if role == "site_coordinator" else EVERY_SITE)
        for one, role, edition, site in draw(st.frozensets(grants, min_size=6, max_size=14))
    )
    pairs = st.frozensets(st.tuples(who, given), min_size=4, max_size=12)
    world = World(
        moments, {one: draw(st.sampled_from(EDITIONS)) for one in NUMBERS}, made, roles,
        links=draw(pairs), readers=draw(pairs), mentors=frozenset(),
    )  # fmt: skip
    followed = st.frozensets(st.tuples(given, who), min_size=2, max_size=5)
    return sound(replace(world, mentors=frozenset((one, number) for number, one in dict(draw(followed)).items())))


def sound(world: World) -> World:
    """Without what cannot be: a link with no project, a read before the jury, a mentor too early or of their team."""
    by_number = {team.number: team for team in world.teams}

    def kept(pairs: frozenset[tuple[int, int]], moment: str, *projects: str) -> frozenset[tuple[int, int]]:
        return frozenset(
            (one, number)
            for one, number in pairs
            if world.reached((team := by_number[number]).edition, moment) and team.project in projects
        )

    mentors = kept(world.mentors, "palmares", "on_time")
    return replace(
        world,
        links=kept(world.links, "creation", "draft", "on_time", "late"),
        readers=kept(world.readers, "evaluation", "on_time"),
        mentors=frozenset((one, number) for one, number in mentors if one not in by_number[number].members),
    )


@st.composite
def requests(draw: st.DrawFn, world: World, addresses: Sequence[str]) -> list[Asked]:
    """All that the model knows, asked by two people, and some pages that name nothing, by anybody.

    `addresses` are those of every such page.
    """
    anybody = st.none() | st.sampled_from(NUMBERS)
    askers = draw(st.frozensets(st.sampled_from(NUMBERS), min_size=2, max_size=2))
    known = [
        *(Asked(page, who) for who in sorted(askers) for page in sorted(OF_ALL)),
        *(Asked(page, who, team.number) for who in sorted(askers) for page in sorted(OF_ONE) for team in world.teams),
    ]
    return known + draw(st.lists(st.builds(Asked, st.sampled_from(addresses), anybody), min_size=5, max_size=15))


def title_of(team: Team) -> str:
    return f"Titre-{team.number}-hasard"


def name_of(team: Team) -> str:
    return f"Nom-{team.number}-hasard"


def content_of(team: Team) -> str:
    return f"Contenu-{team.number}-hasard"


class Builder:
    """Lives a drawn world, and notes where its things are."""

    def __init__(self, session: AsyncSession, world: World, now: datetime) -> None:
        self.session, self.world, self.now = session, world, now
        self.editions: dict[str, Edition] = {}
        self.people: dict[int, Person] = {}
        self.tokens: dict[int, str] = {}
        self.projects: dict[int, Project] = {}
        self.paths: dict[tuple[str, int], str] = {}
        self.own_paths: dict[tuple[str, int, int], str] = {}
        """By page and team; what belongs to a reader or a mentor, by person too."""

    def path(self, asked: Asked) -> str:
        """The address of a request: one's own read or follow-up when there is one, somebody's else."""
        if asked.page not in OF_ONE:
            return asked.page
        near = [path for (page, team, _who), path in self.own_paths.items() if (page, team) == (asked.page, asked.team)]
        own = self.own_paths.get((asked.page, asked.team, -1 if asked.who is None else asked.who))
        return own or self.paths.get((asked.page, asked.team)) or next(iter(near), f"{PREFIXES[asked.page]}/{NOWHERE}")

    def at(self, edition: str, instant: datetime) -> datetime:
        """When that was in an edition whose calendar is such that it is now where the world says."""
        return instant + (self.now - INSTANTS[self.world.moments[edition]])

    async def build(self) -> None:
        for number, persona in enumerate(PEOPLE):
            self.people[number] = await make_person(self.session, persona)
        for slug in EDITIONS:
            self.editions[slug] = await self._edition(slug)
            claire = await person_of(self.session, CLAIRE)
            await grant_role(self.session, SYSTEM, claire, Role.NATIONAL_COORDINATOR, self.editions[slug], now=LONG_AGO)
        for team in self.world.teams:
            await self._team(team)
        await self._give_roles()
        for slug in EDITIONS:
            if self.world.reached(slug, "evaluation"):
                await self._judge(slug)
        for who, number in self.world.links:
            edition = self.editions[self._of(number).edition]
            await link(self.session, edition, self.people[who], self.projects[number].id)
        for who, person in self.people.items():
            person.edition_id = self.editions[self.world.works_in[who]].id
            self.tokens[who] = (await open_session(self.session, person, "hasard", now=self.now))[0]

    def _of(self, number: int) -> Team:
        return next(team for team in self.world.teams if team.number == number)

    async def _edition(self, slug: str) -> Edition:
        phases = [
            replace(one, opens_at=self.at(slug, one.opens_at), closes_at=self.at(slug, one.closes_at)) for one in PHASES
        ]
        edition = await make_edition(self.session, slug=slug, title=f"Créathon {slug}", phases=phases)
        edition.created_at = LONG_AGO + timedelta(days=int(slug))
        return edition

    async def _team(self, team: Team) -> None:
        edition = self.editions[team.edition]
        friends = [Persona(f"Ami{team.number}{seat}", "Coulisse") for seat in range(3)]
        members = (*friends, *(PEOPLE[one] for one in sorted(team.members)))
        when = self.at(team.edition, APPLICATIONS)
        made = await make_team(self.session, edition, members, name=name_of(team), site=team.site, now=when)
        made.state, made.decided_at = ApplicationState.ACCEPTED, when
        await self.session.flush()
        self.paths["application", team.number] = f"/coordination/candidatures/{made.id}"
        if team.project == "nothing":
            return
        held = await team_by_id(self.session, made.id)
        first = min(self.at(team.edition, CREATION), self.now)
        project = await make_draft(
            self.session, edition, held, now=first, title=title_of(team), solution=content_of(team)
        )
        self.projects[team.number] = project
        self.paths["followed", team.number] = f"/coordination/projets/{project.id}"
        self.paths["public", team.number] = f"/projets/{project.slug}"
        if team.is_deposited:
            late = self.at(team.edition, EVALUATION if team.project == "late" else CREATION)
            deposit = await make_deposit(self.session, edition, project, now=late)
            self.paths["receipt", team.number] = f"/projet/recepisses/{deposit.number}"

    async def _give_roles(self) -> None:
        """As rows written before there was a rule: what the roles of one person add up to is what is asked."""
        for who, role, slug, code in sorted(self.world.roles):
            edition = self.editions[slug]
            grant: dict[str, Any] = {"site_id": site_of(edition, code).id} if code else {}
            self.session.add(
                RoleGrant(
                    person_id=self.people[who].id, role=ROLES[role], edition_id=edition.id,
                    granted_by=SYSTEM.person_id, granted_at=LONG_AGO, **grant,
                )
            )  # fmt: skip
        await self.session.flush()

    async def _judge(self, slug: str) -> None:
        """A jury of the whole edition, everybody's links declared, and what each was given to read."""
        edition, when = self.editions[slug], self.at(slug, EVALUATION)
        await make_rubric(self.session, edition)
        claire = await coordinator_of(self.session, edition)
        panel = await create_panel(self.session, claire, edition, name="Jury", site_id=None, reads=2, now=when)
        readers = sorted(pair for pair in self.world.readers if self._of(pair[1]).edition == slug)
        for who in sorted({who for who, _number in readers}):
            self.session.add(
                PanelJuror(
                    panel_id=panel.id, person_id=self.people[who].id, quality="enseignante", links_declared_at=self.now
                )
            )
        for position, (who, number) in enumerate(readers, 1):
            read = Assignment(
                panel_id=panel.id, person_id=self.people[who].id, project_id=self.projects[number].id,
                position=position, assigned_at=when,
            )  # fmt: skip
            self.session.add(read)
            await self.session.flush()
            self.own_paths["evaluation", number, who] = f"/jury/projets/{read.id}"
        if self.world.reached(slug, "palmares"):
            await self._accompany(slug)

    async def _accompany(self, slug: str) -> None:
        edition = self.editions[slug]
        followed = sorted(pair for pair in self.world.mentors if self._of(pair[1]).edition == slug)
        for _who, number in followed:
            await make_selection(self.session, edition, self.projects[number])
        await publish_palmares(self.session, edition)
        for who, number in followed:
            pairing = Pairing(
                edition_id=edition.id, project_id=self.projects[number].id, mentor_id=self.people[who].id,
                tier=Tier.RENFORCE, paired_by=SYSTEM.person_id, paired_at=self.now,
            )  # fmt: skip
            self.session.add(pairing)
            await self.session.flush()
            self.own_paths["mentored", number, who] = f"/mentorat/{pairing.id}"
