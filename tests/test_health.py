"""/healthz tells what runs and whether it can write."""

from __future__ import annotations

import asyncio
import platform
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.db.engine import FILE
from server.db.migrations import HEAD
from server.pages import health
from tests.rig import Rig, a_rig


async def ask(rig: Rig) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(f"{rig.url}/healthz") as answer:
        assert answer.content_type == "application/json"
        return answer.status, await answer.json()


async def test_a_healthy_server_tells_its_versions_and_its_schema(rig: Rig) -> None:
    status, body = await ask(rig)
    assert status == 200
    assert body["status"] == "ok"
    assert body["database"] == {"revision": HEAD, "writable": True}
    versions = body["versions"]
    assert versions["python"] == platform.python_version()
    assert versions["sqlite"] == sqlite3.sqlite_version
    assert set(versions) == {
        "ringback",
        "python",
        "sqlite",
        "openssl",
        "aiohttp",
        "aiortc",
        "cryptography",
        "pycrdt",
    }
    assert all(versions.values())


@pytest.mark.parametrize(
    ("trusted", "headers", "proxy"),
    [
        ("", {}, "none"),
        ("127.0.0.1", {}, "silent"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, "silent"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}, "trusted"),
        ("192.0.2.1", {"X-Forwarded-For": "203.0.113.9"}, "stranger"),
    ],
)
async def test_health_tells_how_the_question_came(
    tmp_path: Path, trusted: str, headers: dict[str, str], proxy: str
) -> None:
    async with (
        a_rig(tmp_path, {"RINGBACK_TRUSTED_PROXIES": trusted}) as rig,
        aiohttp.ClientSession() as http,
        http.get(f"{rig.url}/healthz", headers=headers) as answer,
    ):
        told = await answer.text()
    assert f'"proxy": "{proxy}"' in told
    assert "203.0.113.9" not in told


async def test_a_locked_database_is_told_within_the_deadline(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "WITHIN_S", 0.2)
    lock = sqlite3.connect(rig.config.data / FILE, isolation_level=None)
    try:
        lock.execute("BEGIN IMMEDIATE")
        status, body = await asyncio.wait_for(ask(rig), 3)
        assert status == 503
        assert body["status"] == "unavailable"
        assert body["database"] == {"revision": None, "writable": False}
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    async with asyncio.timeout(10):
        while (await ask(rig))[0] != 200:  # noqa: ASYNC110 - somebody else's lock tells nobody
            await asyncio.sleep(0.05)
