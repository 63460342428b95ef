"""First chapter: the edition, its sites, its calendar, its coordination."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.core.actor import SYSTEM
from creathon.demo.material import content
from creathon.demo.story import Story, actor, site_of
from creathon.editions.actions import EditionValues, PhaseValues, SiteValues, create_edition, set_edition_state
from creathon.editions.models import EditionState, PhaseKind, Role, SiteKind
from creathon.jury.actions.rubric import create_rubric
from creathon.jury.rules.panels import CriterionValues


async def open_edition(story: Story) -> None:
    """Make the edition, run it, and give their roles to the people with fixed addresses."""
    before = story.calendar.opens("candidature").replace(hour=8)
    async with story.database.writing() as session:
        made = await create_edition(session, SYSTEM, _edition_values(story), now=before)
        await set_edition_state(session, SYSTEM, made, EditionState.RUNNING, now=before)
        story.edition_id = made.id
        edition = await story.edition(session)
        coordinator = await story.cast.fixed(session, "coordination", now=before)
        await grant_role(session, SYSTEM, coordinator, Role.NATIONAL_COORDINATOR, edition, now=before)
        story.coordinator = await actor(session, coordinator)
        local = await story.cast.fixed(session, "site.poitiers", now=before)
        site = site_of(edition, "POI")
        await grant_role(
            session, story.coordination, local, Role.SITE_COORDINATOR, edition, now=before, site_id=site.id
        )
        officer = await story.cast.fixed(session, "dpo", now=before)
        await grant_role(session, story.coordination, officer, Role.DPO, edition, now=before)
        await _make_rubric(story, session)


async def _make_rubric(story: Story, session: AsyncSession) -> None:
    criteria = [
        CriterionValues(
            code=entry["code"],
            title=entry["title"],
            question=entry["question"],
            weight=entry["weight"],
            levels=tuple(level["text"] for level in sorted(entry["levels"], key=lambda level: level["value"])),
        )
        for entry in content("rubric")["criteria"]
    ]
    now = story.calendar.opens("candidature").replace(hour=8)
    await create_rubric(session, story.coordination, await story.edition(session), criteria, now=now)


def _edition_values(story: Story) -> EditionValues:
    source = content("edition")
    values: dict[str, Any] = {name: source["edition"][name] for name in ("slug", "title", "pilot", "zone")}
    return EditionValues(
        **values,
        theme_title=source["edition"]["theme_title"],
        theme_statement=source["edition"]["theme_statement"],
        theme_revealed_at=story.calendar.opens("creation"),
        is_demo=True,
        phases=[
            PhaseValues(
                kind=PhaseKind(phase["kind"]),
                title=phase["title"],
                opens_at=story.calendar.instant(phase["opens"]),
                closes_at=story.calendar.instant(phase["closes"]),
                allows=phase["allows"],
                grace_seconds=phase["grace_minutes"] * 60,
            )
            for phase in source["phases"]
        ],
        sites=[
            SiteValues(
                code=site["code"],
                name=site["name"],
                city=site["city"],
                academy=site["academy"],
                zone=site["zone"],
                capacity=site["capacity"],
                kind=SiteKind(site["kind"]),
            )
            for site in source["sites"]
        ],
    )
