"""/coordination/messages: what the edition at hand adds to the messages it sends."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import NotThere, Stale, check
from creathon.core.text import _
from creathon.core.web.pages import done, invalid, page, posted_version
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.dashboards.queries.messages import words_written
from creathon.editions.actions.messages import word_message, words_stored
from creathon.editions.forms.messages import WordsForm
from creathon.editions.models import Edition
from creathon.editions.pages.at_hand import edition_at_hand
from creathon.editions.rules import may_change_edition
from creathon.mail.models import EditionWords
from creathon.mail.wordable import WORDABLE, Wordable, Words

FORM = "dashboards/message.html"
ORIGINAL = "dashboards/message_original.html"
LIST = "dashboards:messages"


class MessagePages(Controller):
    """/coordination/messages."""

    path = "/coordination/messages"

    @get(name=LIST, policy="national_coordination")
    async def messages(self, visit: Visiting, session: Session) -> Template:
        edition = await _edition(visit, session)
        written = await words_written(session, edition.id)
        messages = list(WORDABLE.values())
        return page(visit, "dashboards/messages.html", edition=edition, messages=messages, written=written)

    @get("/{message:str}", name="dashboards:message", policy="national_coordination")
    async def message(self, visit: Visiting, session: Session, message: FromPath[str]) -> Template:
        edition, wordable, stored = await _message(visit, session, message)
        words = {"subject": stored.subject, "text": stored.text} if stored else {}
        form = WordsForm(wordable=wordable, **words)
        return page(visit, FORM, form=form, **_editing(edition, wordable, stored))

    @post("/{message:str}", name="dashboards:word-message", policy="national_coordination")
    async def word(self, visit: Visiting, session: Session, message: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, wordable, stored = await _message(visit, session, message, lock=True)
        form = WordsForm(visit.posted, wordable=wordable)
        if not form.accepts():
            return invalid(visit, FORM, form=form, **_editing(edition, wordable, stored, version))
        try:
            await word_message(session, visit.actor, edition, message, form.values(), version=version, now=visit.now)
        except Stale as stale:
            form.refuse(stale.message)
            both = [(one.label.text, one.data, stale.current[one.name]) for one in form]
            context = _editing(edition, wordable, stored, both=[row for row in both if row[1] != row[2]])
            return page(visit, FORM, status=409, form=form, **context)
        return done(visit, visit.url(LIST), _("Le message « %(label)s » est enregistré.", label=wordable.label))

    @get("/{message:str}/origine", name="dashboards:ask-original", policy="national_coordination")
    async def ask(self, visit: Visiting, session: Session, message: FromPath[str]) -> Template:
        edition, wordable, stored = await _message(visit, session, message)
        return page(visit, ORIGINAL, changed=False, **_editing(edition, wordable, stored))

    @post("/{message:str}/origine", name="dashboards:original", policy="national_coordination")
    async def original(self, visit: Visiting, session: Session, message: FromPath[str]) -> Response[Any]:
        version = posted_version(visit.posted)
        edition, wordable, stored = await _message(visit, session, message, lock=True)
        try:
            await word_message(session, visit.actor, edition, message, Words(), version=version, now=visit.now)
        except Stale:
            return page(visit, ORIGINAL, status=409, changed=True, **_editing(edition, wordable, stored))
        return done(
            visit, visit.url(LIST), _("Le message « %(label)s » a repris son texte d’origine.", label=wordable.label)
        )


async def _edition(visit: Visit, session: AsyncSession, *, lock: bool = False) -> Edition:
    edition = await edition_at_hand(visit, session, lock=lock)
    check(may_change_edition(visit.viewer, edition))
    return edition


async def _message(
    visit: Visit, session: AsyncSession, name: str, *, lock: bool = False
) -> tuple[Edition, Wordable, EditionWords | None]:
    edition = await _edition(visit, session, lock=lock)
    wordable = WORDABLE.get(name)
    if wordable is None:
        raise NotThere()
    return edition, wordable, await words_stored(session, edition.id, name)


def _editing(
    edition: Edition, message: Wordable, stored: EditionWords | None, version: int | None = None, both: Any = ()
) -> dict[str, Any]:
    """What the page of a message reads; `version` is what a form that is shown again was made from."""
    known = stored.version if stored else 0
    shown = known if version is None else version
    return {"edition": edition, "message": message, "stored": stored, "version": shown, "both": both}
