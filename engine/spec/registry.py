"""Registries: the declarations of one family, found by walking its folder."""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import logging
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final, Generic, TypeVar

import msgspec

from engine.errors import NeuroloomError, UnknownIdError
from engine.spec.declaration import Declaration

log = logging.getLogger(__name__)
D = TypeVar("D", bound=Declaration)


class Problem(msgspec.Struct, frozen=True):
    """A module of a family that could not be taken, shown to the user instead of the kinds it would give."""

    module: str
    message: str


class Registry(Generic[D]):
    """The declarations of one family, by id.

    `family` is the word for one of them in error texts ("node kind", "optimizer").
    """

    def __init__(self, base: type[D], family: str) -> None:
        self.base, self.family = base, family
        self.problems: list[Problem] = []
        self._by_id: dict[str, type[D]] = {}

    def discover(self, package: ModuleType) -> Registry[D]:
        """Take every declaration of every module in a package, its subpackages included.

        A module that fails to import becomes a problem; the others are taken all the same.
        """
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            self.take_module(info.name)
        return self

    def plug_ins(self, group: str) -> Registry[D]:
        """Take every module that an installed package names under an entry-point group."""
        for entry in importlib.metadata.entry_points(group=group):
            self.take_module(entry.module)
        return self

    def take_module(self, name: str) -> None:
        """Import a module and add its declarations; a failure becomes a problem."""
        try:
            module = importlib.import_module(name)
            found = [
                value
                for value in vars(module).values()
                if isinstance(value, type)
                and issubclass(value, self.base)
                and value.__module__ == module.__name__
                and "id" in vars(value)
            ]
            for declaration in found:
                self.add(declaration)
        except Exception as error:
            log.info("%s was not taken", name, exc_info=True)
            self.problems.append(Problem(name, f"{type(error).__name__}: {error}"))

    def add(self, declaration: type[D]) -> None:
        """Add one declaration.

        Raises:
            NeuroloomError: its id is taken by another.
        """
        other = self._by_id.get(declaration.id)
        if other is not None and other is not declaration:
            raise NeuroloomError(
                f'The {self.family} "{declaration.id}" is declared twice: '
                f"in {other.__module__} and in {declaration.__module__}."
            )
        self._by_id[declaration.id] = declaration

    def arrange(self, key: Callable[[type[D]], Any]) -> Registry[D]:
        """Put them in another order; those with equal keys stay as they were found."""
        self._by_id = {each.id: each for each in sorted(self._by_id.values(), key=key)}
        return self

    def __getitem__(self, id: str) -> type[D]:
        try:
            return self._by_id[id]
        except KeyError:
            raise UnknownIdError(self.family, id, self._by_id) from None

    def get(self, id: str) -> type[D] | None:
        """The declaration of an id, or None."""
        return self._by_id.get(id)

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[type[D]]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def ids(self) -> list[str]:
        """All ids, in the order found."""
        return list(self._by_id)


_FAMILIES: Final[dict[str, Callable[[], Registry[Any]]]] = {}


def family(word: str) -> Callable[[Callable[[], Registry[D]]], Callable[[], Registry[D]]]:
    """Declare the function that makes a family's registry: called once, found again by `family_of`."""

    def declare(discover: Callable[[], Registry[D]]) -> Callable[[], Registry[D]]:
        _FAMILIES[word] = kept = functools.cache(discover)
        return kept

    return declare


def family_of(word: str) -> Registry[Any]:
    """The registry of a family, by the word that a parameter's `family` gives.

    Raises:
        UnknownIdError: no family of that word was imported.
    """
    if word not in _FAMILIES:
        raise UnknownIdError("family", word, _FAMILIES)
    return _FAMILIES[word]()
