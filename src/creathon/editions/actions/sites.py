"""The sites of an edition and who facilitates them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import Conflict, Stale, check
from creathon.core.events import publish
from creathon.core.text import _
from creathon.editions.events import CapacityChanged, CapacityChanging, RulebookTouched, SiteRemoving
from creathon.editions.models import Edition, Facilitator, Site
from creathon.editions.queries import facilitator_by_id, load_sites, lock_site
from creathon.editions.rules import (
    SiteSheet,
    SiteValues,
    differing,
    may_add_remote_site,
    may_edit_site,
    may_redefine_site,
    may_remove_site,
    remote_site,
    site_coded,
    stored_values,
)

CODE_TAKEN = "Un autre site de cette édition porte déjà ce code."
SITE_CHANGED = "Quelqu’un a modifié ce site pendant que vous écriviez. Comparez, puis choisissez."


async def add_site(session: AsyncSession, actor: Actor, edition: Edition, values: SiteValues, *, now: datetime) -> Site:
    """Add a site to an edition held by the caller; see `add_sites`."""
    (site,) = await add_sites(session, actor, edition, [values], now=now)
    return site


async def add_sites(
    session: AsyncSession, actor: Actor, edition: Edition, wanted: Sequence[SiteValues], *, now: datetime
) -> list[Site]:
    """Add sites to an edition held by the caller.

    Raises:
        Refused: the actor does not coordinate the edition, or it is an archive.
        Conflict: another site has the code of one of them.
    """
    check(may_redefine_site(actor, edition))
    await load_sites(session, edition)
    sites = []
    for values in wanted:
        if site_coded(edition, values.code):
            raise Conflict(_(CODE_TAKEN))
        sites.append(Site(edition_id=edition.id, **vars(values)))
        edition.sites.append(sites[-1])
    await session.flush()
    for site in sites:
        journal.record(session, actor, "site.created", site, now=now, code=site.code)
    await publish(session, RulebookTouched(actor, edition, now))
    return sites


async def add_remote_site(session: AsyncSession, actor: Actor, edition: Edition, *, now: datetime) -> Site:
    """Add « à distance » to an edition that has none.

    Raises:
        Refused: it has one, or the actor may not.
    """
    check(may_add_remote_site(actor, await load_sites(session, edition)))
    return await add_site(session, actor, edition, remote_site(edition), now=now)


async def edit_site(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    site: Site,
    values: SiteSheet,
    *,
    version: int,
    now: datetime,
) -> None:
    """Change the sheet of a site; with `SiteValues`, what the site is as well. The site's version guards it.

    Raises:
        Refused: the actor may not, or fewer teams would have a place than are accepted.
        Stale: the site was changed in between; `current` holds the stored values.
        Conflict: another site has that code.
    """
    check(may_edit_site(actor, edition, site))
    site = await lock_site(session, site)
    stored, before = stored_values(site, list(vars(values))), site.capacity
    if version != site.version:
        raise Stale(_(SITE_CHANGED), stored)
    if isinstance(values, SiteValues):
        await _redefine(session, actor, edition, site, values)
    changed = differing(stored, values)
    if not changed:
        return
    for name in changed:
        setattr(site, name, getattr(values, name))
    await session.flush()
    journal.record(session, actor, "site.edited", site, now=now, fields=changed)
    if site.capacity != before:
        await publish(session, CapacityChanged(actor, edition, site, before, now))
    await publish(session, RulebookTouched(actor, edition, now))


async def remove_site(session: AsyncSession, actor: Actor, edition: Edition, site: Site, *, now: datetime) -> None:
    """Take away a site nothing needs, with its facilitators.

    Raises:
        Refused: the edition is announced, the actor may not, or a feature needs the site.
    """
    check(may_remove_site(actor, edition))
    site = await lock_site(session, site)
    await publish(session, SiteRemoving(site))
    await session.execute(delete(Facilitator).where(Facilitator.site_id == site.id))
    await session.delete(site)
    await session.flush()
    journal.record(session, actor, "site.removed", site, now=now, code=site.code)
    await publish(session, RulebookTouched(actor, edition, now))


async def add_facilitator(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    site: Site,
    *,
    name: str,
    task: str,
    is_public: bool,
    now: datetime,
) -> Facilitator:
    """Name somebody who helps the teams of a site; told to the public if they agreed."""
    check(may_edit_site(actor, edition, site))
    one = Facilitator(edition_id=edition.id, site_id=site.id, name=name, task=task, is_public=is_public, created_at=now)
    session.add(one)
    await session.flush()
    journal.record(session, actor, "facilitator.added", one, now=now, site=site.id, public=is_public)
    return one


async def show_facilitator(
    session: AsyncSession,
    actor: Actor,
    edition: Edition,
    site: Site,
    facilitator_id: str,
    *,
    is_public: bool,
    now: datetime,
) -> None:
    """Tell the public of a facilitator who agrees, or no longer.

    Raises:
        NotThere: nobody of this site has that id.
    """
    check(may_edit_site(actor, edition, site))
    one = await facilitator_by_id(session, site.id, facilitator_id)
    if one.is_public != is_public:
        one.is_public = is_public
        await session.flush()
        journal.record(session, actor, "facilitator.shown", one, now=now, site=site.id, public=is_public)


async def remove_facilitator(
    session: AsyncSession, actor: Actor, edition: Edition, site: Site, facilitator_id: str, *, now: datetime
) -> None:
    """Forget a facilitator.

    Raises:
        NotThere: nobody of this site has that id.
    """
    check(may_edit_site(actor, edition, site))
    one = await facilitator_by_id(session, site.id, facilitator_id)
    await session.delete(one)
    await session.flush()
    journal.record(session, actor, "facilitator.removed", one, now=now, site=site.id)


async def _redefine(session: AsyncSession, actor: Actor, edition: Edition, site: Site, values: SiteValues) -> None:
    check(may_redefine_site(actor, edition))
    other = site_coded(await load_sites(session, edition), values.code)
    if other is not None and other.id != site.id:
        raise Conflict(_(CODE_TAKEN))
    if values.capacity < site.capacity:
        await publish(session, CapacityChanging(site, values.capacity))
