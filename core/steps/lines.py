"""The chain rule at one weight, bias or neuron of one batch: each line as symbols, with its numbers, and its result.

What belongs to a row is written for the row of the batch whose part of the derivative is largest. From a hidden neuron
on, the way to the output is that of the largest parts: delta_k w_jk.
"""

from dataclasses import dataclass
from string import Template
from typing import Any

import numpy as np

from core.fields import in_sentence
from core.network import ACTIVATIONS, LOSSES
from core.network.gradients import rms
from core.picks import Pick
from core.steps.batch import Batch
from core.steps.updates import LETTERS, in_gradient

PARTS = ("Forward", "Loss", "Backward", "Update")
DELTA_LETTER = r"\delta"
DIGITS, OF_WEIGHT = 4, 7  # that are written, and of a weight in its update, which may change it little
WEIGHTS = {"w", "u"}
TERMS = 4  # of a sum that are written out
OUTPUT = {
    "logistic": ("1 / (1 + e^{-$z})", "p"),
    "softmax": ("e^{$z} / ($sum)", "p"),
    "tanh": (r"\tanh $z", "a"),
    "identity": ("$z", "a"),
}
DELTA = {"logistic": "$a - $t", "softmax": "$a - $t", "tanh": r"($a - $t)(1 - $a^2)", "identity": "$a - $t"}


@dataclass(frozen=True)
class Line:
    """One line. symbols, numbers: LaTeX; they say what `name` is. result: its value.

    small: which factor of a product is the smaller one, `slope` or `weight`. note: a sentence. digits: of the result.
    """

    part: str
    name: str
    symbols: str
    numbers: str
    result: float
    small: str = ""
    note: str = ""
    digits: int = DIGITS


def explained(batch: Batch, pick: Pick) -> list[Line]:
    """The lines of a weight, bias or neuron of the batch's network, in the order in which they are computed."""
    return _Explanation(batch, pick).lines()


def shown_row(batch: Batch, pick: Pick) -> int:
    """The row of the batch (0 is the first) whose part of the pick's derivative is largest in absolute value."""
    parts = np.abs(_parts(batch, pick))
    return int(np.nanargmax(parts)) if np.isfinite(parts).any() else 0


def number(value: Any, digits: int = DIGITS) -> str:
    """A number with so many digits, as LaTeX."""
    value = float(value)
    if np.isnan(value):
        return r"\text{not a number}"
    if np.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    mantissa, _, power = f"{value + 0.0:.{digits}g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def factor(value: Any, digits: int = DIGITS) -> str:
    """A number within a formula: in parentheses where its sign or its power of ten needs them."""
    text = number(value, digits)
    return f"({text})" if text.startswith("-") or "cdot" in text else text


def _parts(batch: Batch, pick: Pick) -> np.ndarray:
    """What each row adds to the derivative: a delta of a weight, delta of a bias or neuron (m,)."""
    delta = batch.deltas[pick.layer - 1][:, pick.unit]
    return batch.a[pick.layer - 1][:, pick.source] * delta if pick.kind == "w" else delta


class _Explanation:
    """The lines of one pick. Layers are counted from 1, rows, neurons and sources from 0, but from 1 in LaTeX."""

    def __init__(self, batch: Batch, pick: Pick) -> None:
        self.batch, self.pick = batch, pick
        self.row = shown_row(batch, pick)
        self.last = len(batch.z)
        self.m = len(batch.rows)
        self.output = LOSSES[batch.experiment.loss].output(batch.experiment.classes)
        self.layers = batch.layers
        self.way = self._way()
        self.place = pick.place(batch.experiment.sizes)

    def lines(self) -> list[Line]:
        """All lines; those of an update are not a neuron's."""
        lines = [*self._forward(), *self._losses(), *self._backward()]
        return lines if self.pick.kind == "n" else [*lines, *self._update()]

    def _way(self) -> list[int]:
        """The neurons from the picked one to the output, one in each layer."""
        way = [self.pick.unit]
        for layer in range(self.pick.layer, self.last):
            parts = np.abs(self.layers[layer][0][way[-1]] * self.batch.deltas[layer][self.row])
            way.append(int(np.argmax(np.nan_to_num(parts))))
        return way

    # ---- values and letters

    def _value(self, letter: str, layer: int, unit: int) -> float:
        arrays = {"z": self.batch.z, "a": self.batch.a[1:], "delta": self.batch.deltas}
        return float(arrays[letter][layer - 1][self.row, unit])

    def _letter(self, letter: str, layer: int, unit: int) -> str:
        letter = OUTPUT[self.output][1] if letter == "a" and layer == self.last else letter
        return rf"{letter}_{{{unit + 1}}}^{{({layer})}}"

    def _w_letter(self, layer: int, source: int, unit: int) -> str:
        return rf"w_{{{source + 1},{unit + 1}}}^{{({layer})}}"

    # ---- forward

    def _forward(self) -> list[Line]:
        layer, unit = self.pick.layer, self.pick.unit
        lines = [self._sum(layer, unit), self._activation(layer, unit)]
        if layer < self.last:
            end = self.way[-1]
            lines += [self._sum(self.last, end), self._activation(self.last, end)]
        true = self._true_unit()
        if true not in (None, self.way[-1]):
            lines += [self._sum(self.last, true), self._activation(self.last, true)]
        return lines

    def _true_unit(self) -> int | None:
        """The output neuron of the row's own class, where each class has one."""
        return int(self.batch.targets[self.row].argmax()) if self.output == "softmax" else None

    def _sum(self, layer: int, unit: int) -> Line:
        """z = sum of w a, and b."""
        W, b = self.layers[layer - 1]
        values = self.batch.a[layer - 1][self.row]
        written = _written(len(W), self.pick.source if layer == self.pick.layer else 0)
        rest = [r"\cdots"] if len(written) < len(W) else []
        source = "x" if layer == 1 else "a"
        above = "" if layer == 1 else rf"^{{({layer - 1})}}"
        symbols = [rf"{self._w_letter(layer, i, unit)}\, {source}_{{{i + 1}}}{above}" for i in written]
        numbers = [rf"{factor(W[i, unit])} \cdot {factor(values[i])}" for i in written]
        return Line(
            "Forward",
            self._letter("z", layer, unit),
            " + ".join([*symbols, *rest, self._letter("b", layer, unit)]),
            " + ".join([*numbers, *rest, factor(b[unit])]),
            self._value("z", layer, unit),
        )

    def _activation(self, layer: int, unit: int) -> Line:
        """a = phi(z), of the output its own function."""
        name, z = self._letter("a", layer, unit), self._value("z", layer, unit)
        if layer == self.last:
            sums = self.batch.z[-1][self.row]
            written = _written(len(sums), unit)
            rest = [r"\cdots"] if len(written) < len(sums) else []
            template = OUTPUT[self.output][0]
            letters = [f"e^{{{self._letter('z', layer, k)}}}" for k in written]
            numbers = [f"e^{{{number(sums[k])}}}" for k in written]
            symbols = _filled(template, z=self._letter("z", layer, unit), sum=" + ".join([*letters, *rest]))
            with_numbers = _filled(template, z=factor(z), sum=" + ".join([*numbers, *rest]))
        else:
            phi = rf"\operatorname{{{_operator(ACTIVATIONS[self.batch.experiment.activations[layer - 1]].label)}}}"
            symbols, with_numbers = rf"\varphi({self._letter('z', layer, unit)})", f"{phi}({number(z)})"
        return Line("Forward", name, symbols, with_numbers, self._value("a", layer, unit))

    # ---- loss

    def _losses(self) -> list[Line]:
        batch, end = self.batch, self.way[-1]
        true = self._true_unit()
        a, t = batch.a[-1][self.row], batch.targets[self.row]
        row = float(batch.row_losses[self.row])
        letter = self._letter("a", self.last, end if true is None else true)
        if self.output in ("tanh", "identity"):
            symbols, numbers = (
                rf"\tfrac{{1}}{{2}} ({letter} - t)^2",
                rf"\tfrac{{1}}{{2}} ({number(a[0])} - {factor(t[0])})^2",
            )
        elif true is not None or t[0] == 1:
            symbols, numbers = rf"-\ln {letter}", rf"-\ln {factor(a[true or 0])}"
        else:
            symbols, numbers = rf"-\ln (1 - {letter})", rf"-\ln (1 - {factor(a[0])})"
        lines = [Line("Loss", "L_r", symbols, numbers, row)]
        symbols, numbers = r"\tfrac{1}{m} \sum_r L_r", rf"\tfrac{{1}}{{{self.m}}} {self._rows(batch.row_losses)}"
        l1, l2 = in_gradient(batch.segment)
        if l1:
            symbols += r" + \tfrac{\lambda_1}{m} \sum |w|"
        if l2:
            symbols += r" + \tfrac{\lambda_2}{2 m} \sum w^2"
        if l1 or l2:
            numbers += f" + {factor(batch.penalty)}"
        taken = (l1, l2) != (batch.segment.l1, batch.segment.l2)
        note = "Without the penalty that the optimizer takes itself." if taken else ""
        return [*lines, Line("Loss", "L", symbols, numbers, batch.loss, note=note)]

    def _rows(self, values: np.ndarray) -> str:
        """A sum over the rows, of which some are written out, the shown one among them."""
        written = _written(self.m, self.row)
        rest = [r"\cdots"] if len(written) < self.m else []
        return "(" + " + ".join([*(factor(values[r]) for r in written), *rest]) + ")"

    # ---- backward

    def _backward(self) -> list[Line]:
        layers = range(self.last - 1, self.pick.layer - 1, -1)
        lines = [self._output_delta(), *(self._delta(layer, self.way[layer - self.pick.layer]) for layer in layers)]
        batch, pick, parts = self.batch, self.pick, _parts(self.batch, self.pick)
        delta = self._letter(DELTA_LETTER, pick.layer, pick.unit)
        of = {"w": r"\partial w", "b": r"\partial b", "n": r"\partial b"}[pick.kind]
        row_name, name = rf"\frac{{\partial L_r}}{{{of}}}", rf"\frac{{\partial L}}{{{of}}}"
        row_symbols, row_numbers = delta, number(self._value("delta", pick.layer, pick.unit))
        if pick.kind == "w":
            above = "" if pick.layer == 1 else rf"^{{({pick.layer - 1})}}"
            letter = rf"{'x' if pick.layer == 1 else 'a'}_{{{pick.source + 1}}}{above}"
            value = batch.a[pick.layer - 1][self.row, pick.source]
            row_symbols = rf"{letter} \cdot {delta}"
            row_numbers = rf"{factor(value)} \cdot {factor(self._value('delta', pick.layer, pick.unit))}"
        lines.append(Line("Backward", row_name, row_symbols, row_numbers, float(parts[self.row])))
        mean = rf"\tfrac{{1}}{{{self.m}}} {self._rows(parts)}"
        sum_of_rows = rf"\tfrac{{1}}{{m}} \sum_r {row_name}"
        l1, l2 = in_gradient(batch.segment)
        if pick.kind == "w" and (l1 or l2):
            lines.append(Line("Backward", name, sum_of_rows, mean, float(batch.data_gradient[self.place])))
            return [*lines, self._with_penalty(name, l1, l2)]
        return [*lines, Line("Backward", f"g = {name}", sum_of_rows, mean, float(batch.gradient[self.place]))]

    def _with_penalty(self, name: str, l1: float, l2: float) -> Line:
        """g: the derivative with the penalty's part."""
        letters: dict[str, str] = {"l1": LETTERS["l1"], "l2": LETTERS["l2"], "w": "w", "m": "m", "g": name}
        w, g = self.batch.before[self.place], self.batch.data_gradient[self.place]
        numbers = {"l1": factor(l1), "l2": factor(l2), "w": factor(w), "m": str(self.m), "g": number(g)}
        sparse = [r"$l1 \cdot \operatorname{sign} $w"] if l1 else []
        template = r"$g + \frac{" + " + ".join([*sparse, *([r"$l2 \cdot $w"] if l2 else [])]) + "}{$m}"
        result = float(self.batch.gradient[self.place])
        return Line("Backward", "g", _filled(template, **letters), _filled(template, **numbers), result)

    def _output_delta(self) -> Line:
        unit = self.way[-1]
        template = DELTA[self.output]
        t = self.batch.targets[self.row, unit]
        letters = {
            "a": self._letter("a", self.last, unit),
            "t": "t" if self.output != "softmax" else f"t_{{{unit + 1}}}",
        }
        numbers = {"a": factor(self._value("a", self.last, unit)), "t": factor(t)}
        return Line(
            "Backward",
            self._letter(DELTA_LETTER, self.last, unit),
            _filled(template, **letters),
            _filled(template, **numbers),
            self._value("delta", self.last, unit),
        )

    def _delta(self, layer: int, unit: int) -> Line:
        """delta = (delta W^T) * phi'(z), and which factor is the smaller one."""
        batch, W = self.batch, self.layers[layer][0]
        delta, carried = batch.deltas[layer][self.row], float(batch.carried[layer - 1][self.row, unit])
        slope = float(batch.slopes[layer - 1][self.row, unit])
        written = _written(W.shape[1], self.way[layer + 1 - self.pick.layer])
        rest = [r"\cdots"] if len(written) < W.shape[1] else []
        terms = [rf"{self._letter(DELTA_LETTER, layer + 1, k)}\, {self._w_letter(layer + 1, unit, k)}" for k in written]
        numbers = [rf"{factor(delta[k])} \cdot {factor(W[unit, k])}" for k in written]
        size = rms(delta)
        weight = abs(carried) / size if size > 0 else np.nan
        small = "" if not np.isfinite([weight, slope]).all() else "slope" if abs(slope) < weight else "weight"
        both = f"slope {abs(slope):.2g}, weights {weight:.2g}"
        factors = [factor(carried), factor(slope)]
        product = rf"({' + '.join([*numbers, *rest])}) \cdot {factors[1]}"
        if small:
            marked = ("weight", "slope").index(small)
            factors[marked] = rf"\underline{{{factors[marked]}}}"
            product += rf" = {factors[0]} \cdot {factors[1]}"
        return Line(
            "Backward",
            self._letter(DELTA_LETTER, layer, unit),
            rf"({' + '.join([*terms, *rest])})\, \varphi'({self._letter('z', layer, unit)})",
            product,
            self._value("delta", layer, unit),
            small,
            f"Smaller factor: {'slope' if small == 'slope' else 'weights'} ({both})." if small else "",
        )

    # ---- update

    def _update(self) -> list[Line]:
        lines = []
        for term in self.batch.terms:
            if not term.latex:
                continue
            numbers = {name: factor(_at(value, self.place)) for name, value in term.before.items()}
            numbers |= {
                name: factor(_at(term.before[name], self.place), OF_WEIGHT) for name in WEIGHTS & numbers.keys()
            }
            numbers["t"] = str(term.before["t"])
            after = float(_at(term.after, self.place))
            arrow = term.name in term.before
            lines.append(
                Line(
                    "Update",
                    LETTERS[term.name] + (r" \leftarrow" if arrow else ""),
                    _filled(term.latex, **LETTERS),
                    _filled(term.latex, **numbers),
                    after,
                    note=term.note if after == 0 else "",
                    digits=OF_WEIGHT if term.name in WEIGHTS else DIGITS,
                )
            )
        return lines


def _at(value: Any, place: int) -> float:
    return float(value[place]) if np.ndim(value) else float(value)


def _filled(template: str, **values: str) -> str:
    return Template(template).substitute(values)


def _written(count: int, wanted: int) -> list[int]:
    """Which terms of a sum are written out: the first ones, and the wanted one in any case."""
    first = list(range(min(count, TERMS)))
    return first if wanted in first or not count else [*first[:-1], wanted]


def _operator(label: str) -> str:
    """An activation's label as an operator's name in LaTeX."""
    return in_sentence(label).partition(" (")[0].replace(" ", r"\ ")
