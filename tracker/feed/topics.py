"""Where events travel: `racing/v1/{race}/in/{source}/{type}` and what answers them.

Slugs are lower case letters, digits and hyphens, so a name can never climb into another topic.
"""

import re
from typing import NamedTuple

ROOT = "racing/v1"
ALL_EVENTS = f"{ROOT}/+/in/+/+"
"""What the tracker subscribes to. Not `#`: a broker may hold less for a filter that ends so."""

SLUG = re.compile(r"[a-z0-9-]{1,64}")
KIND = re.compile(r"[a-z0-9.]{1,64}")


class EventTopic(NamedTuple):
    """The parts of a topic that carries events."""

    race: str
    source: str
    kind: str


def slug(text: str) -> str:
    """The text, if it may stand in a topic."""
    if not SLUG.fullmatch(text):
        raise ValueError(f"{text!r} is not lower case letters, digits and hyphens (1 to 64)")
    return text


def event_topic(race: str, source: str, kind: str) -> str:
    """The topic for one type of event of one source."""
    return f"{ROOT}/{slug(race)}/in/{slug(source)}/{kind}"


def parse_event_topic(topic: str) -> EventTopic | None:
    """The parts of an event topic, or None where it is not one."""
    parts = topic.split("/")
    if len(parts) != 6 or parts[:2] != ["racing", "v1"] or parts[3] != "in":
        return None
    race, source, kind = parts[2], parts[4], parts[5]
    if SLUG.fullmatch(race) and SLUG.fullmatch(source) and KIND.fullmatch(kind):
        return EventTopic(race, source, kind)
    return None


def acknowledgement_topic(race: str, source: str) -> str:
    """Where the tracker says, retained, how far a source's events are journalled."""
    return f"{ROOT}/{slug(race)}/ack/{slug(source)}"


def status_topic(race: str, source: str) -> str:
    """Where a source says, retained, whether it is online; also its last will."""
    return f"{ROOT}/{slug(race)}/status/{slug(source)}"


def output_topic(race: str, stream: str) -> str:
    """Where the tracker publishes a derived stream of a race."""
    return f"{ROOT}/{slug(race)}/out/{stream}"
