"""Rules: the checks of `engine.analysis.checks`, each a function that declares what it looks at."""

from __future__ import annotations

import functools
import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Generic, TypeVar

import msgspec

from engine.analysis.report import Diagnostic, Fix, Severity

log = logging.getLogger(__name__)
S = TypeVar("S")
LONGEST: Final = 500


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


def rules_on(site: type[S]) -> tuple[Rule[S], ...]:
    """The rules that look at one type of site."""
    return _by_site().get(site, ())


@functools.cache
def _by_site() -> dict[type, tuple[Rule[Any], ...]]:
    rules = all_rules()
    return {site: tuple(rule for rule in rules if rule.on is site) for site in {rule.on for rule in rules}}


def check(site: Any, node: str, graph: str) -> list[Diagnostic]:
    """What all rules about such a site find. A rule that fails, as a plug-in may make it, is a warning."""
    found: list[Diagnostic] = []
    for rule in rules_on(type(site)):
        try:
            found.extend(rule.run(site, node, graph))
        except Exception as error:
            log.info("the check %s failed", rule.code, exc_info=error)
            message = f"The check {rule.code} failed: {type(error).__name__}: {error}"
            found.append(Diagnostic("warning", "broken-check", message[:LONGEST], node, graph=graph))
    return found
