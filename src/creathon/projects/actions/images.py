"""Saying yes, and no longer, to the video of one's team being shown. Each speaks for themselves; the team is held."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core import journal
from creathon.core.actor import Actor
from creathon.core.errors import check
from creathon.editions.models import Edition
from creathon.editions.rules import local_day
from creathon.projects.models import ImageConsent
from creathon.projects.queries.images import consents_of
from creathon.projects.rules.images import consent_in_force, last_day, may_consent
from creathon.teams.models import Team


async def give_image_consent(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime
) -> ImageConsent:
    """Note that somebody lets the video of their team be shown. Twice changes nothing; past its last day, it is anew.

    Raises:
        Refused: it is not their team, or it is a class.
    """
    check(may_consent(actor, team, edition))
    today = local_day(now, edition.zone)
    known = await consents_of(session, team, actor.person_id)
    if (there := consent_in_force(known, team, actor.person_id, today)) is not None:
        return there
    for over in known:
        over.withdrawn_at = now
    await session.flush()
    consent = ImageConsent(team_id=team.id, person_id=actor.person_id, given_at=now, ends_on=last_day(today))
    session.add(consent)
    await session.flush()
    journal.record(session, actor, "image.consented", consent, now=now, edition_id=edition.id, team=team.id)
    return consent


async def withdraw_image_consent(
    session: AsyncSession, actor: Actor, team: Team, edition: Edition, *, now: datetime
) -> None:
    """Note that somebody no longer does: from the next request on, nobody is given the video. Twice changes nothing."""
    for consent in await consents_of(session, team, actor.person_id):
        consent.withdrawn_at = now
        journal.record(session, actor, "image.withdrawn", consent, now=now, edition_id=edition.id, team=team.id)
    await session.flush()
