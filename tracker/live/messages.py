"""The wire's messages, each encoded once for everybody.

What goes out here was put in shape by the models of `wire` when the picture was drawn; building
another model only to write it down would double the cost of every beat. The tests read every
message back through `wire.SERVER_MESSAGES`.
"""

from collections.abc import Callable

from pydantic_core import to_json

from tracker.live import wire
from tracker.live.changes import Change
from tracker.live.picture import Picture


class Message:
    """One message as JSON, and in every other form that somebody needed it in."""

    __slots__ = ("_forms", "body", "position", "type")

    def __init__(self, kind: str, body: bytes, position: str | None = None) -> None:
        self.type = kind
        self.body = body
        self.position = position
        """`epoch:version` of the picture once this is applied; None when it changes nothing."""
        self._forms: dict[Callable[[Message], bytes], bytes] = {}

    def form(self, shape: Callable[["Message"], bytes]) -> bytes:
        """The message in another form (a websocket frame, a server-sent event), made once."""
        made = self._forms.get(shape)
        if made is None:
            made = self._forms[shape] = shape(self)
        return made

    def __repr__(self) -> str:
        return f"<{self.type} {self.position or ''} {len(self.body)} bytes>"


def encoded(message: wire.Wire) -> Message:
    """A message that carries no picture: hello, beat, pong, error."""
    return Message(str(getattr(message, "type")), to_json(message))  # noqa: B009


def snapshot(
    race: str, epoch: str, version: int, picture: Picture, moment: int | None = None
) -> Message:
    """The whole picture; of the past, with its moment."""
    body = to_json(
        {
            "type": "snapshot",
            "race": race,
            "epoch": epoch,
            "version": version,
            "state": picture.state,
            "rows": picture.rows,
            "incidents": picture.incidents,
            "results": picture.results,
            "verdicts": picture.verdicts,
            **at(moment),
        }
    )
    return Message("snapshot", body, f"{epoch}:{version}")


def at(moment: int | None) -> dict[str, int]:
    """What says where in the past a message belongs; the present says nothing."""
    return {} if moment is None else {"moment": moment}


def told(
    race: str, epoch: str, follows: int, version: int, change: Change, moment: int | None = None
) -> list[Message]:
    """The messages that carry a viewer from one version to the next, in the order they apply.

    Incidents, the result and the verdicts leave the version as it is; the one update at the end
    moves it on. So a viewer cut off in between has its old version, and gets all of them again.
    """
    assert not change.withdrawn, "no message withdraws an incident: send a snapshot"
    still = {"race": race, "epoch": epoch, "follows": follows, "version": follows}
    before = f"{epoch}:{follows}"
    messages = [
        Message("incident", to_json({"type": "incident", **still, "incident": incident}), before)
        for incident in change.incidents.values()
    ]
    if change.results_changed:
        body = to_json({"type": "results", **still, "results": change.results})
        messages.append(Message("results", body, before))
    if change.verdicts_changed:
        body = to_json({"type": "verdicts", **still, "verdicts": change.verdicts})
        messages.append(Message("verdicts", body, before))
    body = to_json(
        {
            "type": "update",
            "race": race,
            "epoch": epoch,
            "follows": follows,
            "version": version,
            "state": change.state,
            "rows": change.rows,
            # A car that came back comes whole, so a viewer need not know which is done first.
            "gone": sorted(change.gone - change.rows.keys()),
            **at(moment),
        }
    )
    messages.append(Message("update", body, f"{epoch}:{version}"))
    return messages
