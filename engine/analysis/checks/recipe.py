"""The recipe's values must be legal, and what it names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from engine.analysis.report import Fix
from engine.analysis.rules import Finding, rule
from engine.analysis.sites import RecipeSite
from engine.data import all_sources
from engine.errors import NeuroloomError, UnknownIdError
from engine.graph import SetRecipe
from engine.recipe import Chosen, Recipe, all_objectives, all_optimizers, all_schedules, all_transforms
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


@rule("schedule", on=RecipeSite)
def bad_schedule(site: RecipeSite) -> Iterator[Finding]:
    """The schedule is unknown, or a parameter of it is wrong."""
    yield from _chosen("schedule", site.recipe.schedule, all_schedules())


@rule("transforms", on=RecipeSite)
def bad_transform(site: RecipeSite) -> Iterator[Finding]:
    """A transform is unknown, or a parameter of it is wrong."""
    yield from _listed("transforms", site.recipe.transforms, all_transforms())


@rule("objectives", on=RecipeSite)
def bad_objective(site: RecipeSite) -> Iterator[Finding]:
    """An objective, its optimizer or its schedule is wrong, or two have one name."""
    wrong = list(_listed("objectives", site.recipe.objectives, all_objectives()))
    yield from wrong
    if wrong:
        return
    try:
        aims = site.recipe.aims() if site.recipe.objectives else []
    except NeuroloomError as error:
        yield Finding(str(error), param="objectives")
        return
    for aim in aims:
        for chosen, family in ((aim.optimizer, all_optimizers()), (aim.schedule, all_schedules())):
            for found in _chosen("objectives", chosen, family):
                yield Finding(f"{aim.name}: {found.message}", param="objectives")


def _listed(field: str, items: Iterable[Chosen], known: Registry[Any]) -> Iterator[Finding]:
    """What is wrong in a list; its fix takes the item out."""
    kept = [msgspec.to_builtins(item) for item in items]
    for place, item in enumerate(items):
        rest = [other for at, other in enumerate(kept) if at != place]
        for found in _chosen(field, item, known):
            fix = Fix(f"Remove number {place + 1} of the list", SetRecipe({field: rest}))
            yield Finding(f"Number {place + 1}: {found.message}", param=field, fixes=(fix,))


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
