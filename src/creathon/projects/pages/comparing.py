"""Two texts of the same field: the page that shows both, and what was chosen there."""

from typing import Any

from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale
from creathon.core.web.pages import page
from creathon.core.web.visit import Visit
from creathon.projects.actions import words_at
from creathon.projects.forms import FicheForm
from creathon.projects.pages.desk import Desk
from creathon.projects.queries import changes_since
from creathon.projects.rules import (
    TYPED,
    both,
    last_hands,
    may_hold_both,
    merged,
    value_words,
    word_differences,
    written,
)

KEEP = "keep_"
"""Before the name of a field, on the page that compares: « mine », « theirs » or « both »."""


async def chosen(visit: Visit, session: AsyncSession, desk: Desk, mine: dict[str, Any], version: int) -> dict[str, Any]:
    """What was typed, with the other text, or both, where the person chose so on the page that compares."""
    choices = {name: visit.posted.get(KEEP + name) for name in TYPED}
    asked = {name: choice for name, choice in choices.items() if choice in ("theirs", "both")}
    if not asked:
        return mine
    seen = await words_at(session, desk.started.id, version)
    if not seen:
        raise NotThere()
    together = {name: both(name, seen[name], mine[name]) for name in asked if may_hold_both(name)}
    return mine | {name: together[name] if asked[name] == "both" and name in together else seen[name] for name in asked}


async def compare(
    visit: Visit, session: AsyncSession, desk: Desk, mine: dict[str, Any], version: int, stale: Stale
) -> Template:
    """Both texts of each field that two people changed; the other fields are carried as they should be saved."""
    project, theirs = desk.started, written(desk.started)
    merge = merged(mine, await words_at(session, project.id, version), theirs)
    changes = await changes_since(session, project.id, version)
    pieces = {
        name: word_differences(value_words(name, theirs[name]), value_words(name, mine[name]))
        for name in merge.clashes
    }  # fmt: skip
    return page(
        visit, "projects/compare.html", status=409, edition=desk.edition, team=desk.team, project=project,
        form=FicheForm(data={**theirs, **merge.changes}), names=merge.clashes, theirs=theirs,
        mine={**theirs, **merge.changes}, pieces=pieces, hands=last_hands(changes, desk.edition.zone, visit.now),
        may_hold_both=may_hold_both, message=stale.message,
    )  # fmt: skip


def as_posted(values: dict[str, Any]) -> list[tuple[str, str]]:
    """The values as a form would post them."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, bool):
            pairs += [(name, "y")] if value else []
        elif isinstance(value, str):
            pairs.append((name, value))
        else:
            pairs += [(name, item) for item in value]
    return pairs
