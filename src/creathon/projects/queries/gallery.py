"""What the public finds: the gallery by title or by the words sought, from the deposits that count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Text, and_, case, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from creathon.editions.models import Site
from creathon.projects.models import Deposit, GalleryEntry, GalleryNear, GalleryTerm, GalleryWord, Project
from creathon.projects.rules.search import (
    BEGINNING,
    EXACT,
    MOST_EXPANSIONS,
    NEAR,
    SHORT,
    Sought,
    is_forgiven_in,
    key,
    key_of_beginning,
    keys_of_errors,
    root,
)
from creathon.teams.models import Team

Meant = Mapping[int, int]
"""What one word may mean: keys of words, each with the times it is worth."""
_A_WORD = 100_000
"""More than all words of a question can be worth together."""
_COUNTS = and_(Deposit.project_id == Project.id, Deposit.superseded_at.is_(None))


@dataclass(frozen=True)
class PublicProject:
    """One line of the gallery, from the deposit that counts."""

    slug: str
    title: str
    summary: str
    needs: list[str]
    levels: list[str]
    team: str
    site: str


@dataclass(frozen=True)
class GalleryFilters:
    """What a reader of the gallery asks for; empty means everything."""

    need: str = ""
    level: str = ""
    technique: str = ""
    site: str = ""


@dataclass(frozen=True)
class Found:
    """Which deposits a page shows, in order; of how many; of which how many hold every word."""

    ids: Sequence[str]
    total: int
    whole: int


async def public_deposit(session: AsyncSession, slug: str) -> Deposit | None:
    """The deposit that counts and came in time, by the public address of its project; with team and site."""
    team = contains_eager(Deposit.project).joinedload(Project.team).joinedload(Team.site)
    query = select(Deposit).join(Project, _COUNTS).where(Project.slug == slug, Deposit.late.is_(False))
    query = query.execution_options(every_edition="the public address says none: drawn at random")
    return await session.scalar(query.options(team))


async def projects_by_title(
    session: AsyncSession, edition_id: str, filters: GalleryFilters, *, offset: int, limit: int
) -> Found:
    """One page of the gallery by title, from the index alone when nothing filters."""
    total = await session.scalar(_public(select(func.count(Deposit.id)), edition_id, filters)) or 0
    ids = _public(select(Deposit.id), edition_id, filters).order_by(Deposit.title_key, Deposit.id)
    return Found(list(await session.scalars(ids.offset(offset).limit(limit))), total, total)


async def projects_found(
    session: AsyncSession, edition_id: str, sought: Sought, filters: GalleryFilters, *, offset: int, limit: int
) -> Found:
    """One page of what the words find: those that hold all of them first, then by what they are worth, then by title.

    A page beyond the last is empty, and says no total but zero.
    """
    if not sought.deciding:
        return Found([], 0, 0)
    meant = await meanings(session, edition_id, (*sought.deciding, *sought.helping))
    decide = [meant[word] for word in sought.deciding if meant[word]]
    if not decide:
        return Found([], 0, 0)
    found = _ranked(decide, [meant[word] for word in sought.helping if meant[word]], edition_id, filters)
    total = select(func.count()).select_from(found).scalar_subquery()
    whole = select(func.count()).select_from(found).where(found.c.rank >= len(sought.deciding) * _A_WORD)
    least = select(found.c.rank).order_by(found.c.rank.desc()).limit(1).offset(offset + limit - 1).scalar_subquery()
    query = (
        select(GalleryEntry.deposit_id, total, whole.scalar_subquery())
        .join(found, found.c.entry_id == GalleryEntry.id)
        .where(GalleryEntry.edition_id == edition_id, found.c.rank >= func.coalesce(least, 0))
        .order_by(found.c.rank.desc(), GalleryEntry.title_key, GalleryEntry.id)
    )
    rows = list(await session.execute(query.offset(offset).limit(limit)))
    return Found([row[0] for row in rows], *(rows[0][1:] if rows else (0, 0)))


async def gallery_lines(session: AsyncSession, edition_id: str, ids: Sequence[str]) -> list[PublicProject]:
    """What the lines of a page show, in the order of `ids`; never of a deposit that is not public."""
    columns = (Project.slug, Deposit.title, Deposit.summary, Deposit.needs, Deposit.levels, Team.name, Site.name)
    query = (
        _public(select(Deposit.id, *columns), edition_id, GalleryFilters())
        .join(Project, Project.id == Deposit.project_id)
        .join(Team, Team.id == Project.team_id)
        .join(Site, Site.id == Team.site_id)
        .where(Deposit.id.in_(ids))
    )
    lines = {row[0]: PublicProject(*row[1:]) for row in await session.execute(query)}
    return [lines[one] for one in ids if one in lines]


async def meanings(session: AsyncSession, edition_id: str, words: Sequence[str]) -> dict[str, Meant]:
    """What each word may mean among the words of public projects: itself, else what it begins, else an error."""
    roots = {word: root(word) for word in words}
    begun = {word: key_of_beginning(edition_id, word) for word in words if len(word) > SHORT}
    errors = {word: keys_of_errors(edition_id, roots[word]) for word in words}
    wanted = {*begun.values(), *(one for keys in errors.values() for one in keys)}
    terms = await _terms(session, edition_id, wanted)
    found: dict[str, Meant] = {}
    for word in words:
        exact = (
            {key(edition_id, roots[word]): EXACT} if roots[word] in terms.get(key(edition_id, roots[word]), ()) else {}
        )
        beginnings = _shortest(edition_id, terms.get(begun.get(word, 0), ()), BEGINNING)
        meant = {**beginnings, **exact}
        if not meant:
            others = {term for one in errors[word] for term in terms.get(one, ()) if is_forgiven_in(word, term)}
            meant = _shortest(edition_id, others, NEAR)
        found[word] = meant
    return found


def _shortest(edition_id: str, words: Iterable[str], times: int) -> dict[int, int]:
    kept = sorted(words, key=lambda word: (len(word), word))[:MOST_EXPANSIONS]
    return {key(edition_id, word): times for word in kept}


async def _terms(session: AsyncSession, edition_id: str, keys: Iterable[int]) -> dict[int, set[str]]:
    """The words of public projects that each of these keys leads to."""
    used = select(GalleryWord.key).where(GalleryWord.key == GalleryTerm.key).exists()
    of_edition = and_(GalleryTerm.edition_id == edition_id, used)
    by_itself = select(GalleryTerm.key, GalleryTerm.word).where(GalleryTerm.key.in_(keys), of_edition)
    near = select(GalleryNear.key, GalleryTerm.word).join(GalleryTerm, GalleryTerm.key == GalleryNear.term)
    found: dict[int, set[str]] = {}
    for one, word in await session.execute(by_itself.union_all(near.where(GalleryNear.key.in_(keys), of_edition))):
        found.setdefault(one, set()).add(word)
    return found


def _ranked(decide: Sequence[Meant], help_: Sequence[Meant], edition_id: str, filters: GalleryFilters) -> CTE:
    """The entries that hold a deciding word, each with its rank; counted, cut and named from one reading of the index.

    Titles, which part those of one rank, are then read of those that a page may show only.
    """
    meant = (*decide, *help_)
    keys = {one for keys in meant for one in keys}
    values = [func.max(_worth(keys)) for keys in meant]
    held: Any = sum((case((value > 0, _A_WORD), else_=0) for value in values[: len(decide)]), literal(0))
    rank = sum(values, held).label("rank")
    query = select(GalleryWord.entry_id, rank).where(GalleryWord.key.in_(keys)).group_by(GalleryWord.entry_id)
    if help_:
        query = query.having(held > 0)
    if filters != GalleryFilters():
        shown = _public(select(Deposit.id), edition_id, filters)
        query = query.where(GalleryWord.entry_id.in_(select(GalleryEntry.id).where(GalleryEntry.deposit_id.in_(shown))))
    return query.cte("found")


def _worth(meant: Meant) -> ColumnElement[int]:
    by_times: dict[int, list[int]] = {}
    for one, times in meant.items():
        by_times.setdefault(times, []).append(one)
    worth = cast(GalleryWord.worth, Integer)  # else PostgreSQL takes a rank for a small integer, and refuses it
    return case(*((GalleryWord.key.in_(keys), worth * times) for times, keys in by_times.items()), else_=0)


def _public(query: Any, edition_id: str, filters: GalleryFilters) -> Any:
    query = query.select_from(Deposit).where(
        Deposit.edition_id == edition_id, Deposit.superseded_at.is_(None), Deposit.late.is_(False)
    )
    lists = {Deposit.needs: filters.need, Deposit.levels: filters.level, Deposit.techniques: filters.technique}
    for column, asked in lists.items():
        if asked:
            query = query.where(cast(column, Text).contains(f'"{asked}"', autoescape=True))
    if filters.site:
        of_site = select(Project.id).join(Team, Team.id == Project.team_id).where(Team.site_id == filters.site)
        query = query.where(Deposit.project_id.in_(of_site))
    return query
