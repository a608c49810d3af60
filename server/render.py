"""Pages from templates. Not here: what a page shows (`server.pages`), its headers (`server.guard`)."""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from server.static import Client


class Renderer:
    """Renders the templates of one build of the client; everything is escaped."""

    def __init__(self, client: Client) -> None:
        self._environment = Environment(
            loader=PackageLoader("server", "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(asset=client.asset, has_asset=client.has)

    def page(self, template: str, *, status: int = 200, **context: object) -> web.Response:
        """The page as an answer that no cache keeps."""
        text = self._environment.get_template(template).render(context)
        return web.Response(
            text=text, content_type="text/html", status=status, headers={"Cache-Control": "no-store"}
        )
