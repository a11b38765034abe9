"""Courses of training with weights set by hand, branches and what-ifs, for whatever reads a run."""

import dataclasses

from core.branch import forked
from core.edits import BIAS, Edit
from core.experiment import Experiment, Segment, changed

EDITS = (Edit(1, 0, 2, 5.0), Edit(3, BIAS, 0, -3.0))
BASE = changed(Experiment(rows=80), epochs=8)
REGRESSION = changed(BASE, dataset="reg_gauss")
AS_THERE = {"optimizer": "playground", "loss": "squared", "initializer": "uniform", "playground_seed": "0.5"}
PLAYGROUND = changed(BASE, l1=0.01, **AS_THERE)
COURSES = {
    "untrained": changed(BASE, epochs=0),
    "what if before training": changed(BASE, epochs=0, edits=EDITS),
    "what if": forked(BASE, 5, epochs=0, edits=EDITS),
    "branch": forked(changed(BASE, optimizer="adam"), 3, edits=EDITS, learning_rate=0.1),
    "regression before training": changed(REGRESSION, epochs=0, edits=EDITS),
    "regression, what if": forked(REGRESSION, 5, epochs=0, edits=EDITS),
    "as in TensorFlow Playground": forked(PLAYGROUND, 4, edits=EDITS),
    "what if at both ends": dataclasses.replace(
        changed(BASE, dataset="blobs3"),
        segments=(
            Segment(epochs=0, edits=EDITS),
            Segment("adam", epochs=5, batch_size=5000, carry=True),
            Segment("adam", epochs=0, edits=EDITS, carry=True),
        ),
    ),
}
