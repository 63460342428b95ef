"""Acceptable forms of the sites of an edition and of imports, and the file that waits to be imported."""

from creathon.imports.waiting import WaitingFiles
from tests.policy.requests import Fields, Make, Request, fixed
from tests.policy.worlds import IMPORTED, IMPORTED_SHA256

SITES = {"own": ("POI", "Poitiers – Futuroscope", "Europe/Paris", "10"),
         "same": ("RUN", "Saint-Denis (La Réunion)", "Indian/Reunion", "5")}  # fmt: skip


def _site(request: Request) -> Fields:
    """The whole site; its own coordination only has the sheet, the rest is left aside."""
    code, name, zone, capacity = SITES["same" if request.near == "same" else "own"]
    whole = {"code": code, "name": name, "city": "", "academy": "", "zone": zone, "capacity": capacity}
    sheet = {"address": "1 rue Nouvelle", "quiet_room": "yes"}
    return {**whole, **sheet, "kind": "onsite", "version": request.version("site", "site")}


def _waiting(request: Request) -> Fields:
    """A file that was checked a moment ago: it waits on the disk, and goes when it is imported."""
    place = WaitingFiles(request.world.path.parent / "imports").store.path(IMPORTED_SHA256)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(IMPORTED)
    return {"sha256": IMPORTED_SHA256, "kind": "sites", "plan": request.value("plan")}


def _faults(request: Request) -> Fields:
    waiting = _waiting(request)
    return {"fichier": waiting["sha256"], "type": waiting["kind"]}


SITE_FORMS: dict[str, Make] = {
    "editions:add-facilitator": fixed(name="Nour Lavande", task="accueil"),
    "editions:add-remote-site": fixed(),
    "editions:add-site": fixed(
        code="LIM", name="Limoges", city="", academy="", kind="onsite", zone="Europe/Paris", capacity="3"
    ),
    "editions:edit-site": _site,
    "editions:remove-facilitator": fixed(),
    "editions:remove-site": fixed(),
    "editions:show-facilitator": fixed(public="1"),
}
IMPORT_FORMS: dict[str, Make] = {
    "imports:check": lambda _request: {"kind": "sites", "file": ("sites.csv", IMPORTED, "text/csv")},
    "imports:import": _waiting,
}
QUERIES: dict[str, Make] = {"imports:faults": _faults}
"""What the address of a page that is read must ask, by the name of the page."""
