"""What a link or a field says is quoted letter by letter, wherever it is: never a link, a directive or HTML."""

import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from core import link
from core.fields import SHOWN, rules, shortened
from core.link import FIELDS, QUESTION
from core.playground_link import KNOWN
from pages.parts.frame.page import literal
from tests.pages.conftest import QUICK, open_address, open_compare, open_home, open_share, press, put, sentences
from tests.pages.labs.screens import open_lab
from tests.pages.test_texts import SETTINGS
from tests.pages.texts import live, markdown, shown, texts

HOSTILE = {
    "address": "see https://evil.example/x now",
    "www": "www.evil.example",
    "link": "[click](https://evil.example)",
    "image": "![click](https://evil.example/x.png)",
    "HTML": "<img src=x onerror=alert(1)>",
    "icon": ":material/home:",
    "icon in an address": "www.evil.example/:material/home:material/",
    "emoji": ":smile:",
    "directive": ":red[x] :blue-background[y]",
    "math": "$x^2$",
    "code": "`code` and ``` more",
    "mail": "user@evil.example",
    "escapes": "\\*x\\* **bold** _it_ ~~gone~~ | #",
    "long": "https://evil.example/" + "x" * 2500,
    "lines": "# one\n- two\n\n    three https://evil.example",
    "right to left": "\u202eelpmaxe.live//:sptth \u2066www.evil.example",
    "blanks": "  two  blanks ",
}
SOME = [HOSTILE[name] for name in ("address", "HTML", "icon", "code", "lines")]  # for what takes long
HARMLESS = "quiet"
SEEDS = {"playground_seed", "b.playground_seed"}  # which may be any text


def more_than_text(at: AppTest) -> Counter[str]:
    """What the texts of a screen do, all together."""
    return sum((live(text.text) for text in markdown(at)), Counter())


def is_inert(at: AppTest, harmless: Counter[str]) -> None:
    """Nothing on a screen does more than on one that quotes a harmless text, and no HTML has the text in it."""
    assert more_than_text(at) - harmless == Counter()
    for body in (element.proto.body for element in at.get("html")):
        assert "evil" not in body and "<img" not in body
    for text in texts(at):
        assert "\u202e" not in text.text and "\u2066" not in text.text, text


def quoted(text: str) -> str:
    """The beginning of what a message quotes of it."""
    return shortened(text)[: SHOWN // 2]


# ---- links -----------------------------------------------------------------------------------------------------------

SCREENS = {  # the keys that a screen reads of its link
    "compare": [key for key in FIELDS if key not in SEEDS],
    **{screen: [*rules(kind)] for screen, kind in SETTINGS.items()},
    "help": [],
}


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_of_a_link(screen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "MAX_PROBLEMS", 1000)  # a sentence for each
    keys = [*SCREENS[screen], "hide", QUESTION, "v", "colour", "b.colour"]
    at = open_lab(screen, dict.fromkeys(keys, HARMLESS))
    harmless = more_than_text(at)
    for text in HOSTILE.values():
        is_inert(open_address(at, dict.fromkeys(keys, text)), harmless)
        assert sentences(at).count(quoted(text)) >= len(SCREENS[screen]) + 1


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("more", [{"b.seed": "3"}, {"b.engine": "numpy"}], ids=str)
def test_a_seed_that_may_be_any_text(more: Mapping[str, str]) -> None:
    asked = {**QUICK, "playground_seed": "a", **more}
    at = open_compare({**asked, "b.playground_seed": HARMLESS})
    harmless = more_than_text(open_share(at))
    for text in HOSTILE.values():
        if text.isascii() and text.isprintable() and len(text) <= 200:
            is_inert(open_share(open_address(at, {**asked, "b.playground_seed": text})), harmless)
            said = [shown(each.text) for each in markdown(at) if "(A: " in each.text or "→" in each.text]
            assert said and all(text in each for each in said)


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("screen", ["compare", "gradient_flow"])
def test_keys_that_there_are_not(screen: str) -> None:
    at = open_lab(screen, {HARMLESS: HARMLESS})
    harmless = more_than_text(at)
    for text in HOSTILE.values():
        is_inert(open_address(at, {text: text}), harmless)
        assert quoted(text) in sentences(at)


NEARLY = {
    "www": "www.{}",
    "mail": "{}@evil.ex",
    "icon": ":{}:",
    "directive": ":red[{}]",
    "link": "[{}](x)",
    "HTML": "<b>{}",
    "math": "${}$",
    "code": "`{}`",
    "line": "{}\n# x",
    "right to left": "\u202e{}",
}


@pytest.mark.usefixtures("waiting")
def test_what_may_have_been_meant_by_it() -> None:
    at = open_compare({**QUICK, "learning_rat": "1", "dataset": "checkerboards", "initializer": "glorot_normals"})
    harmless = more_than_text(at)
    for nearly in NEARLY.values():
        wrong = {
            key: nearly.format(text) for key, text in (("dataset", "checkerboard"), ("initializer", "glorot_normal"))
        }
        is_inert(open_address(at, {**QUICK, nearly.format("learning_rate"): "1", **wrong}), harmless)
        asked = [shown(each.text) for each in markdown(at) if "did you mean" in each.text]
        assert len(asked) == 3 and not re.search("[\n\u202e]", "".join(asked))


# ---- what is pasted and typed ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("waiting")
def test_a_pasted_link_of_tensorflow_playground() -> None:
    def pasted(text: str) -> AppTest:
        value = quote(text, safe="")
        at = open_home()
        settings = "&".join(f"{key}={value}" for key in sorted(KNOWN))
        at.text_input[0].set_value(f"https://playground.tensorflow.org/#{settings}&{value}=1")
        return open_share(press(at, "Open"))

    harmless = more_than_text(pasted(HARMLESS))
    for text in SOME:
        is_inert(pasted(text), harmless)


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("around", ["{}", "https://playground.tensorflow.org/#{}", "x?{}={}"])
def test_what_is_pasted_and_hardly_a_link(around: str) -> None:
    at = open_home()
    harmless = {at.title[0].value: more_than_text(at)}
    plain = "x?quiet=1" if around == "{}" else around.replace("{}", HARMLESS)
    for text in (plain, *(around.replace("{}", text) for text in SOME)):
        at.switch_page("app.py")
        open_address(at, {}).text_input(key="open.text").set_value(text)
        press(at, "Open")
        is_inert(at, harmless.setdefault(at.title[0].value, more_than_text(at)))
    assert len(harmless) == 2


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("kind, key", [("selectbox", "a.learning_rate"), ("text_input", "a.data_seed")])
def test_what_is_typed_into_a_field(kind: str, key: str) -> None:
    at = put(open_compare(QUICK), kind, key, HARMLESS)
    harmless = more_than_text(at)
    for text in HOSTILE.values():
        (error,) = (element.value for element in put(at, kind, key, text).error)
        is_inert(at, harmless)
        assert quoted(text) in shown(error)


# ---- the test of the test --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "blanks"])
def test_each_hostile_text_does_something_where_it_is_not_quoted(name: str) -> None:
    assert live(f"B differs in: seed {HOSTILE[name]}.") != Counter()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_literal_text_does_nothing_and_is_read_letter_by_letter(name: str) -> None:
    said = literal(HOSTILE[name])
    assert live(f"seed **{said}** (A: {said}).") == Counter(emphasis=2)
    assert shown(said) == re.sub(r"[^\x20-\x7e]", lambda each: ascii(each[0])[1:-1], HOSTILE[name])
    assert not said.startswith(" ") and not said.endswith(" ")  # `** x**` would be stars
