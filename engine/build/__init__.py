"""Documents compiled to `torch.fx` graph modules: network, criterion, taps."""

from engine.build.compiler import Compiled, compile, truncate
from engine.build.layers import as_tuple
from engine.build.modes import evaluating
from engine.build.penalties import Limits, Penalties
from engine.build.seed import initialize
from engine.build.taps import tapped
from engine.build.totals import counted, finished, summing

__all__ = [
    "Compiled",
    "Limits",
    "Penalties",
    "as_tuple",
    "compile",
    "counted",
    "evaluating",
    "finished",
    "initialize",
    "summing",
    "tapped",
    "truncate",
]
