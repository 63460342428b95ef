"""How long `/healthz` takes while fifty people type their password at once; the hash must not stop the others."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from tests.bench.load import percentile
from tests.bench.scenarios import ScenarioError
from tests.bench.server import Server

LOGINS = 50
TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')


def healthz_during_logins(server: Server) -> str:
    """One line for the report. The addresses are nobody's: the same hash is computed as for an account.

    Raises:
        ScenarioError: an answer was not the expected one.
    """
    with ThreadPoolExecutor(LOGINS) as people:
        started = time.perf_counter()
        logins = [people.submit(_log_in, server, number) for number in range(LOGINS)]
        took: list[float] = []
        while not all(login.done() for login in logins):
            before = time.perf_counter()
            if server.ask(f"GET /healthz HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()).status != 200:
                raise ScenarioError("/healthz does not answer 200")
            took.append((time.perf_counter() - before) * 1000)
        spent = time.perf_counter() - started
    if {login.result() for login in logins} != {422}:
        raise ScenarioError(f"logins answer {sorted({login.result() for login in logins})}")
    figures = ", ".join(f"{name} {percentile(took, share):.1f}" for name, share in (("p50", 0.5), ("p95", 0.95)))
    return f"/healthz while {LOGINS} logins run ({spent:.1f} s, {len(took)} asked): {figures}, max {max(took):.1f} ms"


def _log_in(server: Server, number: int) -> int:
    page = server.ask(f"GET /connexion HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
    cookie = "; ".join(value.partition(";")[0] for value in page.cookies)
    found = TOKEN.search(page.text)
    if found is None:
        raise ScenarioError("/connexion has no form")
    fields = {"_csrf": found[1], "email": f"personne{number}@exemple.test", "password": "girafe mauve sous orage"}
    body = urlencode(fields)
    head = (
        f"POST /connexion HTTP/1.1\r\nHost: {server.host}\r\nCookie: {cookie}\r\n"
        f"Origin: https://{server.host}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return server.ask((head + body).encode()).status
