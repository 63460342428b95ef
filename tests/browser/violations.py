"""What the policy of contents stopped, as the browser tells it."""

from playwright.async_api import BrowserContext, ConsoleMessage

PREFIX = "CSP:"
LISTEN = f"document.addEventListener('securitypolicyviolation', e => console.error('{PREFIX}', e.effectiveDirective))"


async def note_violations(context: BrowserContext, violations: list[str]) -> None:
    """Add to the list each directive that a page of this context breaks."""

    def note(said: ConsoleMessage) -> None:
        if said.text.startswith(PREFIX):
            violations.append(said.text)

    await context.add_init_script(LISTEN)
    context.on("console", note)
