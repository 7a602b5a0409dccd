"""What the editor knows: open documents, their histories and journals, the engine and its runs."""

from app.state.editor import EditorState, Notice
from app.state.engine_client import EngineClient
from app.state.history import History, Step
from app.state.level import TOP, Level
from app.state.run_data import RunData
from app.state.runs import Runs
from app.state.session import Session

__all__ = [
    "TOP",
    "EditorState",
    "EngineClient",
    "History",
    "Level",
    "Notice",
    "RunData",
    "Runs",
    "Session",
    "Step",
]
