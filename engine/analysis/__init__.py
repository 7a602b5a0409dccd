"""What can be said of a document without torch: shapes, cost, diagnostics and their fixes."""

from engine.analysis.report import Analysis, Diagnostic, Fix, NodeReport, Severity, State

__all__ = ["Analysis", "Diagnostic", "Fix", "NodeReport", "Severity", "State"]
