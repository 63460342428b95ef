"""Rulebooks of the editions of tests: two plain articles that no date makes old, unless a test asks for more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.models import Person
from creathon.core.actor import SYSTEM, Actor, Grant
from creathon.editions.actions.rulebook import (
    accept_rulebook,
    begin_rulebook,
    edit_article,
    fillings_of,
    publish_rulebook,
)
from creathon.editions.models import Edition, Role, Rulebook
from creathon.editions.queries import draft_rulebook, published_rulebook
from creathon.editions.rules.rulebook import ArticleValues, rendered, seal
from tests.factories.accounts import LONG_AGO, as_actor

PLAIN = (
    ArticleValues("Participer", "Participer est gratuit."),
    ArticleValues("Vos idées", "L’équipe garde tous ses droits."),
)
DATED = (
    ArticleValues("Le calendrier", "Voici les étapes :\n\n[[calendrier]]\n\nElles changent avec un avenant."),
    ArticleValues("Les critères", "[[criteres]]"),
    ArticleValues("L’équipe", "Une équipe compte [[equipe]]."),
)
"""Articles that follow the calendar and the grid."""


def writer_of(edition: Edition) -> Actor:
    """Whoever writes the rulebook of an edition, when it matters to nobody who."""
    return replace(SYSTEM, grants=frozenset({Grant(Role.NATIONAL_COORDINATOR, edition.id)}))


async def make_rulebook(
    session: AsyncSession, edition: Edition, articles: Sequence[ArticleValues] = PLAIN, *, now: datetime = LONG_AGO
) -> Rulebook:
    """The first version, published."""
    await begin_rulebook(session, writer_of(edition), edition, articles, now=now)
    return await publish_draft(session, edition, now=now)


async def make_amendment(
    session: AsyncSession,
    edition: Edition,
    text: str = "Participer reste gratuit, pour toujours.",
    *,
    summary: str = "La gratuité est précisée.",
    now: datetime = LONG_AGO,
) -> Rulebook:
    """The next version, published: its first article says something else."""
    writer = writer_of(edition)
    first = (await begin_rulebook(session, writer, edition, now=now)).articles[0]
    values = ArticleValues(first.title, text)
    await edit_article(session, writer, edition, first.id, values, version=first.version, now=now)
    return await publish_draft(session, edition, summary=summary, now=now)


async def publish_draft(session: AsyncSession, edition: Edition, *, summary: str = "", now: datetime) -> Rulebook:
    """The draft as it reads now, published."""
    mark = await mark_of(session, edition)
    return await publish_rulebook(session, writer_of(edition), edition, mark=mark, summary=summary, now=now)


async def mark_of(session: AsyncSession, edition: Edition) -> str:
    """The seal of the draft as it reads now."""
    draft = await draft_rulebook(session, edition.id)
    assert draft is not None
    return seal(rendered(edition, draft.number, draft.articles, await fillings_of(session, edition)))


async def accept(session: AsyncSession, person: Person, edition: Edition, *, now: datetime = LONG_AGO) -> None:
    """Somebody accepts the version in force, if there is one."""
    current = await published_rulebook(session, edition.id)
    if current is not None:
        actor = await as_actor(session, person)
        await accept_rulebook(session, actor, edition, sha256=current.sha256 or "", now=now)
