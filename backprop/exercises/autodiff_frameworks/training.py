"""One hidden layer with ReLU, cross-entropy, plain gradient descent: the same steps by two engines."""

import numpy as np

from backprop import engine
from backprop.engine import Tensor
from backprop.exercises._form import Exercise, Mistake, Values

PARAMETERS = ("W1", "b1", "W2", "b2")
KINK = 0.02  # the nearest that a pre-activation may come to ReLU's corner during the run


def trained(W1, b1, W2, b2, X, labels, rate, steps, **ignored) -> Values:
    """By the engine: the loss before every step, and the parameters after the last."""
    parameters = [Tensor(p, requires_grad=True) for p in (W1, b1, W2, b2)]
    losses = []
    for _ in range(steps):
        W1, b1, W2, b2 = parameters
        hidden = engine.relu(engine.linear(Tensor(X), W1, b1))
        loss = engine.cross_entropy(engine.linear(hidden, W2, b2), labels)
        loss.backward()
        losses.append(loss.item())
        parameters = [Tensor(p.data - rate * p.grad, requires_grad=True) for p in parameters]
    return {"losses": np.array(losses)} | {n: p.data for n, p in zip(PARAMETERS, parameters, strict=True)}


def by_hand(*, sign=-1.0, fresh=True, stale=False, mean=True, onehot=True, gate=True):
    """The run in NumPy; the keywords are the ways to get it wrong."""

    def run(W1, b1, W2, b2, X, labels, rate, steps, **ignored):
        p, total, first, losses = [W1, b1, W2, b2], [0.0] * 4, None, []
        for _ in range(steps):
            loss, gradients = _gradients(p, X, labels, mean, onehot, gate)
            first = first or gradients
            total = gradients if fresh else [t + g for t, g in zip(total, gradients, strict=True)]
            losses.append(loss)
            p = [q + sign * rate * g for q, g in zip(p, first if stale else total, strict=True)]
        return dict(zip(PARAMETERS, p, strict=True)) | {"losses": np.array(losses)}

    return run


def _gradients(p, X, labels, mean, onehot, gate) -> tuple[float, list]:
    """The loss and its four gradients."""
    W1, b1, W2, b2 = p
    z, rows = X @ W1.T + b1, np.arange(len(X))
    a = np.maximum(z, 0)
    logits = a @ W2.T + b2
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[rows, labels])
    many = len(X) if mean else 1
    probabilities[rows, labels] -= onehot
    delta2 = probabilities / many
    delta1 = delta2 @ W2 * ((z > 0) if gate else 1)
    return loss.sum() / many, [delta1.T @ X, delta1.sum(axis=0), delta2.T @ a, delta2.sum(axis=0)]


def draw_run(rng) -> Values:
    """Sizes that all differ, two to four steps, no unit near its kink on the way."""
    while True:
        n, i, h, o = (int(size) for size in rng.permutation([3, 4, 5, 6]))
        shapes = dict(W1=(h, i), b1=(h,), W2=(o, h), b2=(o,), X=(n, i))
        case = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        case |= dict(labels=rng.integers(o, size=n), rate=float(rng.uniform(0.1, 0.5)), steps=int(rng.integers(2, 5)))
        if _nearest_kink(**case) > KINK and len(set(case["labels"].tolist())) > 1:
            return case


def _nearest_kink(steps, **case) -> float:
    """How near a pre-activation comes to zero during the run."""
    runs = [case | trained(**case, steps=k) for k in range(steps)]
    return min(np.abs(case["X"] @ run["W1"].T + run["b1"]).min() for run in runs)


UPDATE_ADDED = Mistake(
    "update-added",
    "by adding the step",
    "The gradient points uphill. To go down, subtract the rate times the gradient.",
    by_hand(sign=1.0),
)
STALE = Mistake(
    "stale-gradient",
    "when every step takes the first gradient",
    "The parameters have moved, so the gradient has changed. Forward and backward belong inside the loop.",
    by_hand(stale=True),
)
ACCUMULATED = Mistake(
    "accumulated",
    "when the gradients of earlier steps are still there",
    "Each step adds to what the steps before have left in .grad. Set it to zero before the next backward.",
    by_hand(fresh=False),
)
SUMMED = Mistake(
    "sum-for-mean",
    "for a loss that is summed over the examples",
    "The loss is the mean over the examples: one number, divided by how many there are.",
    by_hand(mean=False),
)
GATE_FORGOTTEN = Mistake(
    "gate-forgotten",
    "when the gradient does not pass ReLU",
    "On the way back ReLU stops what belongs to units that were off. Is the relu a step of the graph?",
    by_hand(gate=False),
)
_PARTS = dict(losses=1, W1=1, b1=0.5, W2=1, b2=0.5)

TRAIN = Exercise(
    id="train",
    name="train",
    parts=_PARTS | {"losses": 2},
    truth=trained,
    draw=draw_run,
    shown=draw_run(np.random.default_rng(1)),
    cases=20,
    noun="runs",
    mistakes=(UPDATE_ADDED, STALE, SUMMED, GATE_FORGOTTEN),
)


def draw_torch_run(rng) -> Values:
    """The same, and where PyTorch is to compute it: graded on the CPU in float64."""
    return draw_run(rng) | dict(device="cpu", dtype="float64")


TRAIN_TORCH = Exercise(
    id="train-torch",
    name="train_torch",
    parts=_PARTS | {"losses": 2},
    truth=trained,
    draw=draw_torch_run,
    shown=draw_torch_run(np.random.default_rng(2)),
    cases=20,
    noun="runs",
    uses_torch=True,
    mistakes=(UPDATE_ADDED, STALE, ACCUMULATED, SUMMED),
)
