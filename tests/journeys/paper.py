"""The journey's verbs over plain HTTP: what `tests.browser.keyboard.Keyboard` does with keys, with forms and links."""

from pathlib import Path
from typing import Any, Self

from tests.browsing import Visitor


class Paper:
    """A visitor behind the verbs of the journey."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    @property
    def path(self) -> str:
        return self.visitor.path

    async def open(self, path: str) -> Self:
        await self.visitor.open(path)
        assert self.visitor.status == 200, f"{path}: {self.visitor.status} {self.visitor.text[:300]}"
        return self

    async def text(self) -> str:
        return " ".join(self.visitor.page.get_text(" ").split())

    async def title(self) -> str:
        return self.visitor.title

    async def picture(self, name: str) -> None:
        """Nothing to see here."""

    async def follow(self, words: str) -> Self:
        links = [link for link in self.visitor.page.select("main a") if words in " ".join(link.get_text(" ").split())]
        assert links, f"no link « {words} » on {self.path}"
        return await self.open(str(links[0]["href"]))

    async def submit(self, action: str | None = None, *, button: str | None = None, **values: Any) -> Self:
        files = {name: (value.name, value.read_bytes()) for name, value in values.items() if isinstance(value, Path)}
        typed = {name: value for name, value in values.items() if name not in files}
        await self.visitor.submit(action, button=button, files=files or None, **typed)
        assert self.visitor.status == 200, (
            f"{self.path}: {self.visitor.status} {self.visitor.errors or self.visitor.text[:300]}"
        )
        return self
