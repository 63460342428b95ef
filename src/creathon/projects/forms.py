"""Forms of projects."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from wtforms import BooleanField, Field, FileField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from creathon.core.forms import ChecksField, Form, at_most, not_blank, paragraph, required, text_filter
from creathon.core.text import _, french_spaces
from creathon.projects.rules import (
    ANSWERS,
    CAPTIONS,
    LABELS,
    LEVELS,
    LIMITS,
    NEEDS,
    PROGRESS_NAMES,
    SHEETS,
    TECHNIQUES,
    WORDS,
    FicheValues,
    Kind,
    Part,
    Progress,
)
from creathon.projects.rules.admissibility import (
    ADMISSIBILITY_NAMES,
    CONTEST_LIMIT,
    GATE_WORDS_LIMIT,
    WORDS_LIMIT,
    Admissibility,
    CheckValues,
    Verdict,
)
from creathon.projects.rules.captions import SECOND, moment
from creathon.projects.rules.gates import GATES
from creathon.projects.signatures import MOST_TEXT

SHORT = 300
"""Up to how many characters an answer is asked for in two lines."""
LONGEST_VIDEO = 3600
"""Seconds; far more than any edition accepts."""
_UNANSWERED = "Pas de réponse"


def _choices(names: Mapping[Any, str]) -> list[SelectChoice]:
    return [SelectChoice(value, name) for value, name in names.items()]


def _line(name: str, hint: str = "", **keywords: Any) -> StringField:
    return StringField(LABELS[name], **_options(name, hint, keywords))


def _text(name: str, rows: int, hint: str = "") -> TextAreaField:
    return TextAreaField(LABELS[name], **_options(name, hint, {"rows": rows}))


def _options(name: str, hint: str, keywords: dict[str, Any]) -> dict[str, Any]:
    """No `maxlength`: a browser would cut a pasted text without a word."""
    limit = LIMITS[name]
    return {
        "validators": [at_most(limit)],
        "filters": [text_filter],
        "description": f"{hint} {limit} caractères au plus.".strip(),
        "render_kw": {"maxlength": False, **keywords},
    }


class FichePart(Form):
    """Some fields of the draft (`fiche_part`), or all of them."""

    def values(self) -> FicheValues:
        """What the member wrote; a field that the form does not have is empty."""
        answers = {name: self[name].data for name in ANSWERS if name in self}
        return FicheValues(**{name: self[name].data for name in WORDS if name in self}, answers=answers)

    def content(self) -> dict[str, Any]:
        """What the member wrote in the fields of this form, as it is kept."""
        return {name: value for name, value in self.values().content().items() if name in self}


class FicheForm(FichePart):
    """The whole draft. Everything may be left empty: only lengths are checked before a deposit."""

    title = _line("title")
    summary = _text("summary", 3, "Ce que l’on lira dans la liste des projets.")
    needs = ChecksField(LABELS["needs"], choices=_choices(NEEDS))
    levels = ChecksField(LABELS["levels"], choices=_choices(LEVELS))
    need = _text("need", 6, "La situation que vous avez observée, et ce qui fait obstacle.")
    solution = _text("solution", 6, "Ce que vous proposez, et ce que chacun en fait.")
    ai_use = _text("ai_use", 6, "À quoi sert l’IA, quelles données, qui décide, et ce que vous feriez sans elle.")
    inclusion = _text("inclusion", 6, "Comment toute la classe s’en sert, sans que personne ait à se déclarer.")
    next_steps = _text("next_steps", 6, "Le premier essai possible, avec qui, et ce qui vous manque.")
    scenario = _text("scenario", 12, "Une séance racontée, heure par heure.")
    video_url = _line("video_url", "Le lien vers la page de la vidéo.", inputmode="url", placeholder="https://")
    video_captioned = BooleanField(LABELS["video_captioned"])
    video_transcript = _text("video_transcript", 6, "Nécessaire si la vidéo n’est pas sous-titrée.")


def _answer(part: Part) -> Field:
    if part.kind is Kind.TEXT:
        return _text(part.name, 2 if part.limit <= SHORT else 4)
    choices = _choices(part.choices or {})
    if part.kind is Kind.MANY:
        return ChecksField(LABELS[part.name], choices=choices)
    return SelectField(LABELS[part.name], choices=[SelectChoice("", _UNANSWERED), *choices], default="")


for _sheet in SHEETS:
    for _part in _sheet.parts:
        setattr(FicheForm, _part.name, _answer(_part))


@lru_cache(maxsize=256)
def fiche_part(names: tuple[str, ...]) -> type[FichePart]:
    """The form of some fields alone: the page saves one or two of eighty at a time."""
    return type("FichePart", (FichePart,), {name: getattr(FicheForm, name) for name in names})


class FileForm(Form):
    """One file; what it holds is checked by the page that receives it."""

    file = FileField("Fichier")


class VideoForm(Form):
    """One video; what it holds is checked by the page that receives it."""

    video = FileField("Vidéo")


class BringForm(Form):
    """Captions that exist already, as a file or as text; what they hold is read by the page that receives them."""

    captions_file = FileField("Fichier de sous-titres", description="Un fichier .vtt (WebVTT) ou .srt (SubRip).")
    captions_text = TextAreaField(
        "ou son contenu",
        [at_most(LIMITS[CAPTIONS])],
        description="Collez ici le texte du fichier, avec ses temps.",
        render_kw={"rows": 6, "spellcheck": "false", "class": "plain-code", "maxlength": False},
    )


class ProposeForm(Form):
    """What is said in the video, and how long it lasts: captions are proposed from both."""

    video_transcript = TextAreaField(
        LABELS["video_transcript"],
        [not_blank("Écrivez d’abord ce qui est dit dans la vidéo."), at_most(LIMITS["video_transcript"])],
        filters=[text_filter],
        description="Ce qui se dit, mot à mot, et les bruits qui comptent. Elle est enregistrée avec les sous-titres.",
        render_kw={"rows": 8, "maxlength": False},
    )
    duration = StringField(
        "Durée de la vidéo",
        [not_blank("Dites combien de temps dure la vidéo.")],
        description="Minutes et secondes, par exemple 2:45.",
        render_kw={"autocomplete": "off", "size": 10},
    )

    @property
    def seconds(self) -> float:
        return (moment(self.duration.data or "") or 0) / SECOND

    def validate_duration(self, field: Field) -> None:
        if not 1 <= self.seconds <= LONGEST_VIDEO:
            raise ValidationError(_("Cette durée ne se lit pas. Exemple : 2:45 pour deux minutes et 45 secondes."))


class VerifyForm(Form):
    """The number of a receipt, or the signed receipt itself."""

    numero = StringField(
        "Numéro du récépissé",
        [at_most(40)],
        filters=[text_filter],
        description="Huit signes, par exemple 7F3A-91C2.",
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    recepisse = TextAreaField(
        "ou le récépissé signé",
        [at_most(MOST_TEXT)],
        filters=[text_filter],
        description="Collez le contenu du fichier « recepisse.txt » ou du message reçu. Sa signature est vérifiée.",
        render_kw={"rows": 4, "spellcheck": "false", "class": "plain-code"},
    )

    def validate_numero(self, field: Field) -> None:
        if not field.data and not self.recepisse.data:
            raise ValidationError(_("Écrivez un numéro, ou collez un récépissé signé."))


class BundleForm(Form):
    """A bundle to compare with a receipt, as a file or as text."""

    bundle_file = FileField("Fichier du dossier", description="Le fichier « dossier.json » téléchargé par l’équipe.")
    bundle_text = TextAreaField("ou son contenu", render_kw={"rows": 4, "spellcheck": "false", "class": "plain-code"})


class GalleryForm(Form):
    """Filters of the public gallery; kept in the address."""

    mots = StringField("Mots cherchés", [at_most(100)], filters=[text_filter], render_kw={"type": "search"})
    besoin = SelectField("Besoin", choices=_choices({"": "Tous les besoins", **NEEDS}), default="")
    niveau = SelectField("Niveau", choices=_choices({"": "Tous les niveaux", **LEVELS}), default="")
    technique = SelectField(
        "Technique envisagée", choices=_choices({"": "Toutes les techniques", **TECHNIQUES}), default=""
    )
    site = SelectField("Site", choices=[], default="")

    def __init__(self, asked: Any = None, *, sites: Mapping[str, str], **initial: Any) -> None:
        super().__init__(asked, **initial)
        self.site.choices = _sites(sites)


class FollowForm(Form):
    """Filters of the coordination's list."""

    etat = SelectField("État", choices=[*_choices({"": "Tous les états"}), *_choices(PROGRESS_NAMES)], default="")
    site = SelectField("Site", choices=[], default="")

    def __init__(self, asked: Any = None, *, sites: Mapping[str, str], **initial: Any) -> None:
        super().__init__(asked, **initial)
        self.site.choices = _sites(sites)

    @property
    def progress(self) -> Progress | None:
        return Progress(self.etat.data) if self.etat.data else None


def _sites(sites: Mapping[str, str]) -> list[SelectChoice]:
    return _choices({"": _("Tous les sites"), **sites})


class CheckFilterForm(Form):
    """Filters of the list of admissibility."""

    etat = SelectField("État", choices=_choices({"": "Tous les états", **ADMISSIBILITY_NAMES}), default="")
    site = SelectField("Site", choices=[], default="")

    def __init__(self, asked: Any = None, *, sites: Mapping[str, str], **initial: Any) -> None:
        super().__init__(asked, **initial)
        self.site.choices = _sites(sites)

    @property
    def state(self) -> Admissibility | None:
        return Admissibility(self.etat.data) if self.etat.data else None


_MET = {"oui": "Remplie", "non": "Pas remplie"}


class CheckForm(Form):
    """A decision: for each gate a verdict and, when it departs from what was found, why; then a word to the team."""

    words = paragraph(
        "Un mot à l’équipe", WORDS_LIMIT, needed=False, rows=3, hint="Facultatif. Il part avec la décision."
    )

    @classmethod
    def of(cls, verdicts: Mapping[str, Verdict], words: str) -> "CheckForm":
        """The form filled with these verdicts."""
        data: dict[str, Any] = {"words": words}
        for key, verdict in verdicts.items():
            data |= {key: "oui" if verdict.met else "non", reason_field(key): verdict.words}
        return cls(data=data)

    def values(self) -> CheckValues:
        """What the coordination decides."""
        verdicts = {
            gate.key: Verdict(self[gate.key].data == "oui", self[reason_field(gate.key)].data or "") for gate in GATES
        }
        return CheckValues(verdicts, self.words.data or "")


def reason_field(key: str) -> str:
    """The name of the field of the reason of a gate."""
    return f"{key}_reason"


for _gate in GATES:
    _chosen = RadioField(_gate.name, [required("Dites si cette condition est remplie.")], choices=_choices(_MET))
    setattr(CheckForm, _gate.key, _chosen)
    _reason = paragraph(
        french_spaces(f"Motif : {_gate.name}"),
        GATE_WORDS_LIMIT,
        needed=False,
        rows=2,
        hint="Si vous vous écartez du constat.",
    )
    setattr(CheckForm, reason_field(_gate.key), _reason)


class ContestForm(Form):
    """Why a team contests."""

    contest = paragraph(
        "Ce que vous contestez, et pourquoi",
        CONTEST_LIMIT,
        hint="Une seule contestation est possible, au nom de l’équipe : relisez-la ensemble.",
    )


class AnswerForm(Form):
    """What the coordination answers a team that contests."""

    lifted = RadioField(
        "Votre réponse",
        [required("Choisissez une réponse.")],
        choices=_choices(
            {
                "oui": "La décision est levée : le dossier devient recevable",
                "non": "La décision est maintenue : le dossier reste non recevable",
            }
        ),
    )
    answer = paragraph("Pourquoi", CONTEST_LIMIT, rows=4, hint="L’équipe lira ce texte.")
