"""What a deployment may say, and what the platform refuses to start with."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from creathon.settings import SettingsError, read_settings

SECRET = "x" * 40
PRODUCTION = {
    "CREATHON_ENV": "production",
    "CREATHON_BASE_URL": "https://creathon.exemple",
    "CREATHON_SECRET": SECRET,
}


def test_nothing_said_is_a_platform_on_this_machine(tmp_path: Path) -> None:
    settings = read_settings({"CREATHON_DATA": str(tmp_path)})
    assert (settings.environment, settings.base_url, settings.on_sqlite) == (
        "development",
        "http://127.0.0.1:8000",
        True,
    )
    assert "127.0.0.1" in settings.trusted_hosts
    assert settings.trusted_proxies == ()
    assert not settings.secure_cookies


@pytest.mark.bar("D50", "B20")
def test_production_is_accepted_when_complete(tmp_path: Path) -> None:
    settings = read_settings({**PRODUCTION, "CREATHON_DATA": str(tmp_path)})
    assert (settings.production, settings.secure_cookies, settings.demo_password) == (True, True, None)
    assert settings.trusted_hosts[0] == "creathon.exemple"
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"CREATHON_SECRET": ""}, "CREATHON_SECRET"),
        ({"CREATHON_SECRET": "short"}, "CREATHON_SECRET"),
        ({"CREATHON_BASE_URL": "http://creathon.exemple"}, "https"),
        ({"CREATHON_DEMO_PASSWORD": "x"}, "DEMO"),
        ({"CREATHON_ENV": "prod"}, "CREATHON_ENV"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "http"}, "PORT"),
        ({"CREATHON_WORKERS": "many"}, "WORKERS"),
        ({"CREATHON_WORKERS": "0"}, "WORKERS"),
        ({"CREATHON_WORKERS": "2"}, "SQLite"),
        ({"CREATHON_BASE_URL": "creathon.exemple"}, "BASE_URL"),
        ({"CREATHON_BASE_URL": "https://"}, "BASE_URL"),
        ({"CREATHON_BASE_URL": "https://creathon.exemple/sous/chemin"}, "BASE_URL"),
        ({"CREATHON_BASE_URL": "https://me@creathon.exemple"}, "BASE_URL"),
        ({"CREATHON_BASE_URL": "https://["}, "BASE_URL"),
        ({"CREATHON_CLAMD": "localhost"}, "CLAMD"),
        ({"CREATHON_CLAMD": "hôte:port"}, "CLAMD"),
        ({"CREATHON_TRUSTED_PROXIES": "nginx"}, "PROXIES"),
        ({"CREATHON_TRUSTED_PROXIES": "10.0.0.1/8"}, "PROXIES"),
    ],
    ids=str,
)
@pytest.mark.bar("D50")
def test_production_is_refused_when_it_would_be_open(tmp_path: Path, change: dict[str, str], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        read_settings({**PRODUCTION, "CREATHON_DATA": str(tmp_path), **change})


@pytest.mark.bar("D46")
def test_hosts_and_proxies_are_lists(tmp_path: Path) -> None:
    env = {
        "CREATHON_DATA": str(tmp_path),
        "CREATHON_BASE_URL": "https://Creathon.exemple:8443",
        "CREATHON_TRUSTED_HOSTS": " autre.exemple , TROIS.exemple,",
        "CREATHON_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
    }
    settings = read_settings(env)
    assert settings.trusted_hosts == ("creathon.exemple", "autre.exemple", "trois.exemple")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


def test_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    env = {"CREATHON_DATA": str(tmp_path / "new")}
    with ThreadPoolExecutor(8) as threads:
        found = {settings.secret for settings in threads.map(lambda _: read_settings(env), range(16))}
    path = tmp_path / "new" / "secret.key"
    assert len(found) == 1
    assert len(found.pop()) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    with pytest.raises(SettingsError, match="secret"):
        read_settings({"CREATHON_DATA": str(tmp_path)})
