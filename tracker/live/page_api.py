"""The page over HTTP: the same document at the address of every race and view, and its files."""

import re
from typing import Annotated

from fastapi import FastAPI, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tracker.feed.values import Slug
from tracker.live.built_page import Asset, Page
from tracker.live.hub import Hub
from tracker.live.packed import tags as held_by
from tracker.live.packed import takes, takes_gzip
from tracker.live.past_api import Asked
from tracker.live.previews import of_race, of_races, with_preview

VIEWS = frozenset({"finish", "overlay", "summary", "wall"})
RACES = re.compile(r"[a-z0-9-]{1,64}(,[a-z0-9-]{1,64}){0,7}")
Asks = Annotated[str, Query()]


def add_page(app: FastAPI, page: Page, hub: Hub) -> None:
    """The page and whatever it is made of; added last, since it takes every path that is left."""

    @app.get("/", include_in_schema=False)
    async def index(if_none_match: Asked = None, accept_encoding: Asked = None) -> Response:
        return tagged(page.index, if_none_match, accept_encoding)

    async def of_one(
        race: Slug,
        view: str = "",
        lap: Asks = "",
        t: Asks = "",
        if_none_match: Asked = None,
        accept_encoding: Asked = None,
    ) -> Response:
        if view and view not in VIEWS:
            raise HTTPException(404)
        shown = page.index
        if hub.knows(race):
            shown = with_preview(shown, of_race(race, hub.picture(race), view, lap, t))
        return tagged(shown, if_none_match, accept_encoding)

    app.get("/race/{race}", include_in_schema=False)(of_one)
    app.get("/race/{race}/{view}", include_in_schema=False)(of_one)

    @app.get("/compare/{races}", include_in_schema=False)
    async def compared(
        races: str, if_none_match: Asked = None, accept_encoding: Asked = None
    ) -> Response:
        if not RACES.fullmatch(races):
            raise HTTPException(404)
        known = [(race, hub.picture(race)) for race in races.split(",") if hub.knows(race)]
        shown = with_preview(page.index, of_races(known)) if known else page.index
        return tagged(shown, if_none_match, accept_encoding)

    @app.get("/{path:path}", include_in_schema=False)
    async def file(
        request: Request, if_none_match: Asked = None, accept_encoding: Asked = None
    ) -> Response:
        asset = page.get(request.url.path)
        if asset is None:
            raise HTTPException(404)
        return tagged(asset, if_none_match, accept_encoding)


def tagged(asset: Asset, if_none_match: str | None, accept_encoding: str | None = None) -> Response:
    """A file, compressed where it is kept so and the reader takes it, unless the reader has it."""
    headers = {"ETag": asset.etag, "Cache-Control": asset.cache}
    body = asset.body
    if asset.packed is not None or asset.brotli is not None:
        headers["Vary"] = "Accept-Encoding"
        if asset.brotli is not None and takes(accept_encoding, "br"):
            body, coding = asset.brotli, "br"
        elif asset.packed is not None and takes_gzip(accept_encoding):
            body, coding = asset.packed, "gzip"
        else:
            coding = None
        if coding is not None:
            headers["ETag"] = f'{asset.etag[:-1]}-{coding}"'
            headers["Content-Encoding"] = coding
    if headers["ETag"] in held_by(if_none_match):
        headers.pop("Content-Encoding", None)
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=asset.media_type, headers=headers)
