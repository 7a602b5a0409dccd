"""A9: scalers equal scikit-learn's, fitted on the training split only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from engine.training.setup import build
from tests.support.training import line

SCALERS: dict[str, Any] = {
    "min-max": MinMaxScaler(),
    "symmetric": MinMaxScaler((-1, 1)),
    "standard": StandardScaler(),
    "robust": RobustScaler(),
}


def parts(method: str) -> tuple[np.ndarray, np.ndarray]:
    """What training and validation are fed with."""
    data = build(line(scaling=method, validation_split=0.3)).data
    return data.train.inputs[0].numpy(), data.val.inputs[0].numpy()


@pytest.mark.parametrize("method", SCALERS)
def test_it_is_scikit_learns_of_the_training_split(method: str) -> None:
    train, val = parts("none")
    scaler = SCALERS[method].fit(train.astype(np.float64))
    found_train, found_val = parts(method)
    np.testing.assert_allclose(found_train, scaler.transform(train), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found_val, scaler.transform(val), rtol=1e-5, atol=1e-5)
    whole = SCALERS[method].fit(np.concatenate([train, val]).astype(np.float64))
    assert not np.allclose(found_val, whole.transform(val), atol=1e-3)
