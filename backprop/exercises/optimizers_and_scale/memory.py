"""What a training step of a large network holds in memory, worked out on paper."""

from backprop.exercises._form import Derivation, Exercise

LARGE = dict(parameters=7e9, layers=32, arrays=16, numbers=8 * 2048 * 4096)  # of one array: batch x tokens x width
GB = 1e9

on_paper = Derivation(
    bytes_each=lambda: 4,
    weights=lambda parameters, bytes_each: parameters * bytes_each / GB,
    gradients=lambda weights: weights,
    adam=lambda weights: 2 * weights,
    one_array=lambda numbers, bytes_each: numbers * bytes_each / GB,
    activations=lambda one_array, layers, arrays: one_array * layers * arrays,
    checkpointed=lambda one_array, layers, arrays: one_array * (layers + arrays),
)
PARTS = dict(weights=0.4, gradients=0.4, adam=0.4, activations=0.4, checkpointed=0.4)


ON_PAPER = on_paper.only(*PARTS, **LARGE)


MEMORY_COUNT = Exercise(
    id="memory-count",
    name="gigabytes",
    parts=PARTS,
    truth=ON_PAPER,
    style="values",
    tolerance=6e-3,
    mistakes=(
        ON_PAPER.mistake(
            "bits",
            "when a number takes 32 bytes",
            "float32 has 32 bits, and 8 bits are a byte: each number takes 4 bytes.",
            bytes_each=lambda: 32,
        ),
        ON_PAPER.mistake(
            "half",
            "with numbers in half precision",
            "This run is in float32: 4 bytes a number.",
            bytes_each=lambda: 2,
        ),
        ON_PAPER.mistake(
            "one-moment",
            "when Adam keeps one number for each weight",
            "It keeps two for each weight: m and v.",
            adam=lambda weights: weights,
        ),
        ON_PAPER.mistake(
            "all-in-adam",
            "when Adam's state includes weights and gradients",
            "The state alone is asked: m and v.",
            adam=lambda weights: 4 * weights,
        ),
        ON_PAPER.mistake(
            "one-layer",
            "for a single layer",
            "Every layer keeps its arrays until the backward pass has come back to it: multiply by the layers.",
            activations=lambda one_array, arrays: one_array * arrays,
        ),
        ON_PAPER.mistake(
            "inputs-only",
            "when the layer that is computed again needs no memory",
            "When a layer runs again, its 16 arrays are there at once, beside the 32 inputs.",
            checkpointed=lambda one_array, layers: one_array * layers,
        ),
    ),
)
