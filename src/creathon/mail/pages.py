"""The messages written, to be read in development: never in production."""

from typing import Annotated

from litestar import Controller, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from creathon.core.errors import NotThere
from creathon.core.paging import paging
from creathon.core.web.pages import page
from creathon.core.web.visit import PageNumber, Session, Visit, Visiting
from creathon.mail.queries import MailFilter, mail_by_id, mails_count, mails_page

Recipient = Annotated[str, QueryParameter(name="pour")]
State = Annotated[str, QueryParameter(name="etat")]


class MailPages(Controller):
    """/courrier."""

    path = "/courrier"

    @get(name="mail:outbox", policy="development")
    async def outbox(
        self,
        visit: Visiting,
        session: Session,
        recipient: Recipient = "",
        state_name: State = "",
        number: PageNumber = 1,
    ) -> Template:
        _outside_production(visit)
        chosen = MailFilter(recipient.strip(), state_name)
        filters = {"pour": chosen.recipient, "etat": state_name}
        shown = paging(number, await mails_count(session, chosen), visit.path, filters)
        mails = await mails_page(session, chosen, offset=shown.offset, limit=shown.size)
        return page(visit, "mail_pages/outbox.html", mails=mails, chosen=chosen, paging=shown)

    @get("/{mail_id:str}", name="mail:show", policy="development")
    async def show(self, visit: Visiting, session: Session, mail_id: FromPath[str]) -> Template:
        _outside_production(visit)
        mail = await mail_by_id(session, mail_id)
        if mail is None:
            raise NotThere()
        return page(visit, "mail_pages/show.html", mail=mail, base_url=visit.settings.base_url)


def _outside_production(visit: Visit) -> None:
    if visit.settings.production:
        raise NotThere()
