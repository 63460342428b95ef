"""Roles add up to no more than the most that one of them gives, and a link of interest beats them all. Bar C35."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creathon.accounts.rules import may_invite
from creathon.core.actor import Actor, Grant
from creathon.editions.models import Edition, EditionState, Role, Site
from creathon.editions.rules import (
    coordinated_sites,
    may_change_edition,
    may_coordinate,
    may_coordinate_site,
    may_edit_site,
    may_help_coordinate,
    may_redefine_site,
    may_remove_site,
    may_see_edition,
)
from creathon.imports.rules import may_import
from creathon.jury.models import Assignment, Panel
from creathon.jury.rules.conflicts import may_read_project
from creathon.jury.rules.evaluations import Standing, may_read
from creathon.jury.rules.palmares import may_preview
from creathon.jury.rules.panels import may_see_panel
from creathon.jury.rules.selection import Entry, may_choose, may_see_ranking
from creathon.mentoring.models import Pairing
from creathon.mentoring.rules import may_follow as may_follow_pairing
from creathon.mentoring.rules import relation
from creathon.policy import POLICIES
from creathon.projects.models import Project
from creathon.projects.rules import may_fetch_file, may_follow
from creathon.teams.models import AloneApplication, ApplicationState, Team, TeamMember
from creathon.teams.rules import (
    may_change_questions,
    may_compete,
    may_decide,
    may_move,
    may_see_alone,
    may_see_application,
    may_set_aside,
)

NOW = datetime(2027, 5, 27, 8, tzinfo=UTC)
EDITIONS, SITES = ("2026", "2027"), ("poitiers", "reunion")
ME = "me"


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    role = draw(st.sampled_from(list(Role)))
    site = draw(st.sampled_from(SITES)) if role == Role.SITE_COORDINATOR else None
    return Grant(str(role), draw(st.sampled_from(EDITIONS)), site)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    state = draw(st.sampled_from(list(EditionState)))
    return Edition(id=draw(st.sampled_from(EDITIONS)), state=state, phases=[], zone="Europe/Paris")


holdings = st.frozensets(grants(), max_size=4)


def actor(held: frozenset[Grant]) -> Actor:
    return Actor(ME, "Moi", "moi@exemple.test", grants=held)


def team(edition: Edition, site: str, person: str = "somebody") -> Team:
    members = [TeamMember(person_id=person, is_captain=True)]
    return Team(edition_id=edition.id, site_id=site, members=members, state=ApplicationState.SUBMITTED)


def pairing(edition: Edition, mentor: str) -> Pairing:
    project = Project(id="project", team=team(edition, "poitiers"))
    return Pairing(edition_id=edition.id, project_id="project", mentor_id=mentor, project=project)


def panel(edition: Edition, site: str) -> Panel:
    return Panel(edition_id=edition.id, site_id=site)


def alone(edition: Edition, site: str) -> AloneApplication:
    return AloneApplication(edition_id=edition.id, site_id=site)


Allows = Callable[[Actor, Edition, str], bool]

RULES: dict[str, Allows] = {
    "may_see_edition": lambda who, edition, _site: may_see_edition(who, edition) is None,
    "may_coordinate": lambda who, edition, _site: may_coordinate(who, edition) is None,
    "may_change_edition": lambda who, edition, _site: may_change_edition(who, edition) is None,
    "may_help_coordinate": lambda who, edition, _site: may_help_coordinate(who, edition) is None,
    "may_coordinate_site": lambda who, edition, site: may_coordinate_site(who, edition, site) is None,
    "may_coordinate_site of no site": lambda who, edition, _site: may_coordinate_site(who, edition, None) is None,
    "may_invite": lambda who, edition, _site: may_invite(who, edition) is None,
    "may_compete": lambda who, edition, _site: may_compete(who, edition) is None,
    "may_see_application": lambda who, edition, site: may_see_application(who, team(edition, site), edition) is None,
    "may_decide": lambda who, edition, site: may_decide(who, team(edition, site), edition) is None,
    "may_move": lambda who, edition, site: may_move(who, team(edition, site), edition) is None,
    "may_set_aside": lambda who, edition, site: may_set_aside(who, team(edition, site), edition) is None,
    "may_see_alone": lambda who, edition, site: may_see_alone(who, alone(edition, site), edition) is None,
    "may_change_questions": lambda who, edition, _site: may_change_questions(who, edition, now=NOW) is None,
    "may_edit_site": lambda who, edition, site: may_edit_site(who, edition, Site(id=site)) is None,
    "may_redefine_site": lambda who, edition, _site: may_redefine_site(who, edition) is None,
    "may_remove_site": lambda who, edition, _site: may_remove_site(who, edition) is None,
    "may_import": lambda who, edition, _site: may_import(who, edition) is None,
    "may_follow": lambda who, edition, site: may_follow(who, team(edition, site), edition) is None,
    "may_fetch_file": lambda who, edition, site: may_fetch_file(who, team(edition, site), edition) is None,
    "may_see_panel": lambda who, edition, site: may_see_panel(who, panel(edition, site), edition) is None,
    "may_preview": lambda who, edition, _site: may_preview(who, edition, has_links=False) is None,
    "relation": lambda who, edition, _site: relation(who, pairing(edition, ME), edition, ()) is not None,
    **{
        f"door {name}": lambda who, _edition, _site, row=row: row.admits(who)  # type: ignore[misc]
        for name, row in POLICIES.items()
    },
}


@pytest.mark.bar("C35")
@pytest.mark.parametrize("rule", RULES)
@given(some=holdings, more=holdings, edition=editions(), site=st.sampled_from(SITES))
def test_union_of_roles_gives_no_more_than_one_of_them(
    rule: str, some: frozenset[Grant], more: frozenset[Grant], edition: Edition, site: str
) -> None:
    allows = RULES[rule]
    if allows(actor(some | more), edition, site):
        assert any(allows(actor(part), edition, site) for part in (some, more))


@pytest.mark.bar("C35")
@given(some=holdings, more=holdings, edition=editions())
def test_union_of_roles_coordinates_the_sites_of_both(
    some: frozenset[Grant], more: frozenset[Grant], edition: Edition
) -> None:
    both, one, other = (coordinated_sites(actor(held), edition) for held in (some | more, some, more))
    assert both == (None if one is None or other is None else one | other)


@pytest.mark.bar("C35")
@given(held=holdings, edition=editions(), is_mentor=st.booleans())
def test_link_of_interest_beats_every_role(held: frozenset[Grant], edition: Edition, is_mentor: bool) -> None:
    who = actor(held)
    entry = Entry("project", "slug", "Titre", "Équipe", "poitiers", "Poitiers", late=False, asked=3, hidden=True)
    standing = Standing(on_panel=True, declared_at=NOW, in_conflict=True, in_team=False, arrived_at=NOW)
    assignment = Assignment(person_id=ME, panel=panel(edition, "poitiers"))
    followed = pairing(edition, ME if is_mentor else "mentor")
    refusals = {
        "reading": may_read_project(who, "project", {"project"}),
        "scoring": may_read(who, assignment, standing, edition, now=NOW),
        "choosing": may_choose(who, entry, edition, published=False, now=NOW),
        "previewing": may_preview(who, edition, has_links=True),
        "following": may_follow_pairing(relation(who, followed, edition, {"project"})),
    }
    assert [name for name, refusal in refusals.items() if refusal is None] == []


@given(held=holdings, edition=editions())
def test_ranking_is_read_by_coordinations_only(held: frozenset[Grant], edition: Edition) -> None:
    if may_see_ranking(actor(held), edition, now=NOW) is None:
        assert may_help_coordinate(actor(held), edition) is None
