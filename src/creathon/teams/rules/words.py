"""The names, the limits and the sentences of teams and of their applications."""

import re
from dataclasses import dataclass
from datetime import timedelta

from creathon.core.throttle import Limit
from creathon.editions.models import Role
from creathon.teams.models import ApplicationState, TeamKind, TeamRole

INVITATION_LASTS = timedelta(days=14)
MOST_PENDING = 10
CODE_LENGTH = 8
NAME_LENGTH = 80
BULK_MOST = 500
"""How many applications get one answer at once."""

CODE_TRIES = Limit("team-code", 10, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=24))
INVITATIONS_SENT = Limit("team-invitation", 30, timedelta(minutes=2), timedelta(hours=1), timedelta(hours=24))

TEAM_ROLE_NAMES = {
    TeamRole.PEDAGOGUE: "pédagogue",
    TeamRole.CONCEPTEUR: "concepteur ou conceptrice",
    TeamRole.TECHNICIEN: "technicien ou technicienne",
    TeamRole.CONTEUR: "conteur ou conteuse",
    TeamRole.GARDIEN_ETHIQUE: "gardien ou gardienne de l’éthique",
}
TEAM_ROLE_HINTS = {
    TeamRole.PEDAGOGUE: "part des élèves et vérifie que l’idée les aide à apprendre",
    TeamRole.CONCEPTEUR: "donne sa forme au projet et dessine ses écrans ou ses objets",
    TeamRole.TECHNICIEN: "essaie, assemble et dit ce qui est faisable en vingt-quatre heures",
    TeamRole.CONTEUR: "écrit le scénario, la vidéo et la présentation",
    TeamRole.GARDIEN_ETHIQUE: "veille aux données, aux biais et à ce que personne ne soit mis à part",
}
STATE_NAMES = {
    ApplicationState.DRAFT: "en préparation",
    ApplicationState.SUBMITTED: "envoyée",
    ApplicationState.ACCEPTED: "retenue",
    ApplicationState.WAITLISTED: "en liste d’attente",
    ApplicationState.REFUSED: "non retenue",
    ApplicationState.WITHDRAWN: "retirée",
}
OPEN_STATES = frozenset({ApplicationState.DRAFT, ApplicationState.WITHDRAWN})
"""The application is in the hands of the team."""
GONE_STATES = frozenset({ApplicationState.REFUSED, ApplicationState.WITHDRAWN})
"""The team takes nobody in by itself."""
DECISIONS = (ApplicationState.ACCEPTED, ApplicationState.WAITLISTED, ApplicationState.REFUSED)
ANSWERABLE = frozenset({ApplicationState.SUBMITTED, *DECISIONS})

NOT_COMPETING = frozenset({Role.JUROR, Role.NATIONAL_COORDINATOR, Role.SITE_COORDINATOR})

UNKNOWN_CODE = "Ce code ne correspond à aucune équipe. Vérifiez-le auprès de la personne qui vous l’a donné."
USED_INVITATION = "Cette invitation a déjà servi ou n’est plus valable. Demandez-en une nouvelle à l’équipe."
OTHER_ADDRESS = "Cette invitation a été envoyée à une autre adresse que celle de votre compte."
PUPIL_NAME = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*(?: [^\W\d_]\.?)?")
"""A first name, perhaps compound, and an initial."""
NAME_TAKEN = "Une équipe de cette édition porte déjà ce nom. Choisissez-en un autre."


KIND_NAMES = {TeamKind.STANDARD: "équipe", TeamKind.CLASS: "équipe-classe"}


@dataclass(frozen=True)
class PupilValues:
    """The pupils a teacher declares, by age band; `certified`: the teacher holds their authorisations."""

    under_15: int
    from_15: int
    adult: int
    names: str = ""
    certified: bool = False


@dataclass(frozen=True)
class TeamValues:
    """A team to found, and the role its founder takes."""

    name: str
    site_id: str
    role: TeamRole
    kind: TeamKind = TeamKind.STANDARD
