"""Captions by keyboard alone: brought, corrected, set to the video, saved; with axe, on a wide and a narrow screen."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.keyboard import AXE, OUTPUT, RULES, VIOLATIONS
from tests.browser.test_writing import Place, place  # noqa: F401 — the fixture
from tests.projects.videos import playable

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SRT = "\n".join(
    f"{n}\n00:00:0{start} --> 00:00:0{end}\n{text}\n"
    for n, start, end, text in (
        (1, "0,500", "1,000", "Bonjour."), (2, "1,000", "2,000", "La consigne."), (3, "2,000", "3,000", "Fin."),
    )
)  # fmt: skip
SHOWN = "video => [...video.textTracks[0].cues].map(cue => `${cue.startTime} ${cue.text}`)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def _seek(window: Page, seconds: float) -> None:
    await window.evaluate(
        "seconds => new Promise(done => { const video = document.querySelector('video');"
        " video.addEventListener('seeked', done, {once: true}); video.currentTime = seconds; })",
        seconds,
    )


async def _press(window: Page, selector: str, key: str) -> None:
    await window.focus(selector)
    await window.keyboard.press(key)


async def _look(window: Page) -> None:
    """Wide and narrow, light and dark: nothing for axe, nothing beyond the edge."""
    for width in (1280, 320):
        for scheme in ("light", "dark"):
            await window.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            await window.set_viewport_size({"width": width, "height": 800})
            await window.evaluate(AXE.read_text())
            assert await window.evaluate(VIOLATIONS, RULES) == []
            assert await window.evaluate(OVERFLOW) <= 0
            OUTPUT.mkdir(exist_ok=True)
            await window.screenshot(path=OUTPUT / f"captions-{width}-{scheme}.png", full_page=True)


async def test_captions_are_brought_set_and_saved_by_keyboard(place: Place) -> None:  # noqa: F811
    window = (await place.writer(0)).window
    await window.set_input_files("#video", {"name": "film.webm", "mimeType": "video/webm", "buffer": playable(4)})
    await _press(window, "#video-jointe form button", "Enter")
    await expect(window.locator("#video-jointe video")).to_be_visible()
    await window.goto(f"{place.address}/projet/sous-titres")
    await window.focus("#captions_text")
    await window.keyboard.insert_text(SRT)
    await _press(window, "#apporter form button", "Enter")
    await expect(window.locator("[data-cue]")).to_have_count(3)
    await window.focus("#texte-2")
    await window.keyboard.press("Control+End")
    await window.keyboard.type(" Longue.")
    await window.wait_for_selector("video")
    await _seek(window, 0.25)
    await window.focus("[data-key=cue]")
    await window.keyboard.press("Space")
    await _seek(window, 1.5)
    await window.keyboard.press("Enter")
    status = window.locator("[data-caption-state]")
    await expect(status).to_have_text("Sous-titre 2 : début à 0:01,500. Suivant : Fin.")
    await expect(window.locator("[data-current] legend")).to_have_text("Sous-titre 3")
    await window.keyboard.press("p")
    await expect(status).to_have_text("Sous-titre 2 : La consigne. Longue.")
    await _seek(window, 2.5)
    await _press(window, "#texte-3", "Control+Enter")
    assert await window.eval_on_selector_all("[name=debut]", "all => all.map(one => one.value)") == [
        "0:00,250", "0:01,500", "0:02,500",
    ]  # fmt: skip
    assert await window.eval_on_selector("#fin-2", "one => one.value") == "0:02,500"
    assert await window.eval_on_selector("video", SHOWN) == ["0.25 Bonjour.", "1.5 La consigne. Longue.", "2.5 Fin."]
    await _press(window, "form[data-captions] .form-actions button", "Enter")
    await expect(window.locator("[name=debut]").nth(1)).to_have_value("0:01,500")
    assert "00:00:01.500 --> 00:00:02.500\nLa consigne. Longue." in (await place.project()).video_captions
    await _look(window)
