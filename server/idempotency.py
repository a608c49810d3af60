"""A request that comes again is answered as it was the first time, and done once.

On a line that loses packets a page asks again, on another connection, while the first question may still
be on its way. Both carry one `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): whichever comes
first is worked on, and every later one gets its answer. Without the header nothing changes.

Not here: what is asked. A page makes its keys of random bits, so knowing one is the right to its answer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import wraps
from typing import Final

from aiohttp import web

from server.guard import Handler

HEADER: Final = "Idempotency-Key"
MAX_KEY_CHARACTERS: Final = 64
"""Longer ones are as none."""
MAX_ANSWERS: Final = 1000
"""The oldest are forgotten first; a page asks again within seconds."""


class Answers:
    """The answers that may be asked for again, those on the way included."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], asyncio.Future[web.Response]] = OrderedDict()

    async def of(self, handler: Handler, request: web.Request) -> web.Response:
        """The answer to this request or to an earlier one with its key. Raises what the handler raises."""
        key = (request.path, request.headers.get(HEADER, ""))
        if not 0 < len(key[1]) <= MAX_KEY_CHARACTERS:
            return await _answered(handler, request)
        # A question that is still coming in must not keep one waiting that is here already.
        await request.post()
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = asyncio.ensure_future(_answered(handler, request))
            if len(self._answers) > MAX_ANSWERS:
                self._answers.popitem(last=False)
        try:
            # Whoever hangs up takes nobody else's answer away.
            return _again(await asyncio.shield(answer))
        except web.HTTPException:
            # Nothing was done, and aiohttp sends an exception once.
            return await _answered(handler, request)


ANSWERS: Final = web.AppKey("answers", Answers)


def once(handler: Handler) -> Handler:
    """For a handler whose answer is whole in memory."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.Response:
        return await request.app[ANSWERS].of(handler, request)

    return answer


async def _answered(handler: Handler, request: web.Request) -> web.Response:
    answer = await handler(request)
    assert isinstance(answer, web.Response)  # noqa: S101 - what `once` is for
    return answer


def _again(answer: web.Response) -> web.Response:
    """aiohttp sends a response once."""
    return web.Response(body=answer.body, status=answer.status, headers=answer.headers)
