"""Tagged PDF of our own pages (PDF/UA-1), made by WeasyPrint in a process of its own that opens nothing.

WeasyPrint needs Pango, a library of the system: without it, whoever asks is told so and prints the page instead.
"""

import asyncio
import ctypes.util
import importlib.util
import sys
from functools import cache
from typing import Any

from creathon.core.apart import Died, limit_itself, run_apart

MEMORY = 1 << 30
SECONDS = 20
_one_at_a_time = asyncio.Semaphore(1)
"""In each process of the server: saving a project is never kept waiting by documents."""


class NoPdf(Exception):
    """No PDF can be made here, or not of this page."""


@cache
def pdf_is_there() -> bool:
    """Whether this machine has what PDFs are made with."""
    return importlib.util.find_spec("weasyprint") is not None and ctypes.util.find_library("pango-1.0") is not None


def pdf_is_busy() -> bool:
    """Whether somebody waits for a document: strangers come back later, and never make a team wait for its receipt."""
    return _one_at_a_time.locked()


async def make_pdf(html: str) -> bytes:
    """The PDF of a whole HTML document, whose images and fonts are inside it (`data:`); nothing else is fetched.

    Raises:
        NoPdf: WeasyPrint or Pango is not there, or the document took too much time or memory.
    """
    if not pdf_is_there():
        raise NoPdf
    async with _one_at_a_time:
        try:
            return await run_apart(__name__, html.encode(), seconds=SECONDS)
        except Died as error:
            raise NoPdf from error


def main() -> None:
    """Write the PDF of the document read from the standard input."""
    limit_itself(memory=MEMORY, seconds=SECONDS)
    sys.stdout.buffer.write(_pdf(sys.stdin.buffer.read().decode()))


def _pdf(html: str) -> bytes:
    weasyprint: Any = importlib.import_module("weasyprint")
    fetcher = importlib.import_module("weasyprint.urls").URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1", presentational_hints=False))


if __name__ == "__main__":
    main()
