"""First chapter: the edition, its sites, its calendar, its coordination."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import grant_role
from creathon.core.actor import SYSTEM
from creathon.core.events import subscribe
from creathon.demo.material import content
from creathon.demo.partners import announce_partners
from creathon.demo.story import Story, actor, site_of
from creathon.editions.actions import (
    EditionValues,
    PhaseValues,
    SiteValues,
    add_facilitator,
    create_edition,
    set_edition_state,
)
from creathon.editions.actions.rulebook import begin_rulebook, fillings_of, publish_rulebook
from creathon.editions.events import FillingsAsked
from creathon.editions.models import AccessAnswer, AccessItem, Edition, EditionState, PhaseKind, Role, SiteKind
from creathon.editions.rules import sheet_of, usual_steps
from creathon.editions.rules.rulebook import rendered, seal
from creathon.jury.actions.rubric import create_rubric
from creathon.jury.events import say_criteria
from creathon.jury.rules.usual_rubric import USUAL_RUBRIC
from creathon.teams.listening import say_team_size

FACILITATORS = (
    ("Mahé Lavandin", "accueil et réseau, de 9 h à 21 h"),
    ("Solveig Bruant", "présence de nuit, de 21 h à 9 h"),
)
"""Who facilitates Poitiers; the first agrees to be told to everybody."""


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
        site = await site_of(session, edition, "POI")
        await grant_role(
            session, story.coordination, local, Role.SITE_COORDINATOR, edition, now=before, site_id=site.id
        )
        for number, (name, task) in enumerate(FACILITATORS):
            await add_facilitator(
                session, story.coordination, edition, site, name=name, task=task, is_public=number == 0, now=before
            )
        officer = await story.cast.fixed(session, "dpo", now=before)
        await grant_role(session, story.coordination, officer, Role.DPO, edition, now=before)
        await _make_rules(story, session, edition, before)
        await announce_partners(story, session)


async def _make_rules(story: Story, session: AsyncSession, edition: Edition, now: datetime) -> None:
    """The usual grid and the usual rulebook, published; built without the application, nobody else listens."""
    subscribe(FillingsAsked, say_criteria)
    subscribe(FillingsAsked, say_team_size)
    await create_rubric(session, story.coordination, edition, USUAL_RUBRIC, now=now)
    draft = await begin_rulebook(session, story.coordination, edition, now=now)
    fillings = await fillings_of(session, edition)
    mark = seal(rendered(edition, draft.number, draft.articles, fillings))
    await publish_rulebook(session, story.coordination, edition, mark=mark, now=now)


def _edition_values(story: Story) -> EditionValues:
    source = content("edition")
    values: dict[str, Any] = {name: source["edition"][name] for name in ("slug", "title", "pilot", "zone")}
    return EditionValues(
        **values,
        theme_title=source["edition"]["theme_title"],
        theme_statement=source["edition"]["theme_statement"],
        theme_revealed_at=story.calendar.opens("creation"),
        is_demo=True,
        steps=usual_steps(),
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
                **_sheet(content("sites")[site["code"]]),
            )
            for site in source["sites"]
        ],
    )


def _sheet(source: dict[str, Any]) -> dict[str, Any]:
    """The sheet of a site; what its material does not answer stays « non renseigné »."""
    answers, details = source["access"], source.get("details", {})
    access = {
        item: (AccessAnswer(answers.get(item, AccessAnswer.UNKNOWN)), details.get(item, "")) for item in AccessItem
    }
    texts = {name: source[name] for name in ("directions", "opening", "public_note", "access_contact")}
    return {**texts, "accessibility": sheet_of(access)}
