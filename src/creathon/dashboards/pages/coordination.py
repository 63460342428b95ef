"""What waits today for a coordination, national or of a site."""

import shutil
from dataclasses import replace
from typing import Any

from litestar import Controller, Response, get
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.antivirus import Waiting, waiting_contents
from creathon.core.errors import NotThere, check
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.dashboards.queries import today_of
from creathon.dashboards.rules import (
    SiteCounts,
    antivirus_alarms,
    clock_alarm,
    copy_alarms,
    disk_alarm,
    pages_of,
    tasks_of,
)
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_if_any
from creathon.editions.queries import sites_of
from creathon.editions.rules import (
    coordinated_sites,
    current_phases,
    may_create_edition,
    may_help_coordinate,
    until_words,
)
from creathon.projects.events import hidden_from
from creathon.projects.queries.admissibility import CheckFilters, check_counts
from creathon.projects.queries.contents import late_copies
from creathon.projects.rules.admissibility import Admissibility, may_decide_now


class TodayPages(Controller):
    """/coordination."""

    path = "/coordination"

    @get(name="dashboards:today", policy="coordination")
    async def today(self, visit: Visiting, session: Session) -> Response[Any]:
        edition = await edition_if_any(visit, session)
        if edition is None:
            if may_create_edition(visit.viewer):
                raise NotThere()
            return Redirect(visit.url("editions:coordinated"), status_code=303)
        check(may_help_coordinate(visit.viewer, edition))
        ids = coordinated_sites(visit.viewer, edition)
        today = await today_of(session, edition.id, ids, visit.actor.person_id)
        if not may_decide_now(edition, now=visit.now):
            hiding = await hidden_from(session, visit.actor.person_id)
            checks = await check_counts(session, edition.id, CheckFilters(ids, hiding=hiding))
            to_check, contested = checks[Admissibility.TO_CHECK], checks[Admissibility.CONTESTED]
            today = replace(today, unchecked=to_check, contested=contested)
        sites = [
            (site, today.sites.get(site.id, SiteCounts()))
            for site in await sites_of(session, edition.id)
            if ids is None or site.id in ids
        ]
        opened = [
            (phase, until_words(phase.closes_at, edition.zone, visit.viewer.zone))
            for phase in current_phases(edition, visit.now)
        ]
        context: dict[str, Any] = {
            "sites": sites,
            "opened": opened,
            "is_national": ids is None,
            "has_antivirus": visit.settings.clamd is not None,
            "tasks": tasks_of(today),
            "alarms": _alarms(visit) if ids is None else [],
            "scan_alarms": await _scan_alarms(visit, session, edition) if ids is None else [],
        }
        context["links"] = pages_of(is_national=ids is None)
        return page(visit, "dashboards/today.html", edition=edition, today=today, **context)


def _alarms(visit: Visit) -> list[str]:
    """What the machine's keepers must be told of without delay."""
    disk = shutil.disk_usage(visit.settings.data)
    found = (clock_alarm(visit.app.state.timekeeper.drift), disk_alarm(disk.used, disk.total))
    return [alarm for alarm in found if alarm]


async def _scan_alarms(visit: Visit, session: AsyncSession, edition: Edition) -> list[str]:
    """What the antivirus owes, nothing without one, and what the worker does: jurors wait for both."""
    waiting = await waiting_contents(session) if visit.settings.clamd else Waiting()
    late = await late_copies(session, edition.id, visit.now)
    return [*antivirus_alarms(waiting, edition.zone, now=visit.now), *copy_alarms(late, edition.zone)]
