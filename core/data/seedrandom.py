"""David Bau's seedrandom 2.4, the generator of TensorFlow Playground: a text gives an endless row of numbers.

ARC4 with a key of at most 256 bytes made from the text; six or seven of its bytes make one number of 52 bits or more.
"""

import numpy as np


class SeedRandom:
    """A source of numbers in [0, 1), each call the next.

    Parameters
    ----------
    seed : any text
    """

    def __init__(self, seed: str):
        self._bytes = _schedule(_key(seed))
        self._i = self._j = 0
        for _ in range(256):
            self._byte()

    def copy(self) -> "SeedRandom":
        """A second source that gives from here on what this one will give."""
        other = object.__new__(SeedRandom)
        other._bytes, other._i, other._j = self._bytes.copy(), self._i, self._j
        return other

    def __call__(self) -> float:
        byte = self._byte
        n = float(((((byte() << 8 | byte()) << 8 | byte()) << 8 | byte()) << 8 | byte()) << 8 | byte())
        d, x = 2.0**48, 0
        while n < 2.0**52:
            n, d, x = (n + x) * 256, d * 256, byte()
        while n >= 2.0**53:
            n, d, x = n / 2, d / 2, x >> 1
        return (n + x) / d

    def _byte(self) -> int:
        s = self._bytes
        self._i = i = (self._i + 1) & 255
        a = s[i]
        self._j = j = (self._j + a) & 255
        s[i] = b = s[j]
        s[j] = a
        return s[(a + b) & 255]


def _key(seed: str) -> list[int]:
    """The bytes that the text's UTF-16 code units are mixed into."""
    key: list[int] = []
    smear = 0
    units = np.frombuffer(seed.encode("utf-16-le", "surrogatepass"), "<u2").tolist()
    for j, unit in enumerate(units):
        place = j & 255
        if place == len(key):
            key.append(0)
        smear ^= 19 * key[place]
        key[place] = (smear + unit) & 255
    return key or [0]


def _schedule(key: list[int]) -> list[int]:
    """ARC4's permutation of 0 .. 255 for a key, which is repeated as often as needed."""
    s, j = list(range(256)), 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    return s
