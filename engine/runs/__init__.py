"""Run folders: written by a trainer that waits for nobody, read by anyone at any time."""

from engine.runs.folder import RunFolder, default_folder, with_recipe
from engine.runs.listing import Comparison, compare, delete, info, is_training, list_runs
from engine.runs.points import Curve, Point
from engine.runs.reader import RunReader
from engine.runs.state import ALIVE, RunState
from engine.runs.tail import Tail
from engine.runs.writer import RunWriter

__all__ = [
    "ALIVE",
    "Comparison",
    "Curve",
    "Point",
    "RunFolder",
    "RunReader",
    "RunState",
    "RunWriter",
    "Tail",
    "compare",
    "default_folder",
    "delete",
    "info",
    "is_training",
    "list_runs",
    "with_recipe",
]
