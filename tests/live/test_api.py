"""The API and the page over real connections."""

import asyncio
import re
from pathlib import Path

import pytest
from pydantic_core import from_json
from websockets.asyncio.client import connect

from tests.live.fakes import FakeScoring, Visit, open_house
from tests.live.pictures import RACE, incident, picture, results, verdicts
from tracker.errors import Unavailable
from tracker.live import wire
from tracker.live.scoring import LapsShown, Scoring
from tracker.live.server import listen

pytestmark = pytest.mark.anyio


def test_the_fake_is_a_scoring_room() -> None:
    scoring: Scoring = FakeScoring()
    assert scoring.problems() == []


async def test_what_there_is_to_watch_without_who_won(visit: Visit) -> None:
    visit.hub.publish(RACE, "e1", 11, picture(267, result=results("5")))
    response = await visit.web.get("/api/races")
    [listed] = response.json()
    wire.RaceListed.model_validate(listed)
    assert set(listed) == {"race", "name", "series", "date", "track", "phase", "live"}
    assert response.headers["cache-control"] == "no-store"


async def test_a_snapshot_is_the_websockets_and_is_not_sent_twice(visit: Visit) -> None:
    response = await visit.web.get(f"/api/races/{RACE}")
    async with connect(visit.ws) as viewer:
        await viewer.recv()
        await viewer.send(f'{{"type":"watch","race":"{RACE}"}}')
        assert from_json(await viewer.recv()) == response.json()
    tag = {"If-None-Match": response.headers["etag"]}
    assert (await visit.web.get(f"/api/races/{RACE}", headers=tag)).status_code == 304
    visit.next_lap()
    assert (await visit.web.get(f"/api/races/{RACE}", headers=tag)).status_code == 200


async def test_the_topics_are_described(standing: Visit) -> None:
    response = await standing.web.get("/asyncapi.yaml")
    assert response.headers["content-type"].startswith("application/yaml")
    assert from_json(response.content)["asyncapi"] == "3.0.0"


async def test_the_order_after_a_lap(standing: Visit) -> None:
    response = await standing.web.get(f"/api/races/{RACE}/order?lap=3")
    assert response.json() == {"race": RACE, "lap": 3, "order": ["24", "5", "9"]}
    assert (await standing.web.get(f"/api/races/{RACE}/order?lap=4")).status_code == 404


async def test_laps_incidents_results_and_verdicts(visit: Visit) -> None:
    laps = await visit.web.get(f"/api/races/{RACE}/laps")
    LapsShown.model_validate(laps.json())
    assert (await visit.web.get(f"/api/races/{RACE}/results")).json() is None
    assert (await visit.web.get(f"/api/races/{RACE}/verdicts")).json() is None
    judged = picture(267, incidents=[incident(1)], result=results("5"), judged=verdicts("5"))
    visit.hub.publish(RACE, "e1", 11, judged)
    told = (await visit.web.get(f"/api/races/{RACE}/incidents")).json()
    assert told == {"1": incident(1).model_dump()}
    shown = (await visit.web.get(f"/api/races/{RACE}/results")).json()
    wire.ResultsShown.model_validate(shown)
    told = (await visit.web.get(f"/api/races/{RACE}/verdicts")).json()
    assert wire.VerdictsShown.model_validate(told) == verdicts("5")


async def test_the_journal_as_lines(standing: Visit) -> None:
    response = await standing.web.get(f"/api/races/{RACE}/events?after=1")
    assert response.headers["content-type"] == "application/x-ndjson"
    assert [from_json(line)["offset"] for line in response.text.splitlines()] == [2, 3]


async def test_ready_or_the_reasons_why_not(visit: Visit) -> None:
    assert (await visit.web.get("/healthz")).json() == {"ok": True}
    assert (await visit.web.get("/readyz")).json() == {"ready": True, "problems": []}
    visit.scoring.trouble = ["the journal cannot be written: no space left"]
    response = await visit.web.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == visit.scoring.trouble


async def test_figures_for_prometheus(visit: Visit) -> None:
    async with connect(visit.ws) as viewer:
        await viewer.recv()
        await viewer.send(f'{{"type":"watch","race":"{RACE}"}}')
        await viewer.recv()
        figures = (await visit.web.get("/metrics")).text
    for line in (
        "racetracker_ws_clients 1.0",
        "racetracker_viewers 1.0",
        'racetracker_ws_handshakes_total{result="101"} 1.0',
        'racetracker_ws_resumes_total{result="snapshot"} 1.0',
        'racetracker_ws_sent_messages_total{kind="snapshot"} 1.0',
    ):
        assert line in figures


# ------------------------------------------------------------------ the page


async def test_the_page_is_served_at_every_race(standing: Visit) -> None:
    for path in ("/", f"/race/{RACE}", f"/race/{RACE}?lap=132"):
        response = await standing.web.get(path)
        assert "index-C0FFEE.js" in response.text
        assert response.headers["cache-control"] == "no-cache"
        tag = {"If-None-Match": response.headers["etag"]}
        assert (await standing.web.get(path, headers=tag)).status_code == 304


async def test_hashed_files_are_kept_for_ever(standing: Visit) -> None:
    response = await standing.web.get("/assets/index-C0FFEE.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in response.headers["cache-control"]
    icon = await standing.web.get("/favicon.svg")
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.headers["cache-control"] == "no-cache"


async def test_a_page_that_was_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as visit:
        response = await visit.web.get("/")
        assert "pip install -e ." in response.text
        assert "/openapi.json" in (await visit.web.get("/docs")).text


@pytest.mark.parametrize(
    "target",
    [
        "/assets/link",
        "/assets/../../secret",
        "/../secret",
        "//secret",
        "/assets/..%2f..%2fsecret",
        "/assets/%2e%2e/%2e%2e/secret",
        "/assets/..%5c..%5csecret",
        "/assets/%c0%ae%c0%ae/secret",
        "/assets/%00",
        "/assets/index-C0FFEE.js%00.html",
        "/assets/index-C0FFEE.js/",
        "/assets/",
        "/assets",
        "/docs/",
        "/docs/../../secret",
        "/index.html",
        "/race/../../etc/passwd",
        "/etc/passwd",
        "/race/a%2fb",
        "/" + "a" * 4000,
    ],
)
async def test_only_what_was_built_is_served(standing: Visit, target: str) -> None:
    """Sent as it stands: a client would tidy the path up."""
    status, headers, body = await raw(standing, f"GET {target} HTTP/1.1")
    assert status == 404
    assert headers["content-type"] == "application/json"
    assert set(from_json(body)) == {"error"}


async def raw(visit: Visit, line: str) -> tuple[int, dict[str, str], bytes]:
    """One request as bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", visit.port)
    writer.write(f"{line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


# ------------------------------------------------------------------ refusals and headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/races/daytona", 404),
        ("/api/races/daytona/laps", 404),
        ("/api/races/daytona/incidents", 404),
        ("/api/races/daytona/verdicts", 404),
        ("/api/races/daytona/events", 404),
        ("/api/races/daytona/stream", 404),
        ("/api/races/Kansas!", 422),
        (f"/api/races/{RACE}/order", 422),
        (f"/api/races/{RACE}/order?lap=-1", 422),
        (f"/api/races/{RACE}/events?after=x", 422),
        ("/nowhere", 404),
        ("/ws", 404),
    ],
)
async def test_what_is_refused_is_said_in_one_sentence(
    standing: Visit, path: str, status: int
) -> None:
    response = await standing.web.get(path)
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert len(response.json()["error"]) > 10


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_one_can_only_look(standing: Visit, method: str) -> None:
    for path in ("/", "/api/races", "/nowhere"):
        response = await standing.web.request(method, path)
        assert response.status_code == 405
        assert response.headers["allow"] == "GET, HEAD"
        assert "MQTT" in response.json()["error"]


async def test_our_own_mistake_shows_nothing_of_our_insides(visit: Visit) -> None:
    visit.scoring.fault = ZeroDivisionError("the insides")
    response = await visit.web.get("/api/races")
    assert response.status_code == 500
    assert set(response.json()) == {"error"}
    assert "insides" not in response.text
    assert "Traceback" not in response.text
    assert (await visit.web.get("/healthz")).status_code == 200


async def test_every_answer_says_what_the_browser_must_not_do(visit: Visit) -> None:
    visit.scoring.trouble = ["broken"]
    answers = [
        await visit.web.get(path)
        for path in ("/", f"/race/{RACE}", "/api/races", "/readyz", "/nowhere", "/metrics", "/docs")
    ]
    answers.append(await visit.web.get(f"/api/races/{RACE}/order"))
    answers.append(await visit.web.post("/"))
    answers.append(await visit.web.head("/"))
    visit.scoring.fault = ZeroDivisionError()
    answers.append(await visit.web.get("/api/races"))
    assert {answer.status_code for answer in answers} == {200, 404, 405, 422, 500, 503}
    for answer in answers:
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert f"connect-src 'self' ws://127.0.0.1:{visit.port} wss:" in policy
        for part in ("base-uri 'none'", "frame-ancestors 'none'", "form-action 'none'"):
            assert part in policy
        assert ("unsafe-inline" in policy) == (answer.url.path == "/docs")
        assert "script-src 'self';" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in headers
        assert len(headers.get_list("content-security-policy")) == 1


async def test_what_is_not_http_gets_an_answer_like_any_other(
    standing: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """And no line in the log, which a stranger could fill with them."""
    status, headers, body = await raw(standing, "GET /\x01 HTTP/1.1")
    assert status == 400
    assert not caplog.records
    assert set(from_json(body)) == {"error"}
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("told", "apart"),
    [
        ({"Host": "192.168.1.20:8000"}, False),
        ({"Host": "localhost.example"}, False),
        ({"Host": "localhost:8000"}, True),
        ({"Host": "[::1]:8000"}, True),
        ({"Host": "races.example", "X-Forwarded-Proto": "https"}, True),
    ],
)
async def test_windows_are_kept_apart_where_browsers_believe_who_we_are(
    standing: Visit, told: dict[str, str], apart: bool
) -> None:
    response = await standing.web.get("/", headers=told)
    assert ("cross-origin-opener-policy" in response.headers) == apart


async def test_a_strange_host_gets_no_say_in_the_policy(standing: Visit) -> None:
    response = await standing.web.get("/", headers={"Host": "x; script-src *"})
    assert "connect-src 'self'; base-uri" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/api/races", f"/api/races/{RACE}/stream", "/nowhere"])
async def test_head_is_get_without_the_body(standing: Visit, path: str) -> None:
    response = await standing.web.head(path)
    assert response.status_code == (404 if path == "/nowhere" else 200)
    assert response.content == b""
    assert standing.hub.viewers == 0


# ------------------------------------------------------------------ documentation


async def test_the_documentation_needs_no_network_and_no_inline_script(standing: Visit) -> None:
    html = (await standing.web.get("/docs")).text
    links = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert "/docs/swagger-ui-bundle.js" in links
    for link in links:
        assert (await standing.web.get(link)).status_code == 200
    assert not re.search(r"<script>|on\w+=|https?://", html)


async def test_openapi_describes_the_wire(standing: Visit) -> None:
    described = (await standing.web.get("/openapi.json")).json()
    assert {"Snapshot", "Row", "State", "RaceListed", "ResultsShown"} <= set(
        described["components"]["schemas"]
    )
    paths = described["paths"]
    assert "/{path}" not in paths
    assert set(paths) >= {"/api/races", "/api/races/{race}/stream", "/readyz", "/metrics"}
    assert all(set(methods) == {"get"} for methods in paths.values())
    assert "HTTPValidationError" not in str(described)


# ------------------------------------------------------------------ the address


def test_a_port_that_is_taken_is_said_so() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match=f"port {port} is taken .* --port"):
            listen("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_said_so() -> None:
    with pytest.raises(Unavailable, match="cannot listen on"):
        listen("192.0.2.1", 0)
