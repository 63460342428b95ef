"""One frozen, typed object read from CREATHON_* variables; nobody else reads the environment."""

import ipaddress
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Environment = Literal["development", "test", "production"]

SOURCE_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_CONTACT = "contact@exemple.test"
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """A setting is missing or contradicts another; the message says which and what to write."""


@dataclass(frozen=True, kw_only=True)
class LegalNotice:
    """What the law asks a deployer to say of itself; what is None is said to be missing, never invented."""

    publisher: str | None = None
    address: str | None = None
    phone: str | None = None
    director: str | None = None
    host: str | None = None
    dpo_email: str | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a deployment may decide. Paths are absolute, durations are in seconds."""

    environment: Environment
    base_url: str
    data: Path
    database_url: str
    secret: str
    host: str
    port: int
    workers: int
    assets: Path
    templates: Path
    trusted_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    mail_from: str
    smtp_url: str | None
    contact_email: str
    legal: LegalNotice
    demo_password: str | None
    embed_worker: bool
    time_server: str | None
    receipt_keys: Path
    clamd: str | None

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `env` (the process environment by default).

    Raises:
        SettingsError: a value cannot be used, or a production deployment lacks one.
    """
    env = os.environ if env is None else env
    environment = _environment(env.get("CREATHON_ENV", "development"))
    data = Path(env.get("CREATHON_DATA", "data")).absolute()
    host, port = env.get("CREATHON_HOST", "127.0.0.1"), _port(env.get("PORT", "8000"))
    base_url = env.get("CREATHON_BASE_URL", f"http://{host}:{port}").rstrip("/")
    settings = Settings(
        environment=environment,
        base_url=base_url,
        data=data,
        database_url=env.get("CREATHON_DATABASE_URL", f"sqlite:///{data / 'creathon.sqlite3'}"),
        secret=env.get("CREATHON_SECRET") or _stored_secret(data),
        host=host,
        port=port,
        workers=_workers(env.get("CREATHON_WORKERS", "1")),
        assets=Path(env.get("CREATHON_ASSETS", SOURCE_ROOT / "assets" / "dist")),
        templates=Path(env.get("CREATHON_TEMPLATES", SOURCE_ROOT / "templates")),
        trusted_hosts=(_base_host(base_url), *_words(env.get("CREATHON_TRUSTED_HOSTS", "127.0.0.1,localhost"))),
        trusted_proxies=_words(env.get("CREATHON_TRUSTED_PROXIES", "")),
        mail_from=env.get("CREATHON_MAIL_FROM", "Créathon <ne-pas-repondre@exemple.test>"),
        smtp_url=env.get("CREATHON_SMTP_URL"),
        contact_email=env.get("CREATHON_CONTACT_EMAIL", DEFAULT_CONTACT),
        legal=_legal_notice(env),
        demo_password=None if environment == "production" else env.get("CREATHON_DEMO_PASSWORD", "creathon-demo-2027"),
        embed_worker=env.get("CREATHON_EMBED_WORKER", "1") == "1",
        time_server=env.get("CREATHON_TIME_SERVER"),
        receipt_keys=Path(env.get("CREATHON_RECEIPT_KEYS", data / "receipt-keys")).absolute(),
        clamd=_clamd(env.get("CREATHON_CLAMD", "")),
    )
    _check(settings, env)
    return settings


def _legal_notice(env: Mapping[str, str]) -> LegalNotice:
    return LegalNotice(
        publisher=env.get("CREATHON_LEGAL_PUBLISHER"),
        address=env.get("CREATHON_LEGAL_ADDRESS"),
        phone=env.get("CREATHON_LEGAL_PHONE"),
        director=env.get("CREATHON_LEGAL_DIRECTOR"),
        host=env.get("CREATHON_LEGAL_HOST"),
        dpo_email=env.get("CREATHON_LEGAL_DPO_EMAIL"),
    )


def _environment(value: str) -> Environment:
    if value in ("development", "test", "production"):
        return value  # type: ignore[return-value]
    raise SettingsError(f"CREATHON_ENV={value!r}: écrire development, test ou production.")


def _port(value: str) -> int:
    if value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    raise SettingsError(f"PORT={value!r}: écrire un nombre entre 1 et 65535.")


def _clamd(value: str) -> str | None:
    """A Unix socket or host:port; None without an antivirus."""
    if not value or value.startswith("/"):
        return value or None
    with suppress(ValueError):
        place = urlsplit(f"//{value}")
        if place.hostname and place.port:
            return value
    raise SettingsError(f"CREATHON_CLAMD={value!r}: écrire le chemin de la socket de clamd, ou hôte:port.")


def _workers(value: str) -> int:
    if value.isdigit() and 0 < int(value) < 100:
        return int(value)
    raise SettingsError(f"CREATHON_WORKERS={value!r}: écrire un nombre entre 1 et 99.")


def _base_host(base_url: str) -> str:
    """The host of the public address, which is always answered."""
    with suppress(ValueError):
        parts = urlsplit(base_url)
        if parts.scheme in ("http", "https") and parts.hostname and not (parts.path or parts.query or parts.username):
            return parts.hostname
    raise SettingsError(f"CREATHON_BASE_URL={base_url!r}: écrire http(s)://nom ou http(s)://nom:port, sans chemin.")


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in value.split(",") if word.strip())


def kept_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of a secret file, made once with rights for its owner only.

    It is written whole under another name, then linked: two processes that start together end with the same one, and
    a crash leaves no empty file.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix="secret.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_bytes()


def _stored_secret(data: Path) -> str:
    """The secret kept beside the database."""
    path = data / "secret.key"
    secret = kept_once(path, lambda: secrets.token_urlsafe(48).encode()).decode().strip()
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"{path} ne contient pas de secret: le supprimer pour qu'un autre soit fait.")
    return secret


def _check(settings: Settings, env: Mapping[str, str]) -> None:
    for proxy in settings.trusted_proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError as error:
            raise SettingsError(
                f"CREATHON_TRUSTED_PROXIES={proxy!r}: écrire des adresses IP ou des réseaux."
            ) from error
    if settings.on_sqlite and settings.workers > 1:
        raise SettingsError("CREATHON_WORKERS: SQLite se sert d'un seul processus; passer à PostgreSQL pour plus.")
    if settings.production:
        if len(env.get("CREATHON_SECRET", "")) < SHORTEST_SECRET:
            raise SettingsError(
                f"CREATHON_SECRET: en production, écrire au moins {SHORTEST_SECRET} caractères au hasard."
            )
        if not settings.secure_cookies:
            raise SettingsError("CREATHON_BASE_URL doit commencer par https:// en production.")
        if "CREATHON_DEMO_PASSWORD" in env:
            raise SettingsError("CREATHON_DEMO_PASSWORD n'est jamais accepté en production.")
