"""What waits for a coordination, from counts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from creathon.core.antivirus import SILENT_AFTER, Waiting
from creathon.core.text import _, instant_words, ngettext, number
from creathon.core.timekeeper import TOLERATED
from creathon.projects.queries.contents import LateCopies
from creathon.teams.models import FEWEST, ApplicationState

FULL_FROM = 80
"""From how many hundredths on a disk is said to fill up (bar H96)."""


@dataclass
class SiteCounts:
    """The teams of one site, their drafts and their deposits. `accepted` and later states are counted apart."""

    states: dict[ApplicationState, int] = field(default_factory=dict)
    incomplete: int = 0
    projects: int = 0
    deposits: int = 0
    late: int = 0

    @property
    def accepted(self) -> int:
        return self.states.get(ApplicationState.ACCEPTED, 0)

    @property
    def teams(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class Today:
    """The counts of a day, cut to the sites of the reader. `selections` is None for those who may not know."""

    sites: dict[str, SiteCounts]
    panels: int = 0
    jurors: int = 0
    undeclared: int = 0
    to_read: int = 0
    validated: int = 0
    selections: int | None = None
    published: bool = False
    unaccepted: int = 0
    """Members of teams who have not accepted the rulebook in force."""
    minors: int = 0
    """Members of fifteen to seventeen whose participation no site has validated."""
    unchecked: int = 0
    """Deposits of which nobody has decided whether they are admissible, once that is decided."""
    contested: int = 0

    def total(self, name: str) -> int:
        """A count summed over the sites."""
        return sum(getattr(site, name) for site in self.sites.values())

    def in_state(self, state: ApplicationState) -> int:
        """How many teams of the sites are in a state."""
        return sum(site.states.get(state, 0) for site in self.sites.values())


@dataclass(frozen=True)
class Task:
    """Something that waits: how many, of what, and the page where it is done. Zero is said too: nothing waits."""

    count: int
    text: str
    url: str
    waits: bool


PAGES = (
    ("Candidatures", "/coordination/candidatures", False),
    ("Candidatures individuelles", "/coordination/candidatures-individuelles", False),
    ("Personnes mineures", "/coordination/mineurs", False),
    ("Calendrier", "/coordination/phases", False),
    ("Sites", "/coordination/sites", False),
    ("Règlement", "/coordination/reglement", True),
    ("Déroulé des vingt-quatre heures", "/coordination/deroule", False),
    ("Recevabilité", "/coordination/recevabilite", False),
    ("Grille d’évaluation", "/coordination/grille", False),
    ("Jurys", "/coordination/jurys", False),
    ("Affectation des lectures", "/coordination/affectation", False),
    ("Suivi des évaluations", "/coordination/suivi", False),
    ("Classement", "/coordination/classement", False),
    ("Sélection", "/coordination/selection", True),
    ("Palmarès", "/coordination/palmares", True),
    ("Accompagnement", "/coordination/accompagnement", True),
    ("Partenaires", "/coordination/partenaires", True),
    ("Agenda des partenaires", "/coordination/agenda", True),
    ("Préparation de l’édition", "/coordination/preparation", True),
    ("Répétition générale", "/coordination/repetition", True),
    ("Questions de candidature", "/coordination/questions", True),
    ("Textes de l’édition", "/coordination/edition", True),
    ("Messages de l’édition", "/coordination/messages", True),
    ("Invitations", "/coordination/invitations", True),
    ("Imports", "/coordination/imports", True),
    ("Journal", "/coordination/journal", True),
    ("Toutes mes éditions", "/coordination/editions", True),
)
"""The pages of a coordination: name, address, whether it is for the national one only."""


GROUPS = {
    "/coordination/candidatures": "Équipes",
    "/coordination/candidatures-individuelles": "Équipes",
    "/coordination/mineurs": "Équipes",
    "/coordination/recevabilite": "Jury",
    "/coordination/grille": "Jury",
    "/coordination/jurys": "Jury",
    "/coordination/affectation": "Jury",
    "/coordination/suivi": "Jury",
    "/coordination/classement": "Décision",
    "/coordination/selection": "Décision",
    "/coordination/palmares": "Décision",
    "/coordination/accompagnement": "Suite",
    "/coordination/partenaires": "Partenaires",
    "/coordination/agenda": "Partenaires",
}
"""Under which heading a page stands; the others are about the edition itself."""


def pages_of(*, is_national: bool) -> dict[str, list[tuple[str, str]]]:
    """The pages a coordination may open, name and address, by heading."""
    groups: dict[str, list[tuple[str, str]]] = {_(heading): [] for heading in dict.fromkeys(GROUPS.values())}
    for name, url, national in PAGES:
        if is_national or not national:
            groups.setdefault(_(GROUPS.get(url, "Édition")), []).append((_(name), url))
    return {heading: pages for heading, pages in groups.items() if pages}


def tasks_of(today: Today) -> list[Task]:
    """What waits for the reader, in the order of an edition."""
    submitted = today.in_state(ApplicationState.SUBMITTED)
    drafts = today.total("projects") - today.total("deposits")
    tasks = [
        _task(
            submitted,
            "candidature attend une réponse",
            "candidatures attendent une réponse",
            _TEAMS + "?etat=submitted",
        ),
        _task(
            today.total("incomplete"),
            f"équipe de moins de {FEWEST} personnes",
            f"équipes de moins de {FEWEST} personnes",
            _TEAMS,
        ),
        _task(
            today.unaccepted,
            "membre d’équipe n’a pas accepté le règlement",
            "membres d’équipes n’ont pas accepté le règlement",
            _TEAMS,
        ),
        _task(today.minors, "autorisation de mineur à valider", "autorisations de mineurs à valider", _MINORS),
        _task(drafts, "brouillon non déposé", "brouillons non déposés", _TEAMS),
        _task(today.total("late"), "projet arrivé hors délai", "projets arrivés hors délai", _TEAMS),
        _task(today.unchecked, "projet déposé à examiner", "projets déposés à examiner", _CHECKS + "?etat=to_check"),
        _task(today.contested, "décision contestée", "décisions contestées", _CHECKS + "?etat=contested"),
        _task(today.undeclared, "juré n’a pas déclaré ses liens", "jurés n’ont pas déclaré leurs liens", _JURY),
        _task(
            today.to_read - today.validated,
            "évaluation attendue du jury",
            "évaluations attendues du jury",
            "/coordination/suivi",
        ),
    ]
    if today.selections is not None and not today.published:
        tasks.append(_task(today.selections, "sélection préparée", "sélections préparées", "/coordination/selection"))
    return tasks


_TEAMS = "/coordination/candidatures"
_CHECKS = "/coordination/recevabilite"
_JURY = "/coordination/jurys"
_MINORS = "/coordination/mineurs"


def _task(count: int, one: str, several: str, url: str) -> Task:
    return Task(count, _(ngettext(one, several, count)), url, count > 0)


def clock_alarm(drift: timedelta | None) -> str | None:
    """What to say of the machine's clock, of which `drift` is how late it is: nothing while it is right, or unknown."""
    if drift is None or abs(drift) <= TOLERATED:
        return None
    seconds = number(abs(drift).total_seconds(), 1)
    if drift > timedelta():
        return _("L’horloge du serveur retarde de %(seconds)s secondes.", seconds=seconds)
    return _("L’horloge du serveur avance de %(seconds)s secondes.", seconds=seconds)


def disk_alarm(used: int, total: int) -> str | None:
    """What to say of the disk of the data, in bytes: nothing below four fifths."""
    share = 100 * used // total
    return _("Le disque de la plateforme est plein à %(share)s %%.", share=share) if share >= FULL_FROM else None


def antivirus_alarms(waiting: Waiting, zone: str, *, now: datetime) -> list[str]:
    """What to say of the contents that wait for a verdict: those that wait for long, and those given up."""
    alarms = []
    if waiting.since is not None and waiting.since + SILENT_AFTER <= now:
        files = ngettext("fichier attend", "fichiers attendent", waiting.pending)
        since = instant_words(waiting.since, zone)
        words = _(
            "%(count)s %(files)s l’antivirus, le plus ancien depuis le %(since)s.",
            count=waiting.pending,
            files=files,
            since=since,
        )
        alarms.append(words)
    if waiting.errors:
        files = ngettext("fichier", "fichiers", waiting.errors)
        alarms.append(_("L’antivirus n’a pas pu lire %(count)s %(files)s.", count=waiting.errors, files=files))
    return alarms


def copy_alarms(late: LateCopies, zone: str) -> list[str]:
    """What to say of the copies that jurors wait for: those that nobody makes, and those that could not be made."""
    alarms = []
    if late.since is not None:
        copies = ngettext("copie anonymisée reste", "copies anonymisées restent", late.waiting)
        since = instant_words(late.since, zone)
        words = _(
            "%(count)s %(copies)s à préparer pour le jury ; le dépôt le plus ancien est arrivé le %(since)s.",
            count=late.waiting, copies=copies, since=since,
        )  # fmt: skip
        alarms.append(words)
    if late.given_up:
        copies = ngettext(
            "copie anonymisée n’a pas pu être faite", "copies anonymisées n’ont pas pu être faites", late.given_up
        )
        alarms.append(_("%(count)s %(copies)s pour le jury.", count=late.given_up, copies=copies))
    return alarms
