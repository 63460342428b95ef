"""Sixth chapter: the ten best ranked are chosen, with a reason, and the palmarès is published."""

from datetime import datetime, timedelta

from creathon.demo.calendar import Stage
from creathon.demo.material import content
from creathon.demo.story import Story
from creathon.jury.actions.palmares import publish_palmares
from creathon.jury.actions.selection import select_project
from creathon.jury.models import Tier
from creathon.jury.queries.selection import ranking_reads
from creathon.jury.ranking import rank
from creathon.jury.rules.selection import PRIZES
from creathon.projects.queries import project_by_id

GIVEN = tuple(prize for prize in PRIZES if "public" not in prize)
"""The audience award is given on the demo day."""
PLACES = (*[Tier.RENFORCE] * 5, *[Tier.APPUI] * 5)
ALREADY_CHOSEN = 3
"""How many are prepared when the demo stands at « delibération »."""


async def decide_and_publish(story: Story) -> None:
    """Choose in the order of the ranking; publish when the stage is past the palmarès."""
    if not story.stage.reached(Stage.DELIBERATION):
        return
    published = story.calendar.opens("palmares")
    places = PLACES if story.happened(published) else PLACES[:ALREADY_CHOSEN]
    decided = min(story.calendar.opens("deliberation") + timedelta(days=3), story.now - timedelta(hours=1))
    async with story.database.reading() as session:
        ranked = rank(await ranking_reads(session, story.edition_id))
    for number, (tier, place) in enumerate(zip(places, ranked, strict=False)):
        await _choose(story, place.project_id, tier, GIVEN[number] if number < len(GIVEN) else "", decided)
    if story.happened(published):
        async with story.database.writing() as session:
            edition = await story.edition(session)
            await publish_palmares(session, story.coordination, edition, now=published + timedelta(seconds=5))


async def _choose(story: Story, project_id: str, tier: Tier, prize: str, decided: datetime) -> None:
    patterns = content("remarks")["selection"]["renforce" if tier is Tier.RENFORCE else "appui"]
    async with story.database.writing() as session:
        edition = await story.edition(session)
        project = await project_by_id(session, project_id)
        assert project is not None  # noqa: S101 — just ranked
        assert project.current is not None  # noqa: S101
        reason = story.chance.choice(patterns).format(title=project.current.title)
        await select_project(
            session, story.coordination, project, edition, tier=tier, prize=prize, reason=reason, now=decided
        )
