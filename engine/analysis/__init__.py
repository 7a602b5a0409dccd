"""What can be said of a document without torch: shapes, cost, diagnostics and their fixes."""

from engine.analysis.analyser import Analyser, analyse
from engine.analysis.expand import expanded
from engine.analysis.fitting import fitted
from engine.analysis.program import Body, Enclosed, Placeholder, Plan, Program, Step, Value, plan
from engine.analysis.report import Analysis, Diagnostic, Fix, Inside, NodeReport, Pass, Severity, State
from engine.analysis.training import training_problems
from engine.analysis.wires import fits, try_edge

__all__ = [
    "Analyser",
    "Analysis",
    "Body",
    "Diagnostic",
    "Enclosed",
    "Fix",
    "Inside",
    "NodeReport",
    "Pass",
    "Placeholder",
    "Plan",
    "Program",
    "Severity",
    "State",
    "Step",
    "Value",
    "analyse",
    "expanded",
    "fits",
    "fitted",
    "plan",
    "training_problems",
    "try_edge",
]
