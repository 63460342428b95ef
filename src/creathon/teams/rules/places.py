"""The places of a site and its waiting list: who gets the place that becomes free, and until when."""

from collections.abc import Mapping
from datetime import datetime

from creathon.core.errors import Refusal
from creathon.core.text import _, instant_words
from creathon.editions.models import Allowed, Edition, Seating
from creathon.editions.rules import phases_allowing


def promotions_end(edition: Edition) -> datetime | None:
    """When preparation ends: a place that becomes free once the creation has begun is nobody's."""
    return min((phase.opens_at for phase in phases_allowing(edition, Allowed.DEPOSIT)), default=None)


def may_promote(edition: Edition, *, now: datetime) -> Refusal | None:
    """Whether places that become free still go to the waiting list."""
    end = promotions_end(edition)
    if end is None or now < end:
        return None
    when = instant_words(end, edition.zone)
    return Refusal(_("Les places libérées ne vont plus à la liste d’attente depuis le %(when)s.", when=when))


def on_arrival(edition: Edition) -> bool:
    """Whether the places go to the first who apply."""
    return edition.seating == Seating.ON_ARRIVAL


def places_to_give(edition: Edition, freed: Mapping[str, int], rooms: Mapping[str, int]) -> dict[str, int]:
    """How many teams to promote at each site: one for each place freed, never beyond the room that is left.

    Where the first who apply are served, the room alone says it; elsewhere the coordination may keep places back.
    """
    wanted = {site: room if on_arrival(edition) else min(freed[site], room) for site, room in rooms.items()}
    return {site: count for site, count in wanted.items() if count > 0}
