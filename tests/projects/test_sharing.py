"""What the public pages say to those who share and index them: no person, and nothing that a title could break."""

import json

import pypdfium2
import pytest

from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.markup import linked_data
from tests.browsing import Visitor
from tests.factories.editions import AFTER_PALMARES, CREATION
from tests.factories.projects import make_deposited
from tests.projects.conftest import Scene

HOSTILE = [
    "</script><script>alert(1)</script>", "<!--<script>",
    "]]>&lt;&amp;", "« l’été » \"quoted\" 'too' \\", "a\u2028b\u2029c",
]  # fmt: skip


def _meta(visitor: Visitor) -> dict[str, str]:
    return {str(one["property"]): str(one["content"]) for one in visitor.page.select('meta[property^="og:"]')}


@pytest.mark.parametrize("title", HOSTILE)
def test_linked_data_is_never_ended_by_what_it_says(title: str) -> None:
    written = str(linked_data({"name": title}))
    inside = written.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(inside) == {"name": title}
    assert not set("<>&\u2028\u2029") & set(inside)


async def test_a_public_project_says_what_it_is_and_names_no_person(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    title = "Le </script><script>alert(1)</script> & « l’été »"
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team, title=title)
    clock.move_to(AFTER_PALMARES)
    await visitor.open(f"/projets/{project.slug}")
    address = f"http://testserver/projets/{project.slug}"
    assert _meta(visitor) == {
        "og:title": title, "og:description": project.summary, "og:type": "article", "og:url": address,
        "og:site_name": "Créathon", "og:locale": "fr_FR",
    }  # fmt: skip
    blocks = visitor.page.select("script:not([src])")
    assert [one["type"] for one in blocks] == ["application/ld+json"]
    said = json.loads(str(blocks[0].string))
    assert (said["@type"], said["name"], said["url"]) == ("CreativeWork", title, address)
    assert said["author"] == {"@type": "Organization", "name": "Les Marches"}
    assert "Person" not in str(blocks[0].string)
    for person in scene.people:
        assert person.given_name not in visitor.response.text
        assert person.family_name not in visitor.response.text
    assert "script-src 'self';" in visitor.response.headers["content-security-policy"]


async def test_the_gallery_says_what_it_is(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        await make_deposited(session, scene.edition, scene.team)
    clock.move_to(AFTER_PALMARES)
    await visitor.open("/projets?mots=%3C/script%3Eescalier")
    said = json.loads(visitor.page.select("script:not([src])")[0].string or "")
    assert said["@type"] == "CollectionPage"
    assert said["url"] == _meta(visitor)["og:url"] == "http://testserver/projets?mots=%3C%2Fscript%3Eescalier"
    assert _meta(visitor)["og:title"] == "Projets – Créathon 2027"


@pytest.mark.pdf
async def test_a_public_project_is_kept_as_a_tagged_pdf(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock
) -> None:
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team)
    clock.move_to(CREATION)
    await visitor.open(f"/projets/{project.slug}/projet.pdf")
    assert visitor.status == 404
    clock.move_to(AFTER_PALMARES)
    await visitor.open(f"/projets/{project.slug}")
    assert visitor.page.select_one(f'a[href="/projets/{project.slug}/projet.pdf"]') is not None
    await visitor.open(f"/projets/{project.slug}/projet.pdf")
    assert visitor.response.headers["content-type"] == "application/pdf"
    written = pypdfium2.PdfDocument(visitor.response.content)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(written)
    assert written.get_metadata_value("Title") == "Consigne en escalier – Créathon"
    assert written.get_metadata_value("Author") == "Les Marches"
    words = " ".join(" ".join(one.get_textpage().get_text_bounded() for one in written).split())
    assert "La consigne est souvent le premier obstacle." in words
    assert not any(person.family_name in words for person in scene.people)


async def test_a_stranger_does_not_wait_behind_another_for_a_pdf(
    visitor: Visitor, scene: Scene, database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        project = await make_deposited(session, scene.edition, scene.team)
    clock.move_to(AFTER_PALMARES)
    monkeypatch.setattr("creathon.core.web.paper.pdf_is_busy", lambda: True)
    await visitor.open(f"/projets/{project.slug}/projet.pdf")
    assert visitor.status == 503
    assert "imprimez la page" in visitor.text
