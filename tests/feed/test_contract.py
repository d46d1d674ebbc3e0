"""The contract with producers: what is an event, what is not, and why not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import PacketRejected
from tracker.feed.asyncapi import document
from tracker.feed.decode import decode, schemas
from tracker.feed.envelope import DERIVED, EVENT_OF, Report, UnknownEvent, encode, short_type
from tracker.feed.reference import reference
from tracker.feed.setting import EntryUpsert
from tracker.feed.timing import Crossing
from tracker.feed.topics import event_topic, parse_event_topic

ROOT = Path(__file__).parents[2]
TOPIC = "racing/v1/kansas-2024/in/timing/crossing"
CROSSING = Report("timing", "crossing/5/268/sf", Crossing(entry="05", t_us=1, lap=268)).event(
    "kansas-2024", "e1", 7
)


def packet(**changes: object) -> bytes:
    """A good packet with some of its envelope changed."""
    return json.dumps({**json.loads(encode(CROSSING)), **changes}).encode()


def test_an_event_comes_back_as_it_went() -> None:
    assert decode(TOPIC, encode(CROSSING)) == CROSSING


def test_car_numbers_are_text() -> None:
    assert json.loads(encode(CROSSING))["data"]["entry"] == "05"
    with pytest.raises(PacketRejected, match="entry"):
        decode(TOPIC, packet(data={"entry": 5, "t_us": 1}))


@pytest.mark.parametrize(
    ("topic", "payload", "kind"),
    [
        ("racing/v1/kansas-2024/in/timing", encode(CROSSING), "topic"),
        ("racing/v1/Kansas/in/timing/crossing", encode(CROSSING), "topic"),
        (TOPIC, b"", "json"),
        (TOPIC, b"\xff\xfe", "json"),
        (TOPIC, b"[" * 100_000, "size"),
        (TOPIC, b"[" * 10_000, "json"),
        (TOPIC, b"null", "invalid"),
        (TOPIC, packet(race="other"), "mismatch"),
        (TOPIC, packet(source="other"), "mismatch"),
        (TOPIC, packet(type="racing.sector.v1", data={}), "invalid"),
        (TOPIC, packet(id="a b"), "invalid"),
        (TOPIC, packet(sequence=-1), "invalid"),
        (TOPIC, packet(data={"entry": "5", "t_us": 1.5}), "invalid"),
        (TOPIC, packet(data={"entry": "5", "t_us": 2**60}), "invalid"),
        (TOPIC, packet(data={"entry": "5\u202e", "t_us": 1}), "invalid"),
        (TOPIC, packet(data={"entry": "5\n", "t_us": 1}), "invalid"),
        (TOPIC, encode(CROSSING).replace(b'"t_us":1', b'"t_us":NaN'), "json"),
    ],
)
def test_a_bad_packet_is_rejected_with_its_reason(topic: str, payload: bytes, kind: str) -> None:
    with pytest.raises(PacketRejected) as rejected:
        decode(topic, payload)
    assert rejected.value.kind in (kind, "invalid" if kind == "json" else kind)
    assert rejected.value.reason


def test_an_unknown_type_is_no_error() -> None:
    event = decode(
        "racing/v1/r/in/s/moon.landing", packet(type="racing.moon.landing.v1", race="r", source="s")
    )
    assert isinstance(event, UnknownEvent)
    assert short_type(event) == "moon.landing"


def test_unknown_fields_are_ignored() -> None:
    again = decode(TOPIC, packet(colour="red"))
    assert again == CROSSING


@given(st.text(max_size=80))
def test_no_text_climbs_out_of_its_topic(text: str) -> None:
    """What is accepted as a slug comes back as the same level of the same topic."""
    try:
        topic = event_topic("race", text, "crossing")
    except ValueError:
        return
    parsed = parse_event_topic(topic)
    assert parsed is not None
    assert parsed.source == text


@given(st.binary(max_size=300))
def test_rubbish_is_rejected_and_never_worse(payload: bytes) -> None:
    with pytest.raises(PacketRejected):
        decode(TOPIC, payload)


@given(st.text(max_size=40), st.text(max_size=200))
def test_a_name_that_is_taken_can_be_sent(entry: str, name: str) -> None:
    """No lone surrogates, no control characters: whatever is accepted can be encoded again."""
    try:
        said = EntryUpsert(entry=entry, team=name)
    except ValueError:
        return
    event = Report("timing", "entry/1", said).event("r", "", 1)
    assert decode(f"racing/v1/r/in/timing/{short_type(event)}", encode(event)) == event


def test_every_type_has_a_schema_and_a_line_in_the_reference() -> None:
    told = schemas()
    assert len(told) == len(EVENT_OF) + len(DERIVED)
    page = reference()
    for name in told:
        assert f"### `{name}`" in page


def test_the_asyncapi_document_points_to_what_it_holds() -> None:
    told = document()

    def check(part: object) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                if key == "$ref":
                    found: object = told
                    for step in str(value).removeprefix("#/").split("/"):
                        assert isinstance(found, dict)
                        found = found[step]
                else:
                    check(value)
        elif isinstance(part, list):
            for value in part:
                check(value)

    check(told)
    assert told["channels"]["crossing"]["address"] == "racing/v1/{race}/in/{source}/crossing"
    assert told["operations"]["send.flag"]["bindings"]["mqtt"]["retain"] is True


def test_the_reference_is_what_the_models_say() -> None:
    """Write it anew with: tracker schema --markdown > docs/feed.md"""
    assert (ROOT / "docs" / "feed.md").read_text() == reference()
