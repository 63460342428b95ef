"""The clock of a rehearsal, typed as the clocks of the edition show it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from creathon.core.forms import Form, required
from creathon.editions.forms import FORMATS, LocalTimeField
from creathon.editions.rules import instants_of, local_problem, local_time


class ClockForm(Form):
    """An instant of the edition; of an hour that comes twice, the first."""

    at = LocalTimeField("Il sera", [required()], format=FORMATS, render_kw={"step": "1"})

    def __init__(self, posted: Mapping[str, Any] | None = None, *, zone: str, now: datetime) -> None:
        self.zone = zone
        super().__init__(posted, **({} if posted is not None else {"at": local_time(now, zone).replace(microsecond=0)}))

    def accepts(self) -> bool:
        """Whether the time typed exists."""
        if not super().accepts():
            return False
        if not instants_of(self.at.data, self.zone):
            self.refuse(local_problem(self.at.data, self.zone) or "", "at")
            return False
        return True

    def instant(self) -> datetime:
        return instants_of(self.at.data, self.zone)[0]
