"""Work that a worker process has to survive, or not."""

import os
import signal
import time

import numpy as np


def done(kind: str) -> str:
    """A work of each kind: good, bad, and hostile."""
    match kind.partition(" ")[0]:
        case "busy":
            while True:
                np.dot(np.ones((200, 200)), np.ones((200, 200)))
        case "asleep":
            time.sleep(1000)
        case "hungry":
            return str(np.ones(1_000_000_000).sum())
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "noisy":
            print("what a library prints")
        case "dies-once":
            with open(kind.partition(" ")[2], "a+") as file:
                if file.tell() == 0:
                    file.write("died")
                    file.flush()
                    os.kill(os.getpid(), signal.SIGKILL)
        case "fails":
            raise ArithmeticError("no such number")
        case "threads":
            return os.environ["OPENBLAS_NUM_THREADS"]
        case "process":
            return str(os.getpid())
    return kind
