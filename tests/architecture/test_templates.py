"""Templates compile, find each other, trust no text, run no inline code and guard every form."""

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, meta

from tests.architecture.tree import ROOT, line_of, plant, relative, templates, without_comments

FORBIDDEN = {
    "|safe": re.compile(r"\|\s*safe\b"),
    "autoescape off": re.compile(r"\{%-?\s*autoescape\s+false"),
    "Markup(": re.compile(r"\bMarkup\("),
    "style=": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "on…=": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b|\bhx-live\b|[\"']js:", re.IGNORECASE),
    "inline <script>": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "inline <style>": re.compile(r"<style\b", re.IGNORECASE),
    "javascript:": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
}
NO_CSP_IN_MAIL = {"style=", "inline <style>"}
"""Mail readers know no style sheet: there, and only there, style goes with the text."""

FORM = re.compile(r"<form\b(?P<tag>[^>]*)>(?P<body>.*?)</form>", re.IGNORECASE | re.DOTALL)
POST = re.compile(r"method\s*=\s*[\"']?post", re.IGNORECASE)


class AnyName(dict[str, Any]):
    """Filters and tests of any name: which ones exist is for the pages to show."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return str

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, str)


def environment(root: Path) -> Environment:
    env = Environment(
        loader=FileSystemLoader(root / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    env.filters, env.tests = AnyName(env.filters), AnyName(env.tests)
    return env


def broken(root: Path) -> list[str]:
    """Templates that do not compile, or name one that is not there."""
    env, found = environment(root), []
    names = {relative(root / "templates", path) for path in templates(root)}
    for name in sorted(names):
        source = (root / "templates" / name).read_text(encoding="utf-8")
        try:
            env.compile(source, name)
            targets = set(meta.find_referenced_templates(env.parse(source))) - {None}
        except Exception as error:  # noqa: BLE001, RUF100 - whatever Jinja says is the finding
            found.append(f"{name}: {error}")
            continue
        found += [f"{name}: no {target}" for target in sorted(map(str, targets)) if target not in names]
    return found


def forbidden(root: Path) -> list[str]:
    found = []
    for path in templates(root):
        name, text = relative(root / "templates", path), without_comments(path.read_text(encoding="utf-8"))
        for word, pattern in FORBIDDEN.items():
            if not (name.startswith("mail/") and word in NO_CSP_IN_MAIL):
                found += [f"{name}:{line_of(text, hit.start())} {word}" for hit in pattern.finditer(text)]
    return found


def unguarded_forms(root: Path) -> list[str]:
    """Forms that post without the hidden CSRF field."""
    found = []
    for path in templates(root):
        text = without_comments(path.read_text(encoding="utf-8"))
        for form in FORM.finditer(text):
            if POST.search(form["tag"]) and "csrf_input" not in form["body"]:
                found.append(f"{relative(root / 'templates', path)}:{line_of(text, form.start())}")
    return found


def test_templates_compile_and_find_each_other() -> None:
    assert broken(ROOT) == []


@pytest.mark.bar("O163")
def test_templates_hold_no_inline_code_and_trust_no_text() -> None:
    assert forbidden(ROOT) == []


def test_templates_guard_every_form_that_posts() -> None:
    assert unguarded_forms(ROOT) == []


def test_templates_that_are_broken_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "templates/base.html", "{% block body %}{% endblock %}")
    plant(
        tmp_path,
        "templates/fine.html",
        "{% extends 'base.html' %}{{ day | long_date }}{% trans %}Non{% endtrans %}",
    )
    plant(tmp_path, "templates/lost.html", "{% include 'gone.html' %}{% import 'base.html' as base %}")
    plant(tmp_path, "templates/open.html", "{% if late %}")
    assert [line.split(": ")[0] for line in broken(tmp_path)] == ["lost.html", "open.html"]
    assert broken(tmp_path)[0] == "lost.html: no gone.html"


@pytest.mark.parametrize(
    ("sample", "word"),
    [
        ("{{ remark | safe }}", "|safe"),
        ("{% autoescape false %}", "autoescape off"),
        ('<p class="x" style="color: red">', "style="),
        ('<a href="/" onclick="go()">', "on…="),
        ('<a hx-on:click="go()">', "hx-on"),
        ("<script>go()</script>", "inline <script>"),
        ("<style>p {}</style>", "inline <style>"),
        ('<a href="javascript:go()">', "javascript:"),
    ],
)
@pytest.mark.bar("O163")
def test_templates_with_inline_code_are_found(tmp_path: Path, sample: str, word: str) -> None:
    plant(tmp_path, "templates/teams/page.html", f"<p>\n{sample}")
    assert forbidden(tmp_path) == [f"teams/page.html:2 {word}"]


def test_templates_may_explain_and_link_scripts(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "templates/base.html",
        "{# never |safe #}<script src=\"{{ asset('app.js') }}\" defer></script>",
    )
    plant(tmp_path, "templates/mail/welcome/body.html", '<p style="color: black">')
    assert forbidden(tmp_path) == []


def test_templates_with_an_unguarded_form_are_found(tmp_path: Path) -> None:
    plant(tmp_path, "templates/a.html", '<form method="post">{{ csrf_input }}</form><form><input></form>')
    plant(tmp_path, "templates/b.html", '\n<form class="x" method=POST action="/"><button>Ok</button></form>')
    assert unguarded_forms(tmp_path) == ["b.html:2"]
