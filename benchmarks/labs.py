"""How long the labs take: their measurements, their claims, and their screens on a server.

`python -m benchmarks.labs [--quick]` prints medians of several runs, on one thread for matrix products as on the
server. The screens are looked at over Streamlit's own protocol, as a browser's tab does: a click on a lab comes from
Home on a server that has just started; a slider is moved once all on the screen has been trained and checked.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from core.claims import LABS
from core.claims.deep_stack import Stack, chunks, measure
from core.network import ACTIVATIONS
from tests.browser.conftest import serve
from tests.browser.session import BackMsg, BidiComponent, ForwardMsg, Session, open_session

LONGEST = 300.0  # s, which training and all checks of a lab may take
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Screen:
    """A lab's screen: how many of its charts need no training, how many there are at the end, and a slider's label.

    places: what the slider is moved to, each new to the server.
    """

    charts: int
    all_charts: int
    slider: str
    places: Sequence[float]


SCREENS = {
    "activations": Screen(2, 4, "How far out it is driven (|z|)", (1, 2, 3, 5)),
    "linear_depth": Screen(3, 5, "Epochs trained", (10, 20, 30, 40, 50)),
    "max_pooling": Screen(3, 4, "Factor a", (-1.5, -0.5, 0.3, 0.7, 1.7)),
    "gradient_flow": Screen(4, 6, "Layers", (8, 9, 11, 12, 13)),
}


@dataclass
class Tab(Session):
    """A session that knows the charts on its screen, the sliders, and which parts the server wants run again."""

    charts: set[tuple[int, ...]] = field(default_factory=set)  # their places
    sliders: dict[str, str] = field(default_factory=dict)  # ids by label
    again: dict[str, float] = field(default_factory=dict)  # seconds by id of the part
    address: str = ""  # the query
    script: str = ""  # the screen, as the server names it

    def click(self, page: str) -> float:
        """Open a screen; seconds until the server is through with it."""
        self.page, self.address = page, ""
        self.charts.clear()
        self.again.clear()
        return self.run({})

    def move(self, slider: str, place: float) -> float:
        """Move a slider; seconds until the server is through with the screen."""
        message = self._message()
        state = message.rerun_script.widget_states.widgets.add(id=self.sliders[slider])
        state.double_array_value.data.append(place)
        self.charts.clear()
        self.again.clear()
        return self._rerun(message)

    def complete(self, charts: int, checked: bool = False) -> float:
        """Run parts again at their times until so many charts are there; seconds that it took.

        checked: and until nothing is measured any more.
        """
        start = time.perf_counter()
        while len(self.charts) < charts or (checked and self.again):
            assert time.perf_counter() - start < LONGEST, f"{len(self.charts)} of {charts} charts"
            time.sleep(min(self.again.values(), default=0.1))
            for part in list(self.again):
                if part in self.again:  # else the whole screen has been run since
                    message = self._message()
                    message.rerun_script.fragment_id = part
                    self._rerun(message)
        return time.perf_counter() - start

    def _message(self) -> BackMsg:
        message = BackMsg()
        message.rerun_script.page_script_hash = self.script
        message.rerun_script.query_string = self.address
        message.rerun_script.cached_message_hashes.extend(self._known)
        return message

    def _rerun(self, message: BackMsg) -> float:
        start = time.perf_counter()
        self.socket.send(message.SerializeToString())
        while True:
            received = self._receive()
            if received.WhichOneof("type") != "script_finished":
                continue
            if received.script_finished in FINISHED:
                return time.perf_counter() - start
            self.again.clear()  # the whole screen is run now, and says what is to be run again

    def _receive(self) -> ForwardMsg:
        """Take note of what a message puts on the screen."""
        message = super()._receive()
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.address = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.again[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "delta":
            element, place = message.delta.new_element, tuple(message.metadata.delta_path)
            self.charts.discard(place)
            if element.HasField("plotly_chart"):
                self.charts.add(place)
            elif element.HasField("slider"):
                self.sliders[element.slider.label] = element.slider.id
        return message

    def _show(self, stage: BidiComponent) -> None:
        """A lab's components are no stage."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labs", description="Speed of the labs.")
    parser.add_argument("--quick", action="store_true", help="everything once")
    rounds = 1 if parser.parse_args().quick else 5
    with threadpool_limits(1):
        print("gradient flow, 20 seeds of 50 layers of 64, 256 rows: seconds (1.0)")
        for name, row in ACTIVATIONS.items():
            print(f"  {row.label:40}{median(lambda: deep_stacks(name), rounds):8.2f}", flush=True)  # noqa: B023
        print("\nclaims: seconds")
        for lab, functions in LABS.items():
            for function in functions:
                print(f"  {f'{lab}: {named(function)}':60}{median(function, min(rounds, 3)):8.2f}", flush=True)
    print("\nscreens: ms from the click to the first drawing on a new server (1500), and for a slider's move (150)")
    for lab, screen in SCREENS.items():
        clicks, moves = zip(*(looked_at(lab, screen) for _ in range(min(rounds, 3))), strict=True)
        print(f"  {lab:40}{1000 * np.median(clicks):8.0f}{1000 * np.median(np.concatenate(moves)):8.0f}", flush=True)


def named(function: Callable[..., Any]) -> str:
    """`module.name`, and the arguments of one that has some already."""
    if isinstance(function, partial):
        return f"{named(function.func)}{function.args}"
    return f"{function.__module__.split('.')[-1]}.{function.__name__}"


def median(function: Callable[[], Any], rounds: int) -> float:
    """Seconds that a function takes."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def deep_stacks(activation: str) -> None:
    """Measure the stacks of all seeds, in the portions that the lab takes."""
    stack = Stack(activation=activation, depth=50, width=64, rows=256)
    for seeds in chunks(stack):
        measure(stack, seeds)


def looked_at(lab: str, screen: Screen) -> tuple[float, list[float]]:
    """Seconds from a click to the drawing without what trains, and for each move of the slider to all charts."""
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as server, open_session(server.url, "") as home:
        tab = Tab(home.socket, "")
        tab.click("")
        first = tab.click(lab) + tab.complete(screen.charts)
        tab.complete(screen.all_charts, checked=True)
        moves = [tab.move(screen.slider, place) + tab.complete(screen.all_charts) for place in screen.places]
    return first, moves


if __name__ == "__main__":
    main()
