"""The command of the product."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TypeAlias

from granian.constants import Interfaces
from granian.server import Server

from creathon.app import create_app
from creathon.core.clock import SystemClock
from creathon.core.database import Database, DurabilityError
from creathon.core.journal import broken_line
from creathon.core.migrations import is_current, migrate
from creathon.core.web.policy import route_policies
from creathon.mail.delivery import Postman, transport_of
from creathon.policy import POLICIES
from creathon.settings import Settings, SettingsError, read_settings

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Command = Callable[[argparse.Namespace, Settings], int | None]


def main() -> None:
    """Run one command and leave with its status."""
    arguments = _parser().parse_args()
    try:
        settings = read_settings()
        command: Command = arguments.command
        sys.exit(command(arguments, settings) or 0)
    except (SettingsError, DurabilityError) as error:
        sys.exit(f"creathon: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="creathon", description="La plateforme du Créathon.")
    commands = parser.add_subparsers(required=True, metavar="commande")
    _add(commands, "run", run, "servir les pages").add_argument("--migrate", action="store_true")
    _add(commands, "migrate", migrate_command, "mettre la base au dernier schéma")
    _add(commands, "worker", worker, "distribuer le courrier")
    _add(commands, "verify", verify, "vérifier la chaîne du journal")
    routes_parser = _add(commands, "routes", routes, "lister les pages et leur politique")
    routes_parser.add_argument("--json", action="store_true")
    routes_parser.add_argument("--check", action="store_true")
    return parser


def _add(commands: Subparsers, name: str, command: Command, words: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(command=command)
    return parser


def _with_database(settings: Settings, act: Callable[[Database], Awaitable[int | None]]) -> int | None:
    async def run_act() -> int | None:
        database = Database(settings.database_url)
        try:
            return await act(database)
        finally:
            await database.close()

    return asyncio.run(run_act())


def run(arguments: argparse.Namespace, settings: Settings) -> int | None:
    if arguments.migrate:
        _with_database(settings, migrate)
    elif not _with_database(settings, is_current):
        return _say("La base n’a pas le dernier schéma : lancez « creathon migrate ».", 1)
    print(f"Créathon : {settings.base_url}   (Ctrl-C pour arrêter)", flush=True)
    server = Server(
        "creathon.asgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
    )
    server.serve()
    return 0


def migrate_command(_arguments: argparse.Namespace, settings: Settings) -> int | None:
    _with_database(settings, migrate)
    return _say("La base a le dernier schéma.", 0)


def worker(_arguments: argparse.Namespace, settings: Settings) -> int | None:
    create_app(settings)

    async def deliver(database: Database) -> None:
        await Postman(database, transport_of(settings), SystemClock(), settings.mail_from).run()

    return _with_database(settings, deliver)


def verify(_arguments: argparse.Namespace, settings: Settings) -> int | None:
    async def check_chain(database: Database) -> int:
        async with database.reading() as session:
            broken = await broken_line(session)
        if broken is None:
            return _say("Le journal est entier.", 0)
        return _say(f"Le journal est rompu à la ligne {broken}.", 1)

    return _with_database(settings, check_chain)


def routes(arguments: argparse.Namespace, settings: Settings) -> int | None:
    rows = route_policies(create_app(settings).litestar, POLICIES)
    if arguments.json:
        return _say(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1), 0)
    if arguments.check:
        unused = sorted(set(POLICIES) - {row.policy for row in rows})
        return _say(f"{len(rows)} pages, {len(POLICIES)} politiques ; sans page : {', '.join(unused) or 'aucune'}", 0)
    width = max(len(row.path) for row in rows)
    return _say("\n".join(f"{row.method:5} {row.path:{width}} {row.policy}" for row in rows), 0)


def _say(text: str, status: int) -> int:
    print(text)
    return status
