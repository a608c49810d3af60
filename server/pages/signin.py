"""A coordinator's way in and out: sign-in, one-time set-up, sign-out.

Not here: what proves a person (`server.coordinators`), the demonstration's short cut (`home`).
"""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import datetime
from typing import NoReturn

import segno
from aiohttp import web

from server import keys
from server.coordinators import (
    SIGNED_IN_FOR,
    hash_password,
    matching_step,
    new_totp_secret,
    password_matches,
    password_problem,
    totp_uri,
)
from server.db.records import Coordinator, Person
from server.guard import address_of
from server.guessing import Guessing
from server.seal import UnsealError
from server.tokens import new_token, token_hash

log = logging.getLogger(__name__)
routes = web.RouteTableDef()

COOKIE = "ringback_coordinator"
GUESSING = web.AppKey("sign-in tries", Guessing)
PROVEN_WITHIN_S = 10.0
WRONG = (
    "That combination does not work. Check the address, the password and the newest code, and try again. "
    "After ten wrong codes, wait a quarter of an hour first."
)
"""The same whether or not the password was right, also when no code counts any more."""
TOO_MANY = "Too many tries. Wait a quarter of an hour, then try again."
BUSY = "Too many people are signing in just now. Wait a minute, then try again."


async def signed_in(request: web.Request) -> Person:
    """The coordinator whose browser this is. Raises a redirect to the sign-in page when there is none."""
    token = request.cookies.get(COOKIE, "")
    person = await request.app[keys.STORE].people.signed_in(token_hash(token)) if token else None
    if person is None:
        raise web.HTTPSeeOther("/coordinator/sign-in")
    return person


async def let_in(request: web.Request, person_id: str) -> NoReturn:
    """Sign this browser in. Raises the redirect to today's rooms."""
    token, now = new_token(), request.app[keys.CLOCK]()
    await request.app[keys.STORE].people.sign_in(token.hash, person_id, now + SIGNED_IN_FOR)
    answer = web.HTTPSeeOther("/coordinator")
    answer.set_cookie(
        COOKIE,
        token.text,
        path="/coordinator",
        max_age=int(SIGNED_IN_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=request.app[keys.CONFIG].secure,
    )
    log.info("a coordinator signed in")
    raise answer


@routes.get("/coordinator/sign-in")
async def show_sign_in(request: web.Request) -> web.Response:
    return _sign_in_page(request)


@routes.post("/coordinator/sign-in")
async def sign_in(request: web.Request) -> web.Response:
    form = await request.post()
    email, password, code = (str(form.get(name, ""))[:300] for name in ("email", "password", "code"))
    email, now = email.strip().lower(), request.app[keys.CLOCK]()
    guessing, network = request.app[GUESSING], address_of(request)
    if not guessing.begin(network, email, now):
        return _sign_in_page(request, email, TOO_MANY, 429)
    try:
        async with asyncio.timeout(PROVEN_WITHIN_S):
            person_id = await _proven(request, email, password, code, now)
    except TimeoutError:
        return _sign_in_page(request, email, BUSY, 503)
    if person_id is None:
        return _sign_in_page(request, email, WRONG, 403)
    guessing.succeeded(network, email, person_id)
    raise await let_in(request, person_id)


async def _proven(request: web.Request, email: str, password: str, code: str, now: datetime) -> str | None:
    people = request.app[keys.STORE].people
    found = await people.coordinator_by_email(email)
    fits = await password_matches(found.password if found else None, password)
    if found is None or found.totp_secret is None or not fits:
        return None
    if not request.app[GUESSING].begin_code(found.person.id, now):
        log.warning("somebody knows a coordinator's password without the code; sign-in waits")
        return None
    step = matching_step(found.totp_secret, code, now)
    if step is None or not await people.use_totp_step(found.person.id, step):
        return None
    return found.person.id


def _sign_in_page(
    request: web.Request, email: str = "", problem: str = "", status: int = 200
) -> web.Response:
    page = request.app[keys.RENDERER].page
    return page("coordinator/sign_in.html", status=status, email=email, problem=problem)


@routes.post("/coordinator/sign-out")
async def sign_out(request: web.Request) -> NoReturn:
    await request.app[keys.STORE].people.sign_out(token_hash(request.cookies.get(COOKIE, "")))
    answer = web.HTTPSeeOther("/coordinator/sign-in")
    answer.del_cookie(COOKIE, path="/coordinator")
    raise answer


@routes.get("/coordinator/set-up/{token}")
async def show_set_up(request: web.Request) -> web.Response:
    return _set_up_page(request, await _to_set_up(request), new_totp_secret())


@routes.post("/coordinator/set-up/{token}")
async def set_up(request: web.Request) -> web.Response:
    """The secret went out sealed in the form, so that nothing is stored before the code proves it arrived."""
    coordinator, form, now = await _to_set_up(request), await request.post(), request.app[keys.CLOCK]()
    person, people = coordinator.person, request.app[keys.STORE].people
    try:
        sealed = bytes.fromhex(str(form.get("secret", "")))
        secret = json.loads(request.app[keys.SEALER].open(sealed, _place(person)))
    except (ValueError, UnsealError):
        return _set_up_page(
            request, coordinator, new_totp_secret(), "Please scan this new code and try again."
        )
    password, code = str(form.get("password", "")), str(form.get("code", ""))[:16]
    step = matching_step(secret, code, now)
    problem = password_problem(password)
    if problem is None and step is None:
        problem = "The six digits do not match. Type the newest ones your app shows."
    if problem is not None or step is None:
        return _set_up_page(request, coordinator, secret, problem or "")
    if not await people.set_credentials(person.id, await hash_password(password), secret):
        raise web.HTTPNotFound
    await people.use_totp_step(person.id, step)
    raise await let_in(request, person.id)


async def _to_set_up(request: web.Request) -> Coordinator:
    found = await request.app[keys.STORE].people.coordinator_by_setup(token_hash(request.match_info["token"]))
    if found is None:
        raise web.HTTPNotFound
    return found


def _set_up_page(
    request: web.Request, coordinator: Coordinator, secret: str, problem: str = ""
) -> web.Response:
    person = coordinator.person
    sealed = request.app[keys.SEALER].seal(json.dumps(secret).encode(), _place(person))
    return request.app[keys.RENDERER].page(
        "coordinator/set_up.html",
        status=400 if problem else 200,
        name=person.name,
        email=person.email,
        secret=secret,
        sealed=sealed.hex(),
        qr=_qr(totp_uri(secret, person.email)),
        problem=problem,
    )


def _place(person: Person) -> str:
    return f"set-up form|{person.id}|secret"


def _qr(text: str) -> dict[str, object]:
    """A QR code as one SVG path of unit squares, with its quiet zone of 4 (ISO/IEC 18004, 6.3.8)."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return {"size": len(rows), "path": "".join(squares)}
