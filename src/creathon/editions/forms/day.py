"""The steps of the twenty-four hours as one form: a line per step, empty ones to add."""

from collections.abc import Iterable
from dataclasses import dataclass

from creathon.core.forms import MultiDict
from creathon.core.text import _, clean
from creathon.editions.models import DayStep
from creathon.editions.rules import LONGEST_TITLE, offset_minutes, offset_words

EMPTY_LINES = 3
MOST = 60
BAD_OFFSET = "Écrivez des heures et des minutes après le lancement. Exemples : 9:30, -1:00."


@dataclass
class StepLine:
    """One line as typed, with why it is refused."""

    after: str = ""
    title: str = ""
    error: str = ""


class DayForm:
    """The lines of the day. A line without title is left out."""

    def __init__(self, posted: MultiDict | None = None, *, steps: Iterable[DayStep] = ()) -> None:
        if posted is None:
            lines = [StepLine(offset_words(step.minutes), step.title) for step in steps]
        else:
            pairs = zip(posted.getlist("after"), posted.getlist("title"), strict=False)
            lines = [StepLine(str(after).strip(), clean(str(title))) for after, title in pairs]
            lines = [line for line in lines if line.after or line.title]
        self.lines = [*lines, *(StepLine() for _line in range(EMPTY_LINES))]
        self.form_errors: list[str] = []

    def accepts(self) -> bool:
        """Whether each line with a title says when."""
        for line in self.lines:
            if line.title and offset_minutes(line.after) is None:
                line.error = _(BAD_OFFSET)
            elif len(line.title) > LONGEST_TITLE:
                line.error = _(
                    "Ce texte est trop long : %(longest_title)s caractères au plus.", longest_title=LONGEST_TITLE
                )
        if len(self.values()) > MOST:
            self.form_errors.append(_("%(most)s étapes au plus.", most=MOST))
        return not self.form_errors and not any(line.error for line in self.lines)

    def values(self) -> list[tuple[int, str]]:
        """Minutes after the launch and title of each step, in order."""
        found = [(offset_minutes(line.after), line.title) for line in self.lines if line.title]
        return sorted((minutes, title) for minutes, title in found if minutes is not None)

    def problems(self) -> list[tuple[str, str]]:
        """(id of the field or nothing, sentence) of all that was refused."""
        wrong = [(f"after-{number}", line) for number, line in enumerate(self.lines, 1) if line.error]
        return [("", error) for error in self.form_errors] + [
            (anchor, f"« {line.title} » – {line.error}") for anchor, line in wrong
        ]
