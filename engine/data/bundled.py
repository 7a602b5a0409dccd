"""Data sets that scikit-learn carries, read from its files: importing sklearn.datasets costs three seconds."""

from __future__ import annotations

import gzip
import importlib.util
import io
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import DataError

if TYPE_CHECKING:
    import numpy as np


def table(name: str, *, skip: int = 0, delimiter: str | None = ",") -> np.ndarray:
    """A bundled file of numbers as a float64 array, one row a line; `skip` lines stand above the numbers.

    Raises:
        DataError: scikit-learn is not installed, or carries no such file.
    """
    import numpy as np

    path = _folder() / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"The data set cannot be read: {error.strerror}.", file=str(path)) from None
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return np.loadtxt(io.StringIO(text), delimiter=delimiter, skiprows=skip, ndmin=2)


def _folder() -> Path:
    spec = importlib.util.find_spec("sklearn")
    if spec is None or not spec.submodule_search_locations:
        raise DataError("This data set comes with scikit-learn, which is not installed: pip install scikit-learn")
    return Path(spec.submodule_search_locations[0]) / "datasets" / "data"
