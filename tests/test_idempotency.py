"""A request that comes again: one piece of work, one answer, and nothing kept from being asked anew."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from server.idempotency import ANSWERS, HEADER, MAX_ANSWERS, Answers, once

KEY = {HEADER: "6f1c6a1e-0000-4000-8000-000000000001"}


class Counting:
    """A page that says how often it was asked, and can be kept waiting or made to fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()
        self.go.set()
        self.fails = False
        self.app = web.Application()
        self.app[ANSWERS] = Answers()
        for path in ("/one", "/other"):
            self.app.router.add_post(path, once(self.answer))

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        await self.go.wait()
        if self.fails:
            raise web.HTTPNotFound
        said = (await request.post()).get("said", "")
        return web.json_response({"asked": self.asked, "said": said}, headers={"Cache-Control": "no-store"})


@pytest.fixture
async def counting() -> Counting:
    return Counting()


async def test_what_comes_again_is_done_once_and_answered_alike(
    counting: Counting, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(counting.app)
    counting.go.clear()
    both = [asyncio.ensure_future(client.post("/one", headers=KEY, data={"said": "a"})) for _ in range(2)]
    counting.go.set()
    answers = [await each for each in both] + [await client.post("/one", headers=KEY)]
    assert [await each.json() for each in answers] == [{"asked": 1, "said": "a"}] * 3
    assert {each.headers["Cache-Control"] for each in answers} == {"no-store"}


async def test_who_hangs_up_takes_no_answer_away(counting: Counting, aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(counting.app)
    counting.go.clear()
    with pytest.raises(asyncio.TimeoutError):
        async with asyncio.timeout(0.2):
            await client.post("/one", headers=KEY)
    assert counting.asked == 1
    counting.go.set()
    assert await (await client.post("/one", headers=KEY)).json() == {"asked": 1, "said": ""}


async def test_a_question_half_sent_keeps_no_whole_one_waiting(
    counting: Counting, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(counting.app)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = f"POST /one HTTP/1.1\r\nHost: x\r\n{HEADER}: {KEY[HEADER]}\r\nContent-Length: 50\r\n"
    writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nsaid=".encode())
    await writer.drain()
    assert (await (await client.post("/one", headers=KEY, data={"said": "b"})).json())["said"] == "b"
    writer.close()
    assert reader is not None


async def test_other_keys_other_paths_and_no_key_are_questions_of_their_own(
    counting: Counting, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(counting.app)
    for path, key in [("/one", "a"), ("/other", "a"), ("/one", "b"), ("/one", ""), ("/one", "")]:
        await client.post(path, headers={HEADER: key} if key else {})
    assert counting.asked == 5
    for _ in range(2):
        await client.post("/one", headers={HEADER: "x" * 65})
    assert counting.asked == 7


async def test_a_failure_is_answered_as_one_each_time(
    counting: Counting, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(counting.app)
    counting.fails = True
    assert [(await client.post("/one", headers=KEY)).status for _ in range(2)] == [404, 404]


async def test_made_up_keys_do_not_fill_the_memory(counting: Counting, aiohttp_client: AiohttpClient) -> None:
    client = await aiohttp_client(counting.app)
    for at in range(MAX_ANSWERS + 1):
        await client.post("/one", headers={HEADER: str(at)})
    await client.post("/one", headers={HEADER: "1"})
    assert counting.asked == MAX_ANSWERS + 1
    await client.post("/one", headers={HEADER: "0"})
    assert counting.asked == MAX_ANSWERS + 2
