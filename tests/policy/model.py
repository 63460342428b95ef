"""Who may see what, said a second time: a small model written from the domain's rules, which imports nothing of ours.

Bar C28. It knows of an edition its moment, of a team its site, its people and how far its project is; it says which
projects (or teams) each page shows to somebody, and all that somebody may ever be shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOMENTS = ("candidature", "creation", "evaluation", "deliberation", "palmares", "accompagnement")
EVERY_SITE = ""

Who = int | None
"""The number of somebody; None: nobody is signed in."""


@dataclass(frozen=True)
class Team:
    number: int
    edition: str
    site: str
    members: frozenset[int]
    project: str
    """How far it is: nothing, draft, on_time, late."""

    @property
    def is_deposited(self) -> bool:
        return self.project in ("on_time", "late")


@dataclass(frozen=True)
class World:
    moments: Mapping[str, str]
    """By edition: where it is."""
    works_in: Mapping[int, str]
    teams: tuple[Team, ...]
    roles: frozenset[tuple[int, str, str, str]]
    """Who, role, edition, site."""
    links: frozenset[tuple[int, int]]
    """Who, with the project of which team."""
    readers: frozenset[tuple[int, int]]
    mentors: frozenset[tuple[int, int]]

    def reached(self, edition: str, moment: str) -> bool:
        return MOMENTS.index(self.moments[edition]) >= MOMENTS.index(moment)

    def holds(self, who: Who, role: str, edition: str, site: str = EVERY_SITE) -> bool:
        return who is not None and (who, role, edition, site) in self.roles

    def of(self, who: Who) -> Iterator[Team]:
        """The teams of the edition somebody works in; whoever is not signed in sees the one that runs now."""
        edition = self.works_in[who] if who is not None else "2027"
        yield from (team for team in self.teams if team.edition == edition)


def is_public(world: World, team: Team) -> bool:
    """What came in time is for everybody, from the palmarès on."""
    return team.project == "on_time" and world.reached(team.edition, "palmares")


def is_national(world: World, who: Who, team: Team) -> bool:
    return world.holds(who, "national_coordinator", team.edition)


def coordinates(world: World, who: Who, team: Team) -> bool:
    """Of the whole edition, or of the site of the team."""
    return is_national(world, who, team) or world.holds(who, "site_coordinator", team.edition, team.site)


def is_party(world: World, who: Who, team: Team) -> bool:
    """A link of interest, or the team's own member: judges nothing of it, whatever the role."""
    return (who, team.number) in world.links or who in team.members


def opens_application(world: World, who: Who, team: Team) -> bool:
    return coordinates(world, who, team) and (who, team.number) not in world.links


def follows_project(world: World, who: Who, team: Team) -> bool:
    return team.project != "nothing" and coordinates(world, who, team) and not is_party(world, who, team)


def reads(world: World, who: Who, team: Team) -> bool:
    """A juror it was given to, who is in no team of the edition."""
    competes = any(who in other.members for other in world.teams if other.edition == team.edition)
    given = (who, team.number) in world.readers and world.holds(who, "juror", team.edition)
    return given and not competes and not is_party(world, who, team)


def mentors(world: World, who: Who, team: Team) -> bool:
    given = (who, team.number) in world.mentors and world.holds(who, "mentor", team.edition)
    return given and not is_party(world, who, team)


def decides(world: World, who: Who, team: Team) -> bool:
    """Of what came in time: what is late is kept and told, and never chosen."""
    return team.project == "on_time" and is_national(world, who, team) and not is_party(world, who, team)


def ranks(world: World, who: Who, team: Team) -> bool:
    """Late ones are told apart from the ranking, on the same page."""
    begun = world.reached(team.edition, "evaluation") and team.is_deposited
    return begun and coordinates(world, who, team) and not is_party(world, who, team)


def writes(_world: World, who: Who, team: Team) -> bool:
    return team.project != "nothing" and who in team.members


def keeps_receipt(_world: World, who: Who, team: Team) -> bool:
    return team.is_deposited and who in team.members


def lists_application(world: World, who: Who, team: Team) -> bool:
    return coordinates(world, who, team)


def lists_project(world: World, who: Who, team: Team) -> bool:
    """How far each team is, to its coordination: a link hides what is written, not that there is a project."""
    return team.project != "nothing" and coordinates(world, who, team)


def may_know_of(world: World, who: Who, team: Team) -> bool:
    """Whether anything may ever tell somebody the title: jurors declare their links from the titles."""
    sits = team.is_deposited and world.reached(team.edition, "evaluation") and world.holds(who, "juror", team.edition)
    return sits or lists_project(world, who, team) or may_read(world, who, team)


def may_read(world: World, who: Who, team: Team) -> bool:
    """Whether anything may ever tell somebody what a project says."""
    rules = (writes, follows_project, reads, mentors, decides)
    return is_public(world, team) or any(rule(world, who, team) for rule in rules)


OF_ONE = {
    "application": opens_application,
    "followed": follows_project,
    "evaluation": reads,
    "mentored": mentors,
    "public": lambda world, _who, team: is_public(world, team),
    "receipt": keeps_receipt,
}
"""Pages whose address names a team's thing: whether they show it to somebody."""

OF_ALL = {
    "/projet": writes,
    "/coordination/candidatures": lists_application,
    "/coordination/candidatures.csv": lists_application,
    "/coordination/projets": lists_project,
    "/coordination/selection": decides,
    "/coordination/classement": ranks,
    "/coordination/classement.csv": ranks,
    "/jury": reads,
    "/mentorat": mentors,
    "/projets": lambda world, _who, team: is_public(world, team),
}
"""Pages about the edition at hand: which of its teams they show to somebody."""
