"""A page on paper: a tagged PDF to keep."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from creathon.core.errors import Busy
from creathon.core.pdf import NoPdf, make_pdf, pdf_is_busy
from creathon.core.text import _
from creathon.core.web.attachment import attachment_headers
from creathon.core.web.pages import document
from creathon.core.web.visit import Visit

NO_PDF = "Le PDF ne peut pas être préparé pour l’instant. Réessayez dans un instant, ou imprimez la page."


async def paper(
    visit: Visit, session: AsyncSession, template: str, name: str, *, strangers: bool = False, **context: Any
) -> Response[bytes]:
    """The PDF of a template, sent under a name. Where `strangers` may ask, they never make a team wait for its receipt.

    Raises:
        Busy: it cannot be made now; the page can be printed instead.
    """
    html = document(visit, template, **context)
    await session.close()  # many may wait for theirs: none holds a connection meanwhile
    if strangers and pdf_is_busy():
        raise Busy(_(NO_PDF))
    try:
        content = await make_pdf(html)
    except NoPdf as error:
        raise Busy(_(NO_PDF)) from error
    return Response(content, media_type="application/pdf", headers=attachment_headers(name))
