"""Training documents into run folders."""

from engine.training.resuming import reopen
from engine.training.run import Summary, train_document, train_run
from engine.training.stop import StopReason

__all__ = ["StopReason", "Summary", "reopen", "train_document", "train_run"]
