"""Races over HTTP: what anybody can read, and the page to read it on.

Everything here is public and read-only. `/api/races` says what there is to watch and never who
won. What nobody knows yet is `null` with status 200; 404 means that there is no such race.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

import tracker
from tracker.errors import RequestRefused, Unavailable
from tracker.feed import asyncapi
from tracker.live import wire
from tracker.live.built_page import Asset, Page
from tracker.live.control import ControlLog
from tracker.live.guard import refusal
from tracker.live.hub import Hub
from tracker.live.packed import JSON, answer
from tracker.live.page_api import add_page, tagged
from tracker.live.past_api import Asked, MomentAsked, RaceInPath, add_past
from tracker.live.replays import Replays
from tracker.live.scoring import LapsShown, OrderShown, Scoring
from tracker.live.stream import StreamViewer, position

NOW = {"Cache-Control": "no-store"}


class Problem(BaseModel):
    """What went wrong, in one sentence."""

    error: str


class Health(BaseModel):
    """Whether the server answers at all."""

    ok: bool


class Readiness(BaseModel):
    """Whether races are being scored, and if not why not."""

    ready: bool
    problems: list[str]


class Streams:
    """The event streams that are open."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.open: set[StreamViewer] = set()

    def close(self) -> None:
        """End them all; who listens comes back by itself."""
        for viewer in self.open:
            viewer.close(wire.CLOSE_SHUTDOWN, "shutting down")


def make_api(
    hub: Hub,
    scoring: Scoring,
    page: Page,
    figures: CollectorRegistry,
    streams: Streams,
    replays: Replays,
) -> FastAPI:
    """The application behind every path but `/ws`."""
    app = FastAPI(
        title="Race tracker",
        version=tracker.__version__,
        description=__doc__,
        docs_url=None,
        redoc_url=None,
        responses={404: {"model": Problem}, 422: {"model": Problem}},
    )
    add_refusals(app)
    add_races(app, hub, scoring, replays)
    add_past(app, hub, scoring)
    add_streams(app, hub, scoring, streams, replays)
    add_operations(app, scoring, figures)
    add_page(app, page, hub)
    return app


def add_refusals(app: FastAPI) -> None:
    """Every error is JSON with one sentence."""

    @app.exception_handler(Exception)
    async def our_mistake(_request: Request, _mistake: Exception) -> Response:
        return refusal(500, "That is our mistake, and in the log; the race goes on.")

    @app.exception_handler(RequestRefused)
    async def no_such_race(_request: Request, refused: Exception) -> Response:
        return refusal(404, f"{refused}; /api/races lists those there are")

    @app.exception_handler(HTTPException)
    async def no_such_path(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404 and error.detail == "Not Found":
            return refusal(404, "There is nothing at this address; /docs lists what there is.")
        return refusal(error.status_code, str(error.detail))

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"])
        return refusal(422, f"{where}: {first['msg']}")


def add_races(app: FastAPI, hub: Hub, scoring: Scoring, replays: Replays) -> None:
    """What there is to know of a race."""

    def known(race: str) -> None:
        if not hub.knows(race):
            raise RequestRefused(f"there is no race {race!r} here", wire.CLOSE_NO_SUCH_RACE)

    @app.get("/api/races", response_model=list[wire.RaceListed], tags=["races"])
    async def races() -> Response:
        """What there is to watch; nothing here says who won."""
        return Response(to_json(scoring.races()), media_type=JSON, headers=NOW)

    @app.get("/api/races/{race}", response_model=wire.Snapshot, tags=["races"])
    async def race(race: RaceInPath, at: MomentAsked, if_none_match: Asked = None) -> Response:
        """The whole picture, the same object as on the websocket; now, or at a moment."""
        known(race)
        if at is None:
            whole = hub.snapshot(race)
        else:
            try:
                whole = await replays.picture(race, at)
            except Unavailable as busy:
                return refusal(503, str(busy), {"Retry-After": "1"})
            return tagged(Asset.of(whole.body, JSON), if_none_match)
        return tagged(Asset(whole.body, JSON, "no-cache", f'"{whole.position}"'), if_none_match)

    @app.get("/api/races/{race}/order", response_model=OrderShown, tags=["races"])
    async def order(
        race: RaceInPath, lap: Annotated[int, Query(ge=0, le=100_000, description="leader's laps")]
    ) -> Response:
        """The running order when the leader had completed a lap."""
        known(race)
        running = scoring.order(race, lap)
        if running is None:
            return refusal(404, f"the leader of {race!r} has not completed lap {lap}")
        return shown(OrderShown(race=race, lap=lap, order=running))

    @app.get("/api/races/{race}/laps", response_model=LapsShown, tags=["races"])
    async def laps(
        race: RaceInPath, if_none_match: Asked = None, accept_encoding: Asked = None
    ) -> Response:
        """Every lap of every car."""
        known(race)
        return answer(await scoring.laps(race), if_none_match, accept_encoding)

    @app.get(
        "/api/races/{race}/incidents",
        response_model=dict[str, wire.IncidentShown],
        tags=["races"],
    )
    async def incidents(race: RaceInPath) -> Response:
        """Every incident, by its number."""
        return shown(hub.picture(race).incidents)

    @app.get("/api/races/{race}/control", response_model=ControlLog, tags=["races"])
    async def control(race: RaceInPath, if_none_match: Asked = None) -> Response:
        """Everything race control told: flags, incidents, penalties, messages, results."""
        known(race)
        body = to_json(scoring.control(race))
        return tagged(Asset.of(body, JSON, "no-cache"), if_none_match)

    @app.get("/api/races/{race}/results", response_model=wire.ResultsShown | None, tags=["races"])
    async def results(race: RaceInPath) -> Response:
        """The result and its earlier versions; `null` until there is one."""
        return shown(hub.picture(race).results)

    @app.get("/api/races/{race}/verdicts", response_model=wire.VerdictsShown | None, tags=["races"])
    async def verdicts(race: RaceInPath) -> Response:
        """Who won and lost, and why; `null` until the race has been judged."""
        return shown(hub.picture(race).verdicts)


def add_streams(
    app: FastAPI, hub: Hub, scoring: Scoring, streams: Streams, replays: Replays
) -> None:
    """What goes on and on."""

    @app.get(
        "/api/races/{race}/events",
        tags=["streams"],
        response_class=StreamingResponse,
        responses={200: {"content": {"application/x-ndjson": {}}}},
    )
    async def events(
        race: RaceInPath,
        after: Annotated[int, Query(ge=0, le=2**53, description="journal offset")] = 0,
    ) -> Response:
        """The race's journal as JSON lines, from the entry after an offset to its present end."""
        hub.picture(race)
        lines = scoring.events(race, after)
        return StreamingResponse(lines, media_type="application/x-ndjson", headers=NOW)

    @app.get(
        "/api/races/{race}/stream",
        tags=["streams"],
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}, 503: {"model": Problem}},
    )
    async def stream(
        race: RaceInPath,
        at: MomentAsked,
        speed: Annotated[float, Query(ge=0, le=wire.FASTEST, description="of the past")] = 1,
        last_event_id: Asked = None,
    ) -> Response:
        """The websocket's messages as server-sent events, named by their type.

        The id is `epoch:version`; `Last-Event-ID` brings what was missed since. From a moment on
        the past is told, at a speed, until it has become the present.
        """
        hub.picture(race)
        if len(streams.open) >= streams.most:
            sentence = "too many streams are open; /ws has more room"
            return refusal(503, sentence, {"Retry-After": "10"})
        if at is not None:
            if replays.full:
                sentence = "too many watch the past; its segments can be played by anybody"
                return refusal(503, sentence, {"Retry-After": "10"})
            lines = rewound(hub, streams, replays, race, at, speed)
        else:
            lines = watched(hub, streams, race, *position(last_event_id))
        return StreamingResponse(lines, media_type="text/event-stream", headers=NOW)


async def watched(
    hub: Hub, streams: Streams, race: str, epoch: str | None, version: int | None
) -> AsyncIterator[bytes]:
    """A race as it happens; joins when the first piece is asked for, so nobody joins in vain."""
    viewer = StreamViewer()
    streams.open.add(viewer)
    try:
        hub.watch(viewer, race, epoch, version)
        async for piece in viewer.events(hub):
            yield piece
    finally:
        hub.leave(viewer)
        streams.open.discard(viewer)


async def rewound(
    hub: Hub, streams: Streams, replays: Replays, race: str, at: wire.At, speed: float
) -> AsyncIterator[bytes]:
    """A race as it happened."""
    viewer = StreamViewer()
    streams.open.add(viewer)
    try:
        replays.watch(viewer, race, at, speed)
        async for piece in viewer.events(hub):
            yield piece
    finally:
        replays.leave(viewer)
        hub.leave(viewer)
        streams.open.discard(viewer)


def add_operations(app: FastAPI, scoring: Scoring, figures: CollectorRegistry) -> None:
    """What those who run the server ask."""

    @app.get("/healthz", response_model=Health, tags=["operations"])
    async def healthz() -> Response:
        """Whether the server answers at all."""
        return shown(Health(ok=True))

    @app.get(
        "/readyz",
        response_model=Readiness,
        responses={503: {"model": Readiness}},
        tags=["operations"],
    )
    async def readyz() -> Response:
        """Whether races are being scored; 503 with the reasons when they are not."""
        problems = scoring.problems()
        state = Readiness(ready=not problems, problems=problems)
        return shown(state, 503 if problems else 200)

    @app.get("/metrics", tags=["operations"], response_class=Response)
    async def metrics() -> Response:
        """Figures for Prometheus."""
        return Response(generate_latest(figures), media_type=CONTENT_TYPE_LATEST, headers=NOW)

    feed = to_json(asyncapi.document(), indent=2)

    @app.get("/asyncapi.yaml", tags=["operations"], response_class=Response)
    async def asyncapi_document() -> Response:
        """The MQTT topics and their messages, as AsyncAPI 3 (the JSON of it, which is YAML too)."""
        return Response(feed, media_type="application/yaml", headers=NOW)


def shown(content: object, status: int = 200) -> Response:
    """Something as JSON, as it is now."""
    return Response(to_json(content), status, media_type=JSON, headers=NOW)
