"""Batch normalisation, the way forward: in training and in evaluation."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes

EPS, SHARE = 1e-5, 0.1


def normalise(F, X, gamma, beta, running_mean, running_var, training, **_) -> dict:
    mean = F.mean(X, axis=0) if training else running_mean * 1.0
    centred = X - mean
    var = F.mean(centred * centred, axis=0) if training else running_var * 1.0
    X_hat = centred / (var + EPS) ** 0.5
    Y = X_hat * gamma + beta
    kept = SHARE if training else 0.0
    moved = {
        "new_running_mean": (1 - kept) * running_mean + kept * mean,
        "new_running_var": (1 - kept) * running_var + kept * var,
    }
    return dict(mean=mean, var=var, X_hat=X_hat, Y=Y, **moved, L=F.sum(Y))


batch_norm_by_hand = Derivation(
    mean=lambda X, running_mean, training: X.mean(axis=0) if training else running_mean,
    var=lambda X, running_var, training: X.var(axis=0) if training else running_var,
    X_hat=lambda X, mean, var: (X - mean) / np.sqrt(var + EPS),
    Y=lambda X_hat, gamma, beta: gamma * X_hat + beta,
    new_running_mean=lambda running_mean, mean, training: running_mean + training * SHARE * (mean - running_mean),
    new_running_var=lambda running_var, var, training: running_var + training * SHARE * (var - running_var),
)


def draw_forward(rng) -> Values:
    """A batch, in training in two cases of three, and running averages as they are after some time."""
    rows, units = sizes(rng, 2, 3, 7)
    case = arrays(rng, X=(rows, units), gamma=(units,), beta=(units,), running_mean=(units,))
    if rng.random() < 0.4:  # a column that hardly varies, in which epsilon counts
        case["X"][:, 0] = 0.5 + 0.03 * rng.normal(size=rows)
    return case | {"running_var": rng.uniform(0.3, 3, units), "training": bool(rng.random() < 2 / 3)}


BATCH_NORM = Exercise(
    id="batch-norm",
    name="batch_norm",
    parts=dict(mean=0.5, var=0.5, X_hat=0.5, Y=0.5, new_running_mean=0.5, new_running_var=0.5),
    truth=Autodiff(normalise),
    draw=draw_forward,
    shown=dict(
        X=np.array([[1.0, 4.0], [3.0, 0.0], [5.0, 5.0]]),
        gamma=np.array([2.0, -1.0]),
        beta=np.array([0.5, 1.0]),
        running_mean=np.array([1.0, 2.0]),
        running_var=np.array([1.0, 0.5]),
        training=True,
    ),
    noun="batches",
    mistakes=(
        batch_norm_by_hand.mistake(
            "rows-for-columns",
            "with the mean over a row",
            "Each unit has its own mean, over the examples of the batch: axis 0. Over a row it is layer normalisation.",
            mean=lambda X, running_mean, training: X.mean(axis=1) if training else running_mean,
            var=lambda X, running_var, training: X.var(axis=1) if training else running_var,
            X_hat=lambda X, mean, var: X,
            new_running_mean=lambda running_mean: running_mean,
            new_running_var=lambda running_var: running_var,
        ),
        batch_norm_by_hand.mistake(
            "n-minus-one",
            "with N - 1 in place of N",
            "This variance divides by the number of examples: it describes the batch, it estimates nothing.",
            var=lambda X, running_var, training: X.var(axis=0, ddof=1) if training else running_var,
        ),
        batch_norm_by_hand.mistake(
            "n-minus-one-running",
            "with N - 1 in the running variance",
            "PyTorch does so, but here both averages take a tenth of what the batch was normalised with.",
            new_running_var=lambda X, running_var, training: (
                running_var + training * SHARE * (X.var(axis=0, ddof=1) - running_var)
            ),
        ),
        batch_norm_by_hand.mistake(
            "std-for-variance",
            "with the standard deviation in place of the variance",
            "The variance is the mean of the squares. Its root comes later, with epsilon below it.",
            var=lambda X, running_var, training: X.std(axis=0) if training else running_var,
        ),
        batch_norm_by_hand.mistake(
            "evaluated-on-batch",
            "with the batch's own mean and variance in evaluation",
            "In evaluation an answer must not depend on its neighbours: use the running averages.",
            mean=lambda X: X.mean(axis=0),
            var=lambda X: X.var(axis=0),
        ),
        batch_norm_by_hand.mistake(
            "trained-on-running",
            "with the running averages in training",
            "In training the batch is normalised by its own mean and variance. The running ones only watch.",
            mean=lambda running_mean: running_mean,
            var=lambda running_var: running_var,
        ),
        batch_norm_by_hand.mistake(
            "epsilon-outside",
            "with epsilon outside the root",
            "It is the root of (variance + epsilon). Where the variance is tiny the two differ.",
            X_hat=lambda X, mean, var: (X - mean) / (np.sqrt(var) + EPS),
        ),
        batch_norm_by_hand.mistake(
            "epsilon-forgotten",
            "without epsilon",
            "It is the root of (variance + epsilon), so that a unit that never changes does not divide by 0.",
            X_hat=lambda X, mean, var: (X - mean) / np.sqrt(var),
        ),
        batch_norm_by_hand.mistake(
            "root-forgotten",
            "by dividing by the variance",
            "Divide by the root of the variance, or the spread does not become 1.",
            X_hat=lambda X, mean, var: (X - mean) / (var + EPS),
        ),
        batch_norm_by_hand.mistake(
            "gain-forgotten",
            "without the gain",
            "After normalising, each unit gets back a size and a place of its own: gamma times X_hat, plus beta.",
            Y=lambda X_hat, beta: X_hat + beta,
        ),
        batch_norm_by_hand.mistake(
            "shift-forgotten",
            "without the shift",
            "After normalising, each unit gets back a size and a place of its own: gamma times X_hat, plus beta.",
            Y=lambda X_hat, gamma: gamma * X_hat,
        ),
        batch_norm_by_hand.mistake(
            "gain-and-shift-exchanged",
            "when gamma and beta are exchanged",
            "gamma is the size and multiplies X_hat, beta is the place and is added.",
            Y=lambda X_hat, gamma, beta: beta * X_hat + gamma,
        ),
        batch_norm_by_hand.mistake(
            "updated-in-evaluation",
            "when the running averages move in evaluation too",
            "In evaluation nothing is learned: the running averages stay as they are.",
            new_running_mean=lambda running_mean, X: running_mean + SHARE * (X.mean(axis=0) - running_mean),
            new_running_var=lambda running_var, X: running_var + SHARE * (X.var(axis=0) - running_var),
        ),
        batch_norm_by_hand.mistake(
            "shares-exchanged",
            "when old and new are exchanged in the running averages",
            "The average keeps 0.9 of what it was and takes 0.1 of the new batch.",
            new_running_mean=lambda running_mean, mean, training: (
                mean if not training else 0.1 * running_mean + 0.9 * mean
            ),
            new_running_var=lambda running_var, var, training: var if not training else 0.1 * running_var + 0.9 * var,
        ),
        batch_norm_by_hand.mistake(
            "not-updated",
            "when the running averages stay as they are",
            "In training each batch moves them by a tenth towards its own mean and variance.",
            new_running_mean=lambda running_mean: running_mean,
            new_running_var=lambda running_var: running_var,
        ),
    ),
)
