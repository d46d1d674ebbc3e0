"""From a packet to an event, or to the reason why it is not one."""

import json
from typing import Any

from pydantic import ValidationError

from tracker.errors import PacketRejected
from tracker.feed.envelope import ADAPTER, MAX_PACKET, FedEvent, UnknownEvent, short_type
from tracker.feed.topics import parse_event_topic


def decode(topic: str, payload: bytes) -> FedEvent | UnknownEvent:
    """The event in a packet; raises `PacketRejected` with the reason where there is none."""
    where = parse_event_topic(topic)
    if where is None:
        raise PacketRejected(topic, "topic", "want racing/v1/{race}/in/{source}/{type}")
    event = decode_payload(topic, payload)
    for name, said in (("race", event.race), ("source", event.source), ("type", short_type(event))):
        expected = where.kind if name == "type" else getattr(where, name)
        if said != expected:
            raise PacketRejected(
                topic, "mismatch", f"{name} is {said!r} in the envelope, {expected!r} in the topic"
            )
    return event


def decode_payload(where: str, payload: bytes) -> FedEvent | UnknownEvent:
    """The event in a payload; `where` names it in the refusal."""
    if len(payload) > MAX_PACKET:
        raise PacketRejected(where, "size", f"{len(payload)} bytes, at most {MAX_PACKET} allowed")
    try:
        return ADAPTER.validate_json(payload)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if problem["type"] in ("union_tag_invalid", "union_tag_not_found"):
        try:
            return UnknownEvent.model_validate_json(payload)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(step) for step in problem["loc"])
    kind = "json" if problem["type"] == "json_invalid" else "invalid"
    message = f"{path}: {problem['msg']}" if path else str(problem["msg"])
    raise PacketRejected(where, kind, message)


def schemas() -> dict[str, Any]:
    """JSON Schema of the whole feed, by short type."""
    from tracker.feed.envelope import DERIVED, EVENT_OF

    fed = {
        str(event.model_fields["type"].default).removeprefix("racing.").removesuffix(".v1"): event
        for event in EVENT_OF.values()
    }
    return {
        name: json.loads(json.dumps(model.model_json_schema()))
        for name, model in sorted({**fed, **DERIVED}.items())
    }
