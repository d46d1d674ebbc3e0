"""Answers that many people get: kept compressed, and not sent to who has them already."""

import gzip
from dataclasses import dataclass
from hashlib import sha256

from starlette.responses import Response

JSON = "application/json"

QUICKLY = 4
"""How hard an answer is compressed while others wait: in half the time, to a fifteenth more."""


@dataclass(frozen=True, slots=True)
class Packed:
    """JSON as it is kept: gzipped, with the tag by which a reader knows whether it has it."""

    packed: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes, *named: object) -> "Packed":
        """A body, named by what it is a function of."""
        return cls(gzip.compress(body, QUICKLY, mtime=0), tag(*named))

    @property
    def body(self) -> bytes:
        """The JSON itself."""
        return gzip.decompress(self.packed)


def tag(*named: object) -> str:
    """An entity tag for what is a function of these."""
    return f'"{sha256(repr(named).encode()).hexdigest()[:24]}"'


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether a reader takes gzip, by its own words."""
    return takes(accept_encoding, "gzip", "x-gzip", "*")


def takes(accept_encoding: str | None, *codings: str) -> bool:
    """Whether a reader takes what goes by any of these names."""
    for part in (accept_encoding or "").lower().split(","):
        coding, _, quality = part.replace(" ", "").partition(";q=")
        if coding in codings:
            return quality == "" or quality.strip("0.") != ""
    return False


def answer(packed: Packed, if_none_match: str | None, accept_encoding: str | None) -> Response:
    """The answer to who asks: nothing where it has it, compressed where it can be."""
    headers = {"ETag": packed.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if packed.etag in tags(if_none_match):
        return Response(status_code=304, headers=headers)
    if takes_gzip(accept_encoding):
        headers["Content-Encoding"] = "gzip"
        return Response(packed.packed, media_type=JSON, headers=headers)
    return Response(packed.body, media_type=JSON, headers=headers)


def tags(if_none_match: str | None) -> list[str]:
    """The tags of what a reader has."""
    return [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
