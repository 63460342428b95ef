"""The rulebook: who writes it, what its placeholders become, its plain text and seal, what changes between two."""

import difflib
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Literal, Protocol

from creathon.core.actor import Viewer
from creathon.core.errors import Refusal
from creathon.core.text import HARD, _, zone_name
from creathon.editions.models import Allowed, Edition, Rulebook, RulebookState
from creathon.editions.rules.access import may_change_edition, may_see_edition
from creathon.editions.rules.calendar import interval_words, phases_allowing

ARTICLE_LIMIT, TITLE_LIMIT, SUMMARY_LIMIT = 6000, 120, 1000
RULEBOOK_MISSING = "L’édition n’a pas encore de règlement publié."
RULEBOOK_OUTDATED = (
    "Les dates ou les critères ont changé depuis la publication du règlement : un avenant doit les reprendre."
)
CHANGED_SINCE = "Le règlement a changé pendant que vous le lisiez. Lisez la nouvelle version avant de l’accepter."

PLACEHOLDERS = {
    "criteres": "le tableau des critères et de leurs coefficients, tel qu’il est dans la grille",
    "calendrier": "le tableau des étapes, tel qu’il est dans le calendrier",
    "sites": "la liste des sites",
    "equipe": "le nombre de personnes d’une équipe",
    "edition": "le titre de l’édition",
    "pilote": "l’organisme pilote",
    "tolerance": "la tolérance technique du dépôt, en minutes",
}
"""What an article may ask for between double brackets, and what is put there."""

_MARK = re.compile(r"\[\[\s*([^\[\]]*?)\s*\]\]")
_WORD = re.compile(r"\w+|[^\w\s]|\n+|[^\S\n]+")


@dataclass(frozen=True)
class Table:
    """A filling that is a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Filling = str | Table
"""What a placeholder becomes."""


class Written(Protocol):
    """An article as it is written."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class ArticleValues:
    """What the form of an article gives."""

    title: str
    text: str


@dataclass(frozen=True)
class ArticleChange:
    """An article of one version beside the same of another; `pieces` say what stays, goes and comes."""

    title: str
    kind: Literal["added", "removed", "changed"]
    before: str = ""
    pieces: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Acceptances:
    """The version to accept now, if any, and who of some people accepted it. `before`: who accepted an older one."""

    current: Rulebook | None = None
    accepted: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()

    def lacks(self, person_id: str | None) -> bool:
        """Whether somebody still has to accept the version in force."""
        return self.current is not None and person_id not in self.accepted


def may_write_rulebook(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody writes the rulebook: the national coordination, unless the edition is an archive."""
    return may_change_edition(viewer, edition)


def may_begin_rulebook(viewer: Viewer, edition: Edition, latest: Rulebook | None) -> Refusal | None:
    """Whether a new version may be begun: one draft at a time; `latest` is the newest version of any state."""
    if refusal := may_write_rulebook(viewer, edition):
        return refusal
    if latest is not None and latest.state == RulebookState.DRAFT:
        return Refusal(_("Un brouillon est déjà commencé : continuez-le."))
    return None


def may_change_rulebook(viewer: Viewer, edition: Edition, rulebook: Rulebook) -> Refusal | None:
    """Whether the articles of a version may change: never once it is published."""
    if refusal := may_write_rulebook(viewer, edition):
        return refusal
    if rulebook.state == RulebookState.PUBLISHED:
        return Refusal(_("Cette version est publiée : elle ne change plus. Préparez un avenant."))
    return None


def may_publish_rulebook(
    viewer: Viewer, edition: Edition, rulebook: Rulebook, fillings: Mapping[str, Filling]
) -> Refusal | None:
    """Whether a draft may be published: it has articles, and all they ask for is there. It comes with its articles."""
    if refusal := may_change_rulebook(viewer, edition, rulebook):
        return refusal
    if not rulebook.articles:
        return Refusal(_("Le règlement n’a aucun article."))
    empty = unfilled(rulebook.articles, fillings)
    if empty:
        return Refusal(_("Ce que demande le texte n’est pas encore prêt : %(list)s.", list=", ".join(empty)))
    return None


def may_read_rulebook(viewer: Viewer, edition: Edition) -> Refusal | None:
    """Whether somebody reads the published versions: whoever sees the edition."""
    return may_see_edition(viewer, edition)


def may_accept_rulebook(current: Rulebook | None, sha256: str) -> Refusal | None:
    """Whether the text with that seal may be accepted: it is the version in force."""
    if current is None:
        return Refusal(_(RULEBOOK_MISSING), hidden=True)
    return None if current.sha256 == sha256 else Refusal(_(CHANGED_SINCE))


def unknown_placeholders(text: str) -> list[str]:
    """What a text asks for that nothing fills, as typed."""
    return [name for name in _MARK.findall(text) if name not in PLACEHOLDERS]


def unfilled(articles: Sequence[Written], fillings: Mapping[str, Filling]) -> list[str]:
    """What the articles ask for and is not there yet, in words."""
    asked = {name for article in articles for name in _MARK.findall(article.text) if name not in fillings}
    return [_(PLACEHOLDERS.get(name, name)) for name in sorted(asked)]


def own_fillings(edition: Edition) -> dict[str, Filling]:
    """What the edition itself fills; its tolerance is told with the rule it serves, never added to a date."""
    depositing = phases_allowing(edition, Allowed.DEPOSIT)
    minutes = max((phase.grace_seconds for phase in depositing), default=0) // 60
    return {
        "edition": edition.title,
        "pilote": edition.pilot,
        "tolerance": _(f"{minutes} minutes" if minutes > 1 else f"{minutes} minute"),
        "calendrier": _calendar(edition),
        "sites": Table(
            (_("Site"), _("Ville"), _("Heure")),
            tuple((site.name, site.city or _("à distance"), zone_name(site.zone)) for site in edition.sites),
        ),
    }


def _calendar(edition: Edition) -> Table:
    phases = sorted(edition.phases, key=lambda phase: (phase.opens_at, phase.closes_at, phase.title))
    return Table(
        (_("Étape"), _("Quand"), _("En temps universel (UTC)")),
        tuple(
            (phase.title, interval_words(phase.opens_at, phase.closes_at, edition.zone), _universal(phase))
            for phase in phases
        ),
    )


def _universal(phase: Any) -> str:
    ends = (phase.opens_at, phase.closes_at)
    return " → ".join(instant.astimezone(UTC).strftime(f"%d/%m/%Y{HARD}%H:%M") for instant in ends)


def rendered(
    edition: Edition, number: int, articles: Sequence[Written], fillings: Mapping[str, Filling]
) -> dict[str, Any]:
    """What people read of a version: the articles in order, filled; what is not there yet stays between brackets."""
    told = [
        {"key": article.key, "title": article.title, "parts": _parts(article.text, fillings)} for article in articles
    ]
    return {"edition": edition.title, "number": number, "articles": told}


def _parts(text: str, fillings: Mapping[str, Filling]) -> list[dict[str, Any]]:
    """A text cut where a table comes in; the other fillings are put in the text."""
    parts: list[dict[str, Any]] = []
    said, here = "", 0
    for mark in _MARK.finditer(text):
        filling = fillings.get(mark[1], mark[0])
        said, here = said + text[here : mark.start()], mark.end()
        if isinstance(filling, Table):
            parts += _said(said)
            parts.append({"columns": list(filling.columns), "rows": [list(row) for row in filling.rows]})
            said = ""
        else:
            said += filling
    return [*parts, *_said(said + text[here:])]


def _said(text: str) -> list[dict[str, Any]]:
    return [{"text": text.strip()}] if text.strip() else []


def plain_text(content: Mapping[str, Any]) -> str:
    """The whole of a version as plain text, always the same for the same version: what the seal is the digest of."""
    head = f"{content['edition']}\nRèglement, version {content['number']}\n"
    numbered = enumerate(content["articles"], start=1)
    return head + "".join(
        f"\nArticle {place}. {article['title']}\n\n{article_text(article)}\n" for place, article in numbered
    )


def article_text(article: Mapping[str, Any]) -> str:
    """The text of a filled article; a table becomes one line for each of its rows."""
    return "\n\n".join(part["text"] if "text" in part else _lines(part) for part in article["parts"])


def _lines(table: Mapping[str, Any]) -> str:
    return "\n".join(" | ".join(row) for row in (table["columns"], *table["rows"]))


def seal(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the plain text: what people accept, and what they find with any tool in the file they download."""
    return hashlib.sha256(plain_text(content).encode()).hexdigest()


def is_outdated(edition: Edition, rulebook: Rulebook, fillings: Mapping[str, Filling]) -> bool:
    """Whether a published version no longer says the dates and criteria of today. It comes with its articles."""
    if rulebook.state != RulebookState.PUBLISHED:
        return False
    now_said: list[Any] = rendered(edition, rulebook.number, rulebook.articles, fillings)["articles"]
    return bool(now_said != rulebook.content["articles"])


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ArticleChange]:
    """What changes from one version to the next, article by article, in the order of the newer; removed ones last."""
    old = {article["key"]: article for article in before["articles"]}
    kept = {article["key"] for article in after["articles"]}
    found = [change for article in after["articles"] if (change := _change(old.get(article["key"]), article))]
    gone = [article for key, article in old.items() if key not in kept]
    return [*found, *(ArticleChange(one["title"], "removed", one["title"], _one("del", one)) for one in gone)]


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> ArticleChange | None:
    if old is None:
        return ArticleChange(new["title"], "added", pieces=_one("ins", new))
    if old["title"] == new["title"] and old["parts"] == new["parts"]:
        return None
    return ArticleChange(new["title"], "changed", old["title"], _pieces(article_text(old), article_text(new)))


def _one(kind: str, article: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return ((kind, article_text(article)),)


def _pieces(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Two texts as runs of words: same, deleted, inserted."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[i1:i2])))
            continue
        pieces += [piece for piece in (("del", "".join(old[i1:i2])), ("ins", "".join(new[j1:j2]))) if piece[1]]
    return tuple(pieces)


def neighbour(rulebook: Rulebook, article_id: str, *, up: bool) -> str | None:
    """The id of the article just above or just below; None at the end. The rulebook comes with its articles."""
    ids = [article.id for article in rulebook.articles]
    place = ids.index(article_id) + (-1 if up else 1)
    return ids[place] if 0 <= place < len(ids) else None


def not_accepted(acceptances: Acceptances, names: Collection[tuple[str, str]]) -> list[str]:
    """The first names of those who have not accepted the version in force; `names`: (person id, first name)."""
    return [name for person_id, name in names if acceptances.lacks(person_id)]


def may_follow(before: Rulebook | None, summary: str) -> Refusal | None:
    """Whether a version may follow another: what changes is told."""
    if before is not None and not summary.strip():
        return Refusal(_("Dites ce qui change : tout le monde le lira avant d’accepter."))
    return None
