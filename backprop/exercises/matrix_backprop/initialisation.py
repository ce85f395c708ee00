"""He's initialisation: how wide the first weights are spread."""

import numpy as np

from backprop.exercises._form import Exercise, Mistake, Values


def drive_he(he, n_out, n_in, seed):
    """A small matrix shows its shape, a large one how its numbers are spread."""
    small = he(n_out, n_in, np.random.default_rng(seed))
    if small is None:
        return
    yield "shape", np.array(np.shape(small))
    W = he(50 * n_out, 50 * n_in, np.random.default_rng(seed))
    again, other = (he(50 * n_out, 50 * n_in, np.random.default_rng(seed + k)) for k in (0, 1))
    yield "spread", W.std()
    yield "drawn_from_rng", bool((again == W).all() and (other != W).any())
    yield "centre", W.mean() / W.std()


def he_truth(n_out, n_in, seed) -> Values:
    """Variance 2 / in, as of He et al. 2015; the numbers themselves are random."""
    return {"shape": np.array([n_out, n_in]), "spread": (2 / (50 * n_in)) ** 0.5, "centre": 0.0, "drawn_from_rng": True}


def draw_he(rng) -> Values:
    """Few units and many inputs, or the other way round."""
    few, many = int(rng.integers(2, 4)), int(rng.integers(5, 8))
    n_out, n_in = (few, many) if rng.random() < 0.5 else (many, few)
    return dict(n_out=n_out, n_in=n_in, seed=int(rng.integers(1, 10**6)))


def he_mistake(id: str, title: str, sentence: str, spread) -> Mistake:
    """A mistake in how wide the numbers are spread."""
    return Mistake(id, title, sentence, lambda n_out, n_in, rng: rng.normal(0, spread(n_out, n_in), (n_out, n_in)))


HE = Exercise(
    id="he",
    name="he",
    parts=dict(shape=0.5, spread=1, drawn_from_rng=0.25, centre=0.25),
    truth=he_truth,
    draw=draw_he,
    shown=dict(n_out=4, n_in=6, seed=1),
    drive=drive_he,
    cases=10,
    tolerance=0.04,  # 15,000 random numbers tell their spread to about 1 %
    noun="matrices",
    mistakes=(
        he_mistake(
            "units-for-inputs",
            "when the units are counted in place of the inputs",
            "A unit adds up its inputs, one for each column of W. Their number decides how large the sum gets.",
            lambda n_out, n_in: (2 / n_out) ** 0.5,
        ),
        he_mistake(
            "variance-for-spread",
            "with the variance where the standard deviation belongs",
            "2 / n_in is the variance. The numbers are multiplied by its square root.",
            lambda n_out, n_in: 2 / n_in,
        ),
        he_mistake(
            "two-forgotten",
            "without the 2 for ReLU",
            "1 / n_in keeps a sum's size. ReLU then throws half of the squares away, and the 2 makes up for it.",
            lambda n_out, n_in: (1 / n_in) ** 0.5,
        ),
        he_mistake(
            "xavier",
            "of Xavier Glorot's rule, which counts inputs and units",
            "2 / (n_in + n_out) is for tanh and sigmoid. Kaiming He's rule for ReLU is 2 / n_in.",
            lambda n_out, n_in: (2 / (n_in + n_out)) ** 0.5,
        ),
        he_mistake(
            "no-scale",
            "when the numbers are not scaled",
            "Multiply the normal numbers by the square root of 2 / n_in.",
            lambda n_out, n_in: 1.0,
        ),
        Mistake(
            "own-generator",
            "of numbers that do not come from rng",
            "Draw from the generator that is handed over, `rng.normal(...)`: one seed then always gives one network.",
            lambda n_out, n_in, rng: np.random.default_rng().normal(0, (2 / n_in) ** 0.5, (n_out, n_in)),
        ),
        Mistake(
            "rows-and-columns",
            "with rows and columns exchanged",
            "W has one row for each unit and one column for each input: (n_out, n_in).",
            lambda n_out, n_in, rng: rng.normal(0, (2 / n_in) ** 0.5, (n_in, n_out)),
        ),
    ),
)
