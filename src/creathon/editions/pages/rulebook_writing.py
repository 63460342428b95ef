"""/coordination/reglement/…: beginning a version and writing its articles."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.editions.actions import rulebook as actions
from creathon.editions.forms.rulebook import ArticleForm
from creathon.editions.models import Edition, Rulebook, RulebookArticle
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.queries import draft_rulebook
from creathon.editions.rules.rulebook import PLACEHOLDERS, may_change_rulebook, may_write_rulebook

OVERVIEW = "dashboards:rulebook"
ARTICLE = "editions/rulebook/article.html"


class ArticlePages(Controller):
    """What changes a draft."""

    path = "/coordination/reglement"

    @post("/commencer", name="editions:begin-rulebook", policy="national_coordination")
    async def begin(self, visit: Visiting, session: Session) -> Response[str]:
        edition = await _writable(visit, session, lock=True)
        rulebook = await actions.begin_rulebook(session, visit.actor, edition, now=visit.now)
        message = _(
            "La version %(number)s est commencée. Personne d’autre que la coordination ne la voit.",
            number=rulebook.number,
        )
        return done(visit, visit.url(OVERVIEW), message)

    @get("/articles/nouveau", name="editions:new-article", policy="national_coordination")
    async def new(self, visit: Visiting, session: Session) -> Template:
        edition, rulebook = await _draft(visit, session)
        return page(visit, ARTICLE, **_context(edition, rulebook, ArticleForm()))

    @post("/articles/nouveau", name="editions:add-article", policy="national_coordination")
    async def add(self, visit: Visiting, session: Session) -> Response[Any]:
        edition, rulebook = await _draft(visit, session, lock=True)
        form = ArticleForm(visit.posted)
        if not form.accepts():
            return invalid(visit, ARTICLE, **_context(edition, rulebook, form))
        await actions.add_article(session, visit.actor, edition, form.values(), now=visit.now)
        return done(visit, visit.url(OVERVIEW), _("L’article est ajouté à la fin."))

    @get("/articles/{article_id:str}", name="editions:article", policy="national_coordination")
    async def article(self, visit: Visiting, session: Session, article_id: FromPath[str]) -> Template:
        edition, rulebook = await _draft(visit, session)
        article = actions.article_of(rulebook, article_id)
        form = ArticleForm(title=article.title, text=article.text)
        return page(visit, ARTICLE, **_context(edition, rulebook, form, article))

    @post("/articles/{article_id:str}", name="editions:edit-article", policy="national_coordination")
    async def edit(self, visit: Visiting, session: Session, article_id: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, rulebook = await _draft(visit, session, lock=True)
        article, form = actions.article_of(rulebook, article_id), ArticleForm(visit.posted)
        if not form.accepts():
            return invalid(visit, ARTICLE, **_context(edition, rulebook, form, article, version))
        try:
            await actions.edit_article(
                session, visit.actor, edition, article_id, form.values(), version=version, now=visit.now
            )
        except Stale as stale:
            form.refuse(stale.message)
            both = [(one.label.text, one.data, stale.current[one.name]) for one in form]
            both = [(label, typed, stored) for label, typed, stored in both if typed != stored]
            return page(visit, ARTICLE, status=409, **_context(edition, rulebook, form, article, both=both))
        return done(visit, visit.url(OVERVIEW), _("L’article est enregistré."))

    @post("/articles/{article_id:str}/deplacer", name="editions:move-article", policy="national_coordination")
    async def move(self, visit: Visiting, session: Session, article_id: FromPath[str]) -> Response[str]:
        version, up = posted_version(visit.posted), visit.posted.get("sens") == "haut"
        edition = await _writable(visit, session, lock=True)
        await actions.move_article(
            session, visit.actor, edition, article_id, up=up, version=version, now=visit.now
        )  # fmt: skip
        return done(visit, visit.url(OVERVIEW), _("L’article est déplacé."))

    @get("/articles/{article_id:str}/retirer", name="editions:ask-remove-article", policy="national_coordination")
    async def ask_remove(self, visit: Visiting, session: Session, article_id: FromPath[str]) -> Template:
        edition, rulebook = await _draft(visit, session)
        article = actions.article_of(rulebook, article_id)
        return page(visit, "editions/rulebook/remove.html", edition=edition, rulebook=rulebook, article=article)

    @post("/articles/{article_id:str}/retirer", name="editions:remove-article", policy="national_coordination")
    async def remove(self, visit: Visiting, session: Session, article_id: FromPath[str]) -> Response[str]:
        version = posted_version(visit.posted)
        edition = await _writable(visit, session, lock=True)
        await actions.remove_article(session, visit.actor, edition, article_id, version=version, now=visit.now)
        return done(visit, visit.url(OVERVIEW), _("L’article est retiré."))


async def _writable(visit: Visit, session: AsyncSession, *, lock: bool = False) -> Edition:
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_write_rulebook(visit.viewer, edition))
    return edition


async def _draft(visit: Visit, session: AsyncSession, *, lock: bool = False) -> tuple[Edition, Rulebook]:
    """The edition at hand and its draft.

    Raises:
        NotThere: nothing is being written.
    """
    edition = await _writable(visit, session, lock=lock)
    rulebook = await draft_rulebook(session, edition.id)
    if rulebook is None:
        raise NotThere()
    check(may_change_rulebook(visit.viewer, edition, rulebook))
    return edition, rulebook


def _context(
    edition: Edition,
    rulebook: Rulebook,
    form: ArticleForm,
    article: RulebookArticle | None = None,
    version: int | None = None,
    both: list[tuple[str, Any, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "edition": edition,
        "rulebook": rulebook,
        "form": form,
        "article": article,
        "version": version if version is not None else article.version if article else None,
        "both": both or [],
        "placeholders": PLACEHOLDERS,
    }
