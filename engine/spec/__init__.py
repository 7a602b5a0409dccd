"""Declarations: typed classes from which forms, validation, JSON and help derive."""

from engine.spec.declaration import Declaration
from engine.spec.params import Pair, Param, Sizes, Values, both, param
from engine.spec.registry import Problem, Registry

__all__ = ["Declaration", "Pair", "Param", "Problem", "Registry", "Sizes", "Values", "both", "param"]
