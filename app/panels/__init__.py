"""The panels around the canvas: palette, inspector, problems, source, training, runs."""

from app.panels.inspector import InspectorPanel
from app.panels.kind_drag import MIME
from app.panels.palette import PalettePanel
from app.panels.problems import ProblemsPanel
from app.panels.runs import RunsPanel
from app.panels.source import SourcePanel
from app.panels.training import TrainingPanel

__all__ = [
    "MIME",
    "InspectorPanel",
    "PalettePanel",
    "ProblemsPanel",
    "RunsPanel",
    "SourcePanel",
    "TrainingPanel",
]
