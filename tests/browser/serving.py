"""The real application on a real port, in this process, on a clock that tests move.

Uvicorn serves here: Granian's embedded server does not stop while a browser keeps a connection open.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import uvicorn

from creathon.app import Creathon, create_app
from creathon.core.clock import MovableClock
from creathon.core.database import Database
from creathon.core.web.pace import Pace
from creathon.settings import Settings


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(settings: Settings, clock: MovableClock, database: Database) -> AsyncIterator[tuple[str, Creathon]]:
    """Serve until the block ends; gives the address and the application."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = replace(settings, base_url=address, trusted_hosts=("127.0.0.1",))
    app = create_app(settings, clock=clock, database=database)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on"))  # type: ignore[arg-type]
    serving_task = asyncio.create_task(server.serve())
    await _answers(port, serving_task)
    app.litestar.state.pace = Pace()  # the browser's own driver holds this loop too: news never wait for it
    try:
        yield address, app
    finally:
        server.should_exit = True
        await serving_task


async def _answers(port: int, serving_task: "asyncio.Task[None]") -> None:
    """Wait until the port accepts a connection; the server's own failure is raised."""
    for _ in range(400):
        if serving_task.done():
            serving_task.result()
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.025)
        else:
            writer.close()
            return
    raise TimeoutError(f"nothing answers on port {port}")
