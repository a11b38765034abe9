"""TensorFlow Playground's links as text: the links in pasted text, their values, numbers as JavaScript has them.

Links come through mails, documents, markup and other programs, which escape, encode, break and wrap them. So a text has
several readings, and of a link the one counts that says most: `says(fragment, marked)` is the number of settings that
are whole in a fragment, which a # marks or nothing does. Of equals the first counts, which is the plainest.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from math import nan
from urllib.parse import quote, unquote

HOST = "playground.tensorflow.org"
UNSAFE = ' "<>`'  # what a browser encodes in a fragment, other than control and non-ASCII characters
SAFE = "".join(chr(code) for code in range(33, 127) if chr(code) not in UNSAFE)
INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"  # soft hyphens, no width, directions
SPACE = re.compile("%(?:0[9AD]|20|C2%A0)", re.IGNORECASE)
START = re.compile(rf"https?(?:://|%(?:25)*3A(?:/|%(?:25)*2F){{2}}|-3A__)|(?<![\w./-]){re.escape(HOST)}", re.IGNORECASE)
CUTS = r"[<>\"'`()\[\]{}|]|[^\x21-\x7e]"  # what ends an address amid other text
CLOSING = "`*_.,;:!?"
FRUITLESS = 12  # pieces of a broken link that say nothing more, after which no other is tried; a key can have four
MAX_LENGTH = 10_000  # characters of a link that was broken
MAX_TEXT = 50_000  # and of a text that is looked through

Says = Callable[[str, bool], int]


def links_in(text: str, says: Says) -> list[tuple[str, str]]:
    """Address and fragment of each link in pasted text that says something, as it stands there.

    Without any: the first address of TensorFlow Playground, else the text, and no fragment.
    """
    text = _unescaped(text[:MAX_TEXT].strip())
    starts = [match.start() for match in START.finditer(text)]
    pieces = [text[start:end] for start, end in zip([0, *starts], [*starts, None], strict=True)]
    found = [_read(piece.strip(), says, whole=piece == text) for piece in pieces if piece.strip()]
    telling = [(address, fragment) for said, address, fragment in found if said]
    bare = sorted((address for _, address, _ in found if "/" in address), key=lambda address: HOST not in address)
    return telling or [((bare or [text])[0], "")]


def _unescaped(text: str) -> str:
    """Text without what HTML, JSON, LaTeX and Markdown put into it."""
    text = re.sub(INVISIBLE, "", text)
    text = re.sub(r"\\+(?:u00|x)([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), text, flags=re.IGNORECASE)
    text = re.sub(r"\\+(?=[&#_%=/?:.,;~$-])", "", re.sub(r"\\+[nrt]", " ", text))
    for _ in range(5):  # &amp;amp;
        text = re.sub(r"&#?\w{1,8};", lambda entity: html.unescape(entity[0]), text)
    return re.sub("(?:®|%(?:25)*C2%(?:25)*AE)(?=Dataset|ularization)", "&reg", text, flags=re.IGNORECASE)  # &regDataset


def _read(piece: str, says: Says, whole: bool) -> tuple[int, str, str]:
    """How much the best reading of a piece of text says, its address and its fragment.

    The piece begins with an address or a fragment. A link that white space breaks goes on while it says more.
    """
    text, fruitless = "", 0
    best = (0, piece.split()[0].rstrip(CLOSING), "")
    for part in piece.split():
        text, fruitless = text + (part.lstrip(">") if text else part), fruitless + 1
        for address, mark, fragment in _readings(_unescaped(text).replace("\\", ""), whole):  # it writes none
            said = says(fragment, bool(mark))
            if said > best[0]:
                best, fruitless = (said, address, fragment), 0
        if fruitless > FRUITLESS or len(text) > MAX_LENGTH:
            break
    return best


def _readings(text: str, whole: bool) -> Iterator[tuple[str, str, str]]:
    """What comes before a fragment, its mark, and the fragment, in every way in which a text can be meant."""
    short = re.split(CUTS, text, maxsplit=1)[0]
    trimmed = short.rstrip(CLOSING)
    for written in (text, short, trimmed) if whole else (short, trimmed, text):
        for opened in _opened(written):
            address, mark, fragment = opened.partition("#")
            if mark:
                yield address, mark, fragment.partition(":~:")[0]
            if HOST in address.lower():
                yield *address.partition("?")[:2], address.partition("?")[2]
            elif not mark and "://" not in opened and (bare := re.search(r"(?<!\w)\w{1,40}=.*", opened)):
                yield "", "", bare[0]


def _opened(text: str) -> Iterator[str]:
    """A text as it stands, and as other programs have encoded it: the address alone, without what follows it."""
    yield text
    if defended := re.match(r"(.+?)__;([\w-]*)", text):  # Proofpoint: * for each character that stands encoded behind
        with suppress(ValueError):
            for character in base64.b64decode(defended[2] + "==", altchars="-_").decode():
                text = text.replace("*", character, 1)
            yield text.partition("__;")[0]
    if re.match("https?-3A__", text, re.IGNORECASE):  # Proofpoint before that: - for %, _ for /
        text = text.partition("&")[0].replace("_", "/").replace("-", "%")
    for part in (text.partition("&")[0], text):
        for _ in range(4):
            if not re.match("[^=]*%(?:25)*(?:23|26|3D)", part, re.IGNORECASE):
                break
            part = re.sub(
                r"[\s>]+", "", _unescaped(unquote(part)).replace("\\", "")
            )  # it was damaged before it was encoded
            yield part


def fragment_as_shown(fragment: str) -> str:
    """A fragment as a browser shows it, non-ASCII and some other characters percent-encoded."""
    return quote(re.sub("[\ud800-\udfff]", "\ufffd", fragment), safe=SAFE)


def parts_of(fragment: str) -> list[tuple[str, str | None]]:
    """Keys and values in their order; None where a key has no =. Without the white space that it never writes."""
    parts = [(name, *value) for name, *value in (part.split("=") for part in fragment.split("&"))]
    return [
        (SPACE.sub("", name), None if not value else value[0] if name == "seed" else SPACE.sub("", value[0]))
        for name, *value in parts
    ]


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
