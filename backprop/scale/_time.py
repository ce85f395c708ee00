"""How long something takes."""

import statistics
import time
from collections.abc import Callable

from backprop.scale._device import wait_for


def seconds(run: Callable[[], object], device: str | None = None, repeats: int = 3) -> float:
    """The median time of `run()` after one run to warm up; for PyTorch name the device, whose work is waited for."""
    return statistics.median([_once(run, device) for _ in range(repeats + 1)][1:])


def _once(run, device) -> float:
    if device:
        wait_for(device)
    begin = time.perf_counter()
    run()
    if device:
        wait_for(device)
    return time.perf_counter() - begin
