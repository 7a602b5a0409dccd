"""Declarations: typed classes from which forms, validation, JSON and help derive."""

from engine.spec.arithmetic import holds_formula, is_formula, resolved, solved
from engine.spec.declaration import Declaration
from engine.spec.params import (
    Border,
    Chosen,
    Numbers,
    Padding,
    Padding3,
    Pair,
    Param,
    Sizes,
    Triple,
    Values,
    both,
    param,
)
from engine.spec.registry import Problem, Registry, family, family_of

__all__ = [
    "Border",
    "Chosen",
    "Declaration",
    "Numbers",
    "Padding",
    "Padding3",
    "Pair",
    "Param",
    "Problem",
    "Registry",
    "Sizes",
    "Triple",
    "Values",
    "both",
    "family",
    "family_of",
    "holds_formula",
    "is_formula",
    "param",
    "resolved",
    "solved",
]
