"""Renders `mail/<name>/subject.txt` and `body.txt`: plain text, where a user's words can never become anything else."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from creathon.core import text


class Renderer:
    """Templates and the address links start with, which comes from the settings and never from a request."""

    def __init__(self, templates: Path, base_url: str) -> None:
        self.base_url = base_url
        self.environment = Environment(  # noqa: S701 — plain text, never HTML
            loader=FileSystemLoader(templates / "mail"),
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self.environment.install_gettext_callables(text._, text.ngettext_words, newstyle=True)  # type: ignore[attr-defined]
        self.environment.filters.update(
            instant=text.instant_words, date_words=text.date_words, number=text.number, duration=text.duration_words
        )

    def render(self, name: str, **context: Any) -> tuple[str, str]:
        """The subject, on one line, and the body."""
        full = {"site": self.base_url, **context}
        subject = self.environment.get_template(f"{name}/subject.txt").render(full)
        body = self.environment.get_template(f"{name}/body.txt").render(full)
        return " ".join(subject.split()), text.french_spaces(body.strip()) + "\n"


_renderers: list[Renderer] = []


def use(renderer: Renderer) -> None:
    """Set the renderer of the process, once at start."""
    _renderers[:] = [renderer]


def renderer() -> Renderer:
    """The renderer of the process."""
    return _renderers[0]
