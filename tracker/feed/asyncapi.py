"""The feed as an AsyncAPI 3 document, from the models that validate it."""

from typing import Any

from tracker import __version__
from tracker.feed.decode import schemas
from tracker.feed.envelope import DERIVED
from tracker.feed.topics import ROOT

SLUG = {"description": "lower case letters, digits and hyphens, 1 to 64"}
BINDING = "0.2.0"
STREAMS = {
    "flag": "The track-wide flag.",
    "order": "The running order, first to last.",
    "incidents": "Every incident.",
    "results": "The result as it stands, and every one published before it.",
    "verdicts": "Who won and lost the day, and what proves it.",
    "snapshot": "The whole picture of the race.",
    "update": "What changed since the version it follows.",
}
"""What the tracker publishes of a race; all but `update` are retained."""


def document() -> dict[str, Any]:
    """The whole document, JSON-ready (JSON is YAML)."""
    fed = {name: schema for name, schema in schemas().items() if name not in DERIVED}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Race tracker",
            "version": __version__,
            "description": "Laps and incidents in, running order and results out, over MQTT 3.1.1.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {**{name: fed_channel(name) for name in fed}, **out_channels()},
        "operations": {**{f"receive.{name}": receive(name) for name in fed}, **sends()},
        "components": {
            "messages": {
                name: {
                    "name": f"racing.{name}.v1",
                    "contentType": "application/cloudevents+json",
                    "payload": localised(schema, name),
                }
                for name, schema in fed.items()
            }
        },
    }


def fed_channel(name: str) -> dict[str, Any]:
    """Where producers say one type of event."""
    return {
        "address": f"{ROOT}/{{race}}/in/{{source}}/{name}",
        "parameters": {"race": SLUG, "source": SLUG},
        "messages": {"event": {"$ref": f"#/components/messages/{name}"}},
    }


def receive(name: str) -> dict[str, Any]:
    """The tracker listens, with QoS 1; events are never retained."""
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "bindings": {"mqtt": {"qos": 1, "retain": False, "bindingVersion": BINDING}},
    }


def out_channels() -> dict[str, Any]:
    """Where the tracker says how a race stands."""
    return {
        f"out.{stream}": {
            "address": f"{ROOT}/{{race}}/out/{stream}",
            "description": text,
            "parameters": {"race": SLUG},
            "messages": {stream: {"name": stream, "payload": {"type": "object"}}},
        }
        for stream, text in STREAMS.items()
    }


def sends() -> dict[str, Any]:
    """The tracker publishes: retained, so that a newcomer hears at once how things stand."""
    return {
        f"send.{stream}": {
            "action": "send",
            "channel": {"$ref": f"#/channels/out.{stream}"},
            "bindings": {
                "mqtt": {
                    "qos": 0 if stream == "update" else 1,
                    "retain": stream != "update",
                    "bindingVersion": BINDING,
                }
            },
        }
        for stream in STREAMS
    }


def localised(schema: Any, name: str) -> Any:
    """A schema whose own definitions are found where it stands in the document."""
    here = f"#/components/messages/{name}/payload/$defs/"
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", here)
            if key == "$ref" and isinstance(value, str)
            else localised(value, name)
            for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [localised(item, name) for item in schema]
    return schema
