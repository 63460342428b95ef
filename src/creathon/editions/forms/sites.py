"""A site, its sheet, and who facilitates it."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import NumberRange, ValidationError

from creathon.core.forms import Form, line, not_blank, paragraph, required, text_filter
from creathon.core.text import ZONE_NAMES
from creathon.editions.models import AccessAnswer, AccessItem, Edition, Site, SiteKind
from creathon.editions.rules import (
    ACCESS_NAMES,
    ANSWER_NAMES,
    CODE_HINT,
    DETAIL_LIMIT,
    KIND_NAMES,
    MOST_PLACES,
    TEXT_LIMIT,
    SiteSheet,
    SiteValues,
    access_rows,
    code_problem,
    normal_code,
    sheet_of,
)

ANSWERS = [SelectChoice(answer.value, name.capitalize()) for answer, name in ANSWER_NAMES.items()]
PLACES = f"Écrivez un nombre entier de 0 à {MOST_PLACES}."


def _answer(item: AccessItem) -> SelectField:
    return SelectField(ACCESS_NAMES[item], choices=ANSWERS, default=AccessAnswer.UNKNOWN.value)


def _detail(item: AccessItem) -> StringField:
    name = ACCESS_NAMES[item]
    return line(f"Précision : {name[:1].lower()}{name[1:]}", DETAIL_LIMIT, needed=False)


def _is_code(_form: Form, field: Any) -> None:
    if problem := code_problem(field.data or ""):
        raise ValidationError(problem)


def _is_function_address(_form: Form, field: Any) -> None:
    value = field.data or ""
    if value and (value.count("@") != 1 or " " in value or "." not in value.partition("@")[2]):
        raise ValidationError("Cette adresse ne semble pas complète. Exemple : accessibilite@exemple.fr")


class SiteSheetForm(Form):
    """What a site tells its teams and its visitors."""

    address = paragraph("Adresse", 500, needed=False, rows=3)
    directions = paragraph("Comment venir", TEXT_LIMIT, needed=False, rows=3)
    opening = paragraph("Ouverture le jour même", TEXT_LIMIT, needed=False, rows=3, hint="Portes, nuit, départ.")
    public_note = paragraph("Note publique", TEXT_LIMIT, needed=False, rows=3)
    access_contact = line(
        "Adresse de la référente ou du référent accessibilité",
        190,
        needed=False,
        hint="Une adresse de fonction, jamais celle d’une personne : elle est publique. Exemple : accessibilite@…",
        autocomplete="off",
    )
    step_free, step_free_detail = _answer(AccessItem.STEP_FREE), _detail(AccessItem.STEP_FREE)
    toilets, toilets_detail = _answer(AccessItem.TOILETS), _detail(AccessItem.TOILETS)
    parking, parking_detail = _answer(AccessItem.PARKING), _detail(AccessItem.PARKING)
    transport, transport_detail = _answer(AccessItem.TRANSPORT), _detail(AccessItem.TRANSPORT)
    hearing_loop, hearing_loop_detail = _answer(AccessItem.HEARING_LOOP), _detail(AccessItem.HEARING_LOOP)
    sign_language, sign_language_detail = _answer(AccessItem.SIGN_LANGUAGE), _detail(AccessItem.SIGN_LANGUAGE)
    quiet_room, quiet_room_detail = _answer(AccessItem.QUIET_ROOM), _detail(AccessItem.QUIET_ROOM)
    catering, catering_detail = _answer(AccessItem.CATERING), _detail(AccessItem.CATERING)
    assistance_animal = _answer(AccessItem.ASSISTANCE_ANIMAL)
    assistance_animal_detail = _detail(AccessItem.ASSISTANCE_ANIMAL)

    def validate_access_contact(self, field: Any) -> None:
        """Whether the address looks like one."""
        _is_function_address(self, field)

    @property
    def access(self) -> list[tuple[Any, Any]]:
        """The two fields of each item of the accessibility sheet."""
        return [(self[item.value], self[f"{item.value}_detail"]) for item in AccessItem]

    def sheet(self) -> dict[str, Any]:
        """The accessibility sheet as it is kept."""
        return sheet_of({
            item: (AccessAnswer(answer.data), detail.data or "")
            for item, (answer, detail) in zip(AccessItem, self.access, strict=True)
        })  # fmt: skip

    def values(self) -> SiteSheet:
        return SiteSheet(**self._sheet_values())

    def _sheet_values(self) -> dict[str, Any]:
        texts = ("address", "directions", "opening", "public_note", "access_contact")
        return {**{name: self[name].data or "" for name in texts}, "accessibility": self.sheet()}


class SiteForm(SiteSheetForm):
    """A whole site, for the national coordination."""

    code = StringField(
        "Code",
        [not_blank(), _is_code],
        filters=[text_filter, lambda value: normal_code(value) if value else value],
        description=f"Il termine l’adresse de sa page. {CODE_HINT}",
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    name = line("Nom", 120, hint="Exemple : Poitiers – Futuroscope.")
    city = line("Ville", 120, needed=False)
    academy = line("Académie", 120, needed=False)
    kind = SelectField(
        "Type", choices=[SelectChoice(kind.value, name.capitalize()) for kind, name in KIND_NAMES.items()]
    )
    zone = SelectField("Fuseau horaire", choices=[])
    capacity = IntegerField(
        "Capacité (équipes)",
        [required(), NumberRange(0, MOST_PLACES, PLACES)],
        description="Combien d’équipes peuvent être acceptées sur ce site.",
        render_kw={"inputmode": "numeric"},
    )

    def __init__(self, posted: Any = None, *, edition: Edition, site: Site | None = None, **initial: Any) -> None:
        super().__init__(posted, **(initial or stored_fields(site)))
        kept = [edition.zone] if site is None else [edition.zone, site.zone]
        zones = dict.fromkeys([*ZONE_NAMES, *kept])
        self.zone.choices = [SelectChoice(zone, ZONE_NAMES.get(zone, zone)) for zone in zones]

    def validate_capacity(self, field: Any) -> None:
        """Replace WTForms' own words for what is no number."""
        if field.data is None:
            field.errors = []
            raise ValidationError(PLACES)

    def values(self) -> SiteValues:
        return SiteValues(
            code=self.code.data,
            name=self.name.data,
            city=self.city.data or "",
            academy=self.academy.data or "",
            zone=self.zone.data,
            capacity=self.capacity.data,
            kind=SiteKind(self.kind.data),
            **self._sheet_values(),
        )


class FacilitatorForm(Form):
    """Somebody who helps the teams of a site."""

    name = line("Prénom et nom", 120, autocomplete="off")
    task = line("Ce que fait cette personne", 120, hint="Exemple : accueil et réseau, de 9 h à 21 h.")
    is_public = BooleanField("Cette personne accepte que son nom soit lu par tout le monde sur la page du site")

    def __init__(self, posted: Any = None, **initial: Any) -> None:
        super().__init__(posted, **initial)
        for field in self:  # The page of a site holds its form too, which has a name.
            field.id = field.label.field_id = f"facilitator-{field.name}"


def stored_fields(site: Site | None) -> dict[str, Any]:
    """What a form starts from: the site as it is stored."""
    if site is None:
        return {}
    names = ("address", "directions", "opening", "public_note", "access_contact", "code", "name", "city", "academy")
    fields = {name: getattr(site, name) for name in (*names, "zone", "capacity")} | {"kind": site.kind.value}
    for row in access_rows(site.accessibility):
        fields |= {row.item.value: row.answer.value, f"{row.item.value}_detail": row.detail}
    return fields
