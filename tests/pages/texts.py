"""Every text of a screen, with the place where it stands and how it is read: as Markdown, as LaTeX or as it is.

Texts are found in the messages to the browser, whatever element they belong to: what is no text is named here.
"""

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, MutableSequence
from functools import cache
from typing import Any, Literal, NamedTuple

import pandas as pd
from google.protobuf.message import Message
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import header_of

Kind = Literal["markdown", "latex", "plain"]

# Fields of messages that nobody reads, and code, in which everything may stand.
UNREAD = {
    *("id", "key", "form_id", "page", "page_script_hash", "query_string", "url", "icon", "type", "tag", "format"),
    *("config", "theme", "language", "code_text", "default", "component_name", "html_content", "css_content"),
    *("js_content", "css_source_path", "js_source_path", "url_fragment", "external_url", "element_id"),
}
PLAIN = {"options", "placeholder", "alt"}  # Streamlit shows them as they are
PLAIN_ELEMENTS = {"text", "html", "dataframe"}
CHART_TEXTS = {"text", "name", "hovertext", "hovertemplate", "ticktext", "customdata", "label", "help"}
STAGE_TEXTS = {"title", "subtitle", "note", "settings", "label", "text", "labels"}


class Text(NamedTuple):
    """place: element and field, `slider.help`."""

    place: str
    kind: Kind
    text: str


def texts(at: AppTest) -> Iterator[Text]:
    """All of a screen, what is folded away and what a pointer brings up among them."""
    return _of_block(at._tree)


def markdown(at: AppTest) -> Iterator[Text]:
    """Those in which Markdown is read."""
    return (text for text in texts(at) if text.kind == "markdown")


def _of_block(block: Any) -> Iterator[Text]:
    for child in block.children.values():
        if getattr(child, "proto", None) is not None:
            yield from _of_message(child.proto, child.type)
        if hasattr(child, "children"):
            yield from _of_block(child)


def _of_message(message: Message, element: str) -> Iterator[Text]:
    for field, value in message.ListFields():
        for each in value if isinstance(value, MutableSequence) else [value]:
            if field.name == "arrow_data":
                table = convert_arrow_bytes_to_pandas_df(each.data)
                yield from _of_table(element, table, getattr(message, "placeholder", "") or "None")
            elif field.name not in UNREAD:
                yield from _of_field(element, field.name, each)


def _of_field(element: str, name: str, value: Any) -> Iterator[Text]:
    place = f"{element}.{name}"
    match value:
        case Message():
            yield from _of_message(value, element)
        case bytes() if element == "bidi_component":
            yield from _of_json(place, header_of(value), STAGE_TEXTS)
        case str() if name in ("spec", "columns", "json"):
            yield from _of_json(place, json.loads(value), CHART_TEXTS)
        case str() if element == "html":
            yield Text(
                place, "plain", html.unescape(re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", value, flags=re.S))
            )
        case str() if element == "latex" and name == "body":
            yield Text(place, "latex", value)
        case str():
            plain = name in PLAIN or (element in PLAIN_ELEMENTS and name != "help")
            yield Text(place, "plain" if plain else "markdown", value)


def _of_table(element: str, table: pd.DataFrame, missing: str) -> Iterator[Text]:
    """Names and cells that are text, and what stands in empty ones. A table has Markdown in it, a data frame not."""
    kind: Kind = "markdown" if element == "table" else "plain"
    for text in (*table.columns, *table.index, *table.to_numpy().ravel()):
        if isinstance(text, str) or text is None or text != text:
            yield Text(f"{element}.cells", kind, text if isinstance(text, str) else missing)


def _of_json(place: str, value: Any, names: Iterable[str], name: str = "") -> Iterator[Text]:
    """Texts under these names, at whatever depth."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _of_json(place, each, names, key)
    elif isinstance(value, list):
        for each in value:
            yield from _of_json(place, each, names, name)
    elif isinstance(value, str) and name in names:
        yield Text(f"{place}.{name}", "plain", re.sub(r"<[^>]*>|%\{[^}]*\}", " ", value))


# ---- what is wrong in a text ----------------------------------------------------------------------------------------

WRONG = {
    "not a number": r"\b(?i:nan)\b",
    "infinite": r"(?<!\\)\b[Ii]nf\b|(?i:\binfinity\b)",
    "a zero in powers of ten": r"(?<![\d.])0(\.0*)?[eE][+-]?0+\b",
    "None": r"\bNone\b(?! (is|are|of) )",
    "Python's way to write it": r"\bnp\.\w+\(|\b(array|dtype|Decimal)\(|\bobject at 0x|<class |Traceback|NaT\b|<NA>",
}
# An escape, or code: a span or a block. What is escaped begins no code.
QUOTED = re.compile(r"(?s)\\(?P<escaped>[!-/:-@\[-`{-~])|(?<!`)(?P<fence>`+)(?!`)(?P<code>.*?)(?<!`)(?P=fence)(?!`)")
MATH = r"(?s)(?<!\\)(\$\$?)(?!\$).*?(?<!\\)\1"


@cache  # most of a screen is what stood on the last one
def faults(text: Text) -> list[str]:
    """What no text of a screen may have, one kind a word or two."""
    found = [kind for kind, pattern in WRONG.items() if re.search(pattern, text.text)]
    if text.kind == "latex":
        return found
    left = text.text
    if text.kind == "markdown":
        left = QUOTED.sub(" ", re.sub(MATH, " ", QUOTED.sub(lambda each: " " if each["code"] else each[0], left)))
    unread = {"LaTeX": r"\\[A-Za-z]+|\$", "a brace": r"[{}]"}
    return found + [kind for kind, pattern in unread.items() if re.search(pattern, left)]


# ---- what a text of Markdown does -----------------------------------------------------------------------------------

MARKED = {
    "link": r"\]\(|\]\[|\]:",
    "image": r"!\[",
    "HTML": r"<[A-Za-z/!?]",
    "directive": r":[\w-]+\[",
    "math": r"\$",
    "code": r"`",
    "emphasis": r"\*+|~~+|__+|\b_|_\b",
}  # what an escape takes its meaning
FOUND = {
    "address": r"(?i)\b(https?|ftp|mailto|xmpp):\S|\bwww\.\w",
    "mail": r"[\w.+-]+@[\w-]+\.\w",
    "icon": r":[\w+-]+:",
}  # what Streamlit's Markdown finds in a text however it is escaped


def live(markdown: str) -> Counter[str]:
    """What is more than text in Markdown, outside code: links, addresses that become links, directives and so on."""
    bare = QUOTED.sub("\0", markdown)
    unescaped = QUOTED.sub(lambda each: each["escaped"] or "\0", markdown)
    found = Counter({kind: len(re.findall(pattern, bare)) for kind, pattern in MARKED.items()})
    found |= Counter({kind: len(re.findall(pattern, unescaped)) for kind, pattern in FOUND.items()})
    found["icon"] += len(re.findall(":material/", markdown))  # Streamlit writes it anew, in code as well
    return +found


def shown(markdown: str) -> str:
    """What is read of Markdown: code as it stands, escapes taken out."""

    def read(each: re.Match[str]) -> str:
        code = each["code"]
        if code is None:
            return each["escaped"]
        return code[1:-1] if code.strip() and code[0] == code[-1] == " " else code

    return QUOTED.sub(read, markdown)
