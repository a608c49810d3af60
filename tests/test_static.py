"""The built client: found by its logical names, compressed as the browser likes, kept for a year."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from server.static import Client, NotBuiltError
from tests.rig import Rig, stand_in_client


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build = stand_in_client(tmp_path / "client")
    (build / "main-AAAAAAAA.js.br").write_bytes(b"as brotli")
    (build / "main-AAAAAAAA.js.gz").write_bytes(gzip.compress(b"as gzip"))
    return build


async def get(client: Client, name: str, accepted: str = "") -> web.Response:
    request = make_mocked_request(
        "GET", f"/static/{name}", headers={"Accept-Encoding": accepted}, match_info={"name": name}
    )
    return await client.serve(request)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=1.0, gzip;q=0.5", "br"),
        ("identity", None),
        ("", None),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", None),
    ],
)
async def test_the_browser_gets_the_smallest_it_takes(
    folder: Path, accepted: str, coding: str | None
) -> None:
    answer = await get(Client(folder), "main-AAAAAAAA.js", accepted)
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("name", ["manifest.json", "main.js", "main-AAAAAAAA.js.br", "..", "../keys.py", ""])
async def test_only_hashed_names_are_served(folder: Path, name: str) -> None:
    with pytest.raises(web.HTTPNotFound):
        await get(Client(folder), name)


def test_a_logical_name_leads_to_its_file(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["main.js"]["preload"] = ["chunk-BBBBBBBB.js"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    client = Client(folder)
    asset = client.asset("main.js")
    assert asset.url == "/static/main-AAAAAAAA.js"
    assert asset.preload == ("/static/chunk-BBBBBBBB.js",)
    assert asset.integrity.startswith("sha384-")
    assert client.has("main.js")
    assert not client.has("nothing.js")


def test_a_client_that_was_not_built_stops_the_start_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError, match="make"):
        Client(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(NotBuiltError, match="make"):
        Client(tmp_path)


async def test_the_call_page_names_its_files_and_says_nothing_of_people(rig: Rig) -> None:
    opened = await rig.open(numbers=True)
    async with aiohttp.ClientSession() as http, http.get(opened.links["mentor"]) as answer:
        page = await answer.text()
        for name in ("main", "call", "ticker", "copies"):
            assert f"/static/{name}-AAAAAAAA." in page
        for secret in ("Ann", "Ben", "archer", "7700", "example.org", opened.links["mentor"].split("/")[-1]):
            assert secret not in page
        assert str(answer.url) == f"{rig.url}/session/{opened.session}/mentor"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_link_may_be_opened_any_number_of_times_by_anybody(rig: Rig, method: str) -> None:
    opened = await rig.open()
    async with aiohttp.ClientSession() as http:
        for _ in range(3):
            async with http.request(method, opened.links["mentor"], allow_redirects=False) as answer:
                assert answer.status == 303
                cookie = answer.cookies["ringback_seat"]
                assert cookie["path"] == f"/session/{opened.session}/mentor"
                assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
    assert await rig.store.sessions.presences(opened.session) == []
