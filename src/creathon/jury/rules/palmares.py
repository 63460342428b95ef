"""What is published, when, by whom; what a team reads afterwards. Pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import _, instant_words
from creathon.editions.models import Allowed, Edition
from creathon.editions.rules import may_coordinate, may_now, phases_allowing
from creathon.jury.models import Criterion, Evaluation, Selection, Tier
from creathon.jury.ranking import RankedProject, rank
from creathon.jury.rules.selection import reads_from
from creathon.projects.rules import folded, shown_from
from creathon.teams.models import Team
from creathon.teams.rules import is_member

FEWEST_READS = 2
"""Under this many validated reads no number is shown: it would be one person's."""


@dataclass(frozen=True)
class Addressee:
    """One member of a team that deposited."""

    project_id: str
    title: str
    late: bool
    team: str
    person_id: str
    email: str
    given_name: str
    zone: str | None


@dataclass(frozen=True)
class TeamDeposit:
    """What a team deposited."""

    project_id: str
    slug: str
    title: str
    late: bool


@dataclass(frozen=True)
class CriterionFeedback:
    """A criterion as its team reads it: mean level out of 4, and the sentence of the nearest level."""

    criterion: Criterion
    mean: Decimal
    words: str


@dataclass(frozen=True)
class Feedback:
    """What a team may know. `figures` and `criteria` are empty when too few people read the project."""

    figures: RankedProject | None
    criteria: tuple[CriterionFeedback, ...]
    remarks: tuple[str, ...]


def opens_at(edition: Edition) -> datetime | None:
    """From when the palmarès may be published: the end of the embargo, else the first phase that allows it."""
    return shown_from(edition) or min(
        (phase.opens_at for phase in phases_allowing(edition, Allowed.PUBLISH)), default=None
    )


def may_publish(viewer: Viewer, edition: Edition, chosen: int, *, has_links: bool, now: datetime) -> Refusal | None:
    """Whether somebody may publish now. `has_links`: a link of theirs with a deposited project, chosen or not."""
    if refusal := may_preview(viewer, edition, has_links=has_links):
        return refusal
    if refusal := may_now(edition, Allowed.PUBLISH, now=now):
        return refusal
    embargo = shown_from(edition)
    if embargo is not None and now < embargo:
        return Refusal(
            _("Le palmarès est sous embargo jusqu’au %(instant)s.", instant=instant_words(embargo, edition.zone))
        )
    if not chosen:
        return Refusal(_("Aucun projet n’est encore choisi : il n’y a rien à publier."))
    return None


def may_preview(viewer: Viewer, edition: Edition, *, has_links: bool) -> Refusal | None:
    """Whether somebody sees the whole selection before it is public: a link with one project would show its fate."""
    if refusal := may_coordinate(viewer, edition):
        return refusal
    if has_links:
        return Refusal(
            _(
                "Un lien d’intérêts est déclaré entre vous et un projet de l’édition : "
                "l’aperçu et la publication reviennent à une autre personne de la coordination nationale."
            )
        )
    return None


def content_of(edition: Edition, selections: Iterable[Selection], number: int = 1) -> dict[str, Any]:
    """What is published: by tier, then by title, so that no rank shows. With project, team, site, deposits."""
    projects = [_published(selection) for selection in selections]
    order = list(Tier)
    projects.sort(key=lambda one: (order.index(Tier(one["tier"])), folded(one["title"]), one["slug"]))
    return {"edition": edition.title, "number": number, "projects": projects}


def seal_of(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a content."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def already_published(name: str, published_at: datetime, edition: Edition) -> str:
    """« Le palmarès est déjà publié par Claire Bruyère le … »."""
    return _(
        "Le palmarès est déjà publié par %(name)s le %(instant)s.",
        name=name,
        instant=instant_words(published_at, edition.zone),
    )


def may_read_feedback(
    viewer: Viewer, team: Team, edition: Edition, *, published: bool, now: datetime
) -> Refusal | None:
    """Whether somebody reads what the jury wrote to a team: its members, after the palmarès."""
    if not is_member(viewer, team):
        return Refusal(_("Ces retours sont ceux d’une autre équipe."), hidden=True)
    if refusal := may_now(edition, Allowed.READ_FEEDBACK, now=now):
        return refusal
    if not published:
        return Refusal(_("Les retours du jury s’ouvrent avec le palmarès. Il n’est pas encore publié."))
    return None


def published_entry(content: dict[str, Any], slug: str) -> dict[str, str] | None:
    """What a publication says of a project; None when it is not in it."""
    projects: list[dict[str, str]] = content["projects"]
    return next((one for one in projects if one["slug"] == slug), None)


def remarks_of(evaluations: Iterable[Evaluation]) -> tuple[str, ...]:
    """What validated evaluations of one project say to its team, and only that, in the order they come."""
    return tuple(evaluation.remark_team for evaluation in evaluations if evaluation.remark_team.strip())


def feedback_of(evaluations: Sequence[Evaluation], criteria: Sequence[Criterion]) -> Feedback:
    """What the validated evaluations of one project tell its team. They come in an order that tells nobody's name."""
    remarks = remarks_of(evaluations)
    if len(evaluations) < FEWEST_READS:
        return Feedback(None, (), remarks)
    figures = rank(reads_from(evaluations, criteria))[0]
    return Feedback(figures, tuple(map(_criterion, criteria, figures.criteria)), remarks)


def _criterion(criterion: Criterion, mean: Decimal) -> CriterionFeedback:
    nearest = int(mean.quantize(Decimal(1), ROUND_HALF_UP))
    return CriterionFeedback(criterion, mean, next(one.text for one in criterion.levels if one.value == nearest))


def _published(selection: Selection) -> dict[str, str]:
    project = selection.project
    deposit = project.current
    return {
        "slug": project.slug,
        "title": deposit.title if deposit else project.title,
        "team": project.team.name,
        "site": project.team.site.name,
        "tier": selection.tier.value,
        "prize": selection.prize,
        "reason": selection.reason,
    }
