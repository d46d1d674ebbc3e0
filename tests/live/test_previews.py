"""What a link shows before it is opened, and the page at all its addresses."""

import gzip
import re
from html import unescape
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.fakes import Visit
from tests.live.pictures import RACE, picture, results, row, state, verdicts
from tracker.live.built_page import FOREVER, Asset, files
from tracker.live.page_api import tagged
from tracker.live.picture import Picture
from tracker.live.previews import Preview, of_race, of_races, with_preview

pytestmark = pytest.mark.anyio

INDEX = Asset.of(b"<!doctype html><head><title>Race tracker</title></head>", "text/html")


def head(name: str) -> str:
    """The page's head, for a race of that name."""
    race = picture()
    named = Picture({**race.state, "name": name}, race.rows, {}, None)
    return with_preview(INDEX, of_race(RACE, named, "", "", "")).body.decode()


def test_a_link_says_which_race_where_and_when() -> None:
    assert of_race(RACE, picture(), "", "", "") == Preview(
        "Kansas 400",
        "Kansas Speedway, May 5, 2024. "
        "Running order, incidents and charts, live or from the start.",
    )


@pytest.mark.parametrize(
    ("lap", "seconds", "title"),
    [
        ("132", "", "Kansas 400, on lap 132"),
        ("0", "", "Kansas 400, at the start"),
        ("", "3723.5", "Kansas 400, after 1:02:03"),
        ("", "-5", "Kansas 400, after 0:00:00"),
        ("132; drop", "", "Kansas 400"),
        ("", "\u0663", "Kansas 400"),
    ],
)
def test_a_link_to_a_moment_names_it(lap: str, seconds: str, title: str) -> None:
    assert of_race(RACE, picture(), "", lap, seconds).title == title


@pytest.mark.parametrize("view", ["", "finish", "overlay", "summary", "wall"])
@pytest.mark.parametrize("lap", ["", "267"])
def test_no_link_gives_away_who_won(view: str, lap: str) -> None:
    over = picture(267, result=results("5"), judged=verdicts("5"))
    assert of_race(RACE, over, view, lap, "") == of_race(RACE, picture(), view, lap, "")


def test_a_race_that_nobody_announced_is_called_as_it_is_kept() -> None:
    bare = state().model_copy(update={"name": "", "track": "", "date": None})
    preview = of_race(RACE, Picture.drawn(bare, {"5": row(1, "5")}, {}, None), "", "", "")
    assert preview.title == RACE
    assert preview.text.startswith("Running order")


def test_races_side_by_side_are_all_named() -> None:
    both = of_races([("a", picture()), ("b", picture())])
    assert both.title == "Kansas 400 and Kansas 400, compared"


@given(st.text())
def test_a_name_is_data_and_never_markup(name: str) -> None:
    """Whatever a race is called, the head has the same elements, and holds the name unharmed."""
    written = head(name)
    assert re.sub(r'(?<=content=")[^"]*|(?<=<title>)[^<]*', "", written) == re.sub(
        r'(?<=content=")[^"]*|(?<=<title>)[^<]*', "", head("Kansas 400")
    )
    [title] = re.findall(r'<meta property="og:title" content="([^"]*)">', written)
    assert not set(title) & set("<>")
    if name and "\r" not in name:
        assert unescape(title) == name


async def test_the_page_is_at_every_view_of_a_race_and_nowhere_else(standing: Visit) -> None:
    for path in ("finish", "overlay", "summary", "wall"):
        response = await standing.web.get(f"/race/{RACE}/{path}")
        assert response.status_code == 200
        assert "index-C0FFEE.js" in response.text
    for path in ("/compare/kansas", "/compare/kansas,talladega"):
        assert (await standing.web.get(path)).status_code == 200
    for path in (f"/race/{RACE}/results", "/compare/", "/compare/a,,b", f"/race/{RACE}/wall/x"):
        assert (await standing.web.get(path)).status_code == 404


async def test_another_name_is_another_page_to_the_cache(visit: Visit) -> None:
    """The document of a race is tagged by what it says, its preview included."""
    response = await visit.web.get(f"/race/{RACE}?lap=12")
    assert "<title>Kansas 400, on lap 12 \u2013 Race tracker</title>" in response.text
    tag = {"If-None-Match": response.headers["etag"]}
    assert (await visit.web.get(f"/race/{RACE}?lap=12", headers=tag)).status_code == 304
    assert (await visit.web.get(f"/race/{RACE}?lap=13", headers=tag)).status_code == 200
    assert (await visit.web.get("/", headers=tag)).status_code == 200


async def test_scripts_go_out_compressed_to_who_takes_that(standing: Visit) -> None:
    """Compressed or not, each has its own tag, and both are the same file."""
    plain = await fetched(standing, "identity")
    packed = await fetched(standing, "br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert plain.headers["etag"] != packed.headers["etag"]
    assert plain.content == packed.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    again = await fetched(standing, "gzip", packed.headers["etag"])
    assert again.status_code == 304
    assert again.content == b""


async def fetched(visit: Visit, coding: str, has: str = "") -> httpx.Response:
    """The page's script, as a reader of such a coding gets it."""
    headers = {"Accept-Encoding": coding, "If-None-Match": has}
    return await visit.web.get("/assets/long-C0FFEE.js", headers=headers)


def test_what_does_not_shrink_is_kept_as_it_is() -> None:
    noise = gzip.compress(bytes(range(256)) * 4)
    assert Asset.kept(noise, "font/woff2", FOREVER).packed is None
    text = Asset.kept(b"a" * 1000, "text/plain")
    assert text.packed is not None
    assert gzip.decompress(text.packed) == text.body


def test_a_file_that_the_build_left_in_brotli_too_is_served_so_to_who_takes_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "page-1.js").write_bytes(b"let lap = 1;\n" * 100)
    (tmp_path / "assets" / "page-1.js.br").write_bytes(b"smaller")
    found = files(tmp_path)
    asset = found["/assets/page-1.js"]
    assert list(found) == ["/assets/page-1.js"]  # the other has no address of its own

    def coding(accepted: str | None) -> tuple[str | None, bytes, str]:
        answer = tagged(asset, None, accepted)
        return answer.headers.get("content-encoding"), bytes(answer.body), answer.headers["etag"]

    assert coding("gzip, br")[:2] == ("br", b"smaller")
    assert coding("gzip, br;q=0")[0] == "gzip"
    assert coding("*")[0] == "gzip"
    assert coding(None)[:2] == (None, asset.body)
    assert len({coding(accepted)[2] for accepted in ("br", "gzip", None)}) == 3
    assert all(
        tagged(asset, None, taken).headers["vary"] == "Accept-Encoding" for taken in ("br", None)
    )
