"""What is asked once more before it is done: leaving, taking somebody off, handing over, withdrawing."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from creathon.core.errors import check
from creathon.core.text import _, ngettext
from creathon.core.web.pages import done, page
from creathon.core.web.visit import Session, Visiting
from creathon.teams import actions, rules
from creathon.teams.actions.seats import find_member
from creathon.teams.models import FEWEST, ApplicationState, Team
from creathon.teams.pages.loading import own_team


class PartingPages(Controller):
    """/equipe/quitter, /equipe/retrait."""

    path = "/equipe"

    @get("/quitter", name="teams:ask-leave", policy="signed_in")
    async def ask_leave(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        check(rules.may_leave(visit.viewer, team, edition, now=visit.now))
        left = len(team.members) - 1
        words = (
            _consequences(team)
            if left
            else [_("Vous êtes la dernière personne : l’équipe disparaît et son nom redevient libre.")]
        )
        question, button = _("Quitter l’équipe « %(name)s » ?", name=team.name), _("Quitter l’équipe")
        return page(visit, "teams/confirm.html", edition=edition, question=question, words=words, button=button)

    @post("/quitter", name="teams:leave", policy="signed_in")
    async def leave(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        await actions.leave_team(session, visit.actor, team, edition, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("Vous avez quitté l’équipe « %(name)s ».", name=team.name))

    @get("/retrait", name="teams:ask-withdraw", policy="signed_in")
    async def ask_withdraw(self, visit: Visiting, session: Session) -> Template:
        edition, team = await own_team(visit, session)
        check(rules.may_withdraw(visit.viewer, team, edition, now=visit.now))
        words = [
            _("La coordination du site est prévenue. L’équipe reste telle qu’elle est."),
            _("Vous pourrez envoyer la candidature de nouveau tant que les candidatures sont ouvertes."),
        ]
        question, button = _("Retirer votre candidature ?"), _("Retirer la candidature")
        return page(visit, "teams/confirm.html", edition=edition, question=question, words=words, button=button)

    @post("/retrait", name="teams:withdraw", policy="signed_in")
    async def withdraw(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, team = await own_team(visit, session)
        await actions.withdraw_application(session, visit.actor, team, edition, now=visit.now)
        return done(visit, visit.url("teams:mine"), _("Votre candidature est retirée. La coordination est prévenue."))


class MemberPages(Controller):
    """/equipe/membres/<id>: what the captain does with a member."""

    path = "/equipe/membres/{member_id:str}"

    @get("/retrait", name="teams:ask-remove", policy="signed_in")
    async def ask_remove(self, visit: Visiting, session: Session, member_id: FromPath[str]) -> Template:
        edition, team = await own_team(visit, session)
        member = find_member(team, member_id)
        check(rules.may_remove(visit.viewer, member, team, edition, now=visit.now))
        words = [
            _("Cette personne est prévenue. Le code de l’équipe change : l’ancien ne sert plus."),
            *_consequences(team),
        ]
        question = _("Retirer %(display_name)s de l’équipe ?", display_name=member.person.display_name)
        button = _("Retirer cette personne")
        return page(visit, "teams/confirm.html", edition=edition, question=question, words=words, button=button)

    @post("/retrait", name="teams:remove", policy="signed_in")
    async def remove(self, visit: Visiting, session: Session, member_id: FromPath[str]) -> Response[Any]:
        edition, team = await own_team(visit, session)
        member = await actions.remove_member(session, visit.actor, team, member_id, edition, now=visit.now)
        message = _(
            "%(display_name)s ne fait plus partie de l’équipe. Le code a changé.",
            display_name=member.person.display_name,
        )
        return done(visit, visit.url("teams:mine"), message)

    @get("/capitaine", name="teams:ask-hand-over", policy="signed_in")
    async def ask_hand_over(self, visit: Visiting, session: Session, member_id: FromPath[str]) -> Template:
        edition, team = await own_team(visit, session)
        member = find_member(team, member_id)
        check(rules.may_lead(visit.viewer, team, edition, now=visit.now))
        words = [_("Cette personne répondra de l’équipe. Elle seule pourra vous rendre ce rôle.")]
        question = _("Confier le rôle de capitaine à %(display_name)s ?", display_name=member.person.display_name)
        button = _("Confier ce rôle")
        return page(visit, "teams/confirm.html", edition=edition, question=question, words=words, button=button)

    @post("/capitaine", name="teams:hand-over", policy="signed_in")
    async def hand_over(self, visit: Visiting, session: Session, member_id: FromPath[str]) -> Response[Any]:
        edition, team = await own_team(visit, session)
        member = await actions.hand_over(session, visit.actor, team, member_id, edition, now=visit.now)
        message = _("%(display_name)s est maintenant capitaine de l’équipe.", display_name=member.person.display_name)
        return done(visit, visit.url("teams:mine"), message)


def _consequences(team: Team) -> list[str]:
    """What one person fewer means."""
    left = len(team.members) - 1
    words = [_("L’équipe comptera %(left)s %(words)s.", left=left, words=ngettext("personne", "personnes", left))]
    if team.is_class:
        return words
    if left < FEWEST and team.state == ApplicationState.SUBMITTED:
        words.append(_("Il en faut trois au moins : la candidature envoyée redeviendra « en préparation »."))
    elif left < FEWEST and len(team.members) >= FEWEST:
        words.append(_("Il en faut trois au moins : l’équipe ne sera plus complète."))
    return words
