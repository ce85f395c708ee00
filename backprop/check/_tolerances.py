"""How close two right answers come: by norm, for nets of this course's size, by dtype and device.

`python benchmarks/precision.py` measures the rows: it computes the same gradients by two routes and prints the largest
relative difference beside the tolerance. Single entries of a right float32 gradient can be off by 100 %, norms cannot.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Largest relative difference that passes: where everything is smooth, and through ReLU's kinks."""

    dtype: str
    device: str
    smooth: float
    kinked: float
    source: str


TABLE = (
    Row("float64", "cpu", 1e-10, 1e-10, "measured: 7e-16 (a sum in another order)"),
    Row("float64", "cuda", 1e-10, 1e-10, "the arithmetic of the CPU in another order; not yet measured"),
    Row("float32", "cpu", 1e-5, 1e-5, "measured: 3e-7"),
    Row("float32", "cuda", 1e-4, 1e-4, "with TF32 off; not yet measured"),
    Row("float32", "mps", 1e-4, 1e-4, "taken from CUDA's row; not yet measured"),
    Row("tf32", "cuda", 1e-2, 0.2, "emulated on the CPU: 8e-4 smooth, 5e-2 through ReLU"),
    Row("bfloat16", "cuda", 5e-2, 0.4, "emulated on the CPU: 7e-3 smooth, 0.2 through ReLU"),
)


def tolerance(dtype: str, device: str, kinked: bool = False) -> float:
    """The tolerance for this dtype and device; LookupError lists what the table has."""
    for row in TABLE:
        if (row.dtype, row.device) == (dtype, device):
            return row.kinked if kinked else row.smooth
    known = ", ".join(f"{row.dtype} on {row.device}" for row in TABLE)
    raise LookupError(f"no tolerance is known for {dtype} on {device}; there are {known}")
