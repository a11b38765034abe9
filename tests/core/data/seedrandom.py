"""David Bau's seedrandom 2.4, the generator of TensorFlow Playground, written from its description."""

from collections.abc import Iterator

from core.data import Uniform


def seedrandom(seed: str) -> Uniform:
    """The next number in [0, 1) for this seed text."""
    stream = arc4(key(seed))

    def uniform() -> float:
        n, d, x = int.from_bytes(bytes(next(stream) for _ in range(6))), 2**48, 0
        while n < 2**52:
            n, d, x = (n + x) * 256, d * 256, next(stream)
        while n >= 2**53:
            n, d, x = n / 2, d / 2, x >> 1
        return (n + x) / d

    return uniform


def key(seed: str) -> list[int]:
    slots: dict[int, int] = {}
    smear = 0
    units = seed.encode("utf-16-le")
    for j, code in enumerate(int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)):
        smear ^= 19 * slots.get(j % 256, 0)
        slots[j % 256] = (smear + code) % 256
    return list(slots.values()) or [0]


def arc4(key: list[int]) -> Iterator[int]:
    s, j = list(range(256)), 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    i = j = count = 0
    while True:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        count += 1
        if count > 256:
            yield s[(s[i] + s[j]) % 256]
