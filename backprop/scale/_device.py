"""Where PyTorch computes."""

import os
import platform


def best_device() -> str:
    """What BACKPROP_DEVICE says, or else CUDA, then MPS, then the CPU: "cuda", "mps" or "cpu"."""
    import torch  # noqa: PLC0415 - takes seconds

    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    return os.environ.get("BACKPROP_DEVICE") or best


def device_in_words(device: str) -> str:
    """The device as people call it, as in "the CPU (x86_64)"."""
    import torch  # noqa: PLC0415 - takes seconds

    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    return "Apple's GPU" if device.startswith("mps") else f"the CPU ({platform.machine()})"


def wait_for(device: str) -> None:
    """Return when the device has done all that it was told: a GPU works on while Python goes on."""
    import torch  # noqa: PLC0415 - takes seconds

    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    elif device.startswith("mps"):
        torch.mps.synchronize()
