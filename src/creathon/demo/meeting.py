"""While applications are open: people without a team, teams that look for somebody, and what passes between them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.actor import Actor
from creathon.demo.applications import FIXED_TEAM
from creathon.demo.calendar import Stage
from creathon.demo.material import content
from creathon.demo.story import Story, actor, site_of
from creathon.editions.models import Edition
from creathon.teams.actions import apply_alone, approach_person, approach_team, say_need
from creathon.teams.models import Team, TeamRole
from creathon.teams.queries import team_by_id
from creathon.teams.rules import AloneValues, recruits

BEFORE = timedelta(hours=30)
"""How long ago they met."""


async def let_people_meet(story: Story) -> None:
    """Five people alone, of whom four show themselves; as many teams say whom they look for; two ask each other."""
    if story.stage != Stage.CANDIDATURES:
        return
    async with story.database.writing() as session:
        edition = await story.edition(session)
        found = [await _apply(story, session, edition, one) for one in content("meeting")["people"]]
        teams = await _seek(story, session, edition)
        (rosalie, alone_id), asked, offering = found[0], teams[0], teams[-1]
        now = story.now - BEFORE / 2
        message = "Je conte et je filme : vos marches me parlent. Puis-je vous rejoindre ?"
        await approach_team(session, rosalie, asked.id, edition, role=TeamRole.CONTEUR, message=message, now=now)
        captain = await actor(session, offering.members[0].person)
        message = "Votre fiche nous a plu : il nous manque justement quelqu’un pour raconter."
        said: dict[str, Any] = {"role": TeamRole.CONTEUR, "message": message, "now": now}
        await approach_person(session, captain, offering, alone_id, edition, **said)


async def _apply(story: Story, session: AsyncSession, edition: Edition, source: dict[str, Any]) -> tuple[Actor, str]:
    now = story.now - 2 * BEFORE
    person = await actor(session, await story.cast.named(session, source["name"], now=now))
    site = await site_of(session, edition, source["site"])
    said = source["brings"], source["seeks"], source["is_shown"]
    values = AloneValues(site.id, TeamRole(source["role"]), *said)
    return person, (await apply_alone(session, person, edition, values, {}, version=0, now=now)).id


async def _seek(story: Story, session: AsyncSession, edition: Edition) -> list[Team]:
    """The team of equipe@exemple.test first, when it has a seat left, and others that take somebody in."""
    teams: list[Team] = []
    needs: list[str] = content("meeting")["needs"]
    for crew in sorted(story.crews, key=lambda crew: crew.entry.team != FIXED_TEAM):
        team = await team_by_id(session, crew.team_id)
        if team is None or recruits(team) or len(teams) == len(needs):
            continue
        now = story.now - BEFORE
        await say_need(session, crew.captain, team, edition, seeks=needs[len(teams)], version=team.version, now=now)
        teams.append(team)
    return teams
