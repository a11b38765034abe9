"""Without features a network is its biases alone, in both engines."""

from dataclasses import replace

import numpy as np
import pytest

from core.diagnosis import diagnose
from core.difference import by_epoch
from core.experiment import Experiment, changed
from core.network import INITIALIZERS
from core.packed import pack
from core.training import completed, train

BARE = changed(Experiment(features=(), hidden=()), epochs=400, learning_rate=0.1)


@pytest.mark.parametrize("engine", ["numpy", "sklearn"])
def test_the_bias_learns_the_share_of_the_classes(engine: str) -> None:
    run = train(replace(BARE, engine=engine))
    ((W, b),) = run.layers[-1]
    share = run.y_train.mean()
    assert W.shape == (0, 1)
    assert b[0] == pytest.approx(np.log(share / (1 - share)), abs=0.1)  # the best constant, but for the last batches


@pytest.mark.parametrize("initializer", INITIALIZERS)
@pytest.mark.parametrize("hidden", [(), (4, 2)])
def test_engines_agree_and_the_run_is_shown(initializer: str, hidden: tuple[int, ...]) -> None:
    a = changed(replace(BARE, initializer=initializer, hidden=hidden, standardize=True), epochs=20, l2=0.1)
    ours, theirs = train(a), train(replace(a, engine="sklearn"))
    np.testing.assert_allclose(ours.train_loss, theirs.train_loss, rtol=0, atol=1e-10)
    assert pack(ours) and diagnose(ours).sentence
    assert completed(by_epoch(ours, theirs)).largest.max() < 1e-10
