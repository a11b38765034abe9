"""Small experiments of every optimizer, activation, loss and kind of target, drawn by chance."""

from dataclasses import replace

from hypothesis import strategies as st

from core.edits import Edit
from core.experiment import Experiment, changed
from core.network import ACTIVATIONS, OPTIMIZERS

DATA = {"circle": ("log", "squared"), "spiral3": ("log",), "reg_gauss": ("squared_linear",)}


@st.composite
def small(draw: st.DrawFn, activations: tuple[str, ...] = tuple(ACTIVATIONS)) -> Experiment:
    """At most two hidden layers of four, six epochs in one or two segments; the second may carry on, or set weights."""
    dataset = draw(st.sampled_from(list(DATA)))
    hidden = tuple(draw(st.lists(st.integers(1, 4), max_size=2)))
    names = [draw(st.sampled_from(activations)) for _ in hidden]
    first = changed(
        Experiment(),
        dataset=dataset,
        loss=draw(st.sampled_from(DATA[dataset])),
        rows=draw(st.integers(50, 70)),
        seed=draw(st.integers(0, 99)),
        standardize=True,
        hidden=hidden,
        activation=tuple(names) if len(set(names)) > 1 else names[0] if names else "tanh",
        **draw(settings()),
    )
    segments = first.segments
    if draw(st.booleans()):
        second = draw(st.just(segments[0]) | settings().map(lambda own: changed(first, **own).segments[0]))
        edits = draw(st.sampled_from([(), (Edit(1, "b", 0, 0.5), Edit(1, 0, 0, -2.0))]))
        segments = (*segments, replace(second, carry=draw(st.booleans()), edits=edits))
    return changed(first, segments=segments)


def settings() -> st.SearchStrategy[dict]:
    """Of a segment of three epochs, in which most trainings do not diverge."""
    penalty = st.sampled_from([0.0, 0.01, 0.3])
    return st.fixed_dictionaries(
        {
            "epochs": st.just(3),
            "optimizer": st.sampled_from(list(OPTIMIZERS)),
            "learning_rate": st.sampled_from([0.001, 0.03, 0.1]),
            "momentum": st.sampled_from([0.0, 0.9]),
            "batch_size": st.integers(1, 40),
            "l1": penalty,
            "l2": penalty,
        }
    )
