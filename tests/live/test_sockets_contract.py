"""What `sockets` and `server` lean on in libraries that promise none of it.

When one of these fails after an upgrade, look at `tracker/live/sockets.py` before raising the pin.
"""

import inspect
from collections.abc import Callable
from importlib.metadata import version

import pytest
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, ServerConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol


def source(thing: Callable[..., object]) -> str:
    return inspect.getsource(thing)


def parameters(thing: Callable[..., object]) -> set[str]:
    return set(inspect.signature(thing).parameters)


def test_websockets_is_the_version_this_was_written_for() -> None:
    assert version("websockets").startswith("17.")


def test_a_connection_runs_its_servers_handler_once_it_is_made() -> None:
    made = source(ServerConnection.connection_made)
    assert "self.server.handler(self)" in made
    assert "self.server.handler_tasks.add" in made
    assert parameters(Server.__init__) == {"self", "create_server", "handler", "logger"}


def test_the_handshake_asks_whether_the_server_is_serving() -> None:
    assert {"process_request", "server_header"} <= parameters(ServerConnection.handshake)
    assert "self.server.is_serving()" in source(ServerConnection.handshake)


def test_keepalive_is_started_by_whoever_runs_the_handshake() -> None:
    assert "start_keepalive" not in source(ServerConnection.handshake)
    assert parameters(ServerConnection.start_keepalive) == {"self"}


def test_closing_is_the_protocols_business_and_sending_the_connections() -> None:
    assert parameters(ServerProtocol.send_close) == {"self", "code", "reason"}
    assert "transport.write" in source(Connection.send_data)
    assert State.OPEN.name == "OPEN"


def test_room_is_announced_by_resume_writing() -> None:
    assert "self.paused = False" in source(Connection.resume_writing)
    assert "set_write_buffer_limits" in source(Connection.connection_made)


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_a_servers_frame_is_a_head_and_the_text(length: int) -> None:
    """RFC 6455, 5.2: final, text, not masked; no extension has a hand in it."""
    text = b"x" * length
    frame = Frame(Opcode.TEXT, text).serialize(mask=False)
    assert frame[0] == 0b1000_0001
    assert frame[1] & 0b1000_0000 == 0
    assert frame.endswith(text)
    assert len(frame) - length == (2 if length < 126 else 4 if length < 65_536 else 10)


def test_uvicorn_hands_an_upgrade_over_with_the_request_as_received() -> None:
    upgrade = source(H11Protocol.handle_websocket_upgrade)
    for step in (
        "self.ws_protocol_class(",
        "protocol.connection_made(self.transport)",
        "protocol.data_received(",
        "self.transport.set_protocol(protocol)",
        "self.connections.discard(self)",
    ):
        assert step in upgrade


def test_uvicorn_leaves_signals_to_whoever_overrides_capture_signals() -> None:
    assert "with self.capture_signals():" in source(uvicorn.Server.serve)
    assert "self.should_exit" in source(uvicorn.Server.on_tick)
