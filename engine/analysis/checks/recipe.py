"""The recipe's values must be legal, and what it names must be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import RecipeSite
from engine.data import all_sources
from engine.errors import UnknownIdError
from engine.graph import SetRecipe
from engine.recipe import Chosen, Recipe, all_optimizers
from engine.spec import Registry


@rule("recipe", on=RecipeSite)
def bad_value(site: RecipeSite) -> Iterator[Finding]:
    """A value of the recipe is unknown, or breaks its rule."""
    for problem in Recipe.problems(dict(sorted(site.values.items()))):
        known = problem.param in Recipe.params
        title = "Reset to default" if known else "Remove this value"
        fix = Fix(title, SetRecipe({}, (problem.param,)), safe=not known)
        yield Finding(str(problem), param=problem.param, fixes=(fix,))


@rule("optimizer", on=RecipeSite)
def bad_optimizer(site: RecipeSite) -> Iterator[Finding]:
    """The optimizer is unknown, or a parameter of it is wrong."""
    yield from _chosen("optimizer", site.recipe.optimizer, all_optimizers())


@rule("data", on=RecipeSite)
def bad_source(site: RecipeSite) -> Iterator[Finding]:
    """The data source is unknown, or a parameter of it is wrong."""
    yield from _chosen("data", site.recipe.data, all_sources())


@rule("data", on=RecipeSite)
def unreadable_source(site: RecipeSite) -> Iterator[Finding]:
    """The data source cannot tell what it holds."""
    if site.fault is not None:
        yield Finding(str(site.fault), param="data")


def _chosen(field: str, chosen: Chosen, known: Registry[Any]) -> Iterator[Finding]:
    declaration = known.get(chosen.id)
    if declaration is None:
        message = str(UnknownIdError(known.family, chosen.id[:80], known.ids()))
        yield Finding(message, param=field, fixes=(Fix("Reset to default", SetRecipe({}, (field,))),))
        return
    for problem in declaration.problems(dict(sorted(chosen.params.items()))):
        kept = {name: value for name, value in chosen.params.items() if name != problem.param}
        fix = Fix(f"Reset {problem.param} to its default", SetRecipe({field: {"id": chosen.id, "params": kept}}))
        yield Finding(
            f"{declaration.title}: {problem}",
            param=field,
            fixes=(fix,) if problem.param in chosen.params else (),
        )
