"""How long something takes."""

import time
from collections.abc import Callable

from backprop.scale._device import wait_for


def seconds(run: Callable[[], object], device: str | None = None, repeats: int = 5) -> float:
    """The shortest time of `run()`, which other programs disturb least, after one run to warm up.

    For PyTorch name the device, whose work is waited for.
    """
    return min([_once(run, device) for _ in range(repeats + 1)][1:])


def _once(run, device) -> float:
    if device:
        wait_for(device)
    begin = time.perf_counter()
    run()
    if device:
        wait_for(device)
    return time.perf_counter() - begin
