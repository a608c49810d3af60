"""`ringback doctor` and versions: what is known of them is said, with what to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from server.config import load
from server.doctor import versions

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("installed", "forges", "words"),
    [
        ("3.11.7", True, "Python 3.11.15 or newer"),
        ("3.12.1", True, "Python 3.12.13 or newer"),
        ("3.11.2", False, "Python 3.11.15 or newer"),
        ("3.11.14", False, "Python 3.11.15 or newer"),
        ("3.13.11", False, "Python 3.13.12 or newer"),
        ("3.14.2", False, "Python 3.14.3 or newer"),
        ("3.10.1", True, "Python 3.14.3 or newer"),
    ],
)
def test_a_python_that_lets_mail_be_forged_is_advice_and_no_error(
    installed: str, forges: bool, words: str
) -> None:
    finding = versions.judge_python(installed, forges=forges)
    assert (finding.state, installed in finding.found) == ("note", True)
    assert words in finding.advice
    assert "read again before it is sent" in finding.advice
    assert ("tried here" in finding.found) == forges


@pytest.mark.parametrize("installed", ["3.11.15", "3.12.13", "3.13.12", "3.14.3", "3.15.0", "3.15.0a7"])
def test_a_python_that_is_mended_is_fine(installed: str) -> None:
    assert versions.judge_python(installed, forges=False).state == "ok"


async def test_what_this_python_does_is_tried() -> None:
    """Whatever it does, the finding says the same."""
    finding = await versions.python(load({}))
    assert ("tried here" in finding.found) == versions.forges_headers()


@pytest.mark.parametrize(
    ("cryptography", "openssl"),
    [
        ("50.0.1", "OpenSSL 4.0.0 14 Apr 2026"),
        ("46.0.3", "OpenSSL 3.5.4 30 Sep 2025"),
        ("50.0.2", "OpenSSL 4.0.2 1 Sep 2026"),
        ("51.0.0", "OpenSSL 3.0.22 1 Jul 2026"),
    ],
)
def test_an_openssl_that_one_datagram_silences_is_wrong(cryptography: str, openssl: str) -> None:
    finding = versions.judge_openssl(cryptography, openssl)
    assert (finding.state, "50.0.2 or newer" in finding.advice) == ("wrong", True)


@pytest.mark.parametrize(
    "openssl", ["OpenSSL 4.0.3 29 Sep 2026", "OpenSSL 3.0.23 x", "OpenSSL 4.1.0", "AWS-LC 1"]
)
def test_an_openssl_without_it_is_fine(openssl: str) -> None:
    assert versions.judge_openssl("50.0.2", openssl).state == "ok"


@pytest.mark.parametrize(
    ("installed", "state"),
    [
        *((number, "note") for number in ("3.40.1", "3.44.5", "3.46.1", "3.50.6", "3.51.2")),
        *((number, "ok") for number in ("3.44.6", "3.50.7", "3.51.3", "3.53.0")),
    ],
)
def test_an_sqlite_that_may_damage_a_database_is_told(installed: str, state: str) -> None:
    assert versions.judge_sqlite(installed).state == state


def test_media_libraries_are_the_ones_that_were_looked_at() -> None:
    assert versions.judge_media_libraries(dict(versions.LOOKED_AT)).state == "ok"
    other = versions.judge_media_libraries({"aiortc": "1.17.0", "aioice": "0.13.0"})
    assert (other.state, "aiortc 1.17.0" in other.found, "aiortc 1.16.0" in other.found) == (
        "wrong",
        True,
        True,
    )


def test_the_ones_that_were_looked_at_are_the_ones_that_are_installed() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    locked = (ROOT / "requirements.txt").read_text()
    for name, number in versions.LOOKED_AT.items():
        assert f"{name}=={number}" in asked
        assert f"\n{name}=={number} " in locked


async def test_every_version_that_matters_is_named() -> None:
    config = load({})
    checks = (
        versions.libraries,
        versions.python,
        versions.openssl,
        versions.sqlite,
        versions.media_libraries,
    )
    said = " ".join([(await check(config)).found for check in checks])
    for name in (
        "ringback",
        "aiohttp",
        "pycrdt",
        "Python",
        "cryptography",
        "OpenSSL",
        "SQLite",
        "aiortc",
        "aioice",
    ):
        assert f"{name} " in said
