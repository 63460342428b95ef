"""Importing a plan: all of it, in the transaction of the caller, who holds the edition."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.accounts.actions import invite_all
from creathon.accounts.rules import Offer
from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import check
from creathon.editions.actions import add_sites
from creathon.editions.models import Edition
from creathon.editions.rules import SiteValues
from creathon.imports.rules import Plan, may_import


async def import_sites(
    session: AsyncSession, actor: Actor, edition: Edition, plan: Plan[SiteValues], *, sha256: str, now: datetime
) -> int:
    """Add the sites of a plan; returns how many.

    Raises:
        Refused: the actor may not, or the plan has faults or nothing to add.
    """
    _check(actor, edition, plan)
    await add_sites(session, actor, edition, [values for _number, values in plan.added], now=now)
    return _done(session, actor, edition, plan, "sites.imported", sha256, now)


async def import_people(
    session: AsyncSession, actor: Actor, edition: Edition, plan: Plan[Offer], *, sha256: str, now: datetime
) -> int:
    """Offer the roles of a plan by mail; returns how many. Nobody gets an account before they accept.

    Raises:
        Refused: the actor may not, or the plan has faults or nothing to add.
    """
    _check(actor, edition, plan)
    await invite_all(session, actor, edition, [offer for _number, offer in plan.added], now=now)
    return _done(session, actor, edition, plan, "people.imported", sha256, now)


def _check(actor: Actor, edition: Edition, plan: Plan[SiteValues] | Plan[Offer]) -> None:
    check(may_import(actor, edition))
    check(plan.refusal)


def _done(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    plan: Plan[SiteValues] | Plan[Offer],
    verb: str,
    sha256: str,
    now: datetime,
) -> int:
    count = len(plan.added)
    journal.record(session, actor, verb, edition, now=now, edition_id=edition.id, lines=count, sha256=sha256)
    return count
