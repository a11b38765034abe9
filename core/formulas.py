"""The formulas of the registries' rows, as Markdown: for the help of their controls, and all of them for Help.

They stand in the rows and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core import words
from core.data import FEATURES
from core.network import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, Options
from core.network.activations import Activation


@dataclass(frozen=True)
class Formulas:
    """Those of one registry. title: what a row is; letters: what the formulas do not define, in Markdown."""

    title: str
    registry: Mapping[str, Any]
    letters: str = ""

    def of(self, names: Iterable[str]) -> str:
        """These rows, a paragraph each."""
        rows = [self.registry[name] for name in names]
        return "\n\n".join(f"{row.label}: {', '.join(formulas(row))}" for row in rows)


_ADAM = Options()
FORMULAS = {
    "activation": Formulas("Activation", ACTIVATIONS, r"$\varphi$: value; $\varphi'$: slope."),
    "loss": Formulas(
        "Loss",
        LOSSES,
        r"Mean over $n$ rows. $z_i$: sum of the output unit; $p_i$: output for the row's own class, by the logistic, "
        r"or from three classes on by softmax, $e^{z_k} / \sum_j e^{z_j}$; $t_i$: the target, with a tanh output "
        r"$\pm 1$.",
    ),
    "optimizer": Formulas(
        "Optimizer",
        OPTIMIZERS,
        r"A step for each weight or bias $w$; $g$: its gradient over a batch; $\eta$: learning rate; $\mu$: momentum; "
        r"$\lambda_1$, $\lambda_2$: L1 and L2 penalty, at other optimizers a part of $g$; $t$: number of the step; "
        rf"$\beta_1 = {_ADAM.beta_1:g}$, $\beta_2 = {_ADAM.beta_2:g}$, $\epsilon = 10^{{-8}}$; $m$, $v$ start at 0.",
    ),
    "initializer": Formulas(
        "Initial weights",
        INITIALIZERS,
        r"$n_{in}$, $n_{out}$: inputs and outputs of the layer; $U(a, b)$: uniform between $a$ and $b$; "
        r"$N(0, \sigma^2)$: normal with variance $\sigma^2$.",
    ),
    "features": Formulas("Feature", FEATURES),
}
FIELDS = {**{name: name for name in FORMULAS}, "activations": "activation"}  # which choose from which registry


def formulas(row: Any) -> list[str]:
    """The formulas of a registry's row in Markdown, each with what its letters stand for: value and slope, or one."""
    if isinstance(row, Activation):
        return [_math(rf"\varphi(x) = {row.value_latex}"), _math(rf"\varphi'(x) = {row.slope_latex}")]
    return [_math(row.latex)]


def _math(latex: str) -> str:
    """LaTeX between dollar signs, in parts between which a line may break."""
    return ", ".join(f"${part}$" for part in latex.split(r",\; "))


def help(field: str, value: Any) -> str | None:
    """What the help beside a control says: its word, and the formulas of what is chosen; None where it has neither.

    field: of an experiment or of a lab's settings; value: a name of its registry, or several.
    """
    said = [words.help(field) or ""]
    if field in FIELDS:
        found = FORMULAS[FIELDS[field]]
        names = dict.fromkeys([value] if isinstance(value, str) else value)
        said += [found.of(names), found.letters]
    return "\n\n".join(filter(None, said)) or None
