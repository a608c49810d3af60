"""Forms that act once: a page that is loaded again must not open a second session.

Not here: what a form does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

USED_FORMS: web.AppKey[OrderedDict[str, None]] = web.AppKey("used forms")
"""Forms already acted on."""
REMEMBERED_FORMS = 1000


@contextmanager
def used_once(request: web.Request, form_id: str) -> Iterator[None]:
    """Act on a form; when that fails, it may be sent again.

    Raises a redirect to today's rooms when this form has been acted on before.
    """
    used = request.app[USED_FORMS]
    if form_id in used:
        raise web.HTTPSeeOther("/coordinator")
    used[form_id] = None
    if len(used) > REMEMBERED_FORMS:
        used.popitem(last=False)
    try:
        yield
    except BaseException:
        used.pop(form_id, None)
        raise
