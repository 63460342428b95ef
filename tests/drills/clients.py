"""Members at work over HTTP, through the forms the pages really show, and a journal of what they were told."""

import asyncio
import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
from bs4 import BeautifulSoup, Tag

from creathon.core.ids import new_id
from tests.browsing import form_values
from tests.drills.world import Member
from tests.factories.projects import ANSWERED, PDF_END, PDF_START

WORDS = "Une réponse assez longue pour ressembler à ce qu’écrit une équipe au milieu de la nuit. " * 6
TIMEOUT = 20.0


class Cut(Exception):
    """The platform did not answer: what was asked may have been done or not."""


@dataclass
class Journal:
    """What was acknowledged, by team: the texts saved, the files joined, the receipts; and what nobody knows."""

    saved: set[tuple[str, str]] = field(default_factory=set)
    joined: set[tuple[str, str]] = field(default_factory=set)
    deposited: dict[str, str] = field(default_factory=dict)
    """The text deposited, by number of receipt."""
    told: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at each acknowledgement."""
    unknown: int = 0
    server_errors: int = 0

    @property
    def acknowledged(self) -> int:
        return len(self.saved) + len(self.joined) + len(self.deposited)


class Client:
    """One browser."""

    def __init__(self, member: Member, port: int, journal: Journal) -> None:
        self.member, self.journal = member, journal
        origin = f"https://127.0.0.1:{port}"
        headers = {"cookie": f"__Host-session={member.token}", "origin": origin, "sec-fetch-site": "same-origin"}
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=TIMEOUT)

    async def work(self, chance: random.Random) -> None:
        """Save, join a file, deposit, over and over.

        Raises:
            Cut: the platform stopped answering.
        """
        async with self.http:
            while True:
                text = await self.save()
                if chance.random() < 0.5:
                    await self.join(PDF_START + chance.randbytes(chance.randrange(1, 200_000)) + PDF_END)
                if chance.random() < 0.5:
                    await self.deposit(text)

    async def save(self) -> str:
        """Write a new text; gives it back once it is acknowledged."""
        page = await self._page("/projet")
        fields = form_values(_form(page, "/projet"))
        text = f"Version {new_id()}"
        written = {name: WORDS for name in fields if name in _LONG}
        fields |= written | {"title": text, "summary": text, "needs": ["oral"], "levels": ["college"]}
        video = {"video_url": "https://video.exemple.test/1", "video_captioned": "oui"}
        await self._send("/projet", fields | video | ANSWERED)
        self.journal.saved.add((self.member.team_id, text))
        return text

    async def join(self, content: bytes) -> None:
        """Join a file, in the place of the first one when there is no room for more."""
        page = await self._page("/projet")
        if page.select_one('form[action="/projet/fichier"]') is None:
            first = page.select_one('form[action^="/projet/fichiers/"]')
            assert first is not None
            await self._send(str(first["action"]), form_values(first))
            page = await self._page("/projet")
        fields = form_values(_form(page, "/projet/fichier"))
        await self._send("/projet/fichier", fields, files={"file": ("affiche.pdf", content, "application/pdf")})
        self.journal.joined.add((self.member.team_id, hashlib.sha256(content).hexdigest()))

    async def deposit(self, text: str) -> None:
        fields = form_values(_form(await self._page("/projet/depot"), "/projet/depot"))
        number = (await self._send("/projet/depot", fields)).rpartition("/")[2]
        self.journal.deposited[number] = text

    async def _page(self, path: str) -> BeautifulSoup:
        answer = await self._ask("GET", path)
        if answer.status_code != 200:
            raise AssertionError(f"{path} answers {answer.status_code}: {_words(answer)}")
        return BeautifulSoup(answer.text, "lxml")

    async def _send(self, path: str, fields: dict[str, Any], files: Any = None) -> str:
        """Where the form leads once it is done.

        Raises:
            Cut: the answer never came, or said that it could not be done now.
        """
        try:
            answer = await self._ask("POST", path, data=fields, files=files)
        except Cut:
            self.journal.unknown += 1
            raise
        if answer.status_code != 303:
            raise AssertionError(f"POST {path} answers {answer.status_code}: {_words(answer)}")
        self.journal.told.set()
        return str(answer.headers["location"])

    async def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            answer = await self.http.request(method, path, **content)
        except httpx.HTTPError as error:
            raise Cut from error
        if answer.status_code >= 500:
            self.journal.server_errors += 1
            raise Cut
        return answer


_LONG = ("need", "solution", "ai_use", "inclusion", "next_steps", "scenario", "video_transcript")


def _form(page: BeautifulSoup, action: str) -> Tag:
    """The form of a page that is sent to `action`."""
    form = page.select_one(f'form[method="post"][action="{action}"]')
    if form is None:
        raise AssertionError(f"no form for {action}: {page.get_text(' ')[:500]}")
    return form


def _words(answer: httpx.Response) -> str:
    main = BeautifulSoup(answer.text, "lxml").find("main")
    return " ".join(main.get_text(" ").split())[:500] if main else answer.text[:500]
