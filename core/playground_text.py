"""TensorFlow Playground's links as text: the fragment in pasted text, its values, numbers as JavaScript has them."""

import re
from decimal import Decimal
from math import nan
from urllib.parse import quote, unquote

UNSAFE = ' "<>`'  # what a browser encodes in a fragment, other than control and non-ASCII characters
SAFE = "".join(chr(code) for code in range(33, 127) if chr(code) not in UNSAFE)


def pasted_address(text: str) -> str:
    """The address, or the bare fragment, in pasted text."""
    text = re.sub(r"[\t\r\n]", "", text.strip())  # browsers drop these characters from addresses
    text = re.sub("®(?=Dataset=|ularization)", "&reg", text.replace("&amp;", "&"))  # what HTML makes of &regDataset
    if re.match(r"https?://|#?\w+=|#$", text, re.IGNORECASE):
        return text
    iframe = re.search(r"<iframe\b[^<>]*?\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", text, re.IGNORECASE)
    markdown = re.search(r"\]\(\s*<?([^\s<>\[\]]*)\)", text)
    for match in iframe, markdown:
        if match:
            return next(group for group in match.groups() if group is not None)
    addresses = re.findall(r"https?://[^\s<>\"'()\[\]]+", text)
    return next((address for address in addresses if "#" in address or "%23" in address), text)


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
