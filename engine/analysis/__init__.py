"""What can be said of a document without torch: shapes, cost, diagnostics and their fixes."""

from engine.analysis.analyser import Analyser, analyse
from engine.analysis.program import Placeholder, Plan, Program, Step, Value, plan
from engine.analysis.report import Analysis, Diagnostic, Fix, NodeReport, Severity, State

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
    "plan",
]
