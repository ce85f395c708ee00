"""How close gradients in fewer digits come to those in float64: the measurement behind the tolerance table.

    python benchmarks/precision.py [--device cuda] [--nets 50]

Each row is the largest relative difference, by norm over one parameter's gradient, among so many random nets of the
course's size (64-32-16-10, softmax cross-entropy, batch 37), once with tanh and once through ReLU's kinks. TF32 needs a
GPU; elsewhere it is emulated by rounding what goes into every product to its 10 bits of mantissa.
"""

import argparse

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from backprop import engine
from backprop.check._tolerances import TABLE

SIZES, BATCH = (64, 32, 16, 10), 37
TF32_BITS = 10


def draw(rng):
    """Inputs, labels and He-initialised weights of one net, in float64."""
    shapes = list(zip(SIZES[1:], SIZES[:-1], strict=True))
    weights = [rng.normal(size=shape) * np.sqrt(2 / shape[1]) for shape in shapes]
    return rng.normal(size=(BATCH, SIZES[0])), rng.integers(SIZES[-1], size=BATCH), weights


def reference(x, labels, weights, activation):
    """The gradients by the engine, in float64."""
    leaves = [engine.Tensor(w, requires_grad=True) for w in weights]
    a = engine.Tensor(x)
    for w in leaves[:-1]:
        a = getattr(engine, activation)(engine.linear(a, w))
    engine.cross_entropy(engine.linear(a, leaves[-1]), labels).backward()
    return [leaf.grad for leaf in leaves]


class Rounded(torch.autograd.Function):
    """A product whose factors are rounded first, forward and backward, as a tensor core does it."""

    @staticmethod
    def forward(ctx, a, w, rounding):
        ctx.save_for_backward(a, w)
        ctx.rounding = rounding
        return rounding(a) @ rounding(w).T

    @staticmethod
    def backward(ctx, g):
        (a, w), cut = ctx.saved_tensors, ctx.rounding
        return cut(g) @ cut(w), cut(g).T @ cut(a), None


def to_tf32(tensor):
    """Round a float32 tensor to 10 bits of mantissa."""
    mantissa, exponent = torch.frexp(tensor)
    return torch.ldexp(torch.round(mantissa * 2 ** (TF32_BITS + 1)) / 2 ** (TF32_BITS + 1), exponent)


def to_bfloat16(tensor):
    """Round a float32 tensor to bfloat16's 7 bits of mantissa."""
    return tensor.to(torch.bfloat16).to(torch.float32)


ROUNDINGS = {"float64": None, "float32": None, "tf32": to_tf32, "bfloat16": to_bfloat16}


def gradients(x, labels, weights, activation, dtype, device):
    """The gradients by PyTorch, in this dtype, on this device."""
    floats = torch.float64 if dtype == "float64" else torch.float32
    rounding = ROUNDINGS[dtype] or (lambda tensor: tensor)
    leaves = [torch.tensor(w, dtype=floats, device=device, requires_grad=True) for w in weights]
    a = torch.tensor(x, dtype=floats, device=device)
    for w in leaves[:-1]:
        a = getattr(torch, activation)(Rounded.apply(a, w, rounding))
    logits = Rounded.apply(a, leaves[-1], rounding)
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels, device=device)).backward()
    return [leaf.grad.detach().cpu().numpy().astype(np.float64) for leaf in leaves]


def farthest(dtype, device, activation, nets):
    """The largest relative difference, by norm, over all parameters of so many nets."""
    worst = 0.0
    for seed in range(nets):
        x, labels, weights = draw(np.random.default_rng(seed))
        truth = reference(x, labels, weights, activation)
        found = gradients(x, labels, weights, activation, dtype, device)
        distances = (np.linalg.norm(f - t) / np.linalg.norm(t) for f, t in zip(found, truth, strict=True))
        worst = max(worst, *distances)
    return worst


def row_of(dtype, device):
    """The table's row; what a device has to emulate is held against the GPU's row."""
    rows = {row.device: row for row in TABLE if row.dtype == dtype}
    return rows.get(device) or rows["cuda"]


def main():
    """Print one row a dtype, the tolerance beside it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", help="where PyTorch computes: cpu, cuda or mps")
    parser.add_argument("--nets", type=int, default=50)
    args = parser.parse_args()
    table = Table("dtype", "device", "tanh", "passes at", "ReLU", "passes at")
    for dtype in ["float32", "tf32", "bfloat16"] if args.device == "mps" else ROUNDINGS:
        row = row_of(dtype, args.device)
        tanh, relu = (farthest(dtype, args.device, name, args.nets) for name in ("tanh", "relu"))
        emulated = " (emulated)" if ROUNDINGS[dtype] else ""
        table.add_row(
            dtype, args.device + emulated, f"{tanh:.0e}", f"{row.smooth:.0e}", f"{relu:.0e}", f"{row.kinked:.0e}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
