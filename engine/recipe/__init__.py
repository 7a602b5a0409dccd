"""How a document is trained: the recipe, and the optimizers it may name."""

from engine.recipe.optimizer import Optimizer, all_optimizers
from engine.recipe.recipe import Recipe
from engine.spec import Chosen

__all__ = ["Chosen", "Optimizer", "Recipe", "all_optimizers"]
