"""The only module that makes trusted HTML, all of it from fixed patterns with escaped values."""

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from creathon.core.text import _

_HIDDEN = Markup('<input type="hidden" name="{name}" value="{value}">')
_BREAK = Markup("<br>")
_LINK = Markup('<a href="{path}">{url}</a>')
_DATA = Markup('<script type="application/ld+json">{content}</script>')
_IN_DATA = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_PARAGRAPH = Markup("<p>{content}</p>")


def hidden_input(name: str, value: str) -> Markup:
    """A hidden field of a form."""
    return _HIDDEN.format(name=name, value=value)


def paragraphs(text: str | None) -> Markup:
    """User text as paragraphs and line breaks; nothing of it becomes HTML."""
    blocks = [block for block in (text or "").split("\n\n") if block.strip()]
    lines = (_BREAK.join(escape(line) for line in block.strip().split("\n")) for block in blocks)
    return Markup("").join(_PARAGRAPH.format(content=content) for content in lines)


def linked_data(data: Mapping[str, Any]) -> Markup:
    """JSON-LD, which browsers never run: what would end the element or begin another is written as JSON escapes."""
    return _DATA.format(content=Markup(json.dumps(data, ensure_ascii=False).translate(_IN_DATA)))


def sentence(message: str, **values: object) -> Markup:
    """`_` of templates: a sentence of ours with the values it is about, which are escaped."""
    said = Markup(_(message))
    return said % values if values else said


def linked(text: str, base_url: str) -> Markup:
    """Text of ours as paragraphs in which the addresses of this platform are links; other addresses stay text."""
    pattern = re.compile(re.escape(base_url) + r"(/[\w/.~-]*)")
    return Markup(pattern.sub(lambda found: _LINK.format(path=found[1], url=found[0]), str(paragraphs(text))))
