"""The hand-written table of who may knock at which door. Each page names one row; the rows of a feature start with it.

What may be done to one object, now, is said by the feature's rules; its proof, cell by cell, comes with the matrix.
"""

from creathon.core.actor import Viewer
from creathon.core.web.policy import Policy
from creathon.editions.models import Role

COORDINATION = {Role.NATIONAL_COORDINATOR, Role.SITE_COORDINATOR}


def _everybody(_viewer: Viewer) -> bool:
    return True


def _signed_in(viewer: Viewer) -> bool:
    return viewer.is_signed_in


def _holders(*roles: Role) -> Policy:
    wanted = frozenset(map(str, roles))
    return Policy(" ou ".join(sorted(wanted)), lambda viewer: bool(viewer.roles & wanted))


POLICIES = {
    "static": Policy("tout le monde : fichiers construits", _everybody, public=True),
    "probe": Policy("tout le monde : sondes de l’hébergeur", _everybody, public=True),
    "public": Policy("tout le monde", _everybody, public=True),
    "visitor": Policy("tout le monde : entrer, sortir, suivre un lien reçu", _everybody, public=True),
    "signed_in": Policy("toute personne connectée", _signed_in),
    "jury": _holders(Role.JUROR),
    "mentor": _holders(Role.MENTOR),
    "coordination": _holders(Role.NATIONAL_COORDINATOR, Role.SITE_COORDINATOR),
    "national_coordination": _holders(Role.NATIONAL_COORDINATOR),
    "development": Policy("tout le monde, hors production : les messages écrits", _everybody, public=True),
}
