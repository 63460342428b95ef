"""The messages written, to be read in development: never in production."""

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy import select

from creathon.core.errors import NotThere
from creathon.core.web.pages import page
from creathon.core.web.visit import Session, Visit, Visiting
from creathon.mail.models import Mail

SHOWN = 100


class MailPages(Controller):
    """/courrier."""

    path = "/courrier"

    @get(name="mail:outbox", policy="development")
    async def outbox(self, visit: Visiting, session: Session) -> Template:
        _outside_production(visit)
        mails = list(await session.scalars(select(Mail).order_by(Mail.created_at.desc(), Mail.id).limit(SHOWN)))
        return page(visit, "mail_pages/outbox.html", mails=mails)

    @get("/{mail_id:str}", name="mail:show", policy="development")
    async def show(self, visit: Visiting, session: Session, mail_id: FromPath[str]) -> Template:
        _outside_production(visit)
        mail = await session.get(Mail, mail_id)
        if mail is None:
            raise NotThere()
        return page(visit, "mail_pages/show.html", mail=mail, base_url=visit.settings.base_url)


def _outside_production(visit: Visit) -> None:
    if visit.settings.production:
        raise NotThere()
