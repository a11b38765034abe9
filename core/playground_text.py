"""TensorFlow Playground's links as text: the fragment in pasted text, its values, numbers as JavaScript has them."""

import re
from decimal import Decimal
from math import nan
from urllib.parse import quote, unquote

HOST = "playground.tensorflow.org"
UNSAFE = ' "<>`'  # what a browser encodes in a fragment, other than control and non-ASCII characters
SAFE = "".join(chr(code) for code in range(33, 127) if chr(code) not in UNSAFE)


def pasted_address(text: str) -> str:
    """The address, or the bare fragment, in pasted text: one of TensorFlow Playground's before others."""
    text = re.sub("®(?=Dataset=|ularization)", "&reg", text.strip().replace("&amp;", "&"))  # HTML's &regDataset
    text = re.sub(r"[\t\r\n]+(?=&)|(?<=[&=])[\t\r\n]+", "", text)  # an address that was broken into lines
    fragment = re.match(r"#?\w+=(?!https?%3A)|#$", text, re.IGNORECASE)
    if fragment or re.fullmatch(r"https?://\S*+(?> \S*&\w+=\S*+)*+", text, re.IGNORECASE):
        return _unwrapped(re.sub(r"[\t\r\n]", "", text))
    sources = re.findall(r"<iframe\b[^<>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", text, re.IGNORECASE)
    targets = re.findall(r"\]\(\s*<?([^\s<>\[\]]*)\)", text)
    words = [word.rstrip("`*_.,;:!?") for word in re.findall(r"https?://[^\s<>\"'()\[\]]+", text, re.IGNORECASE)]
    found = [_unwrapped(address) for address in (*sources, *targets, *words)] or [_unwrapped(text)]
    return max(found, key=lambda address: (HOST in address, "#" in address or "%23" in address))  # of equals the first


def _unwrapped(address: str) -> str:
    """The address that a parameter of another one holds, as links in mails and search results do."""
    inner = re.search(rf"(?:^|[?&])\w+=(https?%3A%2F%2F{re.escape(HOST)}[^&#]*)", address, re.IGNORECASE)
    return unquote(inner[1]) if inner else address


def fragment_of(address: str) -> str:
    """What follows the # as a browser shows it, non-ASCII and some other characters percent-encoded; empty if nothing.

    An encoded # is one too, at the end of an address or of `tfp=`.
    """
    _, mark, fragment = address.partition("#")
    encoded = re.match(r"(?:.*[?&]tfp=)?[^=]*?%23(.*)", address)
    if not mark and encoded:
        fragment = encoded[1]
    elif not mark:
        fragment = "" if "://" in address or "=" not in address else address
    if re.match("[^=]*%3D", fragment, re.IGNORECASE):
        fragment = unquote(fragment)
    return quote(re.sub("[\ud800-\udfff]", "\ufffd", fragment), safe=SAFE)


def values_of(fragment: str) -> dict[str, str | None]:
    """Keys and values, the last of repeated keys; None where a key has no =."""
    values: dict[str, str | None] = {}
    for part in fragment.split("&"):
        name, *value = part.split("=")
        values[name] = value[0] if value else None
    return values


def read_number(text: str) -> float:
    """A number as JavaScript reads it from text, but for its hexadecimal and like forms; NaN for other text."""
    text = text.strip()
    if re.fullmatch(r"[+-]?Infinity", text):
        return float(text)
    decimal = re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text)
    return float(text) if decimal else nan


def write_number(value: float) -> str:
    """A number as JavaScript writes it: 0.00001, 1e-7."""
    value = float(value) + 0.0
    if value and abs(value) < 1e-6:
        return re.sub("e-0*", "e-", repr(value))
    return f"{Decimal(repr(value)):f}".removesuffix(".0")
