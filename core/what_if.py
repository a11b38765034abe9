"""What if: a training cut at an epoch, where weights are set by hand and none is trained after."""

from collections.abc import Sequence
from dataclasses import replace

from core.branch import fork_of, forked, replaced, without
from core.edits import MOST, Edit, last_of_each, set_by_hand
from core.experiment import Experiment
from core.phrases import on_both
from core.recording import Frame, Recorder
from core.symptoms import Measured
from core.training import Run


def is_what_if(experiment: Experiment) -> bool:
    """Whether its last frame shows weights set by hand with which nothing was trained."""
    last = experiment.segments[-1]
    return last.epochs == 0 and bool(last.edits)


def with_weights(experiment: Experiment, epoch: int, edits: Sequence[Edit]) -> Experiment:
    """The experiment up to an epoch, where these weights are set by hand.

    At the end of a what-if they join those that are set there: of one weight the last value counts.

    Raises
    ------
    ValueError
        A sentence: there would be more than MOST, a weight is not one of the network, or as `core.branch.forked`.

    >>> what_if = with_weights(Experiment(), 40, [Edit(1, 0, 2, 0.5)])
    >>> [(segment.epochs, len(segment.edits)) for segment in what_if.segments]
    [(40, 0), (0, 1)]
    """
    joins = is_what_if(experiment) and epoch == experiment.epochs
    together = last_of_each((*experiment.segments[-1].edits, *edits) if joins else edits)
    if len(together) > MOST:
        raise ValueError(f"At most {MOST} weights can be set by hand at one epoch; this would be one more.")
    if joins:
        return replaced(experiment, len(experiment.segments), edits=together)
    return forked(experiment, epoch, epochs=0, edits=together)


def undone(experiment: Experiment) -> Experiment:
    """A what-if without its weights set by hand: the training up to its epoch."""
    if not is_what_if(experiment):
        return experiment
    if len(experiment.segments) == 1:
        return replace(experiment, segments=(replace(experiment.segments[0], edits=()),))
    return without(experiment, len(experiment.segments))


def set_at(experiment: Experiment, epoch: int) -> tuple[Edit, ...]:
    """The weights set by hand at an epoch, one value of each."""
    starting = zip(experiment.starts, experiment.segments, strict=True)
    return last_of_each(edit for start, segment in starting if start == epoch for edit in segment.edits)


def follows(what_if: Experiment, trained: Experiment) -> bool:
    """Whether the last frame of a what-if is that of another training at this epoch, but for weights set by hand there.

    Then nothing has to be trained to see it. Weights that only the other one sets there would stay.
    """
    epoch = what_if.epochs
    if not is_what_if(what_if) or fork_of(what_if, trained) != epoch:
        return False
    return {edit.weight for edit in set_at(trained, epoch)} <= {edit.weight for edit in set_at(what_if, epoch)}


def frames_of(what_if: Experiment, trained: Run) -> list[Frame]:
    """The frames of a what-if up to its last, of a run that it `follows`; none of another, or where none is recorded.

    The run's processor time is shared out by epochs.
    """
    epoch, at = what_if.epochs, trained.frame_at(what_if.epochs)
    if trained.epochs[at] != epoch or not follows(what_if, trained.experiment):
        return []
    frames = [_frame(trained, t) for t in range(at + 1)]
    layers = [(W.copy(), b.copy()) for W, b in frames[-1].layers]
    set_by_hand(layers, set_at(what_if, epoch))
    recorder = Recorder(what_if, trained, frames[0].layers)
    return [*frames[:-1], recorder.measure(epoch, layers, frames[-1].seconds)]


def _frame(run: Run, t: int) -> Frame:
    curves = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    sizes = ("weight_gradient", "delta", "weight_factor", "slope_factor")
    values = {name: getattr(run, name)[t] for name in (*curves, *sizes)}
    epoch, last = int(run.epochs[t]), int(run.epochs[-1])
    return Frame(epoch, run.layers[t], seconds=run.seconds * epoch / max(1, last), **values)


def in_words(run: Run) -> str:
    """What the last frame of a what-if comes to, in a sentence of Markdown."""
    count = len(run.experiment.segments[-1].edits)
    weights = f"{count} weights or biases" if count > 1 else "a weight or bias"
    return (
        f"**What if, at epoch {run.epochs[-1]:,}.** {on_both(Measured(run, len(run.epochs) - 1))}, at a loss of "
        f"{run.train_loss[-1]:.3g}, with {weights} set by hand, and nothing trained since."
    )
