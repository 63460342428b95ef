"""The base of every form: WTForms in French, fed by a posted form, giving a frozen dataclass."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wtforms import DateField, Field, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as WTForm
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from creathon.core.text import NARROW, _, clean

REQUIRED = "Ce champ est obligatoire."


class MultiDict(Mapping[str, str]):
    """What a form posts: every value of every name, in order; the shape WTForms reads."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        self._lists: dict[str, list[Any]] = {}
        for name, value in pairs:
            self._lists.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[Any]:
        return list(self._lists.get(name, ()))

    def pairs(self) -> list[tuple[str, str]]:
        """Every text posted, in order; not the files."""
        return [(name, value) for name, values in self._lists.items() for value in values if isinstance(value, str)]

    def __getitem__(self, name: str) -> Any:
        return self._lists[name][0]

    def __iter__(self) -> Any:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)


class Form(WTForm):
    """A form in French. Subclasses add fields and `values()`, which gives a frozen dataclass for the action."""

    class Meta:
        locales = ("fr_FR", "fr")

    def __init__(self, posted: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(formdata=posted, **initial)

    def accepts(self) -> bool:
        """Whether what was posted is valid; the errors are then on the fields."""
        return bool(self.validate())

    def refuse(self, message: str, field: str | None = None) -> None:
        """Add an error found after validation, to a field or to the whole form."""
        if field is None:
            self.form_errors.append(message)
        else:
            self[field].errors = [*self[field].errors, message]


class VersionField(IntegerField):
    """The version a form was made from; a form without it is answered 428 by the page."""

    widget = HiddenInput()


class ChecksField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DayField(DateField):
    """A day."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Écrivez une date. Exemple : 04/10/2027.")) from error


def required(message: str = REQUIRED) -> InputRequired:
    return InputRequired(message=message)


def at_most(limit: int) -> Length:
    """At most `limit` characters, told with the limit."""
    return Length(max=limit, message=f"Ce texte est trop long{NARROW}: {limit} caractères au plus.")


def text_filter(value: str | None) -> str | None:
    return clean(value) if isinstance(value, str) else value


def not_blank(message: str = REQUIRED) -> Callable[[Any, Field], None]:
    """Required, and not made of spaces only."""

    def check(_form: Any, field: Field) -> None:
        if not (field.data or "").strip():
            raise StopValidation(message)

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check


def line(label: str, limit: int = 200, *, needed: bool = True, hint: str = "", **keywords: Any) -> StringField:
    """A field of one line."""
    validators = [not_blank(), at_most(limit)] if needed else [at_most(limit)]
    return StringField(label, validators, filters=[text_filter], description=hint, render_kw=keywords or None)


def paragraph(label: str, limit: int, *, needed: bool = True, rows: int = 6, hint: str = "") -> TextAreaField:
    """A field of several lines."""
    validators = [not_blank(), at_most(limit)] if needed else [at_most(limit)]
    return TextAreaField(label, validators, filters=[text_filter], description=hint, render_kw={"rows": rows})
