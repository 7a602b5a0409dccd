"""Rules: the checks of `engine.analysis.checks`, each a function that declares what it looks at."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from engine.analysis.report import Diagnostic, Fix, Severity

S = TypeVar("S")


class Finding(msgspec.Struct, frozen=True):
    """What a rule found; with the rule's code and severity it becomes a diagnostic.

    `node` empty means the node that the rule looks at, if it looks at one.
    """

    message: str
    node: str = ""
    port: str = ""
    param: str = ""
    fixes: tuple[Fix, ...] = ()


class Rule(Generic[S]):
    """A check: its code, its severity, and the kind of site it looks at."""

    def __init__(
        self, code: str, severity: Severity, on: type[S], check: Callable[[S], Iterable[Finding]]
    ) -> None:
        self.code, self.severity, self.on, self.check = code, severity, on, check

    def run(self, site: S, node: str, graph: str) -> Iterator[Diagnostic]:
        """The diagnostics at one site, pinned to `node` unless a finding names another."""
        for found in self.check(site):
            yield Diagnostic(
                self.severity,
                self.code,
                found.message,
                found.node or node,
                found.port,
                found.param,
                found.fixes,
                graph,
            )


def rule(
    code: str, on: type[S], severity: Severity = "error"
) -> Callable[[Callable[[S], Iterable[Finding]]], Rule[S]]:
    """Declare a function as a rule that looks at sites of type `on`."""
    return lambda check: Rule(code, severity, on, check)


@functools.cache
def all_rules() -> tuple[Rule[Any], ...]:
    """Every rule, by walking the folder of checks; file by file, in the order written."""
    from engine.analysis import checks

    names = sorted(info.name for info in pkgutil.iter_modules(checks.__path__))
    modules = [importlib.import_module(f"{checks.__name__}.{name}") for name in names]
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Rule))


@functools.cache
def rules_on(site: type[S]) -> tuple[Rule[S], ...]:
    """The rules that look at one type of site."""
    return tuple(rule for rule in all_rules() if rule.on is site)
