"""Chromium driven by the keyboard alone: Tab, Space, Enter, arrows and letters; every page met goes through axe."""

from pathlib import Path
from typing import Any, Self

from playwright.async_api import ElementHandle, Page

AXE = Path(__file__).parents[2] / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
MOST_TABS = 400
OUTPUT = Path(__file__).parent / "output"

FOCUS_IS_SEEN = """element => {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const drawn = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  const label = element.closest('label');
  const aura = label && getComputedStyle(label);
  const around = aura && (aura.outlineStyle !== 'none' || aura.boxShadow !== 'none');
  return (drawn || around) && box.width >= 0;
}"""
VIOLATIONS = """async tags => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}});
  return found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`);
}"""


class Keyboard:
    """One browser window. Knows the same verbs as `tests.browsing.Visitor`."""

    def __init__(self, window: Page, address: str, met: dict[str, list[str]], examiner: Page | None = None) -> None:
        self.window = window
        self.address = address
        self.met = met
        """What axe found on each page, by path."""
        self.examiner = examiner
        """A window with JavaScript, for axe, when this one has none."""

    @property
    def path(self) -> str:
        return self.window.url.removeprefix(self.address).partition("?")[0]

    async def open(self, path: str) -> Self:
        await self.window.goto(self.address + path)
        await self._look()
        return self

    async def text(self) -> str:
        return " ".join((await self.window.inner_text("body")).split())

    async def title(self) -> str:
        return " ".join((await self.window.inner_text("h1")).split())

    async def picture(self, name: str) -> None:
        """Keep what is on the screen: `docs/images` is filled from here."""
        OUTPUT.mkdir(exist_ok=True)
        await self.window.evaluate("document.querySelector('fieldset')?.scrollIntoView()")
        await self.window.screenshot(path=OUTPUT / f"{name}.png")

    async def follow(self, words: str) -> Self:
        """Go through the link that says so, by Tab and Enter."""
        link = await self._visible(f"main a:has-text({words!r})")
        await self._reach(link)
        await self._press_and_land("Enter")
        return self

    async def submit(self, action: str | None = None, *, button: str | None = None, **values: Any) -> Self:
        """Fill the form and press its button, all by keyboard; a `Path` chooses a file."""
        form = await self._form(action, button)
        for name, value in values.items():
            await self._fill(form, name, value)
        wanted = f"button:has-text({button!r})" if button else "button[type=submit], button:not([type])"
        press = await form.query_selector(wanted)
        assert press is not None, f"no button in the form on {self.path}"
        await self._reach(press)
        if await press.evaluate("button => Boolean(window.tus && button.form.dataset.uploads)"):
            await self.window.keyboard.press("Enter")  # the page stays, and its part that holds the form is read again
            await form.wait_for_element_state("hidden")
            await self._look()
        else:
            await self._press_and_land("Enter")
        return self

    async def _form(self, action: str | None, button: str | None) -> ElementHandle:
        selector = f"form[action$={action!r}]" if action else "main form"
        if button:
            selector = f"main form:has(button:has-text({button!r}))"
        forms = [form for form in await self.window.query_selector_all(selector) if await form.is_visible()]
        assert len(forms) == 1, f"{len(forms)} forms for {action or button or 'main'} on {self.path}"
        return forms[0]

    async def _fill(self, form: ElementHandle, name: str, value: Any) -> None:
        fields = await form.query_selector_all(f"[name={name!r}]:not([type=hidden])")
        assert fields, f"no field {name} on {self.path}"
        kind = await fields[0].get_attribute("type")
        if kind == "radio":
            await self._choose_radio(fields, str(value))
        elif kind == "checkbox":
            await self._tick(fields, value)
        elif kind == "file":
            await fields[0].set_input_files(value)
        elif await fields[0].evaluate("element => element.tagName") == "SELECT":
            await self._reach(fields[0])
            await self._select(fields[0], str(value))
        elif kind in ("date", "datetime-local"):
            await self._reach(fields[0])
            await fields[0].fill(str(value))  # its parts follow the browser's own language, not the page's
        else:
            await self._reach(fields[0])
            await self.window.keyboard.press("Control+A")
            await self.window.keyboard.insert_text(str(value))

    async def _choose_radio(self, fields: list[ElementHandle], value: str) -> None:
        """Tab to the group, then arrows to the wanted button."""
        await self._reach_any(fields)
        for _ in range(len(fields) + 1):
            current = await self.window.evaluate("document.activeElement.value")
            checked = await self.window.evaluate("document.activeElement.checked")
            if current == value:
                if not checked:
                    await self.window.keyboard.press("Space")
                return
            await self.window.keyboard.press("ArrowDown")
        raise AssertionError(f"no choice {value} on {self.path}")

    async def _tick(self, fields: list[ElementHandle], value: Any) -> None:
        wanted = {str(item) for item in value} if isinstance(value, list | tuple | set) else None
        for field in fields:
            here = await field.get_attribute("value") or "on"
            should = here in wanted if wanted is not None else bool(value)
            if await field.is_checked() != should:
                await self._reach(field)
                await self.window.keyboard.press("Space")

    async def _select(self, field: ElementHandle, value: str) -> None:
        """Go down a closed list from its top to the wanted option."""
        await self.window.keyboard.press("Home")
        for _ in range(await field.evaluate("element => element.options.length")):
            if await field.evaluate("element => element.value") == value:
                return
            await self.window.keyboard.press("ArrowDown")
        assert await field.evaluate("element => element.value") == value, f"no option {value} on {self.path}"

    async def _visible(self, selector: str) -> ElementHandle:
        found = [one for one in await self.window.query_selector_all(selector) if await one.is_visible()]
        assert found, f"nothing like {selector} on {self.path}"
        return found[0]

    async def _reach(self, element: ElementHandle) -> None:
        await self._reach_any([element])

    async def _reach_any(self, elements: list[ElementHandle]) -> None:
        """Press Tab until one of the elements has the focus, and see that the focus is drawn."""
        for _ in range(MOST_TABS):
            for element in elements:
                if await element.evaluate("element => element === document.activeElement"):
                    assert await element.evaluate(FOCUS_IS_SEEN), f"the focus cannot be seen on {self.path}"
                    return
            await self.window.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches the element on {self.path}")

    async def _press_and_land(self, key: str) -> None:
        async with self.window.expect_navigation():
            await self.window.keyboard.press(key)
        # Another anchor on the same page is a first navigation; the reading of the page again is a second one.
        await self.window.wait_for_selector("html:not([data-leaving])", state="attached")
        await self.window.wait_for_load_state()
        await self._look()

    async def _look(self) -> None:
        """Run axe on the page as it stands; without JavaScript, on its copy in a window that lets axe run."""
        if self.examiner is None:
            await self._examine(self.window)
            return
        html = await self.window.content()
        await self.examiner.goto("about:blank")  # another anchor of the page at hand would not be a new page
        await self.examiner.route("**/*.js", lambda route: route.abort())
        await self.examiner.route(self.window.url, lambda route: route.fulfill(body=html, content_type="text/html"))
        await self.examiner.goto(self.window.url)
        await self._examine(self.examiner)
        await self.examiner.unroute_all()

    async def _examine(self, window: Page) -> None:
        await window.evaluate(AXE.read_text())
        found = await window.evaluate(VIOLATIONS, RULES)
        self.met.setdefault(self.path, []).extend(found)
