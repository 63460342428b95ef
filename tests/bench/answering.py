"""What a coordination pays for: its lists, the preview of an answer to many, the answer itself."""

import re
from collections.abc import Iterator
from typing import Any

from creathon.core.ids import new_id
from creathon.teams.rules import BULK_MOST
from tests.bench.load import Target
from tests.bench.loader import Loaded, Titled
from tests.bench.scenarios import Plan, Scenario, ScenarioError, get, in_turn, post, read
from tests.bench.server import Server

LIST = "/coordination/candidatures"
PREVIEW = f"{LIST}/reponses/apercu"
ANSWER = f"{LIST}/reponses"
DEEP_PAGE = 150
A_PAGE = 25
P95: dict[str, Any] = {"budget": 150.0, "quantile": "p95", "held_at": 2}
"""Milliseconds, with as many at work as there are processes."""
_HIDDEN = re.compile(r'<input type="hidden" name="(_csrf|_edition)" value="([^"]*)"')


def first_page(server: Server, loaded: Loaded) -> Plan | None:
    return _list(server, loaded, LIST, "Équipe 0000")


def deep_page(server: Server, loaded: Loaded) -> Plan | None:
    return _list(server, loaded, f"{LIST}?page={DEEP_PAGE}", f"Équipe {(DEEP_PAGE - 1) * A_PAGE:04}")


def waiting_of_a_site(server: Server, loaded: Loaded) -> Plan | None:
    return _list(server, loaded, f"{LIST}?site={next(iter(loaded.applications))}&etat=waitlisted", "rang 1")


def _list(server: Server, loaded: Loaded, path: str, marker: str) -> Plan | None:
    answer = read(server, path, loaded.coordinator)
    if answer is None:
        return None
    if marker not in answer.text:
        raise ScenarioError(f"{path} does not show {marker}")
    return Plan(in_turn([Target(get(server, path, loaded.coordinator), marker.encode())]))


def preview_of_a_page(server: Server, loaded: Loaded) -> Plan | None:
    wanted = [one.key for one in _slices(loaded, A_PAGE)[0]]
    return _preview(server, loaded, [("portee", "cochees"), *(("choisies", key) for key in wanted)])


def preview_of_the_most(server: Server, loaded: Loaded) -> Plan | None:
    return _preview(server, loaded, [("portee", "toutes"), ("etat", "submitted")])


def _preview(server: Server, loaded: Loaded, chosen: list[tuple[str, str]]) -> Plan | None:
    fields = [*_tokens(server, loaded), ("decision", "refused"), ("reason", "Le site ferme."), *chosen]
    request = post(server, PREVIEW, loaded.coordinator, fields)
    answer = server.ask(request)
    if answer.status != 200 or "Rien n’est encore envoyé" not in answer.text:
        raise ScenarioError(f"POST {PREVIEW} answers {answer.status}")
    return Plan(in_turn([Target(request, "tels qu’ils partiront".encode())]))


def answer_to_a_page(server: Server, loaded: Loaded) -> Plan | None:
    return _answers(server, loaded, A_PAGE)


def answer_to_the_most(server: Server, loaded: Loaded) -> Plan | None:
    return _answers(server, loaded, BULK_MOST)


def _answers(server: Server, loaded: Loaded, size: int) -> Plan | None:
    """Each connection answers its own applications over and over, one way then the other; versions move with it."""
    tokens, slices = _tokens(server, loaded), _slices(loaded, size)
    versions: dict[str, int] = {}

    def answer(keys: list[str], decision: str) -> bytes:
        seen = ",".join(f"{key}:{versions[key]}" for key in keys)
        words = [("decision", decision), ("reason", "Une raison."), ("equipes", seen), ("_once", new_id())]
        versions.update({key: versions[key] + 1 for key in keys})
        return post(server, ANSWER, loaded.coordinator, [*tokens, *words])

    def script(number: int) -> Iterator[Target]:
        """All wait at first: an answer they have already would leave them out."""
        keys = [titled.key for titled in slices[number]]
        versions.update(_versions(server, loaded, keys))
        server.ask(answer(keys, "waitlisted"))
        versions.update(_versions(server, loaded, keys))
        while True:
            for decision in ("refused", "waitlisted"):
                yield Target(answer(keys, decision), b"location: ", status=303)

    def check() -> None:
        for one in slices[:1]:
            stored = _versions(server, loaded, [titled.key for titled in one])
            if any(stored[key] != versions[key] for key in stored):
                raise ScenarioError("the versions stored are not those counted on: answers were left out")

    return Plan(script, found=f"{size} teams, {size * 3} messages", check=check)


def _slices(loaded: Loaded, size: int) -> list[list[Titled]]:
    """Eight groups of sent applications, each of as few sites as can be."""
    by_site = [[one for number, one in enumerate(teams) if number % 10 < 8] for teams in loaded.applications.values()]
    if size <= len(by_site[0]):
        return [teams[:size] for teams in by_site[:8]]
    together = [one for teams in by_site for one in teams]
    return [together[start : start + size] for start in range(0, 8 * size, size)]


def _versions(server: Server, loaded: Loaded, keys: list[str]) -> dict[str, int]:
    """The version of each application, as the preview writes it."""
    fields = [*_tokens(server, loaded), ("decision", "accepted"), ("reason", "")]
    found: dict[str, int] = {}
    for start in range(0, len(keys), 400):
        chosen = [("choisies", key) for key in keys[start : start + 400]]
        text = server.ask(post(server, PREVIEW, loaded.coordinator, [*fields, *chosen])).text
        pairs = re.findall(r"([0-9a-z]{12}):(\d+)", text)
        found |= {key: int(version) for key, version in pairs}
    return found


def _tokens(server: Server, loaded: Loaded) -> list[tuple[str, str]]:
    answer = read(server, LIST, loaded.coordinator)
    found = dict(_HIDDEN.findall(answer.text)) if answer else {}
    if set(found) != {"_csrf", "_edition"}:
        raise ScenarioError(f"{LIST} shows no form")
    return list(found.items())


APPLICATION_SCENARIOS = (
    Scenario("applications, page 1", first_page, **P95),
    Scenario(f"applications, page {DEEP_PAGE}", deep_page, **P95),
    Scenario("applications, the list of a site", waiting_of_a_site, **P95),
    Scenario("applications, preview of 25", preview_of_a_page, **P95),
    Scenario(f"applications, preview of {BULK_MOST}", preview_of_the_most, **P95),
    Scenario("applications, answer to 25", answer_to_a_page, **P95),
    Scenario(f"applications, answer to {BULK_MOST}", answer_to_the_most),
)
