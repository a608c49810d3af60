"""What every request passes: where it comes from, how long it may take, which headers its answer carries.

Not here: connections before they are requests (`doors`), who may see a page (`admission`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from aiohttp import hdrs, web
from yarl import URL

from server import keys
from server.addresses import bucket, client, is_trusted, parse
from server.config import Config
from server.db.errors import UnavailableError
from server.errors import InvalidError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)

BODY_WITHIN_S: Final = 15.0
MAX_BODY_BYTES: Final = 64 * 1024
SAFE_METHODS: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})
FORM_TYPES: Final = frozenset({"application/x-www-form-urlencoded"})
HSTS: Final = "max-age=15552000"

FORMS_BELOW: Final = "/coordinator"
"""Pages with forms: under `no-referrer` browsers send `Origin: null` with a form (Fetch, section 3.2)."""
KEPT_HEADERS: Final = (hdrs.ALLOW, hdrs.RETRY_AFTER)

WORDS: Final[dict[int, tuple[str, str]]] = {
    400: ("This was not understood", "Go back, load the page again and try once more."),
    403: ("This did not come from Ringback's own page", "Go back, load the page again and try once more."),
    404: (
        "There is nothing here",
        (
            "The address may be mistyped, or a personal link replaced by a newer one or past its time. Copy "
            "it whole from your newest mail, or ask your coordinator for a new one."
        ),
    ),
    405: ("This cannot be done here", "Go back and use the page's own buttons."),
    408: ("That took too long to arrive", "Try again; on a slow line it may need a second try."),
    409: ("That is not possible any more", "Go back and load the page again to see how things are."),
    413: ("That is too much at once", "Go back and make it shorter."),
    415: ("This form was not understood", "Go back, load the page again and try once more."),
    429: ("Too many at once from your network", "Wait a minute, then open your link again."),
    500: ("Something went wrong on our side", "Try again. If it stays, tell your coordinator."),
    503: ("We cannot reach our memory just now", "Try again in a moment; nothing you wrote is lost."),
}
"""A heading and what to do, by status."""
COORDINATORS: Final = ("Start from today's rooms, at /coordinator.", "Whoever runs this server can help.")
SET_UP: Final = (
    "A set-up link works once, for 24 hours. Whoever runs this server can make you a new one.",
    "Whoever runs this server can help.",
)
DEMONSTRATION: Final = (
    "Start from the demonstration's first page; its sign-in link is another one after each start.",
    "Run ringback doctor; it says what to do.",
)
REHEARSAL: Final = (
    "A rehearsal lasts twenty minutes at most. Begin another one where you began this one.",
    "Whoever invited you, or runs this server, can help.",
)
MISSED: Final = (
    ("/rehearsal/", REHEARSAL),
    ("/coordinator/set-up/", SET_UP),
    ("/coordinator/demo/", DEMONSTRATION),
    ("/mailbox", DEMONSTRATION),
    ("/coordinator", COORDINATORS),
)
"""What to do where nothing is found, and who helps, for other readers than mentor and mentee."""


def headers_for(config: Config) -> tuple[dict[str, str], dict[str, str]]:
    """What every answer carries, and what a page carries besides."""
    socket = "ws" + config.public_url.removeprefix("http")
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"media-src 'self' blob:; connect-src 'self' {socket}; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; "
        "trusted-types lit-html ringback"
    )
    always = {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    pages = {
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    }
    return always | ({"Strict-Transport-Security": HSTS} if config.secure else {}), pages


def install(app: web.Application, config: Config) -> None:
    """Put the guard before every handler of the application."""
    always, pages = headers_for(config)

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        is_page = response.headers.get(hdrs.CONTENT_TYPE, "").startswith("text/html")
        if request.path.startswith(FORMS_BELOW):
            response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers[hdrs.SERVER] = "Ringback"
        for name, value in (always | pages if is_page else always).items():
            response.headers.setdefault(name, value)

    app.on_response_prepare.append(add_headers)
    app.middlewares.append(watch)


@web.middleware
async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns away what must not come in, and gives every error a page with words."""
    try:
        _insist_on_https(request)
        if request.method not in SAFE_METHODS:
            await _check_form(request)
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        kept = {str(name): answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        return error_page(request, answer.status, kept)
    except InvalidError as error:
        return error_page(request, 409, sentence=error.sentence)
    except UnavailableError:
        return error_page(request, 503)
    except Exception:
        log.exception("a request failed")
        return error_page(request, 500)


def error_page(
    request: web.Request, status: int, headers: Mapping[str, str] | None = None, sentence: str = ""
) -> web.Response:
    """The same bytes for the same status and kind of page; another `sentence` is for people we know only."""
    heading, advice = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    missed, helps = _reader(request)
    if status == web.HTTPNotFound.status_code:
        advice = missed or advice
    render = request.app[keys.RENDERER].page
    page = render("error.html", status=status, heading=heading, advice=sentence or advice, helps=helps)
    page.headers.update(headers or {})
    return page


def _reader(request: web.Request) -> tuple[str, str]:
    """What helps whom on such a page; empty words for mentor and mentee."""
    for path, words in MISSED:
        if request.path.startswith(path) and (words is not DEMONSTRATION or keys.DEMO in request.app):
            return words
    return "", ""


def address_of(request: web.Request) -> str:
    """What the request's client is counted under: its address, or its IPv6 network."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    forwarded = request.headers.getall(hdrs.X_FORWARDED_FOR, [])
    proxies = request.app[keys.CONFIG].trusted_proxies
    return bucket(client(peer[0] if isinstance(peer, tuple) else "", forwarded, proxies))


def from_proxy(request: web.Request) -> bool:
    """The request was handed on by a proxy we trust."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return isinstance(peer, tuple) and is_trusted(parse(peer[0]), request.app[keys.CONFIG].trusted_proxies)


def counted(request: web.Request) -> AbstractContextManager[bool]:
    """Counts a connection that lasts for as long as the block runs; false when it is one too many.

    Behind a proxy only the request tells whose it is. Without one it is counted already (`doors`).
    """
    if not from_proxy(request):
        return nullcontext(True)
    return request.app[keys.CENSUS].one(address_of(request))


def check_origin(request: web.Request) -> None:
    """Raises 403 unless the browser says, with exactly one Origin, that our own page asks."""
    if request.headers.getall(hdrs.ORIGIN, []) != [request.app[keys.CONFIG].public_url]:
        raise web.HTTPForbidden


def _insist_on_https(request: web.Request) -> None:
    config = request.app[keys.CONFIG]
    plain = request.headers.get(hdrs.X_FORWARDED_PROTO, "") == "http"
    if plain and config.secure and request.method in SAFE_METHODS and from_proxy(request):
        raise web.HTTPPermanentRedirect(URL(config.public_url + request.rel_url.raw_path_qs, encoded=True))


async def _check_form(request: web.Request) -> None:
    """Raises 400, 403, 408, 413 or 415. The whole body is there afterwards, within its deadline."""
    if request.headers.getall("Sec-Fetch-Site", []) != ["same-origin"]:
        check_origin(request)
    if not _is_form(request):
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (web.RequestPayloadError, ConnectionError):
        raise web.HTTPBadRequest from None
    if not body.isascii():
        raise web.HTTPBadRequest


def _is_form(request: web.Request) -> bool:
    """As browsers send one: percent-encoded UTF-8 (URL Standard, section 5.2), never compressed."""
    utf_8 = (request.charset or "utf-8").lower() == "utf-8"
    return request.content_type in FORM_TYPES and utf_8 and hdrs.CONTENT_ENCODING not in request.headers
