"""The past over real connections: what is sent, compressed, and not sent twice."""

import pytest

from tests.live.fakes import Visit
from tests.live.pictures import RACE
from tracker.live.packed import Packed, takes_gzip

pytestmark = pytest.mark.anyio

TIMELINE = f"/api/races/{RACE}/timeline"
SEGMENT = f"/api/races/{RACE}/past/2"
CHART = f"/api/races/{RACE}/lap-chart?after=200"


@pytest.mark.parametrize("path", [TIMELINE, SEGMENT, CHART])
async def test_the_past_is_compressed_for_who_takes_it_so(standing: Visit, path: str) -> None:
    packed = await standing.web.get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    plain = await standing.web.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    for response in (packed, plain):
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.headers["cache-control"] == "no-cache"
        assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", [TIMELINE, SEGMENT, CHART])
async def test_the_past_is_not_sent_to_who_has_it(standing: Visit, path: str) -> None:
    tag = (await standing.web.get(path)).headers["etag"]
    again = await standing.web.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    other = await standing.web.get(path, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/races/{RACE}/past/3", 404),
        (f"/api/races/{RACE}/past/-1", 422),
        (f"/api/races/{RACE}/past/x", 422),
        ("/api/races/daytona/past/0", 404),
        ("/api/races/daytona/timeline", 404),
    ],
)
async def test_a_past_that_is_not_there_is_said_so(standing: Visit, path: str, status: int) -> None:
    response = await standing.web.get(path)
    assert response.status_code == status
    assert len(response.json()["error"]) > 10


async def test_too_many_who_want_to_know_are_asked_to_wait(visit: Visit) -> None:
    visit.scoring.busy = True
    response = await visit.web.get(SEGMENT)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"


async def test_the_past_is_described(standing: Visit) -> None:
    described = (await standing.web.get("/openapi.json")).json()
    assert {"Timeline", "Segment", "Frame"} <= set(described["components"]["schemas"])
    assert "from" in described["components"]["schemas"]["Segment"]["properties"]


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("br;q=1.0, GZIP; q=0.1", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("deflate, br", False),
    ],
)
async def test_who_takes_gzip_says_so(asked: str | None, taken: bool) -> None:
    assert takes_gzip(asked) is taken


async def test_the_same_is_packed_the_same() -> None:
    assert Packed.of(b"{}", 1, "e") == Packed.of(b"{}", 1, "e")
    assert Packed.of(b"{}", 1, "e").etag != Packed.of(b"{}", 2, "e").etag
