"""Lab: saturation. Slopes far out."""

import numpy as np
import pytest

from core.claims import saturation


@pytest.mark.parametrize("x", [0.0, 1.0, -10.0])
def test_the_slope_at_a_point_is_s_times_1_minus_s(x: float) -> None:
    s = 1 / (1 + np.exp(-x))
    assert saturation.slope_at("logistic", x) == pytest.approx(s * (1 - s), rel=1e-12)
