"""Help: every word stands there with its sentence, and leads to a screen that opens without a complaint."""

import re
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core.formulas import FORMULAS, formulas
from core.words import SUBJECTS, WORDS
from tests.pages.conftest import PATIENCE, QUICK, ROOT, open_compare, run, sentences
from tests.pages.labs.screens import open_lab


@pytest.fixture
def at() -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.switch_page("pages/help.py")
    return run(at)


def test_every_word_is_explained_under_its_subject(at: AppTest) -> None:
    assert [header.value for header in at.subheader] == list(SUBJECTS)
    sentences = [word.sentence for word in WORDS.values()]
    said = [markdown.value for markdown in at.markdown if not markdown.value.startswith("|")]
    assert said[-len(sentences) :] == sentences


def test_formulas_are_folded_tables_of_all_registries(at: AppTest) -> None:
    (fold,) = [fold for fold in at.expander if fold.label.startswith("Formulas")]
    assert not fold.proto.expanded
    tables = [markdown.value.split("\n") for markdown in fold.markdown]
    for (head, line, *rows), of in zip(tables, FORMULAS.values(), strict=True):
        cells = [re.split(r" ?(?<!\\)\| ?", row)[1:-1] for row in (head, line, *rows)]
        assert {len(row) for row in cells} == {len(cells[0])} and cells[0][0] == of.title
        for (name, *shown), row in zip(cells[2:], of.registry.values(), strict=True):
            assert row.label in name.replace(r"\|", "|")
            assert [each.replace(r"\vert ", "|") for each in shown] == formulas(row)
    assert [caption.value for caption in fold.caption] == [of.letters for of in FORMULAS.values() if of.letters]


def test_every_word_leads_to_its_setting(at: AppTest) -> None:
    links = [link.proto for link in at.get("page_link") if link.proto.label.startswith(":blue[")]
    assert [link.label for link in links] == [f":blue[**{word.term}**]" for word in WORDS.values()]
    for link, word in zip(links, WORDS.values(), strict=True):
        assert link.page.endswith(word.screen)
        assert parse_qs(link.query_string, keep_blank_values=True) == {
            name: [text] for name, text in word.query.items()
        }


@pytest.mark.parametrize("name", ["axes", "noise", "l1", "dead", "clamp"])
def test_words_open_compare_without_a_notice(name: str) -> None:
    assert sentences(open_compare({**WORDS[name].query, **QUICK})) == ""


@pytest.mark.parametrize("name", [name for name, word in WORDS.items() if word.screen != "compare"])
def test_words_of_the_labs_open_them_without_a_notice(name: str) -> None:
    quick = {"depth": "3", "rows": "16"} if WORDS[name].screen == "gradient_flow" else {}
    assert sentences(open_lab(WORDS[name].screen, {**WORDS[name].query, **quick})) == ""
