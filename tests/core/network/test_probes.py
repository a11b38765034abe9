"""S networks measured at once are measured as each by itself."""

from itertools import cycle

import numpy as np
import pytest

from core.experiment import losses_for
from core.network import ACTIVATIONS, LOSSES, Probe, Probes, initial_layers
from core.network.probes import rms

CASES = [(loss, classes) for classes in (0, 2, 3) for loss in losses_for(classes)]


@pytest.mark.parametrize(("activation", "case"), list(zip(ACTIVATIONS, cycle(CASES), strict=False)))
@pytest.mark.parametrize("hidden", [(), (5,), (4, 3)])
def test_several_networks_are_measured_as_one(activation: str, case: tuple[str, int], hidden: tuple[int, ...]) -> None:
    loss, classes = case
    random = np.random.RandomState(0)
    X = random.standard_normal((3, 20, 2))
    y = random.randint(classes, size=(3, 20)) if classes else random.standard_normal((3, 20))
    sizes, names = (2, *hidden, classes if classes > 2 else 1), [activation] * len(hidden)
    networks = [initial_layers(sizes, activation, "he_normal", np.random.RandomState(seed)) for seed in range(3)]
    probes = Probes(names, loss, classes, networks[::-1], X, y)
    losses, scores = probes.losses_and_scores(networks)
    measured = probes.sizes()
    for s, layers in enumerate(networks):
        probe = Probe(names, loss, classes, layers, X[s], y[s])
        np.testing.assert_allclose((losses[s], scores[s]), probe.loss_and_score(layers), rtol=1e-12)
        gradients = probe.gradients(layers)
        for name in ("weight_gradient", "delta", "weight_factor", "slope_factor"):
            np.testing.assert_allclose(getattr(measured, name)[s], getattr(gradients, name), rtol=1e-12, err_msg=name)


def test_every_kind_of_loss_is_among_the_cases() -> None:
    assert {loss for loss, _ in CASES} == set(LOSSES) and len(CASES) <= len(ACTIVATIONS)


def test_the_root_mean_square_neither_underflows_nor_hides_what_is_not_finite() -> None:
    values = np.array([[[3e-200, 4e-200]], [[0.0, 0.0]], [[np.nan, 1.0]], [[3.0, 4.0]]])
    np.testing.assert_allclose(rms(values), [np.sqrt(12.5) * 1e-200, 0, np.nan, np.sqrt(12.5)], rtol=1e-14)
