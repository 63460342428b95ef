"""One frozen, typed object read from CREATHON_* variables; nobody else reads the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Environment = Literal["development", "test", "production"]

SOURCE_ROOT = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """A setting is missing or contradicts another; the message says which and what to write."""


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
    mail_from: str
    smtp_url: str | None
    contact_email: str
    demo_password: str | None
    embed_worker: bool

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
        workers=int(env.get("CREATHON_WORKERS", "1")),
        assets=Path(env.get("CREATHON_ASSETS", SOURCE_ROOT / "assets" / "dist")),
        templates=Path(env.get("CREATHON_TEMPLATES", SOURCE_ROOT / "templates")),
        trusted_hosts=tuple(env.get("CREATHON_TRUSTED_HOSTS", "127.0.0.1,localhost").split(",")),
        mail_from=env.get("CREATHON_MAIL_FROM", "Créathon <ne-pas-repondre@exemple.test>"),
        smtp_url=env.get("CREATHON_SMTP_URL"),
        contact_email=env.get("CREATHON_CONTACT_EMAIL", "contact@exemple.test"),
        demo_password=None if environment == "production" else env.get("CREATHON_DEMO_PASSWORD", "creathon-demo-2027"),
        embed_worker=env.get("CREATHON_EMBED_WORKER", "1") == "1",
    )
    _check(settings, env)
    return settings


def _environment(value: str) -> Environment:
    if value in ("development", "test", "production"):
        return value  # type: ignore[return-value]
    raise SettingsError(f"CREATHON_ENV={value!r}: écrire development, test ou production.")


def _port(value: str) -> int:
    if value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    raise SettingsError(f"PORT={value!r}: écrire un nombre entre 1 et 65535.")


def _stored_secret(data: Path) -> str:
    """The secret kept beside the database, made once with rights for its owner only."""
    path = data / "secret.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _check(settings: Settings, env: Mapping[str, str]) -> None:
    if settings.on_sqlite and settings.workers > 1:
        raise SettingsError("CREATHON_WORKERS: SQLite se sert d'un seul processus; passer à PostgreSQL pour plus.")
    if settings.production:
        if "CREATHON_SECRET" not in env:
            raise SettingsError("CREATHON_SECRET manque: en production le secret vient de l'environnement.")
        if not settings.secure_cookies:
            raise SettingsError("CREATHON_BASE_URL doit commencer par https:// en production.")
        if "CREATHON_DEMO_PASSWORD" in env:
            raise SettingsError("CREATHON_DEMO_PASSWORD n'est jamais accepté en production.")
