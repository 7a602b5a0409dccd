"""Values, names and texts as Python source that can hold no other syntax than they should."""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.errors import BuildError, received

WIDTH: Final = 100
INDENT: Final = "    "
BINDING: Final = {
    **dict.fromkeys((">", ">=", "<", "<=", "==", "!="), 1),
    "+": 2,
    "-": 2,
    "*": 3,
    "/": 3,
    "@": 3,
    "-x": 4,
    "**": 5,
}
"""How tightly the signs of Python bind; a negation is `-x`."""
LEFTWARD: Final = ("+", "-", "*", "/", "@")
"""Signs that are worked out from left to right."""


class Text(str):
    """A printed expression, told apart from a text to print.

    `sign` is that of an infix expression, which needs parentheses inside others; `parts` are the opening
    and the arguments of a call, so that a long line can be broken.
    """

    sign: str
    parts: tuple[str, list[str]] | None

    def __new__(cls, text: str, sign: str = "", parts: tuple[str, list[str]] | None = None) -> Text:
        made = super().__new__(cls, text)
        made.sign, made.parts = sign, parts
        return made

    @classmethod
    def call(cls, callee: str, printed: list[str]) -> Text:
        """A call with its arguments printed already."""
        return cls(f"{callee}({', '.join(printed)})", parts=(f"{callee}(", printed))

    def inside(self, sign: str = "", *, right: bool = False) -> str:
        """As an operand of a sign, on its left or right side; without a sign, of anything."""
        if not self.sign:
            return self
        own, outer = BINDING[self.sign], BINDING.get(sign, len(BINDING))
        bare = own > outer or (own == outer and not right and sign in LEFTWARD)
        return self if bare and not (right and self.sign == "-x") else f"({self})"


def literal(value: Any) -> str:
    """A constant, or a tuple or list of constants and printed expressions, as source.

    Raises:
        BuildError: the value is nothing that a call can hold.
    """
    if type(value) is Text:
        return value
    if value is None or type(value) in (bool, int):
        return repr(value)
    if type(value) is float:
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    if type(value) is str:
        return _quoted(value)
    if type(value) is tuple:
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if type(value) is list:
        return f"[{', '.join(map(literal, value))}]"
    raise BuildError(f"Source holds numbers, texts, tuples and lists only. Received: {received(value)}.")


def _quoted(text: str) -> str:
    plain = text.isascii() and text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else ascii(text)


def identifier(name: str) -> str:
    """A name, if it is one.

    Raises:
        BuildError: it is none.
    """
    if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
        raise BuildError(f"Source needs an identifier here. Received: {received(name)}.")
    return name


def dotted(target: str) -> str:
    """A dotted name, if each part is an identifier.

    Raises:
        BuildError: one is none.
    """
    return ".".join(map(identifier, target.split(".")))


def arguments(args: Iterable[Any], kwargs: Mapping[str, Any]) -> list[str]:
    """Arguments of a call, each printed."""
    named = (f"{identifier(name)}={literal(value)}" for name, value in kwargs.items())
    return [*map(literal, args), *named]


def assigned(name: str, text: Text, indent: str) -> str:
    """The line that gives an expression a name; a long call is broken."""
    if text.parts is None:
        return f"{indent}{name} = {text}"
    opening, printed = text.parts
    return bracketed(f"{name} = {opening}", printed, ")", indent)


def bracketed(opening: str, printed: list[str], closing: str, indent: str) -> str:
    """A line with a list in brackets; broken inside them where it is too long, at last into one item a line."""
    line = f"{indent}{opening}{', '.join(printed)}{closing}"
    if len(line) <= WIDTH or not printed:
        return line
    inner = f"{indent}{INDENT}{', '.join(printed)}"
    if len(inner) > WIDTH:
        inner = "\n".join(f"{indent}{INDENT}{item}," for item in printed)
    return f"{indent}{opening}\n{inner}\n{indent}{closing}"


def docstring(lines: Iterable[str], indent: str = "") -> str:
    """A docstring of the given lines; whatever they hold stays inside it."""
    safe = [_inside(line) for line in lines]
    if len(safe) == 1:
        return f'{indent}"""{safe[0]}"""'
    body = "\n".join(f"{indent}{line}".rstrip() for line in safe[1:])
    return f'{indent}"""{safe[0]}\n{body}\n{indent}"""'


def _inside(line: str) -> str:
    """A line as it can stand between triple quotes; control and bidirectional characters are shown escaped."""
    return "".join(map(_shown, line))


def _shown(letter: str) -> str:
    if letter in '\\"':
        return "\\" + letter
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()
