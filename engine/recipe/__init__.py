"""How a document is trained: the recipe, and the families of what it may name."""

from engine.recipe.objective import Objective, all_objectives
from engine.recipe.optimizer import Optimizer, all_optimizers
from engine.recipe.recipe import Recipe
from engine.recipe.schedule import Schedule, all_schedules
from engine.recipe.transform import Transform, all_transforms
from engine.spec import Chosen

__all__ = [
    "Chosen",
    "Objective",
    "Optimizer",
    "Recipe",
    "Schedule",
    "Transform",
    "all_objectives",
    "all_optimizers",
    "all_schedules",
    "all_transforms",
]
