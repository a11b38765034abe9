"""News of a run: its frames as the browser reads them, compressed, whether they come as a file or in a message."""

import gzip

from core.packed import Packed, attach, to_bytes


def news(key: str, state: str, note: str, progress: float, packed: Packed) -> bytes:
    """State, note and progress (a share from 0 to 1) of a run with its packed frames, as gzipped bytes."""
    bodies: list[bytes] = []
    run = attach(bodies, packed)
    said = {"key": key, "id": identity(key, packed.header["arrays"]["epochs"][1][0]), "state": state, "note": note}
    return gzip.compress(to_bytes({**said, "progress": progress, "run": run}, bodies), compresslevel=1)


def identity(key: str, frames: int) -> str:
    """What the browser keeps a run under; a stopped run is not the finished one of its experiment."""
    return f"{key} {frames}"
