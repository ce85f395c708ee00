"""The norm of the gradient in each layer of a deep net."""

from functools import partial

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes


def _deep(F, X, W, G, f, df) -> dict:
    A, nodes = X, {}
    for layer in range(len(W)):
        nodes[f"z{layer + 1}"] = Z = A @ W[layer].T
        A = f(Z)
    return nodes | {"L": F.sum(A * G)}


deep_net = Autodiff(_deep)


def true_norms(X, W, G, f, df) -> Values:
    """The norms of dL/dz and dL/dW in each layer, by the engine."""
    found = deep_net(X=X, W=W, G=G, f=f, df=df)
    deltas = [np.linalg.norm(found[f"dL_dz{layer + 1}"]) for layer in range(len(W))]
    return {"delta": np.array(deltas), "weight": np.sqrt((found["dL_dW"] ** 2).sum(axis=(1, 2)))}


def norms_by_hand(
    X, W, G, f, df, *, norm=np.linalg.norm, at="z", slope_at="z", straight=False, came_in=0, backwards=False, of=0,
    onwards=True,
):  # fmt: skip
    """The same by hand; what is named after the star is done wrongly."""
    before, zs, after = [], [], []
    for w in W:
        before.append(X)
        zs.append(X @ w.T)
        X = f(zs[-1])
        after.append(X)
    deltas, weights = [], []
    for layer in reversed(range(len(W))):
        slope = {"z": df(zs[layer]), "a": df(after[layer]), "none": 1.0}[slope_at]
        delta = G * slope
        deltas.append(norm(G if at == "a" else delta))
        weights.append(norm(delta.T @ (before, after)[came_in][layer]))
        passed = W[layer + of] if layer + of >= 0 else W[0]
        G = delta @ (passed.T if straight else passed) if onwards else G
    step = 1 if backwards else -1
    return {"delta": np.array(deltas[::step]), "weight": np.array(weights[::step])}


def draw_deep(rng) -> Values:
    """Two to six layers of a few units, with a smooth activation function."""
    return _deep_case(rng, *sizes(rng, 3), str(rng.choice(["sigmoid", "tanh"])))


def _deep_case(rng, layers, width, rows, name) -> Values:
    case = arrays(rng, X=(rows, width), W=(layers, width, width), G=(rows, width))
    return case | {"f": f"function:{name}", "df": f"function:d_{name}"}


GRADIENT_NORMS = Exercise(
    id="gradient-norms",
    name="gradient_norms",
    parts=dict(delta=2, weight=2),
    truth=true_norms,
    draw=draw_deep,
    shown=_deep_case(np.random.default_rng(3), 2, 2, 3, "sigmoid"),
    noun="deep nets",
    mistakes=tuple(
        Mistake(id, title, sentence, partial(norms_by_hand, **wrong))
        for id, title, sentence, wrong in (
            (
                "slope-forgotten",
                "without the activation function's slope",
                "On its way from A to Z the gradient is multiplied by f'(Z), in every layer.",
                dict(slope_at="none"),
            ),
            (
                "slope-at-a",
                "with the slope taken at the activation",
                "df wants what f got: take it at Z, not at A.",
                dict(slope_at="a"),
            ),
            (
                "transposed",
                "with W transposed on the way back",
                "Forward is A @ W.T, so the way back to A is delta @ W.",
                dict(straight=True),
            ),
            (
                "norm-at-a",
                "with the norm of dL/dA",
                "delta is dL/dZ: multiply by the slope first, then take the norm.",
                dict(at="a"),
            ),
            (
                "layer-before",
                "with the matrix of the layer before",
                "From Z of a layer back to what came into it the way leads through that layer's own W[l].",
                dict(of=-1),
            ),
            (
                "not-carried-on",
                "when G stays the same in every layer",
                "What goes back through a layer arrives at the one before: G = delta @ W[l] at the end of the loop.",
                dict(onwards=False),
            ),
            (
                "last-first",
                "with the last layer first",
                "The loop runs from the last layer to the first. Turn the lists around at the end, or fill by index.",
                dict(backwards=True),
            ),
            (
                "squared",
                "when the norm's root is forgotten",
                "The norm is the root of the sum of the squares: np.linalg.norm.",
                dict(norm=lambda array: (array**2).sum()),
            ),
            (
                "outgoing",
                "with the activation that leaves the layer",
                "A weight was multiplied by what came into its layer, the activation of the layer before.",
                dict(came_in=1),
            ),
        )
    ),
)
