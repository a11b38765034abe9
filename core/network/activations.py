"""Activation functions: value and slope in stable form, and what a network and a screen need to know of each.

`value(x)` and `slope(x)` hold for arrays of any shape, without overflow; NaN in gives NaN out. At a kink the slope
is the one that frameworks use (relu'(0) = 0, elu'(0) = 1). The training loop passes `out` and takes the slope from
the stored value, `slope_of_value(a, out)`, where a formula for it exists.

Sources: Dugas et al. 2001 (softplus), Glorot and Bengio 2010 (softsign), Nair and Hinton 2010 (relu), Collobert et al.
2011 (hard tanh), Maas et al. 2013 (leaky relu), Clevert et al. 2015 (elu), Klambauer et al. 2017, eq. 2 (selu),
Hendrycks and Gimpel 2016, section 2 (gelu, both forms), Ramachandran et al. 2017 (silu), Misra 2019 (mish), Howard et
al. 2019 (relu6, hard swish), Sitzmann et al. 2020 (sine).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, pi, sqrt

import numpy as np
from scipy.special import expit, ndtr

Array = np.ndarray
Elementwise = Callable[..., Array]  # (x, out=None) -> array of x's shape

# Ufuncs take a zero-dimensional array twice as fast as a Python number.
ZERO, ONE = np.array(0.0), np.array(1.0)
NO_OVERFLOW = np.array(700.0)  # e^700 is finite
MANY = 1000  # values from which on NumPy's calls beat SciPy's one: at 1,600 0.7 times as long with AVX-512, 1.2 without
FAR = 1e3  # every bounded factor below is exactly 0 or 1 in float64 beyond this


@dataclass(frozen=True)
class Activation:
    """One row of the registry.

    value(x, out=None), slope(x, out=None), slope_of_value(a, out): phi(x) and phi'(x) of x, phi'(x) of a = phi(x), for
    arrays of any shape. The result has the same shape; it is written to `out` if given, for value even x itself.
    value_and_slope(x): both, of the same shape, where they have their slow functions in common.
    value_latex, slope_latex: what phi(x) and phi'(x) are, with what that stands for after a comma; the slope's own
    letters are those of the value.
    use, source: what it is used for, and why; who says so. also: another name that it has.
    kinks: where its slope jumps.
    range: (low, high) of the values; closed: whether each bound is reached. sklearn, playground: the name there, or "".
    nearest: the most similar one that scikit-learn has. initializer: the initial weights that suit it.
    """

    name: str
    label: str
    value_latex: str
    slope_latex: str
    use: str
    range: tuple[float, float]
    closed: tuple[bool, bool]
    value: Elementwise
    slope: Elementwise
    slope_of_value: Callable[[Array, Array], Array] | None = None
    value_and_slope: Callable[[Array], tuple[Array, Array]] | None = None
    sklearn: str = ""
    nearest: str = "relu"
    playground: str = ""
    initializer: str = "he_normal"
    also: str = ""
    source: str = ""
    kinks: tuple[float, ...] = ()

    @property
    def long_label(self) -> str:
        """The label, with the other name."""
        return f"{self.label} ({self.also})" if self.also else self.label


# ---- value and slope ------------------------------------------------------------------------------------------------


def identity(x: Array, out: Array | None = None) -> Array:
    """x itself."""
    return np.positive(x, out)


def identity_slope(x: Array, out: Array | None = None) -> Array:
    """1."""
    return np.add(np.clip(x, 0.0, 0.0), 1.0, out)  # keeps NaN


def identity_slope_of_value(a: Array, out: Array) -> Array:
    """1."""
    out.fill(1.0)
    return out


def logistic(x: Array, out: Array | None = None) -> Array:
    """s(x) = 1 / (1 + e^-x); without `out` by e^min(x, 0) / (1 + e^-|x|), which does not overflow at x = -720."""
    if out is None:
        return np.exp(np.minimum(x, 0.0)) / (1 + np.exp(-np.abs(x)))
    if x.size < MANY:
        return expit(x, out)
    np.negative(x, out)
    np.minimum(out, NO_OVERFLOW, out=out)
    np.exp(out, out)
    np.add(out, ONE, out)
    return np.reciprocal(out, out)


def logistic_slope(x: Array, out: Array | None = None) -> Array:
    """s(x) s(-x) = e^-|x| / (1 + e^-|x|)^2, which is s(x) (1 - s(x)) and does not cancel for large x."""
    e = np.exp(-np.abs(x))
    return np.divide(e, (1 + e) ** 2, out)


def logistic_slope_of_value(a: Array, out: Array) -> Array:
    """a (1 - a) of a = s(x)."""
    np.subtract(ONE, a, out)
    return np.multiply(out, a, out)


def tanh_slope(x: Array, out: Array | None = None) -> Array:
    """1 - tanh^2 x = 4 e^(-2 |x|) / (1 + e^(-2 |x|))^2, which does not cancel for large |x|."""
    e = np.exp(-2 * np.minimum(np.abs(x), FAR))
    return np.divide(4 * e, (1 + e) ** 2, out)


def tanh_slope_of_value(a: Array, out: Array) -> Array:
    """1 - a^2 of a = tanh x."""
    np.multiply(a, a, out)
    return np.subtract(ONE, out, out)


def relu(x: Array, out: Array | None = None) -> Array:
    """max(x, 0)."""
    return np.maximum(x, ZERO, out=out)


def relu_slope(x: Array, out: Array | None = None) -> Array:
    """1 for x > 0, else 0."""
    return np.heaviside(x, ZERO, out)


def relu_slope_of_value(a: Array, out: Array) -> Array:
    """1 for a > 0, else 0, of a = relu(x)."""
    return np.sign(a, out)  # a is never negative


def leaky_relu(x: Array, out: Array | None = None) -> Array:
    """max(x, 0.01 x)."""
    return np.maximum(x, np.multiply(x, 0.01), out=out)


def leaky_relu_slope(x: Array, out: Array | None = None) -> Array:
    """1 for x > 0, else 0.01; the same of the value, which has x's sign."""
    return np.maximum(np.heaviside(x, ZERO), 0.01, out=out)


def relu6(x: Array, out: Array | None = None) -> Array:
    """min(max(x, 0), 6)."""
    return np.clip(x, 0.0, 6.0, out)


def relu6_slope(x: Array, out: Array | None = None) -> Array:
    """1 for 0 < x < 6, else 0; the same of the value."""
    return np.multiply(np.heaviside(x, ZERO), np.heaviside(np.subtract(6.0, x), ZERO), out)


def elu(x: Array, out: Array | None = None) -> Array:
    """x for x > 0, else e^x - 1."""
    return np.add(np.expm1(np.minimum(x, 0.0)), np.maximum(x, 0.0), out)


def elu_slope(x: Array, out: Array | None = None) -> Array:
    """1 for x > 0, else e^x."""
    return np.exp(np.minimum(x, 0.0), out)


def elu_slope_of_value(a: Array, out: Array) -> Array:
    """1 + min(a, 0) of a = elu(x)."""
    np.minimum(a, ZERO, out=out)
    return np.add(out, ONE, out)


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def selu(x: Array, out: Array | None = None) -> Array:
    """lambda x for x > 0, else lambda alpha (e^x - 1), with lambda = SELU_SCALE and alpha = SELU_ALPHA."""
    return np.multiply(SELU_SCALE, np.maximum(x, 0.0) + SELU_ALPHA * np.expm1(np.minimum(x, 0.0)), out)


def selu_slope(x: Array, out: Array | None = None) -> Array:
    """lambda for x > 0, else lambda alpha e^x."""
    below = SELU_ALPHA * np.exp(np.minimum(x, 0.0))
    return np.multiply(SELU_SCALE, np.where(np.greater(x, 0.0), 1.0, below), out)


def selu_slope_of_value(a: Array, out: Array) -> Array:
    """lambda for a > 0, else a + lambda alpha, of a = selu(x)."""
    out[...] = np.where(a > 0, SELU_SCALE, a + SELU_SCALE * SELU_ALPHA)
    return out


def gelu(x: Array, out: Array | None = None) -> Array:
    """x Phi(x), Phi the standard normal distribution."""
    x = np.maximum(x, -FAR)
    return np.multiply(x, ndtr(x), out)


def gelu_slope(x: Array, out: Array | None = None) -> Array:
    """Phi(x) + x phi(x), phi the standard normal density."""
    return np.positive(gelu_and_slope(x)[1], out)


def gelu_and_slope(x: Array) -> tuple[Array, Array]:
    """`gelu` and `gelu_slope`: one Phi serves both."""
    near = np.clip(x, -FAR, FAR)
    P = ndtr(near)
    return np.maximum(x, -FAR) * P, P + near * np.exp(-0.5 * near * near) / sqrt(2 * pi)


def gelu_tanh(x: Array, out: Array | None = None) -> Array:
    """x (1 + tanh u) / 2 = x s(2 u), with u = sqrt(2 / pi) (x + 0.044715 x^3)."""
    near = np.clip(x, -FAR, FAR)
    u2 = (
        2 * sqrt(2 / pi) * near * (1 + 0.044715 * (near * near))
    )  # NumPy takes 16 ns for near**3, and 0.3 for a product
    return np.multiply(np.maximum(x, -FAR), expit(u2), out)


def gelu_tanh_slope(x: Array, out: Array | None = None) -> Array:
    """s(v) + x s'(v) v', with v = 2 u and u as in `gelu_tanh`."""
    return np.positive(gelu_tanh_and_slope(x)[1], out)


def gelu_tanh_and_slope(x: Array) -> tuple[Array, Array]:
    """`gelu_tanh` and `gelu_tanh_slope`: one exponential serves both."""
    near = np.clip(x, -FAR, FAR)
    square = near * near
    s, rest = _logistics(2 * sqrt(2 / pi) * near * (1 + 0.044715 * square))
    return np.maximum(x, -FAR) * s, s + near * s * rest * (2 * sqrt(2 / pi) * (1 + 3 * 0.044715 * square))


def silu(x: Array, out: Array | None = None) -> Array:
    """x s(x), s the logistic."""
    x = np.maximum(x, -FAR)
    return np.multiply(x, expit(x), out)


def silu_slope(x: Array, out: Array | None = None) -> Array:
    """s(x) + x s'(x)."""
    return np.positive(silu_and_slope(x)[1], out)


def silu_and_slope(x: Array) -> tuple[Array, Array]:
    """`silu` and `silu_slope`: one exponential serves both."""
    near = np.clip(x, -FAR, FAR)
    s, rest = _logistics(near)
    return np.maximum(x, -FAR) * s, s + near * s * rest


def _logistics(x: Array) -> tuple[Array, Array]:
    """s(x) and s(-x), which is 1 - s(x) and does not cancel, from one exponential. s(700) is 1."""
    e = np.exp(np.minimum(x, NO_OVERFLOW))
    return e / (1 + e), 1 / (1 + e)


def softplus(x: Array, out: Array | None = None) -> Array:
    """ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), which does not overflow."""
    return np.add(np.maximum(x, 0.0), np.log1p(np.exp(-np.abs(x))), out)


def softplus_slope(x: Array, out: Array | None = None) -> Array:
    """s(x)."""
    return expit(x, out)


def softplus_slope_of_value(a: Array, out: Array) -> Array:
    """1 - e^-a of a = softplus(x)."""
    np.negative(a, out)
    np.expm1(out, out)
    return np.negative(out, out)  # s(x) = 1 - e^-softplus(x)


def _tanh_softplus(x: Array) -> tuple[Array, Array]:
    """t = tanh(softplus(x)) and its slope (1 - t^2) s(x), rational in e^x; from x = 40 on t is 1."""
    e = np.exp(np.minimum(x, 40.0))
    w = e * (e + 2)
    return w / (w + 2), 4 * e * (e + 1) / ((w + 2) * (w + 2))


def mish(x: Array, out: Array | None = None) -> Array:
    """x tanh(softplus(x))."""
    x = np.maximum(x, -FAR)
    return np.multiply(x, _tanh_softplus(x)[0], out)


def mish_slope(x: Array, out: Array | None = None) -> Array:
    """t + x (1 - t^2) s(x), with t = tanh(softplus(x))."""
    return np.positive(mish_and_slope(x)[1], out)


def mish_and_slope(x: Array) -> tuple[Array, Array]:
    """`mish` and `mish_slope`: one tanh(softplus(x)) serves both."""
    near = np.clip(x, -FAR, FAR)
    t, slope = _tanh_softplus(near)
    return np.maximum(x, -FAR) * t, t + near * slope


def softsign(x: Array, out: Array | None = None) -> Array:
    """x / (1 + |x|)."""
    x = np.clip(x, -1e300, 1e300)
    return np.divide(x, 1 + np.abs(x), out)


def softsign_slope(x: Array, out: Array | None = None) -> Array:
    """1 / (1 + |x|)^2."""
    return np.square(1 / (1 + np.abs(x)), out)


def softsign_slope_of_value(a: Array, out: Array) -> Array:
    """(1 - |a|)^2 of a = softsign(x)."""
    np.abs(a, out)
    np.subtract(ONE, out, out)
    return np.multiply(out, out, out)


def hardtanh(x: Array, out: Array | None = None) -> Array:
    """min(max(x, -1), 1)."""
    return np.clip(x, -1.0, 1.0, out)


def hardtanh_slope(x: Array, out: Array | None = None) -> Array:
    """1 for |x| < 1, else 0; the same of the value."""
    return np.heaviside(1 - np.abs(x), ZERO, out)


def hard_swish(x: Array, out: Array | None = None) -> Array:
    """x min(max(x + 3, 0), 6) / 6."""
    x = np.maximum(x, -FAR)
    return np.multiply(x, np.clip(x + 3, 0.0, 6.0) / 6, out)


def hard_swish_slope(x: Array, out: Array | None = None) -> Array:
    """0 for x <= -3, (2 x + 3) / 6 for x < 3, else 1."""
    x = np.clip(x, -FAR, FAR)
    ramp = np.where(np.greater_equal(x, 3.0), 1.0, (2 * x + 3) / 6)
    return np.multiply(ramp, np.heaviside(x + 3, ZERO), out)


def gaussian(x: Array, out: Array | None = None) -> Array:
    """e^(-x^2)."""
    return np.exp(-np.square(np.clip(x, -FAR, FAR)), out)


def gaussian_slope(x: Array, out: Array | None = None) -> Array:
    """-2 x e^(-x^2)."""
    x = np.clip(x, -FAR, FAR)
    return np.multiply(-2 * x, np.exp(-x * x), out)


# ---- the registry ---------------------------------------------------------------------------------------------------

_ROWS = (
    Activation(
        "identity",
        "Identity",
        "x",
        "1",
        "Outputs of a regression. Between hidden layers it adds nothing: they multiply out to one.",
        (-inf, inf),
        (False, False),
        identity,
        identity_slope,
        identity_slope_of_value,
        sklearn="identity",
        nearest="identity",
        playground="linear",
        initializer="glorot_uniform",
        also="linear",
        source="Bishop 2006, sections 5.1 and 5.2",
    ),
    Activation(
        "logistic",
        "Logistic",
        r"s(x) = \frac{1}{1 + e^{-x}}",
        r"s(x)\,(1 - s(x))",
        "Outputs for one of two classes, with log loss: an estimated probability. Gates. In hidden layers its "
        "slope of at most 1/4 and its mean output of 1/2 can slow the training down.",
        (0, 1),
        (False, False),
        logistic,
        logistic_slope,
        logistic_slope_of_value,
        sklearn="logistic",
        nearest="logistic",
        playground="sigmoid",
        initializer="glorot_uniform",
        also="sigmoid",
        source="Bishop 2006, section 5.2; Hochreiter and Schmidhuber 1997 (gates); LeCun et al. 1998, section 4.4",
    ),
    Activation(
        "tanh",
        "Tanh",
        r"\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
        r"1 - \tanh^2 x",
        "Hidden layers of shallow and of recurrent networks: zero-centred, and its slope at 0 is 1.",
        (-1, 1),
        (False, False),
        np.tanh,
        tanh_slope,
        tanh_slope_of_value,
        sklearn="tanh",
        nearest="tanh",
        playground="tanh",
        initializer="glorot_uniform",
        also="hyperbolic tangent",
        source="LeCun et al. 1998, section 4.4",
    ),
    Activation(
        "relu",
        "ReLU",
        r"\max(x, 0)",
        r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}",
        "Hidden layers of deep networks: cheap, and its slope is 1 wherever a unit is active. One that is inactive "
        "on all rows receives no gradient.",
        (0, inf),
        (True, False),
        relu,
        relu_slope,
        relu_slope_of_value,
        sklearn="relu",
        playground="relu",
        source="Nair and Hinton 2010; Glorot et al. 2011",
        kinks=(0.0,),
    ),
    Activation(
        "leaky_relu",
        "Leaky ReLU",
        r"\max(x, 0.01\,x)",
        r"\begin{cases} 1 & x > 0 \\ 0.01 & \text{else} \end{cases}",
        "In the place of ReLU where units die: its slope is never 0.",
        (-inf, inf),
        (False, False),
        leaky_relu,
        leaky_relu_slope,
        leaky_relu_slope,
        source="Maas et al. 2013",
        kinks=(0.0,),
    ),
    Activation(
        "relu6",
        "ReLU6",
        r"\min(\max(x, 0), 6)",
        r"\begin{cases} 1 & 0 < x < 6 \\ 0 & \text{else} \end{cases}",
        "Small networks in low-precision arithmetic (MobileNet): bounded above.",
        (0, 6),
        (True, True),
        relu6,
        relu6_slope,
        relu6_slope,
        source="Sandler et al. 2018 (MobileNetV2)",
        kinks=(0.0, 6.0),
    ),
    Activation(
        "elu",
        "ELU",
        r"\begin{cases} x & x > 0 \\ e^x - 1 & \text{else} \end{cases}",
        r"\begin{cases} 1 & x > 0 \\ e^x & \text{else} \end{cases}",
        "In the place of ReLU: negative values bring the mean output nearer to 0.",
        (-1, inf),
        (False, False),
        elu,
        elu_slope,
        elu_slope_of_value,
        source="Clevert et al. 2015",
    ),
    Activation(
        "selu",
        "SELU",
        r"\begin{cases} \lambda x & x > 0 \\ \lambda \alpha\,(e^x - 1) & \text{else} \end{cases},\; "
        r"\lambda \approx 1.0507,\; \alpha \approx 1.6733",
        r"\begin{cases} \lambda & x > 0 \\ \lambda \alpha\,e^x & \text{else} \end{cases}",
        "Deep fully connected networks without normalisation layers: LeCun's weights keep mean 0 and variance 1.",
        (-SELU_SCALE * SELU_ALPHA, inf),
        (False, False),
        selu,
        selu_slope,
        selu_slope_of_value,
        initializer="lecun_normal",
        source="Klambauer et al. 2017",
        kinks=(0.0,),
    ),
    Activation(
        "gelu",
        "GELU",
        r"x\,\Phi(x),\; \Phi(x) = \frac{1}{2}\left(1 + \operatorname{erf}\frac{x}{\sqrt{2}}\right)",
        r"\Phi(x) + x\,\frac{e^{-x^2/2}}{\sqrt{2\pi}}",
        "Transformers: smooth where ReLU has its kink.",
        (-0.16997120747990369, inf),
        (True, False),
        gelu,
        gelu_slope,
        value_and_slope=gelu_and_slope,
        source="Hendrycks and Gimpel 2016; Devlin et al. 2018 (BERT)",
    ),
    Activation(
        "gelu_tanh",
        "GELU (tanh form)",
        r"\frac{x}{2}\,(1 + \tanh u),\; u = \sqrt{2/\pi}\,(x + 0.044715\,x^3)",
        r"\frac{1}{2}\,(1 + \tanh u) + \frac{x}{2}\,(1 - \tanh^2 u)\,u',\; u' = \sqrt{2/\pi}\,(1 + 0.134145\,x^2)",
        "Transformers (GPT-2): GELU with tanh in the place of the error function.",
        (-0.17004075057125412, inf),
        (True, False),
        gelu_tanh,
        gelu_tanh_slope,
        value_and_slope=gelu_tanh_and_slope,
        source="Hendrycks and Gimpel 2016, section 2; Radford et al. 2019, in their model.py (GPT-2)",
    ),
    Activation(
        "silu",
        "SiLU (swish)",
        r"x\,s(x),\; s(x) = \frac{1}{1 + e^{-x}}",
        r"s(x) + x\,s(x)\,(1 - s(x))",
        "Convolutional networks (EfficientNet) and gates in language models.",
        (-0.2784645427610738, inf),
        (True, False),
        silu,
        silu_slope,
        value_and_slope=silu_and_slope,
        source="Hendrycks and Gimpel 2016 (SiLU); Ramachandran et al. 2017 (swish); Tan and Le 2019 (EfficientNet); "
        "Shazeer 2020 (gates)",
    ),
    Activation(
        "softplus",
        "Softplus",
        r"\ln(1 + e^x)",
        r"s(x) = \frac{1}{1 + e^{-x}}",
        "Outputs that must be positive, such as a variance. A smooth ReLU.",
        (0, inf),
        (False, False),
        softplus,
        softplus_slope,
        softplus_slope_of_value,
        source="Dugas et al. 2001; Lakshminarayanan et al. 2017 (variance)",
    ),
    Activation(
        "mish",
        "Mish",
        r"x\,t,\; t = \tanh(\ln(1 + e^x))",
        r"t + x\,(1 - t^2)\,s(x),\; s(x) = \frac{1}{1 + e^{-x}}",
        "Object detection (YOLOv4): close to SiLU.",
        (-0.30884341301725043, inf),
        (True, False),
        mish,
        mish_slope,
        value_and_slope=mish_and_slope,
        source="Misra 2019; Bochkovskiy et al. 2020 (YOLOv4)",
    ),
    Activation(
        "softsign",
        "Softsign",
        r"\frac{x}{1 + |x|}",
        r"\frac{1}{(1 + |x|)^2}",
        "In the place of tanh: its slope falls like 1/x², not exponentially.",
        (-1, 1),
        (False, False),
        softsign,
        softsign_slope,
        softsign_slope_of_value,
        nearest="tanh",
        initializer="glorot_uniform",
        source="Glorot and Bengio 2010",
    ),
    Activation(
        "hardtanh",
        "Hard tanh",
        r"\min(\max(x, -1), 1)",
        r"\begin{cases} 1 & |x| < 1 \\ 0 & \text{else} \end{cases}",
        "Binarised and low-precision networks: tanh from three straight lines.",
        (-1, 1),
        (True, True),
        hardtanh,
        hardtanh_slope,
        hardtanh_slope,
        nearest="tanh",
        initializer="glorot_uniform",
        source="Collobert et al. 2011; Courbariaux et al. 2016 (binarised)",
        kinks=(-1.0, 1.0),
    ),
    Activation(
        "hard_swish",
        "Hard swish",
        r"\frac{x}{6}\,\min(\max(x + 3, 0), 6)",
        r"\begin{cases} 0 & x \le -3 \\ \frac{2x + 3}{6} & x < 3 \\ 1 & \text{else} \end{cases}",
        "Small networks (MobileNetV3): SiLU without an exponential.",
        (-0.375, inf),
        (True, False),
        hard_swish,
        hard_swish_slope,
        source="Howard et al. 2019 (MobileNetV3)",
        kinks=(-3.0, 3.0),
    ),
    Activation(
        "sine",
        "Sine",
        r"\sin x",
        r"\cos x",
        "Networks that represent an image or a shape as a function of its coordinates: fine detail (SIREN).",
        (-1, 1),
        (True, True),
        np.sin,
        np.cos,
        nearest="tanh",
        initializer="glorot_uniform",
        source="Sitzmann et al. 2020 (SIREN)",
    ),
    Activation(
        "gaussian",
        "Gaussian",
        r"e^{-x^2}",
        r"-2x\,e^{-x^2}",
        "Units that answer to one band of inputs; networks of coordinates, as for the sine.",
        (0, 1),
        (False, True),
        gaussian,
        gaussian_slope,
        nearest="tanh",
        initializer="glorot_uniform",
        source="Broomhead and Lowe 1988; Ramasinghe and Lucey 2022",
    ),
)
ACTIVATIONS: dict[str, Activation] = {row.name: row for row in _ROWS}
