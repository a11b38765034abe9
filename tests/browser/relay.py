"""A way between a page and its server that can be cut: what a closed lid, or a tunnel on the way home, does."""

import socket
import threading
from contextlib import suppress


class Relay:
    """Passes on to the server at `url` what comes at `port`. While it is cut, nothing is open or can be opened."""

    def __init__(self, url: str) -> None:
        self._target, self._open, self._is_cut = int(url.rsplit(":", 1)[1]), set[socket.socket](), False
        self._listener = socket.create_server(("localhost", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._is_cut = True
        for end in self._open.copy():
            _shut(end)

    def mend(self) -> None:
        self._is_cut = False

    def close(self) -> None:
        self.cut()
        _shut(self._listener)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._is_cut:
                    _shut(client)
                    continue
                server = socket.create_connection(("localhost", self._target))
                self._open |= {client, server}
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
        for end in (source, sink):
            _shut(end)
            self._open.discard(end)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
