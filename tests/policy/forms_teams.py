"""Acceptable forms of teams, of their applications and of those who coordinate them."""

from tests.policy.requests import NEW_ACCOUNT, Fields, Make, Request, fixed


def _save_team(request: Request) -> Fields:
    name = "Les Passeurs" if request.team == "same" else "Les Marches"
    site = request.world.values["site_RUN" if request.team == "same" else "site_POI"]
    version = request.world.version("team", "team", request.team)
    return {"name": f"{name} du haut", "site_id": site, "version": version}


def _answers(request: Request) -> Fields:
    """An answer to each question of the edition at hand."""
    first, second = (request.thing(kind) for kind in ("first_question", "question"))
    return {f"question_{first}": "Pour essayer encore", f"question_{second}": "7"}


def _save_answers(request: Request) -> Fields:
    version = request.world.version("team", "team", request.team, counter="answers_version")
    return {**_answers(request), "version": version}


def _pupils(request: Request) -> Fields:
    version = request.world.version("team", "team", request.team)
    return {"under_15": "0", "from_15": "14", "adult": "0", "names": "", "certified": "1", "version": version}


def _apply_alone(request: Request) -> Fields:
    said = {"site_id": request.value("remote"), "role": "conteur", "brings": "Je dessine.", "version": "0"}
    return {**_answers(request), **said}


def _group(request: Request) -> Fields:
    """Three people who apply alone."""
    return {"choisies": request.named("group").split(), "name": "Les Tisserands"}


def _many(request: Request) -> Fields:
    """One answer to many applications, here to one: checked for the preview, previewed for the answer."""
    team, version = request.named("team"), request.world.version("team", "team", request.place)
    answer = {"decision": "waitlisted", "reason": "Une place manque."}
    return {**answer, "equipes": f"{team}:{version}", "choisies": [team]}


def _move(request: Request) -> Fields:
    remote = request.world.values["remote_other" if request.near == "other" else "remote_own"]
    return {"site_id": remote, "version": request.version("team", "team")}


def _question(request: Request) -> Fields:
    version = request.version("question", "question")
    asked = {"label": "Une question nouvelle ?", "hint": "", "kind": "short_text", "options": "", "limit": "80"}
    return {**asked, "sens": "haut", "version": version}


TEAM_FORMS: dict[str, Make] = {
    "teams:authorise": fixed(signed="y"),
    "teams:authorise-image": fixed(signatories="2", broadcast="y", heard="y", ends_on="2030-01-01"),
    "teams:withdraw-authorisation": fixed(acte="capture"),
    "teams:accept-invitation": fixed(**NEW_ACCOUNT),
    "teams:accept-pending": fixed(),
    "teams:change-role": fixed(role="gardien_ethique"),
    "teams:create": lambda request: {
        "name": "Les Lanternes",
        "kind": "standard",
        "site_id": request.value("remote"),
        "role": "conteur",
    },
    "teams:decide": lambda request: {
        "decision": "waitlisted",
        "reason": "Une place manque.",
        "version": request.version("team", "team"),
    },
    "teams:do-join": lambda request: {
        "code": request.world.values.get("code_Les Marches", "00000000"),
        "role": "conteur",
    },
    "teams:hand-over": fixed(),
    "teams:invite": fixed(email="nour@exemple.test", role="conteur"),
    "teams:leave": fixed(),
    "teams:remove": fixed(),
    "teams:resend-invitation": fixed(),
    "teams:save": _save_team,
    "teams:submit": fixed(),
    "teams:withdraw": fixed(),
    "teams:withdraw-invitation": fixed(),
    "teams:add-question": _question,
    "teams:answer-approach": fixed(reponse="oui"),
    "teams:answer-many": _many,
    "teams:answer-seat": fixed(reponse="oui"),
    "teams:apply-alone": _apply_alone,
    "teams:ask-team": fixed(role="conteur", message="Je conte depuis dix ans."),
    "teams:declare-pupils": _pupils,
    "teams:do-ask-aside": fixed(reason="Nous organisons le site."),
    "teams:edit-question": _question,
    "teams:hide-alone": fixed(),
    "teams:invite-free": fixed(role="conteur", message="Venez conter avec nous."),
    "teams:move": _move,
    "teams:move-question": _question,
    "teams:preview-many": lambda request: {**_many(request), "equipes": ""},
    "teams:propose": lambda request: {"team_id": request.world.ids.get(("team", request.near), "")},
    "teams:propose-group": _group,
    "teams:remove-question": _question,
    "teams:save-answers": _save_answers,
    "teams:say-need": lambda request: {
        "seeks": "Quelqu’un qui dessine.",
        "version": request.world.version("team", "team", request.team),
    },
    "teams:seating": lambda request: {
        "seating": "arrival",
        "version": request.world.version("edition", "edition", request.at_hand, "slug"),
    },
    "teams:set-aside": lambda request: {
        "choix": "hors",
        "reason": "L’équipe organise le site.",
        "version": request.version("team", "team"),
    },
    "teams:withdraw-alone": fixed(),
    "teams:withdraw-approach": fixed(),
}
