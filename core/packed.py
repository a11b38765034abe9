"""A run as the bytes that a stage or a report replays: curves, parameters and maps of its frames.

A message is `[u32 little-endian: length of the header][header, JSON][arrays]`, every array aligned to 8 bytes. The
header says of each array where it lies: name -> [dtype, shape, offset]. uint32 is the upper half of a float64: a number
of any size, right to six digits, in the bytes of a float32.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.data import DATASETS, FEATURES
from core.data.tables import plane
from core.figures import line, maps
from core.network import ACTIVATIONS
from core.training import Run

ALIGNMENT = 8
MOST_LINKS = 256  # drawn between two layers: more are a grey haze, and ten layers of 64 would be 9 MB


@dataclass(frozen=True)
class Packed:
    """A header and the bytes of the arrays it describes: name -> [dtype, shape, offset]."""

    header: Mapping[str, Any]
    body: bytes


def pack(run: Run) -> Packed:
    """All frames of a run that ended."""
    return _frames(run, range(len(run.epochs)))


def pack_newest(run: Run) -> Packed:
    """The newest frame of a run that is still training, and its curves so far."""
    return _frames(run, range(len(run.epochs) - 1, len(run.epochs)))


def pack_neuron(run: Run, layer: int, neuron: int) -> Packed:
    """The maps of one neuron in all frames; layer 0 is the first hidden layer."""
    output, names, limit = maps.output_name(run), run.experiment.activations, maps.output_limit(run)
    values = maps.network(maps.plane(run, maps.domain(run), maps.RESOLUTIONS[0]), run)
    shown = [i == layer for i in range(len(names) + 1)]
    images = [maps.neuron_maps(values(layers), names, output, shown, limit) for layers in run.layers]
    return _layout(
        {"layer": layer, "neuron": neuron},
        {
            "neurons": np.stack([image[neuron] for image, _ in images]),
            "scales": upper_half(np.stack([scale[neuron] for _, scale in images])),
        },
    )


def to_bytes(header: Mapping[str, Any], bodies: Sequence[bytes]) -> bytes:
    """A message of its header and its arrays."""
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-(4 + len(text)) % ALIGNMENT)
    return b"".join([len(text).to_bytes(4, "little"), text, *bodies])


def attach(bodies: list[bytes], packed: Packed | None) -> dict[str, Any] | None:
    """Append the arrays to a message's bodies and return their header with where they begin."""
    if packed is None:
        return None
    start = sum(map(len, bodies))
    bodies.append(packed.body)
    return {**packed.header, "start": start}


def _frames(run: Run, frames: range) -> Packed:
    """The curves of a run, and the parameters and maps of the frames asked for (which end with its last)."""
    limits, output, names = maps.domain(run), maps.output_name(run), run.experiment.activations
    resolution, shown = maps.within_budget(run.experiment.sizes, len(run.epochs))
    planes = [maps.plane(run, limits, cells) for cells in (maps.BOUNDARY, resolution)]
    values, fine = maps.network(np.vstack(planes), run), slice(0, len(planes[0]))
    limit, labels = maps.output_limit(run), np.uint8 if run.experiment.classes else np.float32
    feature_maps, feature_scales = maps.feature_maps(run, limits, resolution)
    links = [_strongest(W) for W, _ in run.layers[-1]]
    boundaries, lines, neurons = [], [np.empty(0, np.uint8)], []
    for t in frames:
        a = values(run.layers[t])
        cells = maps.boundary(a[-1][fine], output, limit)
        if run.experiment.classes == 2:
            z = line.sums(planes[0], [layer[fine] for layer in a], run.layers[t], names)
            cells = line.sided(cells, z)
            lines.append(line.places(z))
        boundaries.append(cells)
        neurons.append(maps.neuron_maps([layer[fine.stop :] for layer in a], names, output, shown, limit))
    return _layout(
        {
            **_description(run),
            "domain": limits,
            "output": output,
            "limit": limit,
            "maps": shown,
            "drawn": [*map(len, links)],
            "first": frames.start,
        },
        {
            "epochs": run.epochs.astype(np.int32),
            "train_loss": run.train_loss.astype(np.float64),
            "test_loss": run.test_loss.astype(np.float64),
            "train_accuracy": run.train_accuracy.astype(np.float64),
            "test_accuracy": run.test_accuracy.astype(np.float64),
            "weight_gradient": run.weight_gradient.astype(np.float64),
            "delta": run.delta.astype(np.float64),
            "links": np.concatenate(links).astype(np.uint16),
            "parameters": upper_half(np.stack([_parameters(run.layers[t], links) for t in frames])),
            "boundary": np.stack(boundaries),
            "lines": np.concatenate(lines),
            "line_ends": np.cumsum([*map(len, lines)], dtype=np.int32),
            "neurons": np.stack([images for images, _ in neurons]),
            "scales": upper_half(np.stack([scale for _, scale in neurons])),
            "feature_maps": feature_maps,
            "feature_scales": upper_half(feature_scales),
            "X_train": run.X_train.astype(np.float32),
            "X_test": run.X_test.astype(np.float32),
            "y_train": run.y_train.astype(labels),
            "y_test": run.y_test.astype(labels),
        },
    )


def _description(run: Run) -> dict[str, Any]:
    """The words and sizes of a run's network and data."""
    experiment, data = run.experiment, DATASETS[run.experiment.dataset]
    return {
        "sizes": experiment.sizes,
        "used": [list(FEATURES).index(name) for name in experiment.features],
        "activations": [ACTIVATIONS[name].label for name in experiment.activations],
        "classes": list(data.class_names),
        "axes": _axis_names(experiment.dataset, experiment.axes),
        "total": experiment.epochs,
        "starts": experiment.starts[1:],
    }


def _axis_names(dataset: str, axes: str) -> tuple[str, str]:
    """The names of the two raw inputs."""
    load = DATASETS[dataset].load
    return plane(load(), axes)[1] if load else ("x₁", "x₂")


def _strongest(W: np.ndarray) -> np.ndarray:
    """Which weights of a layer are drawn, as sorted places in `W.ravel()`: all, or those largest in size."""
    if W.size <= MOST_LINKS:
        return np.arange(W.size)
    return np.sort(np.argpartition(np.abs(W).ravel(), -MOST_LINKS)[-MOST_LINKS:])


def _parameters(layers: maps.Layers, links: Sequence[np.ndarray]) -> np.ndarray:
    """Drawn weights and all biases of a frame, layer by layer: (P,)."""
    return np.concatenate([part for (W, b), drawn in zip(layers, links, strict=True) for part in (W.ravel()[drawn], b)])


def upper_half(values: np.ndarray) -> np.ndarray:
    """The upper halves, rounded, of float64 numbers: uint32 of the same shape, with 20 bits after the leading one."""
    bits = np.clip(values.astype(np.float64), -1e308, 1e308).view(np.uint64)  # none is rounded to infinity
    return ((bits + np.uint64(1 << 31)) >> np.uint64(32)).astype(np.uint32)


def _layout(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Packed:
    """Arrays one after another, each aligned, and a header that says where they lie."""
    places, parts, offset = {}, [], 0
    for name, array in arrays.items():
        body = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        body += b"\0" * (-len(body) % ALIGNMENT)
        places[name] = [array.dtype.name, array.shape, offset]
        parts.append(body)
        offset += len(body)
    return Packed({**header, "arrays": places}, b"".join(parts))
