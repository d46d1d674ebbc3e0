"""The feed's reference for readers, written from the models that validate it."""

from typing import Any

from tracker.feed.decode import schemas
from tracker.feed.envelope import DERIVED, MAX_PACKET

HEAD = f"""# The feed

Every event of a race, by type; written from the models that check them (`tracker schema --markdown`).

- **Topic**: `racing/v1/{{race}}/in/{{source}}/{{type}}`, QoS 1, never retained. `race` and `source` are lower case letters, digits and hyphens, 1 to 64.
- **Payload**: CloudEvents 1.0, structured JSON, at most {MAX_PACKET // 1024} KiB. Topic and envelope must agree.
- **Identity**: `source` and `id`. A repeat is dropped; the same id with other content goes to quarantine.
- **Order**: by `t_us`, then source, then `sequence`. Nothing depends on arrival.
- **Times**: whole microseconds of the timing clock; negative before its zero.
- **Unknown** fields are kept and ignored, unknown types counted. A bad packet goes to quarantine with its reason and never stops the race.
- **Numbered**: our own producers add `epoch` and `sequence` (1, 2, 3 … per source), and keep events until the retained `racing/v1/{{race}}/ack/{{source}}` says `{{"epoch", "sequence", "engine_epoch"}}`. Yours need only QoS 1 and stable ids, and get what their broker can promise.

"""  # noqa: E501


def reference() -> str:
    """The whole reference as Markdown."""
    told = schemas()
    parts = [HEAD, "## What producers say\n"]
    parts += [section(name, told[name]) for name in told if name not in DERIVED]
    parts.append(
        "## What the tracker says\n\nDerived, and not believed from outside; "
        "on `out/` topics in the shapes of the websocket.\n"
    )
    parts += [section(name, told[name]) for name in told if name in DERIVED]
    return "\n".join(parts)


def section(name: str, schema: dict[str, Any]) -> str:
    """One type with its fields."""
    parts = schema.get("$defs", {})
    data = schema["properties"].get("data")
    model = parts[data["$ref"].rpartition("/")[2]] if data else schema
    lines = [f"### `{name}`\n", model.get("description", "").split("\n")[0], ""]
    lines += table(model)
    seen: set[str] = set()
    for inner in nested(model, parts, seen):
        lines += [
            "",
            f"*{inner['title']}*: {inner.get('description', '').splitlines()[0]}",
            "",
            *table(inner),
        ]
    return "\n".join(lines) + "\n"


def nested(model: dict[str, Any], parts: dict[str, Any], seen: set[str]) -> list[dict[str, Any]]:
    """The parts that a model is made of, in order, each once."""
    found = []
    for reference in references(model.get("properties", {})):
        if reference not in seen:
            seen.add(reference)
            found.append(parts[reference])
            found += nested(parts[reference], parts, seen)
    return found


def references(value: Any) -> list[str]:
    """Every part that a piece of schema points to."""
    if isinstance(value, dict):
        here = [value["$ref"].rpartition("/")[2]] if "$ref" in value else []
        return here + [name for inner in value.values() for name in references(inner)]
    if isinstance(value, list):
        return [name for inner in value for name in references(inner)]
    return []


def table(model: dict[str, Any]) -> list[str]:
    """The fields of a model, required ones in bold."""
    required = set(model.get("required", ()))
    lines = ["| field | type | |", "|---|---|---|"]
    for name, field in model.get("properties", {}).items():
        shown = f"**{name}**" if name in required else name
        lines.append(f"| {shown} | {kind(field)} | {field.get('description', '')} |")
    return lines


def kind(field: dict[str, Any]) -> str:
    """A field's type in a few characters."""
    if "$ref" in field:
        return str(field["$ref"].rpartition("/")[2])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        return " or ".join(kind(option) for option in field["anyOf"] if option != {"type": "null"})
    if field.get("type") == "array":
        return f"list of {kind(field.get('items', {}))}"
    return {
        "integer": "integer",
        "string": "text",
        "boolean": "true/false",
        "number": "number",
    }.get(str(field.get("type")), str(field.get("type", "any")))
