"""Messages as bytes: a length of four bytes, big-endian, then msgpack."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

import msgspec

from engine.errors import ProtocolError
from engine.messages.protocol import Event, Reply, Request

MAX_BYTES: Final = 256 * 2**20
_LENGTH = struct.Struct(">I")
_encode = msgspec.msgpack.Encoder().encode
M = TypeVar("M")


def pack(message: Request | Reply | Event) -> bytes:
    """One message, ready to send."""
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


class Unpacker(Generic[M]):
    """Turns bytes as they arrive, in pieces of any size, into messages."""

    def __init__(self, kind: type[M]) -> None:
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[M]:
        """The messages that are complete with these bytes.

        Raises:
            ProtocolError: the bytes are no message; nothing more can be read from this stream.
        """
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, start)
            if length > MAX_BYTES:
                raise ProtocolError(f"A message of {length:,} bytes is announced; at most {MAX_BYTES:,} pass.")
            end = start + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            body = bytes(self._buffer[start + _LENGTH.size : end])
            start = end
            try:
                yield self._decode(body)
            except (msgspec.DecodeError, msgspec.ValidationError) as error:
                raise ProtocolError(f"A message could not be understood: {error}.") from None
        del self._buffer[:start]


def requests() -> Unpacker[Request]:
    """Unpacks what an engine receives."""
    return Unpacker(Request)  # type: ignore[arg-type]  # a union is a type to msgspec


def answers() -> Unpacker[Reply | Event]:
    """Unpacks what the editor receives."""
    return Unpacker(Reply | Event)  # type: ignore[arg-type]
