"""Layers and optimizers that torch lacks, copied as text: their files are read, never imported."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

import engine
from engine.errors import BuildError
from engine.source.literals import dotted

ROOT: Final = "engine.torchside."
Import: TypeAlias = tuple[str, str, str]
"""(module, name, bound as); name is empty for `import module`."""


class Definition(msgspec.Struct, frozen=True):
    """A class, function or constant of a file: its text, and what it needs of the file."""

    name: str
    text: str
    line: int
    needs: frozenset[str]


class Copied(msgspec.Struct, frozen=True):
    """What to copy for one target, in the order of its file, and the imports it needs."""

    definitions: tuple[Definition, ...]
    imports: frozenset[Import]


@functools.cache
def copied(target: str) -> Copied:
    """The text behind `engine.torchside.<folder>.<family>.<Name>` with all that it uses of its file.

    Raises:
        BuildError: the file or the name is not there, or it imports another part of this project.
    """
    family, _, name = dotted(target).removeprefix(ROOT).rpartition(".")
    definitions, imports = _file(family)
    if name not in definitions:
        raise BuildError(f'There is no "{target}" to copy.')
    wanted, waiting = {name}, [name]
    while waiting:
        more = (definitions[waiting.pop()].needs & definitions.keys()) - wanted
        wanted |= more
        waiting.extend(more)
    chosen = sorted((definitions[name] for name in wanted), key=lambda definition: definition.line)
    used = frozenset(imports[n] for definition in chosen for n in definition.needs & imports.keys())
    foreign = next((module for module, _, _ in used if module.partition(".")[0] == "engine"), None)
    if foreign:
        raise BuildError(f'"{target}" cannot be copied: it imports {foreign}.')
    return Copied(tuple(chosen), used)


@functools.cache
def _file(family: str) -> tuple[dict[str, Definition], dict[str, Import]]:
    path = Path(engine.__path__[0], "torchside", *family.split(".")).with_suffix(".py")
    try:
        text = path.read_text("utf-8")
    except OSError:
        raise BuildError(f'There is no "{ROOT}{family}" to copy from.') from None
    definitions: dict[str, Definition] = {}
    imports: dict[str, Import] = {}
    for statement in ast.parse(text).body:
        imports.update((found[2], found) for found in _imports(statement))
        for name in _defined(statement):
            definitions[name] = _definition(name, statement, text)
    return definitions, imports


def _imports(statement: ast.stmt) -> Iterator[Import]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield alias.name, "", alias.asname or alias.name.partition(".")[0]
    elif isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
        for alias in statement.names:
            yield statement.module or "", alias.name, alias.asname or alias.name


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
        return [statement.name]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _definition(name: str, statement: ast.stmt, text: str) -> Definition:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    lines = text.splitlines()[first - 1 : statement.end_lineno]
    needs = frozenset(part.id for part in ast.walk(statement) if isinstance(part, ast.Name)) - {name}
    return Definition(name, "\n".join(lines), first, needs)
