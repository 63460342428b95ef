"""The frieze on every page that speaks of an edition."""

from typing import Any

from creathon.core.text import instant_words
from creathon.core.web.visit import Visit
from creathon.editions.models import Edition
from creathon.editions.rules import ENDED, frieze


def add_frieze(visit: Visit, context: dict[str, Any]) -> dict[str, Any]:
    """The frieze of the edition a page speaks of, none once it ended, and whether its people are invented."""
    edition: Edition | None = context.get("edition")
    if edition is None:
        return {}
    steps = [] if edition.state in ENDED else frieze(edition, visit.now)
    rehearsed = instant_words(visit.now, edition.zone) if edition.rehearsal_of_id else ""
    return {"frieze": steps, "demo": edition.is_demo and not rehearsed, "rehearsed": rehearsed}
