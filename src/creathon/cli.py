"""The command of the product."""

import argparse
import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias, TypeVar

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from creathon.accounts.actions import invite_first
from creathon.accounts.rules import normal_email
from creathon.app import create_app, listen, works
from creathon.core.antivirus import Clamd, Outage, ask_again
from creathon.core.clock import SystemClock
from creathon.core.database import Database, DurabilityError
from creathon.core.files import FileStore
from creathon.core.journal import broken_line
from creathon.core.migrations import is_current, migrate
from creathon.core.web.policy import route_policies
from creathon.demo.build import build_demo, is_empty, people_of_demo
from creathon.demo.calendar import Stage
from creathon.editions.models import Role
from creathon.editions.queries import edition_by_slug
from creathon.jury.ranking import rank_csv
from creathon.mail.rendering import Renderer, use
from creathon.policy import POLICIES
from creathon.projects.proofs import deposit_problems
from creathon.projects.signatures import SIGNING, BadReceipt, Signer, find_receipt, read_keys, read_receipt
from creathon.settings import Settings, SettingsError, read_settings

Command = Callable[[argparse.Namespace, Settings], int | None]
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

Answer = TypeVar("Answer")
STAGES = [str(stage) for stage in Stage]
BACKLOG = 4096
"""Connections that wait for a process to take them; the system has its own limit (`net.core.somaxconn`)."""
CONNECTIONS = 16_384
"""That one process keeps open: every page that asks for news holds one. Granian takes no other beyond."""


def main() -> None:
    """Run one command and leave with its status."""
    arguments = _parser().parse_args()
    try:
        settings = read_settings()
        use(Renderer(settings.templates, settings.base_url))
        command: Command = arguments.command
        sys.exit(command(arguments, settings) or 0)
    except (SettingsError, DurabilityError) as error:
        sys.exit(f"creathon: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="creathon", description="La plateforme du Créathon.")
    commands = parser.add_subparsers(required=True, metavar="commande")
    serve = _add(commands, "run", run, "servir les pages et distribuer le courrier")
    serve.add_argument("--migrate", action="store_true", help="mettre d’abord la base au dernier schéma")
    serve.add_argument(
        "--demo-if-empty", choices=STAGES, help="construire l’édition de démonstration si la base est vide"
    )
    _add(commands, "migrate", migrate_command, "mettre la base au dernier schéma")
    demo_parser = _add(commands, "demo", demo, "construire l’édition de démonstration dans une base vide")
    demo_parser.add_argument("--stage", choices=STAGES, default=str(Stage.EVALUATION))
    _add(commands, "worker", worker, "distribuer le courrier, sans servir de pages")
    scan_parser = _add(commands, "scan", scan, "faire analyser de nouveau ce que l’antivirus n’a pas pu lire")
    scan_parser.add_argument(
        "--again", action="store_true", help="et tout ce qu’il a lu avec d’autres signatures que celles d’aujourd’hui"
    )
    verify_parser = _add(commands, "verify", verify, "vérifier un récépissé, ou tout ce que garde la base")
    verify_parser.add_argument("receipt", type=Path, nargs="?", help="le récépissé signé : la base n’est pas lue")
    verify_parser.add_argument("--cles", type=Path, help="les clés publiques, de /verifier/cles.json")
    verify_parser.add_argument("--dossier", type=Path, help="le dossier déposé, à comparer au récépissé")
    rank_parser = _add(commands, "rank", rank, "classer un fichier CSV (project,juror,C1…)")
    rank_parser.add_argument("file", type=Path)
    invite_parser = _add(commands, "invite", invite, "écrire une invitation et montrer son lien")
    invite_parser.add_argument("--email", required=True)
    invite_parser.add_argument("--edition", required=True, help="l’adresse courte de l’édition")
    invite_parser.add_argument("--role", choices=[str(role) for role in Role], default=str(Role.NATIONAL_COORDINATOR))
    routes_parser = _add(commands, "routes", routes, "lister les pages et leur politique")
    routes_parser.add_argument("--json", action="store_true")
    routes_parser.add_argument("--check", action="store_true")
    return parser


def _add(commands: Subparsers, name: str, command: Command, words: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(command=command)
    return parser


def _with_database(settings: Settings, act: Callable[[Database], Awaitable[Answer]]) -> Answer:
    async def run_act() -> Answer:
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
    if arguments.demo_if_empty and _with_database(settings, is_empty):
        _build(settings, Stage(arguments.demo_if_empty))
    _greet(settings)
    server = Server(
        "creathon.asgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
        log_level=LogLevels.warning,
    )
    server.serve()
    return 0


def _greet(settings: Settings) -> None:
    print(f"\n  Créathon   {settings.base_url}\n")
    people = {} if settings.production else _with_database(settings, people_of_demo)
    if people:
        print(f"  Personnes de la démonstration (mot de passe : {settings.demo_password})")
        for address, words in people.items():
            print(f"    {address:28} {words}")
        print(f"\n  Les messages se lisent sur {settings.base_url}/courrier")
    print("  Pour arrêter : Ctrl-C\n", flush=True)


def migrate_command(_arguments: argparse.Namespace, settings: Settings) -> int | None:
    _with_database(settings, migrate)
    return _say("La base a le dernier schéma.", 0)


def demo(arguments: argparse.Namespace, settings: Settings) -> int | None:
    _with_database(settings, migrate)
    if not _with_database(settings, is_empty):
        return _say("La base n’est pas vide : choisissez un autre dossier (CREATHON_DATA=…).", 1)
    _build(settings, Stage(arguments.stage))
    return 0


def _build(settings: Settings, stage: Stage) -> None:
    if settings.production or settings.demo_password is None:
        raise SettingsError("La démonstration ne se construit pas en production.")
    print(f"  Édition de démonstration, étape « {stage} »", flush=True)
    password = settings.demo_password

    async def build(database: Database) -> None:
        files, signer = settings.data / "files", Signer.of_folder(settings.receipt_keys)
        await build_demo(database, files, signer, stage, password=password, now=SystemClock().now(), tell=print)

    _with_database(settings, build)


def worker(_arguments: argparse.Namespace, settings: Settings) -> int | None:
    async def deliver(database: Database) -> None:
        listen()
        await asyncio.gather(*works(settings, database, FileStore(settings.data / "files"), SystemClock()))

    return _with_database(settings, deliver)


def scan(arguments: argparse.Namespace, settings: Settings) -> int | None:
    """Ask; the worker does it."""
    if settings.clamd is None:
        return _say("Aucun antivirus n’est configuré : donnez CREATHON_CLAMD.", 1)
    clamd = Clamd(settings.clamd)

    async def ask(database: Database) -> int:
        try:
            version = await clamd.version()
        except Outage:
            return _say(f"L’antivirus ne répond pas ({clamd.place}).", 1)
        async with database.writing() as session:
            count = await ask_again(session, now=SystemClock().now(), version=version if arguments.again else None)
        return _say(f"Fichiers à analyser de nouveau : {count}. Antivirus : {version}", 0)

    return _with_database(settings, ask)


def verify(arguments: argparse.Namespace, settings: Settings) -> int | None:
    if arguments.receipt is not None:
        return _verify_receipt(arguments, settings)

    async def check_all(database: Database) -> int:
        keys, files = Signer.of_folder(settings.receipt_keys).keys, FileStore(settings.data / "files")
        async with database.reading() as session:
            broken = await broken_line(session)
            deposits = [one async for one in deposit_problems(session, files, keys)]
        _say("Le journal est entier." if broken is None else f"Le journal est rompu à la ligne {broken}.", 0)
        wrong = [f"Dépôt {number} : {problem}." for number, problem in deposits if problem]
        _say("\n".join([*wrong, f"Dépôts vérifiés : {len(deposits)}, dont {len(wrong)} en défaut."]), 0)
        return 1 if wrong or broken is not None else 0

    return _with_database(settings, check_all)


def _verify_receipt(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check one receipt with the public keys alone."""
    receipt = find_receipt(arguments.receipt.read_text(encoding="utf-8"))
    if receipt is None:
        return _say(f"« {arguments.receipt} » ne contient pas de récépissé signé.", 2)
    if arguments.cles is None and not (settings.receipt_keys / SIGNING).exists():
        return _say("Donnez les clés publiques de la plateforme (--cles cles.json).", 2)
    try:
        keys = (
            read_keys(arguments.cles.read_text(encoding="utf-8"))
            if arguments.cles
            else Signer.of_folder(settings.receipt_keys).keys
        )
        said = read_receipt(receipt, keys)
    except BadReceipt:
        return _say("Ce récépissé ne prouve rien : il a été modifié, ou une autre clé l’a signé.", 1)
    late = ", hors délai" if said.late else ""
    _say(f"Signature valable. Récépissé {said.number}, édition {said.edition}, version {said.version}.", 0)
    _say(f"Arrivé le {said.arrived_at.isoformat()}{late}. SHA-256 du dossier : {said.sha256}", 0)
    if arguments.dossier is None:
        return 0
    if hashlib.sha256(arguments.dossier.read_bytes()).hexdigest() != said.sha256:
        return _say("Le dossier donné n’est pas celui du récépissé.", 1)
    return _say("Le dossier donné est bien celui du récépissé.", 0)


def rank(arguments: argparse.Namespace, _settings: Settings) -> int | None:
    return _say(rank_csv(arguments.file.read_text(encoding="utf-8")), 0)


def invite(arguments: argparse.Namespace, settings: Settings) -> int | None:
    address = normal_email(arguments.email)
    if address is None:
        return _say(f"« {arguments.email} » n’est pas une adresse.", 2)

    async def write(database: Database) -> int:
        async with database.writing() as session:
            edition = await edition_by_slug(session, arguments.edition)
            if edition is None:
                return _say(f"Aucune édition « {arguments.edition} ».", 2)
            role = Role(arguments.role)
            _invitation, token = await invite_first(session, edition, email=address, role=role, now=SystemClock().now())
        return _say(f"{settings.base_url}/invitation/{token}", 0)

    return _with_database(settings, write)


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
