"""A session without a browser: Streamlit's own protocol over a WebSocket, cheap enough to open fifty of them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60.0  # s; what a busy machine may take
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Session:
    """What a browser's tab is to the server.

    stage: the sides of the newest message to the stage; received: bytes; fragment and poll_s: what the server wants run
    again by itself, and after how many seconds.
    """

    socket: ClientConnection
    page: str
    stage: list[dict[str, Any]] = field(default_factory=list)
    received: int = 0
    fragment: str = ""
    poll_s: float = 0.0
    _script: str = ""  # the screen, as the server names it
    _known: dict[str, ForwardMsg] = field(default_factory=dict)

    def run(self, query: dict[str, str]) -> float:
        """Have the screen run with an address, as a tab does when it opens or goes back; returns seconds to its end."""
        message = self._call(query)
        message.rerun_script.page_name = self.page
        message.rerun_script.is_history_navigation = True
        return self._run(message)

    def train(self, query: dict[str, str]) -> None:
        """Run the screen, and what it wants run again, until both sides have ended."""
        deadline = time.monotonic() + PATIENCE
        self.run(query)
        while any(side["state"] in ("waiting", "training") for side in self.stage):
            assert time.monotonic() < deadline, "training did not end"
            time.sleep(self.poll_s)
            message = self._call(query)
            message.rerun_script.page_script_hash = self._script
            message.rerun_script.fragment_id = self.fragment
            message.rerun_script.is_auto_rerun = True
            self._run(message)

    def _call(self, query: dict[str, str]) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = urlencode(query)
        message.rerun_script.cached_message_hashes.extend(self._known)
        return message

    def _run(self, message: BackMsg) -> float:
        start = time.perf_counter()
        self.socket.send(message.SerializeToString())
        while True:
            received = self._receive()
            kind = received.WhichOneof("type")
            if kind == "script_finished" and received.script_finished in DONE:
                return time.perf_counter() - start
            if kind == "navigation":
                self._script = received.navigation.page_script_hash
            elif kind == "auto_rerun":
                self.fragment, self.poll_s = received.auto_rerun.fragment_id, received.auto_rerun.interval
            elif received.delta.new_element.bidi_component.bytes:
                self._show(received.delta.new_element.bidi_component)

    def _show(self, stage: BidiComponent) -> None:
        """Take in a message to the stage; what it names is not read."""
        length = int.from_bytes(stage.bytes[:4], "little")
        self.stage = json.loads(stage.bytes[4 : 4 + length])["sides"]

    def _receive(self) -> ForwardMsg:
        """The next message; the server sends one that the client holds as its hash."""
        data = self.socket.recv(PATIENCE)
        assert isinstance(data, bytes)
        self.received += len(data)
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "ref_hash":
            return self._known[message.ref_hash]
        if message.metadata.cacheable:
            self._known[message.hash] = message
        return message


@contextmanager
def open_session(url: str, page: str) -> Iterator[Session]:
    """A session on a server (`http://localhost:...`) that looks at one of its screens."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, compression=None) as socket:
        yield Session(socket, page)
