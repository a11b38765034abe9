"""Generated data sets: points of the plane, about [-6, 6] x [-6, 6], drawn from a source of uniform numbers.

Circle, XOR, two Gaussians, the spiral, the plane and the six Gaussians are TensorFlow Playground's (`src/dataset.ts`):
the order and the number of draws are part of what they promise, so that with that program's own generator they give
its very points. It labels classes -1 and +1; here these are 0 and 1. Without noise the numbers of the regression data
sets lie in [-1, 1], those of the plane in [-1.2, 1.2].
"""

import math
from collections.abc import Callable, Iterator

Uniform = Callable[[], float]  # the next number in [0, 1)
Point = tuple[float, float, float]  # x1, x2, class or, for regression, number
Generate = Callable[[int, float, Uniform], Iterator[Point]]  # rows, noise as a share (0.5 is 50 %), source


def circle(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """A disc of class 1 in a ring of class 0; noise moves the point that is labelled, not the one that is shown."""
    inside, outside = shares(rows, 2)
    for low, high, count in (0, 2.5, inside), (3.5, 5, outside):
        for _ in range(count):
            r, angle = between(low, high, uniform), between(0, 2 * math.pi, uniform)
            x, y = r * math.sin(angle), r * math.cos(angle)
            shift_x, shift_y = between(-5, 5, uniform) * noise, between(-5, 5, uniform) * noise
            yield x, y, int(math.hypot(x + shift_x, y + shift_y) < 2.5)


def xor(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Class 1 where x1 and x2 have the same sign, with a gap along the axes; noise as for the circle."""
    for _ in range(rows):
        x, y = between(-5, 5, uniform), between(-5, 5, uniform)
        x += 0.3 if x > 0 else -0.3
        y += 0.3 if y > 0 else -0.3
        shift_x, shift_y = between(-5, 5, uniform) * noise, between(-5, 5, uniform) * noise
        yield x, y, int((x + shift_x) * (y + shift_y) >= 0)


def gauss(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Normal clouds around (2, 2) and (-2, -2), of variance 0.5 without noise and 4 at 50 %."""
    deviation = math.sqrt(0.5 + 7 * noise)
    for centre, label, count in zip((2, -2), (1, 0), shares(rows, 2), strict=True):
        for _ in range(count):
            x, y = normal(uniform), normal(uniform)
            yield centre + deviation * x, centre + deviation * y, label


def spiral(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Two arms of 1.75 turns."""
    return _arms(rows, (1, 0), 1.75, noise, uniform)


def spiral3(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Three arms of 1.25 turns."""
    return _arms(rows, (0, 1, 2), 1.25, noise, uniform)


def moons(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Two interleaved half circles of radius 3; noise is normal, of deviation 1 at 50 %."""
    for label, count in enumerate(shares(rows, 2)):
        for _ in range(count):
            t = between(0, math.pi, uniform)
            x, y = (3 * math.cos(t) - 1.5, 3 * math.sin(t) - 0.75)
            x, y = (x, y) if label == 0 else (-x, -y)  # the second moon is the first, turned by half a turn
            yield x + 2 * noise * normal(uniform), y + 2 * noise * normal(uniform), label


def blobs3(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Three normal clouds on a circle."""
    return _blobs(rows, 3, noise, uniform)


def blobs5(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Five normal clouds on a circle."""
    return _blobs(rows, 5, noise, uniform)


def checkerboard(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Four by four squares of side 3; noise as for the circle, by up to half a square at 50 %."""
    for _ in range(rows):
        x, y = between(-6, 6, uniform), between(-6, 6, uniform)
        shift_x, shift_y = between(-3, 3, uniform) * noise, between(-3, 3, uniform) * noise
        yield x, y, (math.floor((x + shift_x) / 3) + math.floor((y + shift_y) / 3)) % 2


def plane(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """(x1 + x2) / 10; noise moves the point that is labelled, not the one that is shown."""
    return _surface(lambda x, y: scaled(x + y, 10), rows, noise, uniform)


def gaussians(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Six cones of radius 2, up and down in turn; where two meet the one that is larger in size counts."""
    cones = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]

    def height(x: float, y: float) -> float:
        heights = [sign * min(1, max(0, 1 - math.hypot(x - cx, y - cy) / 2)) for cx, cy, sign in cones]
        return max(heights, key=abs)

    return _surface(height, rows, noise, uniform)


def saddle(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """x1 x2 / 36; noise as for the plane."""
    return _surface(lambda x, y: scaled(x * y, 36), rows, noise, uniform)


def ripple(rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """cos r, a wave around the centre; noise as for the plane."""
    return _surface(lambda x, y: math.cos(math.hypot(x, y)), rows, noise, uniform)


def _surface(height: Callable[[float, float], float], rows: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    for _ in range(rows):
        x, y = between(-6, 6, uniform), between(-6, 6, uniform)
        shift_x, shift_y = between(-6, 6, uniform) * noise, between(-6, 6, uniform) * noise
        yield x, y, height(x + shift_x, y + shift_y)


def scaled(value: float, largest: float) -> float:
    """A value in [-largest, largest] brought to [-1, 1]; TensorFlow Playground's scales do not clamp either."""
    return (value + largest) / (2 * largest) * 2 - 1


def _arms(rows: int, labels: tuple[int, ...], turns: float, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Spiral arms out to radius 5, turned against each other by equal angles; noise moves the points by up to 1."""
    for arm, (label, count) in enumerate(zip(labels, shares(rows, len(labels)), strict=True)):
        for i in range(count):
            r = 5 * i / count
            t = turns * 2 * math.pi * i / count + 2 * math.pi * arm / len(labels)
            x = r * math.sin(t) + between(-1, 1, uniform) * noise
            y = r * math.cos(t) + between(-1, 1, uniform) * noise
            yield x, y, label


def _blobs(rows: int, classes: int, noise: float, uniform: Uniform) -> Iterator[Point]:
    """Normal clouds at the corners of a regular polygon of radius 4: deviation 0.4 without noise, 1.4 at 50 %."""
    deviation = 0.4 + 2 * noise
    for label, count in enumerate(shares(rows, classes)):
        angle = 2 * math.pi * label / classes
        for _ in range(count):
            x, y = normal(uniform), normal(uniform)
            yield 4 * math.sin(angle) + deviation * x, 4 * math.cos(angle) + deviation * y, label


def shares(rows: int, parts: int) -> list[int]:
    """Rows divided into parts that differ by one at most."""
    return [(rows + parts - 1 - part) // parts for part in range(parts)]


def between(low: float, high: float, uniform: Uniform) -> float:
    """A number in [low, high)."""
    return uniform() * (high - low) + low


def normal(uniform: Uniform) -> float:
    """A standard normal number by Marsaglia's polar method (doi 10.1137/1006063), one value a call."""
    while True:
        v1, v2 = 2 * uniform() - 1, 2 * uniform() - 1
        s = v1 * v1 + v2 * v2
        if 0 < s <= 1:
            return math.sqrt(-2 * math.log(s) / s) * v1
