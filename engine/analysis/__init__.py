"""What can be said of a document without torch: shapes, cost, diagnostics and their fixes."""

from engine.analysis.analyser import Analyser, analyse
from engine.analysis.program import Placeholder, Plan, Program, Step, Value, plan
from engine.analysis.report import Analysis, Diagnostic, Fix, NodeReport, Severity, State
from engine.analysis.training import training_problems
from engine.analysis.wires import fits, try_edge

__all__ = [
    "Analyser",
    "Analysis",
    "Diagnostic",
    "Fix",
    "NodeReport",
    "Placeholder",
    "Plan",
    "Program",
    "Severity",
    "State",
    "Step",
    "Value",
    "analyse",
    "fits",
    "plan",
    "training_problems",
    "try_edge",
]
