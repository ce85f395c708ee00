"""One linear layer, forward and back: on paper for a single example, in code for a batch."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Mistake, Values

PAPER = dict(
    W=np.array([[1.0, 2.0], [3.0, -1.0]]),
    a=np.array([2.0, -1.0]),
    b=np.array([1.0, 0.0]),
    delta=np.array([-1.0, 2.0]),
)


def _one_example(F, W, a, b, delta) -> dict:
    z = F.matmul(W, a) + b
    return dict(z=z, L=F.sum(z * delta))


paper_layer = Autodiff(_one_example)
on_paper = Derivation(
    z=lambda W, a, b: W.dot(a) + b,
    dL_dW=lambda delta, a: np.outer(delta, a),
    dL_db=lambda delta: delta,
    dL_da=lambda W, delta: delta.dot(W),
)
PAPER_PARTS = dict(z=0.5, dL_dW=1, dL_db=0.5, dL_da=1)


ON_PAPER = on_paper.only(*PAPER_PARTS, **PAPER)


W_FOR_WT = dict(
    title="with W in place of its transpose",
    sentence="Going back, input 1 collects from all units it fed: down the first column of W, not along its first row.",
)
WEIGHTS_TRANSPOSED = dict(
    title="with the gradient of W transposed",
    sentence="The gradient has the shape of W: one row for each unit, one column for each input.",
)

ONE_LAYER = Exercise(
    id="one-layer",
    name="layer",
    parts=PAPER_PARTS,
    truth=lambda: paper_layer(**PAPER),
    style="values",
    tolerance=1e-3,
    mistakes=(
        ON_PAPER.mistake("w-for-wt", **W_FOR_WT, dL_da=lambda W, delta: W.dot(delta)),
        ON_PAPER.mistake("weights-transposed", **WEIGHTS_TRANSPOSED, dL_dW=lambda delta, a: np.outer(a, delta)),
        ON_PAPER.mistake(
            "columns-forward",
            "with the columns of W where its rows belong",
            "The first number of z is the first row of W times a, plus the first bias.",
            z=lambda W, a, b: a.dot(W) + b,
        ),
        ON_PAPER.mistake(
            "bias-forgotten",
            "when b is left out",
            "After the sum of products each unit adds its bias.",
            z=lambda W, a: W.dot(a),
        ),
        ON_PAPER.mistake(
            "bias-one",
            "by giving a bias the gradient 1",
            "1 is how z follows b. What comes from the loss, delta, multiplies it.",
            dL_db=lambda delta: np.ones_like(delta),
        ),
        ON_PAPER.mistake(
            "only-where-equal",
            "when W's gradient is filled on its diagonal only",
            "Every weight has an input and a unit. Row j, column k holds delta of unit j times input k.",
            dL_dW=lambda delta, a: np.diag(delta * a),
        ),
    ),
)


def sizes(rng, many: int, low: int = 2, high: int = 7) -> list[int]:
    """So many different sizes."""
    return [int(n) for n in rng.permutation(np.arange(low, high))[:many]]


def _linear(F, A, W, b) -> dict:
    Z = F.linear(A, W, b)
    return dict(Z=Z, L=F.sum(Z))


def draw_forward(rng) -> Values:
    """A batch, weights and biases; all three sizes differ."""
    n, out, into = sizes(rng, 3)
    return dict(A=rng.normal(size=(n, into)), W=rng.normal(size=(out, into)), b=rng.normal(size=out))


LINEAR_FORWARD = Exercise(
    id="linear-forward",
    name="linear_forward",
    parts={"Z": 2},
    truth=Autodiff(_linear),
    draw=draw_forward,
    shown=dict(
        A=np.array([[2.0, -1.0, 0.0], [1.0, 0.0, 3.0]]),
        W=np.array([[1.0, 2.0, 0.5]]),
        b=np.array([1.0]),
    ),
    noun="layers of different sizes",
    mistakes=(
        Mistake(
            "bias-forgotten",
            "when b is left out",
            "Add b: NumPy adds it to every row.",
            lambda A, W, b: A.dot(W.T),
        ),
        Mistake(
            "columns",
            "when every example is a column",
            "The numbers are right, but a batch is rows: Z has one row for each example. Begin with A, not with W.",
            lambda A, W, b: W.dot(A.T) + b[:, None],
        ),
        Mistake(
            "bias-once",
            "when b is added to the first example only",
            "Every example passes the same units, so every row of Z gets b.",
            lambda A, W, b: np.vstack([A[:1].dot(W.T) + b, A[1:].dot(W.T)]),
        ),
    ),
)


def _backward(F, delta, A, W) -> dict:
    b = W[:, 0] * 0.0  # a node of the right shape; it changes neither Z nor the gradient of W
    Z = F.linear(A, W, b)
    return dict(b=b, Z=Z, L=F.sum(Z * delta))


def draw_backward(rng) -> Values:
    """A batch, weights, and a gradient that is different for every example and unit; some layers are square."""
    n, out, into = sizes(rng, 3)
    into = out if rng.random() < 0.25 else into  # there a wrong transpose fits
    return dict(delta=rng.normal(size=(n, out)), A=rng.normal(size=(n, into)), W=rng.normal(size=(out, into)))


def back(delta, A, W, **changed) -> Values:
    """The three gradients by hand, some of them changed."""
    right = {"dL_dW": np.einsum("nj,nk->jk", delta, A), "dL_db": np.einsum("nj->j", delta), "dL_dA": delta.dot(W)}
    return right | {part: way(delta, A, W) for part, way in changed.items()}


def back_mistake(id: str, title: str, sentence: str, **changed) -> Mistake:
    """A mistake made on the way back through a layer."""
    return Mistake(id, title, sentence, lambda delta, A, W: back(delta, A, W, **changed))


LINEAR_BACKWARD = Exercise(
    id="linear-backward",
    name="linear_backward",
    parts=dict(dL_dW=2, dL_db=1, dL_dA=1),
    truth=Autodiff(_backward),
    draw=draw_backward,
    shown=dict(
        delta=np.array([[1.0], [-2.0]]),
        A=np.array([[2.0, -1.0, 0.0], [1.0, 0.0, 3.0]]),
        W=np.array([[1.0, 2.0, 0.5]]),
    ),
    noun="layers of different sizes",
    upstream="delta",
    mistakes=(
        back_mistake(
            "bias-not-summed",
            "when the bias gradient is not summed over the batch",
            "Every example used the same b, so each adds its share: one number for each unit is left. Sum over axis 0.",
            dL_db=lambda delta, A, W: delta,
        ),
        back_mistake(
            "bias-summed-over-units",
            "when the bias gradient is summed over the units",
            "Rows are examples, columns are units. Sum the rows away, so that one number a unit is left: axis 0.",
            dL_db=lambda delta, A, W: delta.sum(axis=1),
        ),
        back_mistake(
            "bias-in-one-number",
            "when the bias gradient is summed over everything",
            "Each unit has its own bias. Sum over the examples only: axis 0.",
            dL_db=lambda delta, A, W: delta.sum(),
        ),
        back_mistake(
            "bias-mean",
            "with a mean over the batch where a sum belongs",
            "If the loss is a mean, its 1/N is in delta already. Shares of the examples are added.",
            dL_db=lambda delta, A, W: delta.mean(axis=0),
        ),
        back_mistake(
            "mean-twice",
            "with a mean over the batch where a sum belongs",
            "If the loss is a mean, its 1/N is in delta already. The product with A sums over the batch: leave it so.",
            dL_dW=lambda delta, A, W: np.einsum("nj,nk->jk", delta, A) / len(A),
            dL_db=lambda delta, A, W: delta.mean(axis=0),
        ),
        back_mistake(
            "weights-transposed",
            **WEIGHTS_TRANSPOSED,
            dL_dW=lambda delta, A, W: np.einsum("nj,nk->kj", delta, A),
        ),
        back_mistake(
            "first-example-only",
            "with the first example of the batch only",
            "The batch has more rows. The product with the whole of A sums over all of them.",
            dL_dW=lambda delta, A, W: np.outer(delta[0], A[0]),
            dL_db=lambda delta, A, W: delta[0],
        ),
        back_mistake(
            "inputs-as-columns",
            "when every example is a column",
            "The numbers are right, but the gradient has the shape of A: one row for each example.",
            dL_dA=lambda delta, A, W: W.T.dot(delta.T),
        ),
    ),
)
