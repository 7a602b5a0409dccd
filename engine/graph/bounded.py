"""JSON read with every bound checked: size, depth, strings, numbers, keys that stand twice."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

import msgspec

from engine.errors import FileError
from engine.graph import place
from engine.graph.values import MAX_DEPTH, MAX_DIGITS, MAX_STRING

MAX_BYTES: Final = 64 * 2**20

# A string's end is optional, so that one without it is not looked for again from each quote inside.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SPACED_KEY = re.compile(r'"\s+:')
_DIGITS: Final = bytes(48 if 48 <= byte < 58 else byte for byte in range(256))


def decode(text: str | bytes, path: str = "") -> str:
    """The text of a file.

    Raises:
        FileError: it is too long, or no UTF-8.
    """
    if len(text) > MAX_BYTES:
        raise FileError(f"The file has {len(text):,} bytes; at most {MAX_BYTES:,} are read.", path=path)
    try:
        return text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError as error:
        raise FileError(f"The file is not UTF-8 text: byte {error.start} is wrong.", path=path) from None


def parse(text: str, path: str = "") -> dict[str, Any]:
    """The JSON object of a file, with depth, strings, numbers and duplicate keys checked.

    Raises:
        FileError: with line and column where they are known.
    """
    raw = _fast(text)
    if raw is None:
        raw = _slow(text, path)
    if not isinstance(raw, dict):
        raise FileError("The file holds no JSON object.", path=path)
    return raw


def _fast(text: str) -> Any:
    """What the text holds if it is plainly sound, else None; then `_slow` finds out.

    A key stands twice in some object if the text has more keys than what was read from it.
    """
    try:
        content = text.encode()
        raw = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if _SPACED_KEY.search(text) or b"0" * (MAX_DIGITS + 1) in content.translate(_DIGITS) or _long_text(text):
        return None
    if not isinstance(raw, dict):
        return None
    keys, level = 0, [raw]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for item in level:
            keyed = type(item) is dict
            keys += len(item) if keyed else 0
            values = item.values() if keyed else item
            inner += [value for value in values if type(value) is dict or type(value) is list]
        if not inner:
            return raw if keys == text.count('":') else None
        level = inner
    return None


def _long_text(text: str) -> bool:
    """Whether a string may be too long; never a wrong no."""
    return len(text) > MAX_STRING and ('\\"' in text or max(map(len, text.split('"'))) > MAX_STRING)


def _slow(text: str, path: str) -> Any:
    _check_depth(text, path)
    try:
        raw = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
        text.encode()
        json.dumps(raw, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise FileError(error.msg + ".", path=path, line=error.lineno, column=error.colno) from None
    except _Refused as error:
        line, column = place.last(text, error.needle)
        raise FileError(str(error), path=path, line=line, column=column) from None
    except UnicodeEncodeError:
        raise FileError("The file holds half of a character (a lone surrogate).", path=path) from None
    return raw


class _Refused(ValueError):  # noqa: N818 - private, a signal from the hooks of json.loads
    def __init__(self, message: str, needle: str) -> None:
        self.needle = needle
        super().__init__(message)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise _Refused(f"The key {double[:80]!r} stands twice in one object.", json.dumps(double))
    return found


def _refuse_constant(word: str) -> Any:
    raise _Refused(f"{word} is no JSON number.", word)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Refused(f"The number {digits[:40]} is too large.", digits)
    return number


def _int(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise _Refused(
            f"The number {digits[:40]} has {len(digits)} digits; at most {MAX_DIGITS} are read.", digits
        )
    return int(digits)


def _check_depth(text: str, path: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first == '"':
            if token.end() - token.start() > MAX_STRING:
                message = f"A text is longer than {MAX_STRING:,} characters."
            else:
                continue
        else:
            depth += 1 if first in "[{" else -1
            if depth <= MAX_DEPTH:
                continue
            message = f"The file nests deeper than {MAX_DEPTH} levels."
        line, column = place.at(text, token.start())
        raise FileError(message, path=path, line=line, column=column)
