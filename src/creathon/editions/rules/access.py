"""Who sees an edition, who coordinates it."""

from collections.abc import Collection
from datetime import datetime

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _
from creathon.editions.models import Edition, EditionState, Role

PUBLIC_STATES = frozenset({EditionState.ANNOUNCED, EditionState.RUNNING, EditionState.CLOSED, EditionState.ARCHIVED})


def may_see_edition(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody sees an edition: everybody once it is announced, its coordination before.

    A rehearsal is seen by those who hold a role in it, and by its invented people, who work in no other.
    """
    if edition.rehearsal_of_id is not None:
        inside = viewer.edition_id == edition.id or any(grant.edition_id == edition.id for grant in viewer.grants)
        return None if inside else Refusal(_("Cette répétition n’est pas la vôtre."), hidden=True)
    if edition.state in PUBLIC_STATES or may_coordinate(viewer, edition) is None:
        return None
    return Refusal(_("Cette édition n’est pas encore annoncée."), hidden=True)


def may_see_theme(edition: Edition, *, now: datetime) -> bool:
    """Whether the theme is revealed."""
    return edition.theme.revealed_at is None or now >= edition.theme.revealed_at


def may_coordinate(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody coordinates the whole edition."""
    if viewer.holds(Role.NATIONAL_COORDINATOR, edition.id):
        return None
    return Refusal(_("Cette page est réservée à la coordination nationale."))


def may_change_edition(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody may change the texts and the calendar of an edition: an archive stays as it is."""
    if edition.state == EditionState.ARCHIVED:
        return Refusal(_("Cette édition est archivée : elle ne change plus."))
    return may_coordinate(viewer, edition)


def coordinated_sites(viewer: Viewer, edition: Edition) -> set[str] | None:
    """The ids of the sites somebody coordinates in an edition; None means all of them."""
    if viewer.holds(Role.NATIONAL_COORDINATOR, edition.id):
        return None
    return {
        grant.site_id
        for grant in viewer.grants
        if grant.role == Role.SITE_COORDINATOR and grant.edition_id == edition.id and grant.site_id
    }


def may_help_coordinate(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody coordinates the edition or at least one of its sites."""
    sites = coordinated_sites(viewer, edition)
    if sites is None or sites:
        return None
    return Refusal(_("Cette page est réservée à la coordination de cette édition."))


def may_coordinate_site(viewer: Viewer, edition: Edition, site_id: str | None) -> Refusal | None:
    """Whether somebody coordinates that site of the edition, or the whole of it."""
    sites = coordinated_sites(viewer, edition)
    if sites is None or site_id in sites:
        return None
    return Refusal(_("Cette page est réservée à la coordination de ce site."), hidden=True)


def may_filter_by_site(site_id: str, shown: Collection[str]) -> Refusal | None:
    """Whether a list of the coordination may be cut to that site; one not `shown` is as one that does not exist."""
    if not site_id or site_id in shown:
        return None
    return Refusal(_("Ce site n’est pas un de vos sites."), hidden=True)
