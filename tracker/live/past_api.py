"""The past of a race over HTTP: the line it lies along, and the segments to play."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Path, Query
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tracker.errors import Unavailable
from tracker.feed.values import Slug
from tracker.live.guard import refusal
from tracker.live.hub import Hub
from tracker.live.lap_chart import LapChart
from tracker.live.packed import answer
from tracker.live.scoring import Scoring
from tracker.live.segments import Segment
from tracker.live.timeline import Timeline
from tracker.live.wire import At

RaceInPath = Annotated[Slug, Path(description="a race as `/api/races` names it")]
Asked = Annotated[str | None, Header()]
MICROSECONDS = 2**53
"""Of race time: more than JSON can count exactly."""


def moment_asked(
    lap: Annotated[
        int | None, Query(ge=0, le=100_000, description="when the leader had completed so many")
    ] = None,
    time: Annotated[
        int | None,
        Query(ge=-MICROSECONDS, le=MICROSECONDS, description="microseconds since the green flag"),
    ] = None,
    version: Annotated[
        int | None, Query(ge=0, le=MICROSECONDS, description="a journal offset")
    ] = None,
) -> At | None:
    """A moment of the past; none, where the present is asked for."""
    if lap is time is version is None:
        return None
    try:
        return At(lap=lap, time=time, version=version)
    except ValidationError:
        raise HTTPException(422, "name a moment in one way: lap, time or version") from None


MomentAsked = Annotated[At | None, Depends(moment_asked)]


BUSY: dict[int | str, dict[str, Any]] = {
    503: {"description": "Too many moments are being looked up; come back in a second."}
}


def add_past(app: FastAPI, hub: Hub, scoring: Scoring) -> None:
    """What it takes to rewind a race, or to watch it later."""

    @app.get("/api/races/{race}/timeline", response_model=Timeline, tags=["past"])
    async def timeline(
        race: RaceInPath, if_none_match: Asked = None, accept_encoding: Asked = None
    ) -> Response:
        """How far the race has come, what happened when, and how many segments there are."""
        hub.picture(race)
        return answer(scoring.timeline(race), if_none_match, accept_encoding)

    @app.get("/api/races/{race}/lap-chart", response_model=LapChart, tags=["past"])
    async def lap_chart(
        race: RaceInPath,
        after: Annotated[
            int | None, Query(ge=0, le=100_000, description="only the laps after this one")
        ] = None,
        if_none_match: Asked = None,
        accept_encoding: Asked = None,
    ) -> Response:
        """Every lap of every car in columns, for charts of places, gaps and lap times."""
        hub.picture(race)
        return answer(await scoring.lap_chart(race, after), if_none_match, accept_encoding)

    @app.get(
        "/api/races/{race}/past/{index}", response_model=Segment, responses=BUSY, tags=["past"]
    )
    async def past(
        race: RaceInPath,
        index: Annotated[int, Path(ge=0, le=1_000_000, description="a segment of the timeline")],
        if_none_match: Asked = None,
        accept_encoding: Asked = None,
    ) -> Response:
        """A minute of the race to play: a picture, and the websocket's messages in frames.

        At each frame's `at` the picture is that of all events up to then, as far as they have
        arrived by now. Late events and corrections make it another, with another `events`.
        """
        hub.picture(race)
        try:
            segment = await scoring.segment(race, index)
        except Unavailable as busy:
            return refusal(503, str(busy), {"Retry-After": "1"})
        if segment is None:
            return refusal(
                404, f"{race!r} has no segment {index} yet; its timeline says how many there are"
            )
        return answer(segment, if_none_match, accept_encoding)
