"""Documents compiled to `torch.fx` graph modules: network, criterion, taps."""

from engine.build.compiler import Compiled, as_tuple, compile
from engine.build.modes import evaluating
from engine.build.seed import initialize
from engine.build.taps import tapped

__all__ = ["Compiled", "as_tuple", "compile", "evaluating", "initialize", "tapped"]
