"""Declarations: typed classes from which forms, validation, JSON and help derive."""

from engine.spec.declaration import Declaration
from engine.spec.params import Padding, Pair, Param, Sizes, Values, both, param
from engine.spec.registry import Problem, Registry

__all__ = ["Declaration", "Padding", "Pair", "Param", "Problem", "Registry", "Sizes", "Values", "both", "param"]
