"""What a handler answers: a page, or « done, go there »."""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment
from litestar import Request, Response
from litestar.response import Template
from markupsafe import Markup

from creathon.core.errors import VersionMissing
from creathon.core.forms import MultiDict
from creathon.core.ids import new_id
from creathon.core.web.flash import write_flashes
from creathon.core.web.markup import hidden_input
from creathon.core.web.posted import CSRF_FIELD
from creathon.core.web.transactions import ONCE_FIELD
from creathon.core.web.visit import Visit

EDITION_FIELD = "_edition"
"""The edition a form was made in: a person who works in several may have left it in another tab."""

Extend = Callable[[Visit, dict[str, Any]], dict[str, Any]]
"""Adds to the context of every page what a feature shows everywhere (the frieze of the edition)."""


class Page(Template):
    """A template with our context only: the framework's own `csrf_input` would take the place of ours."""

    def create_template_context(self, request: Request[Any, Any, Any]) -> dict[str, Any]:
        return {**self.context, "request": request}


def page(visit: Visit, template: str, *, status: int = 200, **context: Any) -> Template:
    """Render a template of a feature. With a status of 400 or more, nothing of the request is stored."""
    full: dict[str, Any] = {
        **context,
        "viewer": visit.viewer,
        "flashes": visit.flashes,
        "now": visit.now,
        "current_path": visit.path,
        "environment": visit.settings.environment,
        "contact_email": visit.settings.contact_email,
        "csrf_token": visit.csrf_token() if visit.viewer.is_signed_in else "",
        "csrf_input": lambda: _hidden_inputs(visit, context.get("edition")),
        "once_input": lambda: hidden_input(ONCE_FIELD, new_id()),
    }
    extend: list[Extend] = visit.app.state.page_context
    for add in extend:
        full |= add(visit, full)
    return Page(template_name=template, context=full, status_code=status, media_type="text/html")


def document(visit: Visit, template: str, **context: Any) -> str:
    """A template as a text, for what is not answered as a page: a document to keep."""
    environment: Environment = visit.app.state.templates
    site = visit.settings.base_url
    return environment.get_template(template).render(**context, viewer=visit.viewer, site=site, url_for=visit.url)


def _hidden_inputs(visit: Visit, edition: Any) -> Markup:
    """What every form carries: its token and, on a page that speaks of an edition, which one."""
    token = hidden_input(CSRF_FIELD, visit.csrf_token())
    return token if edition is None else token + hidden_input(EDITION_FIELD, edition.id)


def invalid(visit: Visit, template: str, **context: Any) -> Template:
    """The page of a form that was refused: its sentences, the text as typed, nothing stored."""
    return page(visit, template, status=422, **context)


def done(visit: Visit, location: str, message: str = "", kind: str = "success") -> Response[str]:
    """After a write: 303 to the page that shows it, with the sentence that says what was done.

    A form sent twice (same `_once`) is answered with the same address without being done again.
    """
    if message:
        visit.flash(message, kind)
    write_flashes(visit)
    visit.location = location
    return Response("", status_code=303, headers={"location": location}, media_type="text/plain")


def posted_version(posted: MultiDict) -> int:
    """The version the form was made from.

    Raises:
        VersionMissing: the form came without it.
    """
    value = posted.get("version") or ""
    if not value.isdigit():
        raise VersionMissing("Cette page est incomplète. Rechargez-la : votre texte reste dans l’onglet d’avant.")
    return int(value)
