"""P3 as a decoder says it, written from the description alone: bit by bit, and slowly."""

START, ESCAPE, END = 0x8E, 0x8D, 0x8F
PASSING, STATUS, RESEND = 1, 2, 4
DECODER = 268_307
NOON = 1_746_446_400_000_000
"""Midday of some race day, on the decoder's clock."""


def crc(frame: list[int]) -> int:
    """The remainder of FFFF and the frame by x^16 + x^12 + x^5 + 1, one bit at a time."""
    register = 0xFFFF
    for byte in frame:
        for bit in range(7, -1, -1):
            out = register >> 15
            register = (register << 1 | byte >> bit & 1) & 0xFFFF
            if out:
                register ^= 0x1021
    return register


def frame(kind: int, fields: list[tuple[int, int, int]]) -> bytes:
    """A record of fields, each a tag, a number and how many bytes that takes."""
    body: list[int] = []
    for tag, number, size in fields:
        body += [tag, size, *number.to_bytes(size, "little")]
    length = len(body) + 11
    whole = [START, 2, length % 256, length // 256, 0, 0, 0, 0, kind % 256, kind // 256]
    whole += [*body, END]
    whole[4], whole[5] = crc(whole) % 256, crc(whole) // 256
    said = [START]
    for byte in whole[1:-1]:
        said += [ESCAPE, byte + 0x20] if 0x8A <= byte <= 0x8F else [byte]
    return bytes([*said, END])


def passing(
    number: int, transponder: int, seconds: float, decoder: int = DECODER, noon: int = NOON
) -> bytes:
    """A transponder seen so many seconds after noon."""
    return frame(
        PASSING,
        [
            (0x01, number, 4), (0x03, transponder, 4),
            (0x04, noon + round(seconds * 1_000_000), 8),
            (0x05, 150, 2), (0x06, 40, 2), (0x08, 0, 2), (0x81, decoder, 4),
        ],
    )  # fmt: skip


def status(decoder: int = DECODER) -> bytes:
    """A decoder is well."""
    return frame(STATUS, [(0x01, 40, 2), (0x07, 22, 2), (0x81, decoder, 4)])


def asked(said: bytes | bytearray) -> list[tuple[int, int]]:
    """From which passing to which the other side asked, in whole frames of what it said."""
    wanted = []
    for one in bytes(said).split(bytes([END]))[:-1]:
        plain = bytearray()
        inside = iter(one)
        for byte in inside:
            plain.append(next(inside) - 0x20 if byte == ESCAPE else byte)
        assert plain[0] == START
        assert plain[2] == len(plain) + 1
        whole = [*plain, END]
        told = whole[4] + 256 * whole[5]
        whole[4] = whole[5] = 0
        assert told == crc(whole)
        if plain[8] == RESEND:
            assert list(plain[10:12]) == [1, 4]
            assert list(plain[16:18]) == [2, 4]
            wanted.append(
                (int.from_bytes(plain[12:16], "little"), int.from_bytes(plain[18:22], "little"))
            )
    return wanted
