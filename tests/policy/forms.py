"""For each page that writes, a form that would be accepted: what refuses is then the policy and nothing else."""

import base64
import json

from creathon.core.ids import seal
from creathon.projects.forms import reason_field
from creathon.projects.rules.gates import GATES
from tests.factories.projects import CAPTIONS, FICHE, PDF
from tests.policy.cast import COLUMNS
from tests.policy.forms_calendar import CALENDAR_FORMS
from tests.policy.forms_sites import IMPORT_FORMS, SITE_FORMS
from tests.policy.forms_teams import TEAM_FORMS
from tests.policy.requests import NEW_ACCOUNT, Fields, Make, Raw, Request, fixed, local
from tests.policy.worlds import PASSWORD, SECRET
from tests.projects.tusing import PART, TUS, described
from tests.projects.videos import mp4


def _profile(request: Request) -> Fields:
    persona = COLUMNS.get(request.who)
    version = request.world.versions.get(request.who, 1)
    name = persona.given_name if persona else "Personne"
    return {"given_name": name, "family_name": "Nouveau", "zone": "Indian/Reunion", "version": version}


def _fiche(request: Request) -> Fields:
    content = FICHE.content()
    content |= {"summary": "Une phrase nouvelle.", "video_captioned": "1"}
    return {**content, "version": request.world.version("project", "team", request.team, "team_id")}


def _decision(request: Request, place: str) -> str:
    """The number of the last decision on the project of a team."""
    return str(request.world.version("admissibility_check", "project", place, "project_id", counter="number"))


def _version_of_project(request: Request) -> Fields:
    return {"version": request.world.version("project", "team", request.team, "team_id")}


def _scores(request: Request) -> Fields:
    levels = {f"niveau_{criterion}": "2" for criterion in request.world.values["criteria"].split()}
    kind = "assignment"
    version = request.world.version("evaluation", kind, request.near, "assignment_id")
    return {**levels, "remark_team": "Précisez l’essai.", "remark_jury": "", "version": version, "acte": "brouillon"}


def _panel(request: Request) -> Fields:
    sites = {"site": "site_POI", "other_site": "site_RUN"}
    site_id = request.world.values[sites[request.who]] if request.who in sites else ""
    return {"name": "Jury nouveau", "site_id": site_id, "reads": "2"}


def _step(request: Request) -> Fields:
    state = "en_cours" if request.is_team else "abandonne"
    return {"state": state, "text": "Parce que.", "version": request.version("milestone", "milestone")}


def _moment(request: Request) -> Fields:
    return {
        "kind": "workshop", "title": "Atelier nouveau", "starts_at": "2027-11-10T14:00",
        "ends_at": "2027-11-10T16:00", "place": "À distance", "deliverable": "",
    }  # fmt: skip


def _texts(request: Request) -> Fields:
    return {
        "title": "Créathon 2027", "pilot": "Réseau Canopé", "theme_title": "École inclusive et IA",
        "theme_statement": "Un énoncé nouveau.",
        "version": request.world.version("edition", "edition", "own", "slug"),
    }  # fmt: skip


def _deliverables(request: Request) -> Fields:
    """Wider than what an edition is made with: accepted whatever its state."""
    return {
        "piece_formats": ["pdf", "odt", "docx", "pptx", "odp", "png", "jpg"], "piece_megabytes": "20",
        "video_formats": ["mp4", "webm"], "video_megabytes": "600", "video_seconds": "240", "video_required": "y",
        "version": request.world.version("edition", "edition", "own", "slug"),
    }  # fmt: skip


def _worded(request: Request) -> Fields:
    return {"text": "Venez nombreux.", "version": request.world.version("edition_words", "words", request.at_hand)}


def _state(request: Request) -> Fields:
    return {"state": "closed", "version": request.world.version("edition", "edition", "own", "slug")}


def _article(request: Request) -> Fields:
    version = request.world.version("rulebook_article", "article", "own")
    return {"title": "Un article", "text": "Un texte nouveau.", "sens": "haut", "version": version}


def _amendment(request: Request) -> Fields:
    return {"mark": request.world.ids.get(("mark", "own"), ""), "summary": "Un mot est précisé."}


def _grid(request: Request) -> Fields:
    """Two criteria, every level described."""
    lines: Fields = {"version": request.world.version("rubric", "rubric", "own")}
    for place, weight in enumerate(("60", "40")):
        texts = {"code": f"N{place}", "title": f"Critère {place}", "question": "Est-ce utile ?", "weight": weight}
        texts |= {f"level_{value}": f"Niveau {value}." for value in range(5)}
        lines |= {f"criteria-{place}-{name}": text for name, text in texts.items()}
    return lines


def _event(request: Request) -> Fields:
    return {
        "title": "Journée nouvelle", "kind": "conference", "status": "confirme", "starts_on": "2027-06-01",
        "ends_on": "", "version": request.version("agenda_event", "event"),
    }  # fmt: skip


def _partner(request: Request) -> Fields:
    version = request.version("partner", "partner")
    return {"name": "Un partenaire", "kind": "association", "version": version}


def _kept(request: Request) -> Fields:
    """A form that its session outlived, as the page which asks for the password carries it."""
    values = {"address": "/compte", "person_id": request.world.values["person_nobody"], "fields": [], "files": []}
    content = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    sealed = f"{content}.{seal(SECRET, 'kept', content)}"
    return {"garde": sealed, "email": request.world.values["email_nobody"], "password": PASSWORD}


def _choice(request: Request) -> Fields:
    version = request.version("selection", "project", "project_id")
    return {"tier": "appui", "prize": "", "reason": "Un autre motif.", "version": version}


UPLOAD = PDF + b"\n"
"""The file whose sending begun before."""


def _registration(_request: Request) -> Raw:
    return Raw(TUS | {"upload-length": str(len(UPLOAD)), "upload-metadata": described(filename="dossier.pdf")})


FORMS: dict[str, Make] = {
    **TEAM_FORMS,
    **SITE_FORMS,
    **IMPORT_FORMS,
    **CALENDAR_FORMS,
    "accounts:accept-invitation": fixed(**NEW_ACCOUNT),
    "accounts:change-password": fixed(current=PASSWORD, password=f"{PASSWORD} de plus"),
    "accounts:do-ask-link": lambda request: {"email": request.world.values["email_nobody"]},
    "accounts:do-sign-in": lambda request: {"email": request.world.values["email_nobody"], "password": PASSWORD},
    "accounts:do-sign-up": fixed(given_name="Nour", family_name="Coulisse", email="nour@exemple.test", age="adult"),
    "accounts:end-others-sessions": lambda request: {"email": request.world.values["email_nobody"]},
    "accounts:end-session": fixed(),
    "accounts:invite": fixed(email="nour@exemple.test", role="mentor", site_id=""),
    "accounts:keep-session": fixed(),
    "accounts:resume": _kept,
    "accounts:save-profile": _profile,
    "accounts:sign-out": fixed(),
    "accounts:use-link": fixed(password=PASSWORD),
    "accounts:work-in": lambda request: {"slug": request.world.ids["edition", "own"]},
    "agenda:create-event": _event,
    "agenda:create-partner": _partner,
    "agenda:edit-event": _event,
    "agenda:edit-partner": _partner,
    "agenda:restore-event": fixed(),
    "agenda:restore-partner": fixed(),
    "agenda:withdraw-event": fixed(),
    "agenda:withdraw-partner": fixed(),
    "dashboards:original": _worded,
    "dashboards:publish-rulebook": _amendment,
    "dashboards:word-message": _worded,
    "editions:accept-rulebook": lambda request: {"seal": request.value("rulebook"), "accepted": "1"},
    "editions:add-article": _article,
    "editions:begin-rulebook": fixed(),
    "editions:change-state": _state,
    "editions:complete-calendar": lambda request: {
        "version": request.world.version("edition", "edition", "own", "slug")
    },
    "editions:copy": fixed(source="2026", title="Créathon 2029", slug="2029", launch="2029-05-16"),
    "editions:edit": _texts,
    "editions:edit-deliverables": _deliverables,
    "editions:edit-article": _article,
    "editions:found": fixed(
        title="Créathon 2030", slug="2030", pilot="Réseau Canopé", zone="Europe/Paris", launch="2030-05-15T09:00"
    ),
    "editions:move-article": _article,
    "editions:remove-article": _article,
    "jury:add-juror": lambda request: {
        "person_id": request.world.values[f"spare_juror_{request.near}"],
        "quality": "enseignante",
    },
    "jury:allocate": lambda request: {"apercu": request.world.values.get(f"mark_{request.near}", "")},
    "jury:choose": _choice,
    "jury:create-panel": _panel,
    "jury:declare-links": fixed(certified="1"),
    "jury:publish": lambda request: {"mark": request.value("seal"), "confirmed": "1"},
    "jury:recuse": fixed(kind="colleague", note="Même lycée"),
    "jury:remind": fixed(),
    "jury:remove-juror": fixed(),
    "jury:reopen": fixed(),
    "jury:save-evaluation": _scores,
    "jury:save-rubric": _grid,
    "jury:usual-rubric": fixed(),
    "jury:unchoose": lambda request: {"version": request.version("selection", "project", "project_id")},
    "mentoring:add-milestone": fixed(title="Essai en classe", due_on="2027-12-01"),
    "mentoring:add-session": _moment,
    "mentoring:cancel-interview": fixed(),
    "mentoring:change-mentor": lambda request: {
        "mentor_id": request.world.values[f"spare_mentor_{request.near}"],
        "version": request.version("pairing", "project", "project_id"),
    },
    "mentoring:create-programme": fixed(title="Tremplin", first_day="2027-10-11", place=""),
    "mentoring:edit-session": lambda request: {
        **_moment(request),
        "version": request.version("programme_session", "moment"),
    },
    "mentoring:move-interview": lambda request: {
        "starts_at": f"{request.year}-10-20T15:00",
        "minutes": "45",
        "version": request.version("interview", "interview"),
    },
    "mentoring:move-milestone": _step,
    "mentoring:note-interview": lambda request: {
        "decisions": "Un essai.",
        "actions": "",
        "next_step": "",
        "version": request.version("interview", "interview"),
    },
    "mentoring:pair": lambda request: {
        "mentor_id": request.world.values["spare_mentor_other" if request.at_hand == "other" else "person_mentor"],
        "objective": "Un seul indicateur.",
    },
    "mentoring:plan-interviews": lambda request: {
        "first": f"{request.year}-12-01T10:00",
        "rhythm": "une_fois",
        "minutes": "45",
    },
    "mentoring:remove-session": fixed(),
    "mentoring:set-objective": lambda request: {
        "objective": "Un autre indicateur.",
        "version": request.version("pairing", "pairing"),
    },
    "projects:answer-contest": lambda request: {
        "lifted": "non",
        "answer": "Parce que.",
        "version": _decision(request, request.near),
    },
    "projects:contest": lambda request: {"contest": "Relisez.", "version": _decision(request, request.team)},
    "projects:decide": lambda request: {
        **{gate.key: "oui" for gate in GATES},
        **{reason_field(gate.key): "Vu sur place." for gate in GATES},
        "words": "",
        "recepisse": request.world.ids.get(("receipt", request.near), ""),
        "version": _decision(request, request.near),
    },
    "projects:begin-upload": _registration,
    "projects:drop-upload": fixed(),
    "projects:send-part": lambda _request: Raw(PART | {"upload-offset": "0"}, UPLOAD),
    "projects:compare-bundle": lambda request: {"numero": request.world.ids["receipt", "other"], "bundle_text": "{}"},
    "projects:deposit": lambda request: {"version": request.world.version("project", "team", request.team, "team_id")},
    "projects:join-file": lambda _request: {"file": ("dossier.pdf", PDF + b"\n", "application/pdf")},
    "projects:remove-file": fixed(),
    "projects:join-video": lambda _request: {"video": ("film.mp4", mp4(3), "video/mp4")},
    "projects:bring-captions": lambda request: {**_version_of_project(request), "captions_text": CAPTIONS + " encore"},
    "projects:propose-captions": lambda request: {
        **_version_of_project(request),
        "video_transcript": "Une voix lit.",
        "duration": "0:12",
    },
    "projects:save-captions": lambda request: {
        **_version_of_project(request),
        "debut": "0:01",
        "fin": "0:02",
        "texte": "Une voix lit.",
    },
    "projects:restore": lambda request: {**_version_of_project(request), "champ": "title", "revenir_a": "1"},
    "projects:give-image-consent": lambda request: {"equipe": request.named("team")},
    "projects:withdraw": fixed(),
    "projects:withdraw-image-consent": lambda request: {"equipe": request.named("team")},
    "projects:save": _fiche,
    "projects:save-fields": lambda request: {**_fiche(request), "champ": "summary"},
    "rehearsal:clock": lambda request: {"at": local(request, 2)},
    "rehearsal:end": fixed(),
    "rehearsal:play": fixed(),
    "rehearsal:start": fixed(),
}
"""By the name of the page. A new page that writes adds its line here, or in the forms of its feature."""
