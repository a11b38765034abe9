"""Every figure that these tests draw is checked by Plotly; on the server they are taken as they are."""

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go
import pytest

from core.figures import chart


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    unchecked = go.Figure

    def figure(*arguments: Any, **options: Any) -> go.Figure:
        drawn = unchecked(*arguments, **options)
        unchecked(drawn.to_dict())  # raises ValueError where a name or a value is none of Plotly's
        return drawn

    with monkeypatch.context() as patch:
        patch.setattr(chart.go, "Figure", figure)
        yield
