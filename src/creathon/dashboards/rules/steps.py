"""The next step of the person who reads the home page, by role and by what is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from creathon.core.actor import Viewer
from creathon.core.text import _, instant_words, ngettext
from creathon.editions.models import Allowed, Edition, Role
from creathon.editions.rules import deadline, may_now, until_words
from creathon.teams.models import FEWEST, ApplicationState


@dataclass(frozen=True)
class Mine:
    """What somebody has in an edition. Counts only; `deposited_at` is the arrival of the deposit that counts.

    `members` are those of the team; of a class, its pupils. Seats wait for an answer: offered to the person by teams,
    asked of the team by people, when the person is its captain.
    """

    team_name: str | None = None
    team_state: ApplicationState | None = None
    members: int = 0
    has_project: bool = False
    deposited_at: datetime | None = None
    to_read: int = 0
    read: int = 0
    undeclared_panels: int = 0
    followed: int = 0
    is_published: bool = False
    is_followed: bool = False
    seats_offered: int = 0
    seats_asked: int = 0
    rulebook: Literal["accepted", "first", "changed"] = "accepted"
    """Whether the rulebook in force is still to be accepted, for the first time or again."""


@dataclass(frozen=True)
class NextStep:
    """One thing to do: whose, what, and the page where it is done."""

    title: str
    text: str
    url: str
    button: str


def next_steps(viewer: Viewer, edition: Edition, mine: Mine, *, now: datetime) -> list[NextStep]:
    """What the reader may do next, the most pressing first."""
    if not viewer.is_signed_in:
        return [_visitor(edition, now)]
    steps = []
    if viewer.holds(Role.NATIONAL_COORDINATOR, edition.id) or viewer.holds(Role.SITE_COORDINATOR, edition.id):
        text = _("Candidatures, dépôts, jurys : ce qui vous attend aujourd’hui.")
        steps.append(NextStep(_("Coordination"), text, "/coordination", _("Voir ma journée")))
    if mine.rulebook != "accepted":
        steps.append(
            NextStep(_("Règlement"), _(_RULEBOOK[mine.rulebook]), "/reglement/accepter", _("Lire et accepter"))
        )
    if viewer.holds(Role.JUROR, edition.id):
        steps.append(_juror(edition, mine, now))
    if viewer.holds(Role.MENTOR, edition.id):
        text = ngettext("%(num)s projet à accompagner.", "%(num)s projets à accompagner.", mine.followed)
        steps.append(NextStep(_("Mentorat"), text, "/mentorat", _("Ouvrir le mentorat")))
    if (mine.seats_offered or mine.seats_asked) and may_now(edition, Allowed.MANAGE_TEAM, now=now) is None:
        steps.append(NextStep(_("À vous de répondre"), _approached(mine), "/equipe", _("Lire et répondre")))
    if mine.team_name:
        steps.append(_member(edition, mine, now))
    return steps or [_newcomer(edition, now)]


def _visitor(edition: Edition, now: datetime) -> NextStep:
    if may_now(edition, Allowed.APPLY, now=now) is None:
        text = _("Les candidatures sont ouvertes. Créez votre compte, puis formez une équipe de 3 à 5 personnes.")
        return NextStep(_("Participer"), text, "/inscription", _("Créer mon compte"))
    text = _("Vous avez déjà un compte ? Connectez-vous pour retrouver votre équipe, vos lectures ou votre projet.")
    return NextStep(_("Votre espace"), text, "/connexion", _("Se connecter"))


def _newcomer(edition: Edition, now: datetime) -> NextStep:
    refusal = may_now(edition, Allowed.APPLY, now=now)
    if refusal is None:
        text = _("Formez une équipe de 3 à 5 personnes, ou rejoignez-en une avec son code.")
        return NextStep(_("Mon équipe"), text, "/equipe", _("Former ou rejoindre une équipe"))
    text = _("%(reason)s En attendant, découvrez l’édition.", reason=refusal.reason)
    return NextStep(_("Découvrir l’édition"), text, f"/edition/{edition.slug}", _("Lire la page de l’édition"))


def _juror(edition: Edition, mine: Mine, now: datetime) -> NextStep:
    if mine.undeclared_panels:
        text = _("Dites d’abord si des liens vous unissent à certaines équipes. Vos lectures s’ouvriront ensuite.")
        return NextStep(_("Jury"), text, "/jury/liens", _("Déclarer mes liens"))
    left = mine.to_read - mine.read
    closes = deadline(edition, Allowed.REVIEW, now=now)
    if left <= 0 or closes is None:
        text = ngettext("%(num)s évaluation validée.", "%(num)s évaluations validées.", mine.read)
        return NextStep(_("Jury"), text, "/jury", _("Ouvrir ma pile"))
    text = ngettext("%(num)s projet à lire", "%(num)s projets à lire", left)
    return NextStep(_("Jury"), f"{text}, {until_words(closes, edition.zone)}.", "/jury", _("Ouvrir ma pile"))


def _approached(mine: Mine) -> str:
    if mine.seats_offered:
        return ngettext(
            "Une équipe vous propose une place.", "%(num)s équipes vous proposent une place.", mine.seats_offered
        )
    return ngettext(
        "Une personne demande à rejoindre votre équipe.",
        "%(num)s personnes demandent à rejoindre votre équipe.",
        mine.seats_asked,
    )


def _member(edition: Edition, mine: Mine, now: datetime) -> NextStep:
    team, project = (_("Ouvrir mon équipe"), _("Ouvrir mon projet"))
    title = _("Équipe « %(team_name)s »", team_name=mine.team_name)
    if mine.is_followed:
        text = _("Votre projet est accompagné : entretiens, jalons et programme vous attendent.")
        return NextStep(title, text, "/accompagnement", _("Ouvrir l’accompagnement"))
    if mine.is_published and mine.deposited_at and may_now(edition, Allowed.READ_FEEDBACK, now=now) is None:
        text = _("Le palmarès est publié. Le jury vous a écrit ce qu’il retient de votre projet.")
        return NextStep(title, text, "/projet/retours", _("Lire les retours du jury"))
    if mine.deposited_at:
        text = _(
            "Votre projet est déposé depuis le %(instant)s.", instant=instant_words(mine.deposited_at, edition.zone)
        )
        return NextStep(title, text, "/projet", project)
    closes = deadline(edition, Allowed.DEPOSIT, now=now)
    if may_now(edition, Allowed.DEPOSIT, now=now) is None and mine.team_state == ApplicationState.ACCEPTED:
        until = f" {until_words(closes, edition.zone)}" if closes else ""
        text = _("Votre projet n’est pas encore déposé. Le dépôt est ouvert%(until)s.", until=until)
        return NextStep(title, text, "/projet", project)
    if mine.members < FEWEST:
        text = _("Il manque du monde : une équipe compte au moins %(fewest)s personnes.", fewest=FEWEST)
        return NextStep(title, text, "/equipe", team)
    if mine.team_state == ApplicationState.DRAFT:
        return NextStep(title, _("Votre candidature n’est pas encore envoyée."), "/equipe", team)
    return NextStep(title, _(_TEAM_STATES[mine.team_state or ApplicationState.DRAFT]), "/equipe", team)


_RULEBOOK = {
    "first": "Lisez le règlement et acceptez-le, pour vous-même.",
    "changed": "Le règlement a changé : lisez ce qui change et acceptez-le.",
}
_TEAM_STATES = {
    ApplicationState.DRAFT: "Votre candidature n’est pas encore envoyée.",
    ApplicationState.SUBMITTED: "Votre candidature est envoyée. La coordination vous répondra par courriel.",
    ApplicationState.ACCEPTED: "Votre candidature est acceptée.",
    ApplicationState.WAITLISTED: "Votre équipe est sur liste d’attente.",
    ApplicationState.REFUSED: "Votre candidature n’a pas été retenue.",
    ApplicationState.WITHDRAWN: "Votre équipe a retiré sa candidature.",
}
