"""How much memory something needs at its peak."""

import gc
import tracemalloc
import weakref
from collections.abc import Callable

from backprop.scale._device import wait_for


def peak_memory(run: Callable[[], object], device: str | None = None) -> int:
    """The most bytes in use at any moment of `run()`, beyond what was in use before it.

    Without a device NumPy's arrays are counted; with one, PyTorch's tensors there.
    """
    gc.collect()
    if device is None:
        return _of_numpy(run)
    return _of_cuda(run, device) if device.startswith("cuda") else _of_tensors(run)


def _of_numpy(run) -> int:
    """Python's own bookkeeping, which NumPy reports to."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        run()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def _of_cuda(run, device) -> int:
    """The allocator's own count."""
    import torch  # noqa: PLC0415 - takes seconds

    wait_for(device)
    torch.cuda.reset_peak_memory_stats(device)
    before = torch.cuda.memory_allocated(device)
    run()
    wait_for(device)
    return torch.cuda.max_memory_allocated(device) - before


def _of_tensors(run) -> int:
    """PyTorch keeps no count on the CPU: look at the result of every operation, and at its end."""
    from torch import Tensor  # noqa: PLC0415 - takes seconds
    from torch.utils._python_dispatch import TorchDispatchMode  # noqa: PLC0415
    from torch.utils._pytree import tree_leaves  # noqa: PLC0415

    count = _Count()

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            result = operation(*args, **(kwargs or {}))
            for tensor in tree_leaves(result):
                if isinstance(tensor, Tensor):
                    count.add(tensor.untyped_storage())
            return result

    with Watch():
        run()
    return count.peak


class _Count:
    """The bytes of the storages that are alive; views share one and count once."""

    def __init__(self):
        self.alive, self.bytes, self.peak = {}, 0, 0

    def add(self, storage) -> None:
        """A storage that an operation returned, perhaps not for the first time."""
        key = storage._cdata
        if key not in self.alive:
            self.alive[key] = storage.nbytes()
            self.bytes += self.alive[key]
            self.peak = max(self.peak, self.bytes)
            weakref.finalize(storage, self.drop, key).atexit = False

    def drop(self, key: int) -> None:
        """That storage is gone."""
        self.bytes -= self.alive.pop(key)
