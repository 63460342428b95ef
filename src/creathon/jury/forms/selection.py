"""Choosing a project, publishing the choice."""

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice

from creathon.core.forms import Form, line, paragraph, required
from creathon.core.text import _, ngettext
from creathon.jury.models import Tier
from creathon.jury.rules.selection import PRIZE_LIMIT, REASON_LIMIT, TIER_HINTS, TIER_NAMES, SelectionValues

PRIZE_LIST = "prix-proposes"
"""The id of the list of prizes the field proposes."""


class SelectionForm(Form):
    """Tier, prize, reason: all three will be public."""

    tier = RadioField(
        "Ce qui est proposé à l’équipe",
        [required("Choisissez ce qui est proposé à l’équipe.")],
        choices=[SelectChoice(tier.value, f"{name} : {TIER_HINTS[tier]}") for tier, name in TIER_NAMES.items()],
    )
    prize = line(
        "Prix ou mention", PRIZE_LIMIT, needed=False, list=PRIZE_LIST, autocomplete="off",
        hint="Facultatif. Choisissez dans la liste, ou écrivez un autre nom.",
    )  # fmt: skip
    reason = paragraph(
        "Motif", REASON_LIMIT, rows=5,
        hint="Il sera public, et envoyé à l’équipe. Dites ce qui a convaincu, avec les mots des critères.",
    )  # fmt: skip

    def values(self) -> SelectionValues:
        return SelectionValues(Tier(self.tier.data), self.prize.data or "", self.reason.data or "")


class PublishForm(Form):
    """The confirmation; `mark` is the seal of what was previewed."""

    mark = HiddenField()
    confirmed = BooleanField("", [required("Cochez la case pour confirmer : rien n’est encore publié.")])

    def restate(self, projects: int, teams: int) -> None:
        """Say what the box confirms: « Je publie le palmarès : 10 projets, 48 équipes prévenues »."""
        chosen = ngettext("%(num)s projet", "%(num)s projets", projects)
        told = ngettext("%(num)s équipe prévenue", "%(num)s équipes prévenues", teams)
        self.confirmed.label.text = _("Je publie le palmarès : %(chosen)s, %(told)s", chosen=chosen, told=told)
