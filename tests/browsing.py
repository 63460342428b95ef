"""A browser without a screen: keeps cookies, reads pages, fills and sends the forms they really show."""

from types import TracebackType
from typing import Any, Self

import httpx
from bs4 import BeautifulSoup, Tag

from creathon.accounts.actions import open_session
from creathon.accounts.models import Person
from creathon.app import Creathon
from creathon.core.clock import Clock
from creathon.core.database import Database

ORIGIN = "http://testserver"


class Visitor:
    """One browser. `page` is the page last received, after redirects; `status` is that page's."""

    def __init__(self, app: Creathon) -> None:
        self.app = app
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
        headers = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers, follow_redirects=True)
        self.response: httpx.Response
        self._read: tuple[httpx.Response, BeautifulSoup] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.path

    @property
    def page(self) -> BeautifulSoup:
        """The page last received, read once however often it is asked for."""
        if self._read is None or self._read[0] is not self.response:
            self._read = (self.response, BeautifulSoup(self.response.text, "lxml"))
        return self._read[1]

    @property
    def text(self) -> str:
        """What the main part of the page says, spaces folded (no-break ones too)."""
        main = self.page.find("main")
        return " ".join((main or self.page).get_text(" ").split())

    @property
    def title(self) -> str:
        heading = self.page.find("h1")
        return " ".join(heading.get_text(" ").split()) if heading else ""

    @property
    def flash(self) -> str:
        """The sentences shown once."""
        region = self.page.find(id="annonces")
        return " ".join(region.get_text(" ").split()) if region else ""

    @property
    def errors(self) -> str:
        """The error summary of the form."""
        summary = self.page.select_one("[data-error-summary]")
        return " ".join(summary.get_text(" ").split()) if summary else ""

    async def sign_in_as(self, person: Person) -> None:
        """Have a session without typing the password."""
        database: Database = self.app.litestar.state.database
        clock: Clock = self.app.litestar.state.clock
        async with database.writing() as session:
            token, _ = await open_session(session, person, "test browser", now=clock.now())
        self.http.cookies.set("session", token, domain="testserver.local", path="/")

    async def open(self, path: str) -> Self:
        """Read a page."""
        self.response = await self.http.get(path)
        return self

    def form(self, action: str | None = None, *, button: str | None = None) -> Tag:
        """The form of the page whose action ends so, or that has that button; the only one of <main> without either."""
        forms = list(self.page.select("form"))
        if action is not None:
            forms = [form for form in forms if str(form.get("action") or self.path).endswith(action)]
        elif button is not None:
            forms = [form for form in forms if any(button in found.get_text() for found in form.select("button"))]
        else:
            forms = list(self.page.select("main form"))
        assert len(forms) == 1, f"{len(forms)} forms for {action or button or 'main'} on {self.path}: {self.text[:300]}"
        return forms[0]

    async def submit(
        self, action: str | None = None, *, button: str | None = None, files: Any = None, **values: Any
    ) -> Self:
        """Fill the form as it is rendered and send it; a list fills checkboxes of one name."""
        form = self.form(action, button=button)
        data = {**form_values(form), **pressed(form, button), **values}
        data = {name: value for name, value in data.items() if value is not None}
        target = str(form.get("action") or self.path)
        self.response = await self.http.post(target, data=data, files=files)
        return self

    async def post(self, path: str, **values: Any) -> Self:
        """Send values of one's own making, as no form would."""
        self.response = await self.http.post(path, data=values)
        return self


def form_values(form: Tag) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), field.get("type", "")
        if kind in ("checkbox", "radio"):
            if field.has_attr("checked"):
                values.setdefault(name, []).append(field.get("value", "on"))
        elif field.name == "textarea":
            values[name] = field.get_text().removeprefix("\n")
        elif field.name == "select":
            options = field.select("option[selected]") or field.select("option")[:1]
            values[name] = [option.get("value", "") for option in options]
        elif kind != "file":
            value = field.get("value", "")
            values[name] = [*as_list(values[name]), value] if name in values else value
    return values


def pressed(form: Tag, words: str | None) -> dict[str, str]:
    """The name and value a pressed button sends, when it has some."""
    found = [button for button in form.select("button[name]") if words and words in button.get_text()]
    return {str(found[0]["name"]): str(found[0].get("value", ""))} if found else {}


def as_list(value: Any) -> list[Any]:
    """One value or several, as several: hidden fields may share a name."""
    return value if isinstance(value, list) else [value]
