"""Writing the rulebook, publishing it, accepting it.

Whoever changes a rulebook holds the edition; whoever accepts it holds the edition with the others who accept.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.database import Instant
from creathon.core.errors import Conflict, NotThere, Refused, Stale, check
from creathon.core.events import publish
from creathon.core.ids import new_id
from creathon.core.text import _
from creathon.editions.events import FillingsAsked, RulebookPublished
from creathon.editions.models import Edition, Rulebook, RulebookArticle, RulebookState
from creathon.editions.queries import draft_rulebook, load_sites, published_rulebook, rulebooks_of
from creathon.editions.rules.rulebook import (
    CHANGED_SINCE,
    RULEBOOK_MISSING,
    RULEBOOK_OUTDATED,
    ArticleValues,
    Filling,
    Written,
    is_outdated,
    may_accept_rulebook,
    may_begin_rulebook,
    may_change_rulebook,
    may_follow,
    may_publish_rulebook,
    neighbour,
    own_fillings,
    rendered,
    seal,
)
from creathon.editions.rules.usual_rulebook import USUAL_RULEBOOK

CHANGED_MEANWHILE = "Quelqu’un a modifié le règlement entre-temps. Relisez-le avant de recommencer."
ARTICLE_CHANGED = "Quelqu’un a modifié cet article pendant que vous écriviez. Comparez, puis choisissez."

_ACCEPT = text(
    "INSERT INTO acceptance (id, edition_id, rulebook_id, person_id, sha256, accepted_at) "
    "VALUES (:id, :edition_id, :rulebook_id, :person_id, :sha256, :accepted_at) "
    "ON CONFLICT (rulebook_id, person_id) DO NOTHING"
).bindparams(bindparam("accepted_at", type_=Instant()))


async def fillings_of(session: AsyncSession, edition: Edition) -> dict[str, Filling]:
    """What every placeholder says now; the features above add theirs."""
    fillings = own_fillings(await load_sites(session, edition))
    await publish(session, FillingsAsked(edition, fillings))
    return fillings


async def begin_rulebook(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    articles: Sequence[ArticleValues] = USUAL_RULEBOOK,
    *,
    now: datetime,
) -> Rulebook:
    """Begin the next version: an amendment from the one in force, else the first from these articles.

    Raises:
        Refused: a draft is already begun, or the actor does not coordinate the edition.
    """
    await _hold(session, edition)
    versions = await rulebooks_of(session, edition.id)
    check(may_begin_rulebook(actor, edition, versions[0] if versions else None))
    current = await published_rulebook(session, edition.id)
    return await give_rulebook(session, actor, edition, articles, current, now=now)


async def give_rulebook(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    articles: Sequence[ArticleValues],
    current: Rulebook | None = None,
    *,
    now: datetime,
) -> Rulebook:
    """Write a draft that the caller was allowed: after `current`, with its articles, else the first with these."""
    if current is None:
        fresh = [RulebookArticle(key=new_id(), position=place, **vars(one)) for place, one in enumerate(articles, 1)]
    else:
        fresh = _again(current.articles)
    number = current.number + 1 if current else 1
    rulebook = Rulebook(edition_id=edition.id, number=number, created_at=now, articles=fresh)
    session.add(rulebook)
    await session.flush()
    journal.record(session, actor, "rulebook.begun", rulebook, now=now, number=number, articles=len(fresh))
    return rulebook


async def copy_rulebook(
    session: AsyncSession, actor: Actor, source: Edition, edition: Edition, *, now: datetime
) -> None:
    """Begin the rulebook of a new edition with the articles of another."""
    copied = await published_rulebook(session, source.id) or await draft_rulebook(session, source.id)
    if copied is not None:
        articles = [ArticleValues(article.title, article.text) for article in copied.articles]
        await give_rulebook(session, actor, edition, articles, now=now)


async def add_article(
    session: AsyncSession, actor: Actor, edition: Edition, values: ArticleValues, *, now: datetime
) -> RulebookArticle:
    """Add an article at the end of the draft."""
    rulebook = await _draft(session, actor, edition)
    last = max((article.position for article in rulebook.articles), default=0)
    article = RulebookArticle(key=new_id(), position=last + 1, **vars(values))
    rulebook.articles.append(article)
    rulebook.version += 1
    await session.flush()
    journal.record(session, actor, "rulebook.article-added", article, now=now, edition_id=edition.id)
    return article


async def edit_article(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    article_id: str,
    values: ArticleValues,
    *,
    version: int,
    now: datetime,
) -> RulebookArticle:
    """Change an article of the draft.

    Raises:
        Stale: somebody saved it in between; `current` holds what is stored.
    """
    article = article_of(await _draft(session, actor, edition), article_id)
    if version != article.version:
        raise Stale(_(ARTICLE_CHANGED), {"title": article.title, "text": article.text})
    article.title, article.text = values.title, values.text
    await session.flush()
    journal.record(session, actor, "rulebook.article-edited", article, now=now, edition_id=edition.id)
    return article


async def move_article(
    session: AsyncSession, actor: Actor, edition: Edition, article_id: str, *, up: bool, version: int, now: datetime
) -> None:
    """Move an article of the draft by one place; at the end of the list, nothing happens.

    Raises:
        Conflict: the list changed since `version` of the rulebook.
    """
    rulebook = await _draft(session, actor, edition)
    article = article_of(rulebook, article_id)
    if version != rulebook.version:
        raise Conflict(_(CHANGED_MEANWHILE))
    other_id = neighbour(rulebook, article_id, up=up)
    if other_id is None:
        return
    other = article_of(rulebook, other_id)
    places = {article.id: other.position, other.id: article.position}
    for moved_id, place in places.items():
        moved = update(RulebookArticle).where(RulebookArticle.id == moved_id).values(position=place)
        await session.execute(moved.execution_options(synchronize_session=False))
    rulebook.version += 1
    await session.flush()
    journal.record(session, actor, "rulebook.article-moved", article, now=now, edition_id=edition.id, up=up)


async def remove_article(
    session: AsyncSession, actor: Actor, edition: Edition, article_id: str, *, version: int, now: datetime
) -> None:
    """Take an article off the draft.

    Raises:
        Conflict: it changed since `version` of it was shown.
    """
    rulebook = await _draft(session, actor, edition)
    article = article_of(rulebook, article_id)
    if version != article.version:
        raise Conflict(_(CHANGED_MEANWHILE))
    rulebook.articles.remove(article)
    rulebook.version += 1
    await session.flush()
    journal.record(session, actor, "rulebook.article-removed", article, now=now, edition_id=edition.id)


async def publish_rulebook(
    session: AsyncSession, actor: Actor, edition: Edition, *, mark: str, summary: str = "", now: datetime
) -> Rulebook:
    """Publish the draft as it reads now; everybody is asked to accept it.

    `mark` is the seal of the text the actor has just read.

    Raises:
        Conflict: there is no draft any more, or its text, the dates or the criteria changed since.
        Refused: something it shows is not ready, or what changes is not told.
    """
    await _hold(session, edition)
    rulebook = await draft_rulebook(session, edition.id)
    if rulebook is None:
        raise Conflict(_("Il n’y a plus de brouillon : quelqu’un vient peut-être de le publier."))
    fillings = await fillings_of(session, edition)
    check(may_publish_rulebook(actor, edition, rulebook, fillings))
    check(may_follow(await published_rulebook(session, edition.id), summary))
    content = rendered(edition, rulebook.number, rulebook.articles, fillings)
    if mark != seal(content):
        raise Conflict(_("Le texte, les dates ou les critères ont changé depuis cet aperçu. Relisez avant de publier."))
    rulebook.state, rulebook.content, rulebook.sha256 = RulebookState.PUBLISHED, content, mark
    rulebook.summary, rulebook.published_at, rulebook.published_by = summary.strip(), now, actor.person_id
    await session.flush()
    journal.record(session, actor, "rulebook.published", rulebook, now=now, number=rulebook.number, sha256=mark)
    await publish(session, RulebookPublished(actor, edition, rulebook, now))
    return rulebook


async def accept_rulebook(session: AsyncSession, actor: Actor, edition: Edition, *, sha256: str, now: datetime) -> bool:
    """Note that somebody accepts the text with that seal; False when it was already done.

    Raises:
        NotThere: no version is published.
        Conflict: another version is in force by now.
    """
    await session.execute(select(Edition.id).where(Edition.id == edition.id).with_for_update(read=True))
    current = await published_rulebook(session, edition.id)
    refusal = may_accept_rulebook(current, sha256)
    if refusal is not None:
        raise NotThere() if refusal.hidden else Conflict(_(CHANGED_SINCE))
    assert current is not None  # noqa: S101 — the rule said so
    values = {"id": new_id(), "edition_id": edition.id, "rulebook_id": current.id, "person_id": actor.person_id}
    done = await session.execute(_ACCEPT, {**values, "sha256": sha256, "accepted_at": now})
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    journal.record(session, actor, "rulebook.accepted", current, now=now, number=current.number, sha256=sha256)
    return True


async def outdated_rulebook(session: AsyncSession, edition: Edition) -> Rulebook | None:
    """The version in force when it no longer says the dates and criteria of today."""
    current = await published_rulebook(session, edition.id)
    return current if current and await _is_outdated(session, edition, current) else None


async def rulebook_problem(session: AsyncSession, edition: Edition) -> str | None:
    """What the rulebook lacks for the edition to be announced: a version in force, that says the dates of today."""
    current = await published_rulebook(session, edition.id)
    if current is None:
        return _(RULEBOOK_MISSING)
    return _(RULEBOOK_OUTDATED) if await _is_outdated(session, edition, current) else None


async def _is_outdated(session: AsyncSession, edition: Edition, current: Rulebook) -> bool:
    return is_outdated(edition, current, await fillings_of(session, edition))


async def require_rulebook(session: AsyncSession, edition: Edition) -> None:
    """Teams apply knowing the rules.

    Raises:
        Refused: no version is published, or it no longer says the dates and criteria of today.
    """
    if problem := await rulebook_problem(session, edition):
        raise Refused(problem)


def article_of(rulebook: Rulebook, article_id: str) -> RulebookArticle:
    """An article of a version by its id.

    Raises:
        NotThere: that version has none of that id.
    """
    article = next((article for article in rulebook.articles if article.id == article_id), None)
    if article is None:
        raise NotThere()
    return article


async def _hold(session: AsyncSession, edition: Edition) -> None:
    await session.execute(select(Edition.id).where(Edition.id == edition.id).with_for_update(key_share=True))


async def _draft(session: AsyncSession, actor: Actor, edition: Edition) -> Rulebook:
    """The draft, held.

    Raises:
        Refused: the actor does not write the rulebook.
        Conflict: there is no draft.
    """
    await _hold(session, edition)
    rulebook = await draft_rulebook(session, edition.id)
    if rulebook is None:
        raise Conflict(_(CHANGED_MEANWHILE))
    check(may_change_rulebook(actor, edition, rulebook))
    return rulebook


def _again(articles: Sequence[Written]) -> list[RulebookArticle]:
    return [
        RulebookArticle(key=one.key, position=place, title=one.title, text=one.text)
        for place, one in enumerate(articles, 1)
    ]
