"""The gates of admissibility, as data: what the platform finds of each, in a sentence that names nobody. Never a point.

What is found is kept with the decision and told to the team: it counts people, and says no name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from creathon.core.files import Scan, StoredFile
from creathon.core.text import _, ngettext
from creathon.editions.models import DeliverableKind
from creathon.editions.rules import Deliverables
from creathon.editions.rules.rulebook import Acceptances
from creathon.projects.models import Deposit
from creathon.projects.rules.captions import cues_of, followed_how
from creathon.projects.rules.deposits import deposit_words
from creathon.projects.rules.pieces import FILE
from creathon.projects.rules.sheets import flags_of, unanswered
from creathon.teams.models import Team
from creathon.teams.rules import size_words, suspended, team_is_complete

DELIVERABLES = {
    "la fiche du projet": ("title", "summary", "need", "solution", "ai_use", "inclusion", "next_steps"),
    "le scénario d’usage": ("scenario",),
}
"""What a team writes, and the fields of the bundle that hold it."""


@dataclass(frozen=True)
class Facts:
    """What the gates look at: the deposit that counts, its team (with members and people), who accepted the rules.

    Read by `queries.facts.facts_of`.
    """

    deposit: Deposit
    team: Team
    acceptances: Acceptances
    zone: str
    asked: Deliverables
    """What the edition asks for."""
    stored: Sequence[StoredFile] = ()
    """The contents of the joined files and video."""

    @property
    def content(self) -> dict[str, Any]:
        return self.deposit.content

    @property
    def has_video(self) -> bool:
        return bool(self.content.get("video_url") or self.content.get("video"))


@dataclass(frozen=True)
class Finding:
    """What the platform finds of one gate, and why."""

    met: bool
    words: str


@dataclass(frozen=True)
class Gate:
    """One condition. `fixed`: nobody may say that it is met when the platform finds that it is not."""

    key: str
    name: str
    find: Callable[[Facts], Finding]
    fixed: bool = False


def _in_time(facts: Facts) -> Finding:
    return Finding(not facts.deposit.late, deposit_words(facts.deposit, facts.zone) + ".")


def _team(facts: Facts) -> Finding:
    size = size_words(facts.team)
    return Finding(team_is_complete(facts.team), _("L’équipe compte %(size)s.", size=size))


def _rules(facts: Facts) -> Finding:
    if facts.acceptances.current is None:
        return Finding(True, _("Aucun règlement n’est publié : il n’y a rien à accepter."))
    lacking = sum(facts.acceptances.lacks(member.person_id) for member in facts.team.members)
    if not lacking:
        return Finding(True, _("Chaque membre a accepté le règlement en vigueur."))
    people = ngettext("personne n’a pas", "personnes n’ont pas", lacking)
    return Finding(False, _("%(count)s %(people)s accepté le règlement en vigueur.", count=lacking, people=people))


def _deliverables(facts: Facts) -> Finding:
    absent = [name for name, fields in DELIVERABLES.items() if not all(facts.content.get(one) for one in fields)]
    if facts.asked[DeliverableKind.VIDEO].required and not facts.has_video:
        absent.append("la vidéo")
    if facts.asked[DeliverableKind.PIECE].required and not facts.content.get(FILE):
        absent.append("le fichier")
    if not absent:
        return Finding(True, _("Tout ce que l’édition demande de remettre est là."))
    return Finding(False, _("Il manque, en tout ou partie : %(absent)s.", absent=", ".join(_(name) for name in absent)))


def _captions(facts: Facts) -> Finding:
    if not facts.has_video and not facts.asked[DeliverableKind.VIDEO].required:
        return Finding(True, _("L’équipe n’a pas remis de vidéo, et l’édition n’en demande pas."))
    how = followed_how(facts.content)
    if how and facts.content.get("video_captioned") and not cues_of(facts.content):
        return Finding(True, _("%(how)s La regarder pour le confirmer.", how=how))
    return Finding(bool(how), how or _("La vidéo n’est pas sous-titrée, et sa transcription manque."))


def _sheets(facts: Facts) -> Finding:
    absent = unanswered(facts.content)
    if not absent:
        return Finding(True, _("Les questions obligatoires des deux fiches ont une réponse."))
    return Finding(False, _("Sans réponse : %(absent)s.", absent=" ; ".join(absent)))


def _flags(facts: Facts) -> Finding:
    still_open, justified = flags_of(facts.content)
    if still_open:
        return Finding(False, _("Signal rouge sans justification : %(codes)s.", codes=", ".join(still_open)))
    if justified:
        return Finding(True, _("Signal rouge que l’équipe justifie : %(codes)s.", codes=", ".join(justified)))
    return Finding(True, _("Les réponses ne lèvent aucun signal rouge."))


def _minors(facts: Facts) -> Finding:
    waiting = len(suspended(facts.team))
    if waiting:
        words = ngettext("autorisation reste à valider", "autorisations restent à valider", waiting)
        return Finding(False, _("%(count)s %(words)s pour des membres de moins de 18 ans.", count=waiting, words=words))
    if any(member.person.is_minor for member in facts.team.members):
        return Finding(True, _("Les autorisations des membres de moins de 18 ans sont validées."))
    return Finding(True, _("Aucun membre qui a un compte n’a moins de 18 ans."))


def _file(facts: Facts) -> Finding:
    if not facts.stored:
        return Finding(True, _("Aucun fichier n’est joint."))
    found = [stored.scan_found for stored in facts.stored if stored.scan is Scan.INFECTED]
    if found:
        return Finding(False, _("Un virus a été trouvé dans un fichier joint : %(found)s.", found=", ".join(found)))
    if all(stored.scan is Scan.CLEAN for stored in facts.stored):
        return Finding(True, _("L’antivirus n’a rien trouvé dans ce qui est joint."))
    return Finding(True, _("Ce qui est joint n’a pas été entièrement analysé par un antivirus."))


GATES = (
    Gate("in_time", "Dossier arrivé dans les délais", _in_time, fixed=True),
    Gate("team", "Équipe au complet", _team),
    Gate("rules", "Règlement accepté par chaque membre", _rules),
    Gate("deliverables", "Livrables demandés présents", _deliverables),
    Gate("captions", "Vidéo sous-titrée ou transcrite", _captions),
    Gate("file", "Fichiers joints sans virus", _file),
    Gate("sheets", "Fiches éthique et inclusion complètes", _sheets),
    Gate("flags", "Aucun signal rouge ouvert", _flags),
    Gate("minors", "Autorisations des membres mineurs validées", _minors),
)
GATE_NAMES = {gate.key: gate.name for gate in GATES}


def findings_of(facts: Facts) -> dict[str, Finding]:
    """What the platform finds of every gate, by key."""
    return {gate.key: gate.find(facts) for gate in GATES}
