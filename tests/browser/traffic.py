"""What a page and its server exchange, counted: calls, runs of the screen, messages and files, and frames drawn."""

from dataclasses import dataclass, field

from playwright.sync_api import Page, Request, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# Frames drawn on the stage: each begins with a cleared canvas. Others, as those of the labs, are not in a stage.
COUNT_FRAMES = """() => {
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  window.drawn = 0;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    window.drawn += Boolean(this.canvas.closest(".stage"));
    return clear.call(this, ...box);
  };
}"""


@dataclass
class Traffic:
    """Since the page opened, or since `clear`: begin it before the page goes to its screen.

    calls: what the page asked the server to run; runs: what the server was through with; received_bytes: of all
    messages that came; files: addresses of news that were read. sessions: all that the page has had.
    """

    page: Page
    calls: list[ClientState] = field(default_factory=list)
    runs: int = 0
    sessions: set[str] = field(default_factory=set)
    received_bytes: int = 0
    files: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("websocket", self._listen)
        self.page.on("request", self._read)
        self.page.add_init_script(f"({COUNT_FRAMES})()")

    @property
    def asked(self) -> list[ClientState]:
        """The calls that no timer made."""
        return [call for call in self.calls if not call.is_auto_rerun]

    @property
    def drawn(self) -> int:
        """Frames drawn on the stage since the page opened."""
        return int(self.page.evaluate("window.drawn"))

    def clear(self) -> None:
        """Count from here."""
        self.calls.clear()
        self.files.clear()
        self.runs = self.received_bytes = 0
        self.page.evaluate("window.drawn = 0")

    def _listen(self, socket: WebSocket) -> None:
        # Playwright wants functions of Python.
        socket.on("framesent", lambda data: self._sent(data))
        socket.on("framereceived", lambda data: self._received(data))

    def _sent(self, data: bytes | str) -> None:
        message = BackMsg.FromString(data if isinstance(data, bytes) else data.encode())
        if message.HasField("rerun_script"):
            self.calls.append(message.rerun_script)

    def _received(self, data: bytes | str) -> None:
        content = data if isinstance(data, bytes) else data.encode()
        self.received_bytes += len(content)
        message = ForwardMsg.FromString(content)
        self.runs += message.WhichOneof("type") == "script_finished"
        if message.HasField("new_session"):
            self.sessions.add(message.new_session.initialize.session_id)

    def _read(self, request: Request) -> None:
        if "/component/" in request.url:
            self.files.append(request.url)
