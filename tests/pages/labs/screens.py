"""What the tests of the labs share: opening one."""

from collections.abc import Mapping

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import PATIENCE, ROOT, open_address


def open_lab(name: str, query: Mapping[str, str] = {}) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.switch_page(f"pages/{name}.py")
    return open_address(at, query)


def labels(at: AppTest) -> set[str]:
    return {button.label for button in at.button}
