"""The page's types of the messages are those of the contract, field by field."""

import re
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from tracker.live import wire

SOURCE = (Path(__file__).parents[2] / "web" / "src" / "wire.ts").read_text(encoding="utf-8")

IN_PYTHON = {"Refusal": "Error"}
"""Types that are called otherwise there."""

LOOSER = {"RaceListed.phase", "Watch.epoch", "Watch.version", "Watch.at"}
"""Fields that Python writes another way: a plain text, or a key that may be left out."""


def interfaces() -> dict[str, dict[str, str]]:
    """The interfaces of wire.ts: their fields, and the types of these."""
    return {
        name: dict(re.findall(r"^  (\w+)\??: (.+);$", body, re.MULTILINE))
        for name, body in re.findall(r"^export interface (\w+) \{\n(.*?)^\}", SOURCE, re.M | re.S)
    }


def aliases() -> dict[str, str]:
    found = re.findall(r"^export type (\w+) =(.*?);", SOURCE, re.M | re.S)
    return {name: " ".join(meaning.split()).removeprefix("| ") for name, meaning in found}


def members(written: str) -> set[str]:
    """A TypeScript union as the set of what it allows, aliases resolved."""
    known = aliases()
    allowed: set[str] = set()
    for part in (part.strip() for part in written.split(" | ")):
        if part in known and known[part] not in ("string", "number"):
            allowed |= members(known[part])
        else:
            allowed.add(known.get(part, part))
    return allowed


def written_as(annotation: Any) -> set[str]:
    """What a Python type allows, in TypeScript's words."""
    origin = get_origin(annotation)
    if origin in (types.UnionType, Union):
        return set().union(*(written_as(part) for part in get_args(annotation)))
    if origin is Literal:
        return {f'"{value}"' for value in get_args(annotation)}
    if origin is list:
        (item,) = written_as(get_args(annotation)[0])
        return {f"{item}[]"}
    if origin is dict:
        return {"Record"}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation.__name__}
    if origin is not None:  # Annotated
        return written_as(get_args(annotation)[0])
    numbers = {int: "number", float: "number"}
    return {{str: "string", bool: "boolean", type(None): "null", **numbers}[annotation]}


def comparable(written: str) -> set[str]:
    """A field of wire.ts, as far as the two languages can be compared."""
    texts = {"EntryId[]": "string[]"}
    return {
        "Record" if part.startswith(("Record<", "Partial<")) else texts.get(part, part)
        for part in members(written)
    }


@pytest.mark.parametrize("name", sorted(interfaces()))
def test_each_message_has_the_fields_of_the_contract(name: str) -> None:
    model: type[BaseModel] = getattr(wire, IN_PYTHON.get(name, name))
    fields = interfaces()[name]
    assert fields.keys() == model.model_fields.keys()
    for field, info in model.model_fields.items():
        if f"{name}.{field}" in LOOSER:
            continue
        assert comparable(fields[field]) == written_as(info.annotation), f"{name}.{field}"


def test_every_part_of_the_contract_is_there() -> None:
    parts = {
        name
        for name, part in vars(wire).items()
        if isinstance(part, type) and issubclass(part, wire.Wire) and part is not wire.Wire
    }
    assert {IN_PYTHON.get(name, name) for name in interfaces()} == parts


def test_numbers_of_the_contract_are_the_same() -> None:
    for name in ("PROTOCOL", "CLOSE_BAD_MESSAGE", "CLOSE_NO_SUCH_RACE"):
        assert f"export const {name} = {getattr(wire, name)};" in SOURCE
