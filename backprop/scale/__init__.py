"""What lesson 06 measures with: the device, time, memory, and two processes at once.

It knows no exercise and no answer. PyTorch is imported where it is needed, not before.
"""

from backprop.scale._device import best_device, device_in_words
from backprop.scale._memory import peak_memory
from backprop.scale._processes import two_processes
from backprop.scale._time import seconds

__all__ = ["best_device", "device_in_words", "peak_memory", "seconds", "two_processes"]
