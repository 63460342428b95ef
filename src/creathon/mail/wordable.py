"""The messages an edition may put in its own words: what it writes is added, what the message says stays.

Left out: accounts and invitations (they carry a key), the papers of minors, what one person writes to another, and what
is for the coordination itself.
"""

from dataclasses import dataclass

from creathon.core.text import clean

SUBJECT_MOST = 150
TEXT_MOST = 4000


@dataclass(frozen=True)
class Wordable:
    """A message: its label, to whom it goes. A subject that says the answer is not the edition's to change."""

    name: str
    label: str
    to: str
    has_own_subject: bool = True


@dataclass(frozen=True)
class Words:
    """What an edition adds to a message. Empty leaves it as it was."""

    subject: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.subject or self.text)


_MEMBERS = "à chaque membre de l’équipe"
_ALONE = "à la personne qui candidate seule"
_JUROR = "à la jurée ou au juré"

WORDABLE: dict[str, Wordable] = {
    one.name: one
    for one in (
        Wordable("team_not_sent", "Rappel : candidature pas encore envoyée", "à la personne capitaine"),
        Wordable("team_submitted", "Candidature envoyée", _MEMBERS, has_own_subject=False),
        Wordable("team_decided", "Réponse à la candidature", _MEMBERS, has_own_subject=False),
        Wordable("team_promoted", "Une place s’est libérée", _MEMBERS),
        Wordable("team_moved", "Candidature passée à un autre site", _MEMBERS),
        Wordable("team_captain", "Nouvelle personne capitaine", "à la personne capitaine"),
        Wordable("alone_received", "Candidature individuelle envoyée", _ALONE),
        Wordable("alone_proposed", "Équipe proposée", _ALONE),
        Wordable("alone_placed", "Équipe formée", _ALONE),
        Wordable("alone_not_grouped", "Équipe qui ne s’est pas formée", _ALONE),
        Wordable("rulebook_published", "Règlement à lire et à accepter", "aux membres des équipes et au jury"),
        Wordable("phase_moved", "Calendrier modifié", "aux personnes que le changement concerne"),
        Wordable("project_receipt", "Récépissé d’un projet déposé", _MEMBERS, has_own_subject=False),
        Wordable("project_receipt_late", "Récépissé d’un projet hors délai", _MEMBERS, has_own_subject=False),
        Wordable("project_not_deposited", "Rappel : projet pas encore déposé", _MEMBERS),
        Wordable("project_withdrawn", "Dépôt retiré", _MEMBERS, has_own_subject=False),
        Wordable("project_admissible", "Projet recevable", _MEMBERS, has_own_subject=False),
        Wordable("project_not_admissible", "Projet non recevable", _MEMBERS, has_own_subject=False),
        Wordable("project_contest_answered", "Réponse à une contestation", _MEMBERS, has_own_subject=False),
        Wordable("jury_panel_added", "Bienvenue dans un jury", _JUROR),
        Wordable("jury_pile_ready", "Projets à lire", _JUROR),
        Wordable("jury_reminder", "Rappel : lectures à valider", _JUROR),
        Wordable("palmares_selected", "Palmarès : projet retenu", _MEMBERS),
        Wordable("palmares_not_selected", "Palmarès : projet non retenu", _MEMBERS),
        Wordable("mentoring_paired", "Début de l’accompagnement", _MEMBERS),
        Wordable("mentoring_assigned", "Projet à accompagner", "à la mentore ou au mentor"),
        Wordable("mentoring_interviews", "Dates des entretiens", "à l’équipe, à la mentore ou au mentor"),
        Wordable("mentoring_milestone", "Réponse à un jalon", _MEMBERS, has_own_subject=False),
    )
}


def with_words(rendered: tuple[str, str], words: Words | None) -> tuple[str, str]:
    """A message, subject and body, with the words of its edition: they stand after « Bonjour », before the facts."""
    subject, body = rendered
    if not words:
        return rendered
    if words.text:
        greeting, _line, facts = body.partition("\n")
        body = "\n\n".join((greeting, clean(words.text), facts.lstrip("\n")))
    return " ".join(words.subject.split()) or subject, body
