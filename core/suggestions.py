"""What may have been meant by a name in a link that is not known: `xor` by `xro`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, islice
from typing import Any

from core.fields import Rule
from core.link import FOREIGN_KEYS, UNKNOWN_SHOWN

LONGEST = 200  # characters of a text that is compared
MOST = 5


@dataclass(frozen=True)
class Suggestion:
    """What the link says (`dataset=xro`), what may have been meant (`xor`), and the whole query with it."""

    said: str
    meant: str
    query: dict[str, str]


def suggestions(mapping: Mapping[str, Any], known: Mapping[str, Rule]) -> list[Suggestion]:
    """At most `MOST` suggestions for the wrong names in a query, in its order. Never raises.

    Each mends one field: its name, if the query does not have that already, or the names of rows in its value.

    Parameters
    ----------
    mapping : query, keys to text or to lists of texts of which the last counts
    known : the rule of every field that the screen reads
    """
    texts = {key: value[-1] if isinstance(value, list | tuple) and value else value for key, value in mapping.items()}
    texts = {key: text for key, text in texts.items() if isinstance(text, str)}
    return list(islice(chain(_of_fields(texts, known), _of_values(texts, known)), MOST))


def _of_fields(texts: Mapping[str, str], known: Mapping[str, Rule]) -> Iterator[Suggestion]:
    free = [key for key in known if key not in texts]
    unknown = [key for key in texts if key not in {"v", *FOREIGN_KEYS, *known}]
    for wrong in unknown[:UNKNOWN_SHOWN]:
        if meant := nearest(wrong, free):
            yield Suggestion(wrong, meant, {meant if key == wrong else key: text for key, text in texts.items()})


def _of_values(texts: Mapping[str, str], known: Mapping[str, Rule]) -> Iterator[Suggestion]:
    for key, text in texts.items():
        options = getattr(known.get(key), "options", None)
        if options is None or len(text) > LONGEST:
            continue
        names = text.split(",")
        wrong = [name for name in dict.fromkeys(names) if name and name not in options][:UNKNOWN_SHOWN]
        if mended := {name: meant for name in wrong if (meant := nearest(name, options))}:
            meant = ",".join(mended.get(name, name) for name in names)
            yield Suggestion(f"{key}={text}", meant, {**texts, key: meant})


def nearest(text: str, options: Iterable[str]) -> str:
    """The name that a text is most like; empty if it is like none. Case does not count.

    A row of a registry is known by its name, its label, the words of its label, and what scikit-learn and TensorFlow
    Playground call it.
    """
    names: dict[str, str] = {}
    for name in options:
        row = options[name] if isinstance(options, Mapping) else None
        called = [str(getattr(row, kind, "")).casefold() for kind in ("label", "sklearn", "playground")]
        for alias in filter(None, (*called, *re.findall(r"\w{4,}", called[0]))):
            names.setdefault(alias, name)
    names |= {name.casefold(): name for name in options}
    found = get_close_matches(text.casefold()[:LONGEST], names, 1)
    return names[found[0]] if found else ""
