"""The Jinja environment: autoescape, strict about missing names, French filters, translations."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from creathon.core import text
from creathon.core.web.assets import Assets
from creathon.core.web.markup import linked, linked_data, paragraphs, sentence

FILTERS = {
    "date_words": text.date_words,
    "date_short": text.date_short,
    "time_words": text.time_words,
    "instant": text.instant_words,
    "minute": text.minute,
    "number": text.number,
    "size": text.size_words,
    "duration": text.duration_words,
    "paragraphs": paragraphs,
    "linked": linked,
    "linked_data": linked_data,
    "french": text.french_spaces,
}


def make_environment(folder: Path, assets: Assets, *, reload: bool = False) -> Environment:
    """The environment of pages and of error pages."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=reload,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_callables(text._, text.ngettext_words, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(FILTERS)
    environment.globals["asset"] = assets.url
    environment.globals["asset_data"] = assets.data_uri
    environment.globals["_"] = sentence
    environment.globals["plural"] = text.ngettext
    return environment


def template_config(environment: Environment) -> TemplateConfig[Any]:
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))
