"""The verbs and the objects of the journal in French."""

from creathon.core.text import _

VERBS = {
    "application.decided": "a répondu à une candidature",
    "application.reopened": "a rouvert une candidature",
    "application.submitted": "a envoyé une candidature",
    "application.withdrawn": "a retiré une candidature",
    "assignment.recused": "a retiré une lecture pour un lien d’intérêts",
    "conflict.declared": "a déclaré un lien d’intérêts",
    "edition.created": "a créé l’édition",
    "edition.edited": "a modifié les textes de l’édition",
    "edition.state": "a changé l’état de l’édition",
    "evaluation.reopened": "a rouvert une évaluation",
    "evaluation.saved": "a enregistré une évaluation",
    "evaluation.validated": "a validé une évaluation",
    "event.created": "a ajouté un rendez-vous à l’agenda",
    "link.change_email": "a demandé à changer d’adresse",
    "link.reset": "a demandé un nouveau mot de passe",
    "link.verify": "a demandé à confirmer une adresse",
    "links.declared": "a déclaré ses liens d’intérêts",
    "panel.allocated": "a réparti les lectures d’un jury",
    "panel.created": "a créé un jury",
    "panel.juror_added": "a ajouté un juré",
    "panel.juror_removed": "a retiré un juré",
    "panel.reminded": "a relancé un jury",
    "partner.contribution": "a noté la contribution d’un partenaire",
    "partner.created": "a ajouté un partenaire",
    "password.set": "a choisi un mot de passe",
    "person.created": "a créé un compte",
    "person.profile": "a modifié son profil",
    "phase.moved": "a déplacé une phase du calendrier",
    "project.deposited": "a déposé un projet",
    "project.file_joined": "a joint un fichier à un projet",
    "project.file_removed": "a retiré le fichier d’un projet",
    "project.saved": "a enregistré le brouillon d’un projet",
    "project.started": "a commencé un projet",
    "role.granted": "a donné un rôle",
    "role.offered": "a proposé un rôle",
    "rubric.created": "a créé la grille d’évaluation",
    "rubric.frozen": "a figé la grille d’évaluation",
    "session.ended": "a fermé une session",
    "session.opened": "a ouvert une session",
    "team.captain": "a changé de capitaine",
    "team.created": "a créé une équipe",
    "team.dissolved": "a dissous une équipe",
    "team.edited": "a modifié une équipe",
    "team.invited": "a invité quelqu’un dans une équipe",
    "team.invited-again": "a renvoyé une invitation d’équipe",
    "team.joined": "a rejoint une équipe",
    "team.left": "a quitté une équipe",
    "team.removed": "a retiré quelqu’un d’une équipe",
    "team.role": "a changé de rôle dans une équipe",
    "team.uninvited": "a retiré une invitation d’équipe",
}
"""Every verb the features record; the tests read their source to keep this table whole."""

THINGS = {
    "AgendaEvent": "rendez-vous",
    "Assignment": "affectation",
    "ConflictOfInterest": "lien d’intérêts",
    "Deposit": "dépôt",
    "Edition": "édition",
    "Evaluation": "évaluation",
    "Interview": "entretien",
    "Invitation": "invitation",
    "Milestone": "jalon",
    "Pairing": "accompagnement",
    "Palmares": "palmarès",
    "Panel": "jury",
    "PanelJuror": "juré",
    "Partner": "partenaire",
    "Person": "personne",
    "Phase": "phase",
    "Programme": "programme",
    "Project": "projet",
    "ProjectFile": "fichier",
    "RoleGrant": "rôle",
    "Rubric": "grille",
    "Selection": "sélection",
    "Team": "équipe",
    "TeamInvitation": "invitation d’équipe",
    "TeamMember": "membre d’équipe",
}


def verb_words(verb: str) -> str:
    """What somebody did: « a déplacé une phase du calendrier »."""
    return _(VERBS[verb]) if verb in VERBS else verb


def thing_words(object_type: str) -> str:
    """To what: « phase »."""
    return _(THINGS.get(object_type, object_type))
