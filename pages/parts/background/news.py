"""News of a run: its frames as the browser reads them, compressed, whether they come as a file or in a message."""

import gzip

from core.packed import Packed, attach, to_bytes


def news(key: str, state: str, note: str = "", progress: float = 0.0, packed: Packed | None = None) -> bytes:
    """State, note and progress (a share from 0 to 1) of a run with its packed frames, as gzipped bytes."""
    bodies: list[bytes] = []
    said = {"key": key, "state": state, "note": note, "progress": progress}
    if packed:
        frames = packed.header["arrays"]["epochs"][1][0]
        said |= {"id": identity(key, frames), "run": attach(bodies, packed)}
    return gzip.compress(to_bytes(said, bodies), compresslevel=1)


def identity(key: str, frames: int) -> str:
    """What the browser keeps a run under; a stopped run is not the finished one of its experiment."""
    return f"{key} {frames}"
