"""MYLAPS/AMB P3 on the wire: bytes into frames, frames into records, and questions into frames.

`8E version length crc flags type fields… 8F`, numbers little endian; a field is a tag, a length and
so many bytes. Bytes from 8A to 8F inside a frame travel as 8D and the byte plus 20, so that a bare
8E always begins a frame and a bare 8F always ends one.
"""

import binascii
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

START, ESCAPE, END = 0x8E, 0x8D, 0x8F
SHIFT = 0x20
ESCAPED = re.compile(rb"\x8d(.?)", re.DOTALL)
SPECIAL = re.compile(rb"[\x8a-\x8f]")
BOUND = re.compile(rb"[\x8e\x8f]")

VERSION = 2
NO_CHECKSUM = b"\x00\x00"
HEADER = 10
LONGEST = 2_048
"""Bytes of a frame, at most; those we know of have 31 to 61."""

PASSING, STATUS, VERSIONS, RESEND, GET_TIME, FIRST_CONTACT = 0x01, 0x02, 0x03, 0x04, 0x24, 0x45
"""Types of record. The first two are known from real decoders, the others from documents alone."""
DECODER = 0x81
"""The tag of the decoder's own number, in a record of any type."""


class FrameRefused(ValueError):
    """Bytes that are no frame; the text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one frame says."""

    kind: int
    fields: Mapping[int, bytes]

    def number(self, tag: int) -> int | None:
        """A field as a number; None where it is not there."""
        value = self.fields.get(tag)
        return None if not value or len(value) > 8 else int.from_bytes(value, "little")

    def text(self, tag: int) -> str | None:
        """A field as text; None where it is not there, or is none."""
        value = self.fields.get(tag, b"").rstrip(b"\x00 ")
        return value.decode("ascii") if value and value.isascii() else None

    @property
    def decoder(self) -> int:
        """The decoder's own number; 0 where it does not say."""
        return self.number(DECODER) or 0


class Frames:
    """Cuts one connection's bytes into frames, each as a line of hexadecimal digits.

    A frame stays as it came, escapes and all. What lies between frames is counted, not kept.
    """

    def __init__(self, refused: Counter[str]) -> None:
        self.refused = refused
        self.frame: bytearray | None = None

    def cut(self, chunk: bytes) -> list[str]:
        """The frames that end in a chunk."""
        found = []
        at = 0
        while at < len(chunk):
            bound = BOUND.search(chunk, at)
            end = bound.start() if bound else len(chunk)
            if self.frame is None:
                self.stray(chunk[at:end])
            else:
                self.frame += chunk[at:end]
                if len(self.frame) > LONGEST:
                    self.refused[f"a frame of more than {LONGEST} bytes"] += 1
                    self.frame = None
            if bound is None:
                break
            if chunk[end] == START:
                if self.frame is not None:
                    self.refused["a frame without its end"] += 1
                self.frame = bytearray([START])
            elif self.frame is None:
                self.stray(b"\x8f")
            else:
                found.append(bytes([*self.frame, END]).hex())
                self.frame = None
            at = end + 1
        return found

    def stray(self, between: bytes) -> None:
        """Bytes that belong to no frame."""
        if between.strip():
            self.refused["bytes between frames"] += len(between)


def record(frame: bytes) -> Record:
    """What a frame says; raises `FrameRefused`."""
    if len(frame) < 2 or frame[0] != START or frame[-1] != END:
        raise FrameRefused("not a frame")
    plain = unescaped(frame)
    if len(plain) <= HEADER:
        raise FrameRefused("a frame without a header")
    if plain[1] != VERSION:
        raise FrameRefused(f"version {plain[1]} of the protocol")
    if int.from_bytes(plain[2:4], "little") != len(plain):
        raise FrameRefused("a frame of another length than it says")
    # Some decoders leave the checksum zero: then the length and the fields are what checks them.
    if plain[4:6] != NO_CHECKSUM and int.from_bytes(plain[4:6], "little") != checksum(plain):
        raise FrameRefused("a frame with a wrong checksum")
    fields = {}
    at = HEADER
    while at < len(plain) - 1:
        tag, size = plain[at], plain[at + 1]
        value = plain[at + 2 : at + 2 + size]
        at += 2 + size
        if at > len(plain) - 1:
            raise FrameRefused("a field that ends after its frame")
        fields[tag] = value
    return Record(int.from_bytes(plain[8:10], "little"), fields)


def framed(kind: int, fields: Mapping[int, bytes]) -> bytes:
    """A record as it travels."""
    body = b"".join(bytes([tag, len(value)]) + value for tag, value in fields.items())
    length = HEADER + len(body) + 1
    plain = bytearray([START, VERSION])
    plain += length.to_bytes(2, "little") + bytes(4) + kind.to_bytes(2, "little") + body
    plain.append(END)
    plain[4:6] = checksum(bytes(plain)).to_bytes(2, "little")
    inner = SPECIAL.sub(lambda one: bytes([ESCAPE, one[0][0] + SHIFT]), bytes(plain[1:-1]))
    return bytes([START]) + inner + bytes([END])


def unescaped(frame: bytes) -> bytes:
    """The frame as it is meant."""

    def meant(escape: re.Match[bytes]) -> bytes:
        value = escape[1][0] - SHIFT if escape[1] else 0
        if not 0x8A <= value <= END:
            raise FrameRefused("a frame with a wrong escape")
        return bytes([value])

    return frame[:1] + ESCAPED.sub(meant, frame[1:-1]) + frame[-1:]


def checksum(plain: bytes) -> int:
    """CRC-16 of a frame with its own checksum taken for zero: polynomial 1021, from FFFF.

    The register is read before the sixteen zero bits that the textbook appends, so the library's
    function is stopped two bytes early and those are put on top.
    """
    data = b"\xff\xff" + plain[:4] + b"\x00\x00" + plain[6:]
    return binascii.crc_hqx(data[:-2], 0) ^ int.from_bytes(data[-2:], "big")
