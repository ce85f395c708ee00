"""One large batch in pieces: one after the other on one device, or side by side on many."""

import numpy as np

from backprop.engine import grad, mean
from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values


def forward(F, w, X, y, most) -> dict:
    """The mean squared error of a linear model over the whole batch."""
    return {"fits_in_memory": True, "L": F.mean((X @ w - y) ** 2)}


def drive_pieces(accumulated, w, X, y, most):
    """Give the learner a gradient of the mean over whatever rows it gets, and count the rows."""
    sizes = []

    def gradient(X, y):
        sizes.append(len(X))
        return 2 * (X @ w - y) @ X / len(X)

    found = accumulated(gradient, X, y, most)
    yield "gradient", found
    thrifty = sum(sizes) >= len(X) and max(sizes) <= most
    yield "fits_in_memory", None if found is None or found is ... else thrifty


def draw_batch(rng) -> Values:
    """A batch that the pieces do not divide evenly, mostly."""
    most, features = (int(n) for n in rng.permutation([2, 3, 4, 5])[:2])
    rows = most * int(rng.integers(2, 4)) + (int(rng.integers(1, most)) if rng.random() < 0.8 else 0)
    return dict(w=rng.normal(size=features), X=rng.normal(size=(rows, features)), y=rng.normal(size=rows), most=most)


def accumulating(combine):
    """A learner who goes through the batch in pieces; `combine` gets their gradients and sizes, and `most`."""

    def accumulated(gradient, X, y, most):
        pieces = [(X[at : at + most], y[at : at + most]) for at in range(0, len(X), most)]
        sizes = np.array([len(part) for part, _ in pieces])
        return combine(np.array([gradient(*piece) for piece in pieces]), sizes, most)

    return accumulated


def whole_pieces_only(gradients, sizes, most):
    """The mean over the pieces of full size."""
    return gradients[sizes == most].mean(axis=0) if (sizes < most).any() else gradients[:-1].mean(axis=0)


ACCUMULATE = Exercise(
    id="accumulate",
    name="accumulated",
    parts=dict(gradient=2, fits_in_memory=1),
    truth=Autodiff(forward, names={"dL_dw": "gradient"}),
    drive=drive_pieces,
    draw=draw_batch,
    shown=dict(
        w=np.array([1.0, -1.0]),
        X=np.array([[1.0, 2.0], [0.0, 1.0], [2.0, 1.0], [1.0, 1.0], [3.0, 0.0]]),
        y=np.array([0.0, 1.0, 0.0, 2.0, 1.0]),
        most=2,
    ),
    noun="random batches",
    mistakes=(
        Mistake(
            "mean-of-means",
            "when every piece counts the same",
            "The last piece may be smaller. Weigh each mean by its number of rows, and divide by all rows.",
            accumulating(lambda gradients, sizes, most: gradients.mean(axis=0)),
        ),
        Mistake(
            "sum-of-means",
            "when the pieces' means are added and not divided",
            "backward() adds to .grad, so three pieces give about three times the gradient. Weigh and divide.",
            accumulating(lambda gradients, sizes, most: gradients.sum(axis=0)),
        ),
        Mistake(
            "sum-over-rows",
            "with the sum over all rows",
            "The loss is a mean over the batch: divide by the number of rows at the end.",
            accumulating(lambda gradients, sizes, most: sizes @ gradients),
        ),
        Mistake(
            "divided-by-most",
            "when it is divided by the rows of a piece",
            "The mean is over the whole batch: divide by len(X).",
            accumulating(lambda gradients, sizes, most: sizes @ gradients / most),
        ),
        Mistake(
            "overwritten",
            "from the last piece alone",
            "Each piece adds to the total: += instead of =.",
            accumulating(lambda gradients, sizes, most: gradients[-1]),
        ),
        Mistake(
            "last-weighed",
            "from the last piece alone, weighed",
            "Each piece adds to the total: += instead of =.",
            accumulating(lambda gradients, sizes, most: sizes[-1] * gradients[-1] / sizes.sum()),
        ),
        Mistake(
            "whole-batch",
            "from the whole batch at once",
            "The gradient is right, but the batch does not fit: never hand over more than `most` rows.",
            lambda gradient, X, y, most: gradient(X, y),
        ),
    ),
)


def drive_workers(parallel_step, weights, X, y, lr):
    """Every worker's gradient is that of the mean over the rows it gets."""

    def gradient(w, X, y):
        return 2 * (X @ w - y) @ X / len(X)

    found = parallel_step(gradient, weights, X, y, lr)
    yield "reduced", found["reduced"]
    yield "weights", found["weights"]


def true_workers(weights, X, y, lr) -> Values:
    """The engine's gradient of the mean over all rows of all workers, and one step with it, on every worker."""
    rows, targets = X.reshape(-1, X.shape[-1]), y.reshape(-1)
    gradient = grad(lambda w: mean((rows @ w - targets) ** 2))(weights[0])
    reduced = np.tile(gradient, (len(weights), 1))
    return {"reduced": reduced, "weights": weights - lr * reduced}


def draw_workers(rng) -> Values:
    """Equal weights on every worker, and a shard of rows for each."""
    workers, rows, features = (int(n) for n in rng.permutation([2, 3, 4, 5])[:3])
    arrays = dict(X=rng.normal(size=(workers, rows, features)), y=rng.normal(size=(workers, rows)))
    return (
        dict(weights=np.tile(rng.normal(size=features), (workers, 1))) | arrays | dict(lr=float(rng.uniform(0.1, 0.5)))
    )


def reducing(reduce, step=lambda weights, reduced, lr: weights - lr * reduced):
    """A learner who reduces and steps like this."""

    def parallel_step(gradient, weights, X, y, lr):
        reduced = reduce(np.array([gradient(*own) for own in zip(weights, X, y, strict=True)]))
        return dict(reduced=reduced, weights=step(weights, reduced, lr))

    return parallel_step


def to_all(gradients):
    """Every worker gets the mean."""
    return np.tile(gradients.mean(axis=0), (len(gradients), 1))


DATA_PARALLEL = Exercise(
    id="data-parallel",
    name="parallel_step",
    parts=dict(reduced=2, weights=1),
    truth=true_workers,
    drive=drive_workers,
    draw=draw_workers,
    shown=dict(
        weights=np.array([[1.0, -1.0], [1.0, -1.0]]),
        X=np.array([[[1.0, 2.0], [0.0, 1.0], [2.0, 1.0]], [[1.0, 1.0], [3.0, 0.0], [0.0, 2.0]]]),
        y=np.array([[0.0, 1.0, 0.0], [2.0, 1.0, 1.0]]),
        lr=0.1,
    ),
    noun="random sets of workers",
    mistakes=(
        Mistake(
            "sum-for-mean",
            "with a sum where a mean belongs",
            "An all-reduce adds. Divide by the number of workers, or the step is that many times too long.",
            reducing(lambda gradients: np.tile(gradients.sum(axis=0), (len(gradients), 1))),
        ),
        Mistake(
            "not-reduced",
            "when every worker keeps its own gradient",
            "Then their weights drift apart. Each needs the mean over all of them.",
            reducing(lambda gradients: gradients),
        ),
        Mistake(
            "first-worker-only",
            "when only the first worker gets the mean",
            "All-reduce means that all of them hold the result.",
            reducing(lambda gradients: np.vstack([gradients.mean(axis=0), gradients[1:]])),
        ),
        Mistake(
            "divided-by-rows",
            "when it is divided by the number of rows",
            "Each worker's gradient is a mean over its rows already. Now average over workers.",
            lambda gradient, weights, X, y, lr: reducing(
                lambda gradients: np.tile(gradients.sum(axis=0) / X.shape[1], (len(gradients), 1))
            )(gradient, weights, X, y, lr),
        ),
        Mistake(
            "own-step",
            "when each worker moves with its own gradient after all",
            "The reduced gradient is there: every worker moves with that one, and all weights stay equal.",
            lambda gradient, weights, X, y, lr: reducing(
                to_all, lambda weights, reduced, lr: weights - lr * np.array(list(map(gradient, weights, X, y)))
            )(gradient, weights, X, y, lr),
        ),
        Mistake(
            "update-added",
            "by adding the step",
            "The gradient points uphill. Subtract.",
            reducing(to_all, lambda weights, reduced, lr: weights + lr * reduced),
        ),
    ),
)
