"""Training: one epoch of minibatches."""

from functools import partial

import numpy as np

from backprop.engine import SGD, Tensor, linear
from backprop.engine import sum as total
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.matrix_backprop.losses import squares


def drive_epoch(one_epoch, X, Y, W, rate, batch, seed):
    """One epoch with a network of one layer and a loss of ours; how often it is asked is part of the answer."""

    class Line:
        def forward(self, X):
            self.X = X
            return X.dot(self.W.T)

        def backward(self, gradient):
            self.dW = gradient.T.dot(self.X)

        def update(self, rate):
            self.W = self.W - rate * self.dW

    def loss(A, Y):
        root = np.sqrt(1 + (A - Y) ** 2)  # not mse, so that an answer shows whether it asks for the argument
        return {"L": float(np.sum(root - 1)) / len(A), "dL_dA": (A - Y) / root / len(A)}

    net = Line()
    net.W = W.copy()
    losses = one_epoch(net, X, Y, loss, rate, batch, np.random.default_rng(seed))
    yield "losses", losses
    yield "W", None if losses is None else net.W


def epoch_truth(X, Y, W, rate, batch, seed) -> Values:
    """The same epoch with the engine's layer, gradients and optimizer."""
    order = np.random.default_rng(seed).permutation(len(X))
    weights, losses = Tensor(W.copy(), requires_grad=True), []
    optimizer = SGD([weights], lr=rate)
    for start in range(0, len(X), batch):
        rows = order[start : start + batch]
        loss = total((1 + (linear(Tensor(X[rows]), weights) - Y[rows]) ** 2) ** 0.5 - 1) / len(rows)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.data))
    return {"losses": np.array(losses), "W": weights.data}


def draw_epoch(rng) -> Values:
    """A small data set whose last minibatch is, most of the time, smaller than the others."""
    n, into, out = int(rng.integers(7, 15)), 3, 2
    X, W = rng.normal(size=(n, into)), rng.normal(size=(out, into))
    told = dict(rate=float(rng.uniform(0.02, 0.1)), batch=int(rng.integers(2, 6)), seed=int(rng.integers(1, 10**6)))
    return dict(X=X, Y=rng.normal(size=(n, out)), W=W) | told


def epoch(net, X, Y, loss, rate, batch, rng, **wrong):
    """One epoch by hand; what is in `wrong` is done wrongly."""
    order = np.arange(len(X)) if "unshuffled" in wrong else rng.permutation(len(X))
    last, losses = len(X) - len(X) % batch if "whole_only" in wrong else len(X), []
    for start in range(0, last, batch):
        rows = order[start : start + batch]
        targets = Y[start : start + batch] if "targets_stay" in wrong else Y[rows]
        seen = loss(net.forward(X[rows]), targets)
        net.backward(seen["dL_dA"] * wrong.get("times", lambda rows: 1)(rows))
        if "no_update" not in wrong:
            net.update(rate)
        losses.append(loss(net.forward(X[rows]), targets)["L"] if "after" in wrong else seen["L"])
        if "first_only" in wrong:
            break
    return [np.mean(losses)] if "mean" in wrong else losses


def epoch_mistake(id: str, title: str, sentence: str, **wrong) -> Mistake:
    """A mistake made in the epoch."""
    return Mistake(id, title, sentence, partial(epoch, **wrong))


ONE_EPOCH = Exercise(
    id="one-epoch",
    name="one_epoch",
    parts=dict(losses=1.5, W=1.5),
    truth=epoch_truth,
    draw=draw_epoch,
    shown=draw_epoch(np.random.default_rng(3)),
    drive=drive_epoch,
    noun="epochs",
    mistakes=(
        epoch_mistake(
            "no-update",
            "when nothing is updated",
            "Forward, loss, backward, and then `net.update(rate)`: without the fourth step nothing changes.",
            no_update=True,
        ),
        epoch_mistake(
            "targets-stay",
            "when the targets stay in the old order",
            "X was shuffled, so Y must be shuffled the same way: the same `rows` for both.",
            targets_stay=True,
        ),
        epoch_mistake(
            "unshuffled",
            "when the examples come in the order of the list",
            "`order` holds the shuffled rows. Take a slice of `order`, not of X.",
            unshuffled=True,
        ),
        epoch_mistake(
            "last-batch-lost",
            "when the last, smaller minibatch is left out",
            "In one epoch every example has its turn. A slice past the end is simply shorter.",
            whole_only=True,
        ),
        epoch_mistake(
            "loss-after-the-step",
            "with the loss after each step",
            "Keep the loss that the gradient belongs to: the one before the step. It costs no second forward pass.",
            after=True,
        ),
        epoch_mistake(
            "mean-twice",
            "when the gradient is divided by the batch once more",
            "The loss is a mean already, so its gradient holds the 1/N. Hand `dL_dA` on as it comes.",
            times=lambda rows: 1 / len(rows),
        ),
        Mistake(
            "loss-ignored",
            "with mse in place of the argument loss",
            "The loss is handed over, so that the same epoch serves any other: call `loss(...)`.",
            lambda net, X, Y, loss, rate, batch, rng: epoch(net, X, Y, squares, rate, batch, rng),
        ),
        epoch_mistake(
            "returned-at-once",
            "after the first minibatch alone",
            "The `return` stands inside the loop and ends it in its first turn. Move it out to the left, "
            "under the `for`.",
            first_only=True,
        ),
        epoch_mistake(
            "one-number",
            "when only the mean of the losses comes back",
            "Return the whole list: one loss for each minibatch.",
            mean=True,
        ),
    ),
)
