"""Colours for Python source, by pygments and the theme."""

from __future__ import annotations

import re
from collections.abc import Collection

from pygments.lexers.python import PythonLexer
from pygments.token import Token, _TokenType
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.theme import theme

ROLES: tuple[tuple[_TokenType, str], ...] = (
    (Token.Comment, "code_comment"),
    (Token.Literal.String, "code_string"),
    (Token.Literal.Number, "code_number"),
    (Token.Keyword, "code_keyword"),
    (Token.Operator.Word, "code_keyword"),
    (Token.Name.Class, "code_name"),
    (Token.Name.Function, "code_name"),
    (Token.Name.Decorator, "code_name"),
    (Token.Name.Builtin, "code_name"),
)


class PythonColours(QSyntaxHighlighter):
    """Colours Python that is shown, not typed: read once as a whole, so texts over several lines are right."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lexer = PythonLexer(stripnl=False, ensurenl=False)
        self._formats: dict[str, QTextCharFormat] = {}
        self._lines: list[list[tuple[int, int, str]]] = []

    def prepare(self, text: str) -> None:
        """Read a text that is about to be shown."""
        self._lines = spans(self._lexer, text)

    def read_theme(self) -> None:
        """Take the colours of the theme in force."""
        self._formats = {}
        for _, role in ROLES:
            made = QTextCharFormat()
            made.setForeground(theme.color(role))
            self._formats[role] = made
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        number = self.currentBlock().blockNumber()
        for start, length, role in self._lines[number] if number < len(self._lines) else ():
            self.setFormat(start, min(length, len(text) - start), self._formats.get(role, QTextCharFormat()))


def spans(lexer: PythonLexer, text: str) -> list[list[tuple[int, int, str]]]:
    """(start, length, role) of what is coloured, line by line."""
    lines: list[list[tuple[int, int, str]]] = [[]]
    column = 0
    for kind, value in lexer.get_tokens(text):
        role = next((role for family, role in ROLES if _within(kind, family)), "")
        for place, part in enumerate(value.split("\n")):
            if place:
                lines.append([])
                column = 0
            if role and part:
                lines[-1].append((column, len(part), role))
            column += len(part)
    return lines


def _within(kind: _TokenType, family: _TokenType) -> bool:
    return kind[: len(family)] == family


def lines_of(text: str, names: Collection[str]) -> list[int]:
    """Numbers of the lines that make or set something of these names: `self.conv1 = …`, `conv1 = …`."""
    if not names:
        return []
    any_name = "|".join(map(re.escape, names))
    wanted = re.compile(rf"\s*(?:self\.)?(?:{any_name})\s*[=,:]|.*\bself\.(?:{any_name})\b")
    return [number for number, line in enumerate(text.split("\n")) if wanted.match(line)]
