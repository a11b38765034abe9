"""Every figure that these tests draw is checked by Plotly; on the server they are taken as they are."""

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from core.figures import chart


class Checked(chart.Chart):
    """A chart that Plotly accepts as it is: without an error, and without putting other values in place of ours."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        ours = self.to_dict()
        theirs = go.Figure(ours).to_dict()
        theirs["layout"].pop("template")  # Plotly's own, where a figure has none
        assert as_json(theirs) == as_json(ours)


def as_json(figure: dict[str, Any]) -> Any:
    """As the browser gets it, without empty lists, which say nothing."""
    written = json.loads(go.Figure(figure, _validate=False).to_json(validate=False))
    written["layout"] = {name: value for name, value in written["layout"].items() if value != []}
    return written


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "Chart", Checked)
