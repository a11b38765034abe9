"""Links of TensorFlow Playground as people published them: its numbers, and what mails and documents make of a link."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.experiment import changed
from core.playground_link import parse_link, rejoined
from core.rounding import exact_until
from core.training import train

WILD = json.loads((Path(__file__).parents[1] / "fixtures" / "tensorflow_playground_wild.json").read_text())
MIRROR = "https://playground.tensorflow.org/#"
# Those whose numbers can be asked for: it reads a damaged link otherwise than it was meant, and a fork's activation.
LINKS = [
    link
    for link in WILD["links"]
    if link["engines_agree_until"] and "meant" not in link and "activation=sine" not in link["text"]
]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link["id"])
def test_a_published_link_has_the_originals_numbers(link: dict) -> None:
    run = train(changed(parse_link(link["text"])[0], epochs=100))
    for (W, b), layer in zip(run.layers[0], link["initial"], strict=True):
        np.testing.assert_allclose(W.T.ravel(), np.ravel(layer["weights"]), rtol=0, atol=1e-15)
        np.testing.assert_allclose(b, layer["biases"], rtol=0, atol=1e-15)
    promised = exact_until(run)
    losses = dict(zip(run.epochs.tolist(), zip(run.train_loss, run.test_loss, strict=True), strict=True))
    for epoch, *wanted in link["loss"]:
        if promised is None or epoch <= promised:
            np.testing.assert_allclose(losses[epoch], wanted, rtol=0, atol=1e-10)
    if link["engines_agree_until"] < 100:
        assert promised is not None and promised <= link["engines_agree_until"]


@pytest.mark.parametrize("link", [link for link in WILD["links"] if "meant" in link], ids=lambda link: link["id"])
def test_a_damaged_link_opens_as_it_was_meant(link: dict) -> None:
    assert parse_link(link["text"]) == parse_link(link["meant"])


@pytest.mark.parametrize("wrapped", WILD["wrapped"], ids=lambda wrapped: wrapped["name"])
def test_a_wrapped_link_opens_as_the_bare_one(wrapped: dict) -> None:
    assert parse_link(wrapped["text"]) == parse_link(WILD["wrapped_link"])


def broken(link: str, width: int, end: str) -> str:
    return end.join(link[start : start + width] for start in range(0, len(link), width))


def escaped(link: str, characters: str) -> str:
    return re.sub(f"([{characters}])", r"\\\1", link)


BARE = [WILD["wrapped_link"], *(link["text"] for link in LINKS[:30:5] if link["shape"] == "plain")]
KINDS: dict[str, Callable[[str], str]] = {
    "LaTeX": lambda link: escaped(link, "&#_%"),
    "LaTeX command": lambda link: rf"\href{{{escaped(link, '&#_%')}}}{{TensorFlow Playground}}",
    "backslash twice": lambda link: re.sub("([&#])", r"\\\\\1", link),
    "HTML": html.escape,
    "HTML twice": lambda link: html.escape(html.escape(link)),
    "HTML three times": lambda link: html.escape(html.escape(html.escape(link))),
    "HTML decimal": lambda link: link.replace("&", "&#38;").replace("=", "&#61;"),
    "HTML hexadecimal": lambda link: link.replace("&", "&#X26;"),
    "HTML attribute": lambda link: f'<a class="x" href="{html.escape(link)}" title="A=b">here</a>, and more',
    "JSON": lambda link: json.dumps({"url": link}).replace("&", "\\u0026").replace("=", "\\u003D"),
    "JavaScript": lambda link: f"open('{link.replace('&', chr(92) + 'x26')}')",
    "registered": lambda link: link.replace("&reg", "®"),
    "registered, encoded": lambda link: link.replace("&reg", "%C2%AE"),
    "registered, lower case": lambda link: link.replace("&reg", "%c2%ae"),
    "commas": lambda link: link.replace(",", "%2c"),
    "commas twice": lambda link: link.replace(",", "%252C"),
    "question mark": lambda link: link.replace("#", "?"),
    "encoded mark": lambda link: link.replace("#", "%23"),
    "all encoded": lambda link: quote(link, safe=""),
    "all encoded, lower case": lambda link: re.sub("%..", lambda m: m[0].lower(), quote(link, safe="")),
    "target": lambda link: "https://link.example/?target=" + quote(link, safe="/"),
    "target twice": lambda link: "https://link.example/?target=" + quote(quote(link, safe=""), safe=""),
    "url?q= encoded": lambda link: f"https://www.google.com/url?q={quote(link, safe='')}&sa=D&usg=A",
    "url?q= but for the scheme": lambda link: (
        "https://www.google.com/url?q=" + link.replace("#", "%23").replace("=", "%3D").replace("&", "%26") + "&sa=D"
    ),
    "of this dashboard": lambda link: "https://lab.example/compare?embed=true&tfp=" + quote(link, safe=""),
    "Proofpoint": lambda link: f"https://urldefense.com/v3/__{link.replace('#', '*')}__;Iw!!abc!def$",
    "Proofpoint 2": lambda link: (
        "https://urldefense.proofpoint.com/v2/url?u="
        + quote(link, safe="").replace("-", "%2D").replace("_", "%5F").replace("%2F", "_").replace("%", "-")
        + "&d=DwMFaQ&c=x"
    ),
    "Markdown": lambda link: f"[see]({link}) and wait",
    "its own text": lambda link: f"[{link}]({link})",
    "elided text": lambda link: f"[{link[:90]}…]({link})",
    "sentence": lambda link: f"Look at {link}, and tell.",
    "brackets": lambda link: f"(see {link})",
    "quotes": lambda link: f"“{link}”",
    "Chinese": lambda link: f"网址：{link}。然后",
    "quoted mail": lambda link: "> " + broken(link, 70, "\n> "),
    "quoted twice": lambda link: ">> " + broken(link, 70, "\n>> "),
    "one line of a quoted mail": lambda link: "> " + broken(link, 70, " > "),
    "no-break spaces": lambda link: link.replace("&", "\u00a0&"),
    "soft hyphens": lambda link: broken(link, 11, "\u00ad"),
    "spaces after =": lambda link: link.replace("=", "= "),
    "encoded spaces": lambda link: link.replace("=", "=%20").replace("seed=%20", "seed="),
    "upper case": lambda link: link.replace("https://playground", "HTTPS://PLAYGROUND").replace("http:", "HTTP:"),
    "HTML in LaTeX": lambda link: escaped(html.escape(link), "&#_%"),
    "encoded in HTML": lambda link: f'<a href="https://l.example/?u={html.escape(quote(link, safe=""))}&amp;h=1">x</a>',
    "HTML, broken": lambda link: broken(html.escape(link), 300, "\n"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("link", BARE, ids=range(len(BARE)))
def test_every_kind_of_damage_is_undone(kind: str, link: str) -> None:
    assert parse_link(KINDS[kind](link)) == parse_link(link)


@pytest.mark.parametrize("outer", ["all encoded", "target twice", "HTML", "LaTeX", "JSON", "sentence", "quoted mail"])
@pytest.mark.parametrize("inner", [kind for kind in KINDS if "Proofpoint" not in kind])
def test_damage_of_two_kinds_is_undone(inner: str, outer: str) -> None:
    if (inner, outer) == ("JSON", "JSON"):  # a quotation mark within quotation marks is not the link's
        return
    assert parse_link(KINDS[outer](KINDS[inner](BARE[0])))[0] == parse_link(BARE[0])[0]


@given(
    st.sampled_from(BARE),
    st.integers(8, 120),
    st.sampled_from(["\n", " ", "\r\n", "\n   ", "\t", "\u2028", "\n\n"]),
    st.sampled_from(["", " is a link", "\nNext line: x = 3.", "\nhttps://example.org"]),
)
def test_a_link_that_is_broken_anywhere_is_joined(link: str, width: int, end: str, after: str) -> None:
    assert parse_link(broken(link, width, end) + after) == parse_link(link)


def test_two_links_are_not_mixed_and_said() -> None:
    first, second = BARE[:2]
    for between in (" ", "\n", "", " and ", ", "):
        experiment, view, problems = parse_link(first + between + second)
        assert (experiment, view) == parse_link(first)[:2]
        assert problems == ["The text holds 2 different links; the first is opened."]
    assert parse_link(f"{first} {first}") == parse_link(first)


@pytest.mark.parametrize("end", range(len(MIRROR) + 27, WILD["wrapped_link"].index("problem=") + 8, 5))
def test_a_link_that_is_cut_off_is_called_so(end: int) -> None:
    _, _, problems = parse_link(WILD["wrapped_link"][:end])
    assert "is cut off after" in problems[0] and "has no seed" not in problems[0]


def test_a_repeated_key_is_said() -> None:
    experiment, _, problems = parse_link("#seed=1&noise=5&noise=10")
    assert experiment.noise == 10
    assert problems == ["The link has noise twice; the last value, '10', is used."]


@pytest.mark.parametrize("link", BARE, ids=range(len(BARE)))
def test_settings_that_stand_beside_a_link_are_joined_to_it(link: str) -> None:
    """Of `?tfp=` + encodeURI(link), with its # encoded, a browser makes a query of all the link's settings."""
    first, *rest = link.split("&")
    query = {"tfp": [first], **{name: [value] for name, value in (part.split("=") for part in rest)}, "epochs": ["7"]}
    joined, beside = rejoined(query)
    assert parse_link(joined) == parse_link(link) and beside == {"epochs": ["7"]}


def test_no_inputs_are_the_bias_alone() -> None:
    run = train(changed(parse_link(f"{MIRROR}seed=0.5&networkShape=&x=false&y=false&activation=tanh")[0], epochs=3))
    assert run.layers[0][0][0].shape == (0, 1) and run.train_loss[-1] < run.train_loss[0]
