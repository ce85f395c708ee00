"""What stands in for a choice: softmax with a temperature, and the score-function estimator."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Mistake, Values
from backprop.exercises.gradient_pathologies._inputs import arrays, sizes


def _soft_position(F, scores, temperature, upstream) -> dict:
    p = F.softmax(scores / temperature, -1)
    position = sum(p[:, k] * float(k) for k in range(scores.shape[-1]))
    return dict(p=p, position=position, L=F.sum(position * upstream))


def _softmax(scores):
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)


def _odds(scores, temperature):
    return np.exp((scores - scores.max(axis=-1, keepdims=True)) / temperature)


def _places(p):
    return np.arange(p.shape[1])


soft_argmax_by_hand = Derivation(
    p=lambda scores, temperature: _softmax(scores / temperature),
    position=lambda p: p @ _places(p),
    dL_dscores=lambda p, position, upstream, temperature: (
        upstream[:, None] * p * (_places(p) - position[:, None]) / temperature
    ),
)


def draw_scores(rng) -> Values:
    """A few rows of scores; some so large, or so cold, that exp alone overflows."""
    rows, options = sizes(rng, 2, 3, 7)
    case = arrays(rng, scores=(rows, options), upstream=(rows,))
    temperature, high = float(rng.uniform(0.3, 3)), rng.random() < 0.3
    scores = case["scores"] + (1000.0 if high else 0.0)
    return dict(scores=scores, temperature=temperature, upstream=case["upstream"])


SOFT_ARGMAX = Exercise(
    id="soft-argmax",
    name="soft_argmax",
    parts=dict(p=1, position=0.5, dL_dscores=1.5),
    truth=Autodiff(_soft_position),
    draw=draw_scores,
    shown=dict(scores=np.array([[1.0, 3.0, 2.0], [0.0, -1.0, 0.5]]), temperature=0.5, upstream=np.array([1.0, -2.0])),
    tolerance=1e-9,  # scores near 1000 have three digits less behind the point
    noun="batches",
    mistakes=(
        soft_argmax_by_hand.mistake(
            "multiplied",
            "by multiplying by the temperature",
            "A low temperature makes the choice harder: the scores are divided by it.",
            p=lambda scores, temperature: _softmax(scores * temperature),
        ),
        soft_argmax_by_hand.mistake(
            "sum-of-all",
            "by dividing by the sum of the whole array",
            "Each row is a choice of its own: sum along the row, axis=1 with keepdims=True.",
            p=lambda scores, temperature: _odds(scores, temperature) / _odds(scores, temperature).sum(),
        ),
        soft_argmax_by_hand.mistake(
            "temperature-forgotten-forward",
            "without the temperature",
            "Divide the scores by the temperature before the softmax.",
            p=lambda scores: _softmax(scores),
        ),
        soft_argmax_by_hand.mistake(
            "temperature-forgotten",
            "when the temperature is forgotten on the way back",
            "The scores were divided by the temperature, and so is their gradient.",
            dL_dscores=lambda p, position, upstream: upstream[:, None] * p * (_places(p) - position[:, None]),
        ),
        soft_argmax_by_hand.mistake(
            "temperature-multiplied-back",
            "by multiplying by the temperature on the way back",
            "The scores were divided by the temperature, and so is their gradient.",
            dL_dscores=lambda p, position, upstream, temperature: (
                upstream[:, None] * p * (_places(p) - position[:, None]) * temperature
            ),
        ),
        soft_argmax_by_hand.mistake(
            "diagonal",
            "when each probability is taken to follow its own score alone",
            "Probabilities sum to 1: raising one score lowers all others. Subtract the position itself.",
            dL_dscores=lambda p, upstream, temperature: upstream[:, None] * p * (1 - p) * _places(p) / temperature,
        ),
        soft_argmax_by_hand.mistake(
            "softmax-constant",
            "when the denominator is treated as a constant",
            "The sum below the fraction bar moves with every score: it is what subtracts the position.",
            dL_dscores=lambda p, upstream, temperature: upstream[:, None] * p * _places(p) / temperature,
        ),
        soft_argmax_by_hand.mistake(
            "upstream-ignored",
            "without the upstream gradient",
            "Each row's derivative is multiplied by what came back from the loss for that row.",
            dL_dscores=lambda p, position, temperature: p * (_places(p) - position[:, None]) / temperature,
        ),
        soft_argmax_by_hand.mistake(
            "hard",
            "with the argmax itself",
            "The position of the largest score jumps. Take the mean position under the probabilities.",
            position=lambda p: p.argmax(axis=1) * 1.0,
        ),
    ),
)


def _chosen(F, theta, samples, losses, baseline) -> dict:
    log_p = F.log_softmax(theta, -1)
    return {"L": sum(log_p[int(k)] * (float(loss) - float(baseline)) for k, loss in _pairs(samples, losses))}


def _pairs(samples, losses):
    return zip(samples, losses, strict=True)


def _expected(F, theta, loss_of) -> dict:
    return {"L": F.sum(F.softmax(theta, -1) * loss_of)}


def true_estimate(theta, samples, loss_of, baseline) -> Values:
    """The estimate on these samples, by the engine; and the exact gradient of the expected loss, which it estimates."""
    theta_tensor = Autodiff(lambda F, theta: _chosen(F, theta, samples, loss_of[samples], baseline))
    exact = Autodiff(_expected)(theta=theta, loss_of=loss_of)["dL_dtheta"]
    return {"estimate": theta_tensor(theta=theta)["dL_dtheta"] / len(samples), "expectation": exact}


def drive_estimator(score_function_gradient, theta, samples, loss_of, baseline):
    estimate = score_function_gradient(theta, samples, loss_of[samples], baseline)
    yield "estimate", estimate
    if estimate is None:
        yield "expectation", None
        return
    odds = np.exp(theta - theta.max())
    ones = [score_function_gradient(theta, np.array([k]), loss_of[[k]], baseline) for k in range(len(theta))]
    yield "expectation", (odds / odds.sum()) @ np.array(ones)


def estimator(of):
    """A learner who makes an estimate of (one-hot samples, p, losses, baseline)."""
    return lambda theta, samples, losses, baseline: of(np.eye(len(theta))[samples], _softmax(theta), losses, baseline)


def draw_samples(rng) -> Values:
    """Samples of a few options, each option with a loss of its own."""
    options, many = sizes(rng, 2, 3, 9)
    case = arrays(rng, theta=(options,), loss_of=(options,))
    samples = rng.choice(options, many, p=_softmax(case["theta"]))
    return dict(theta=case["theta"], samples=samples, loss_of=case["loss_of"] + 2, baseline=float(rng.normal() + 1))


SCORE_FUNCTION = Exercise(
    id="score-function",
    name="score_function_gradient",
    parts=dict(estimate=2, expectation=1),
    truth=true_estimate,
    drive=drive_estimator,
    draw=draw_samples,
    shown=dict(
        theta=np.array([0.0, 1.0, -0.5]),
        samples=np.array([1, 0, 2, 1]),
        loss_of=np.array([3.0, 1.0, 2.5]),
        baseline=1.5,
    ),
    noun="sets of samples",
    mistakes=(
        Mistake(
            "losses-forgotten",
            "without the losses",
            "The score says how to make a choice more likely. The loss says whether that is wanted.",
            estimator(lambda chosen, p, losses, baseline: (chosen - p).mean(axis=0)),
        ),
        Mistake(
            "probability-forgotten",
            "when p is not subtracted",
            "The derivative of log p[k] is 1 at k, minus p everywhere.",
            estimator(lambda chosen, p, losses, baseline: ((losses - baseline)[:, None] * chosen).mean(axis=0)),
        ),
        Mistake(
            "theta-for-p",
            "with theta in place of p",
            "theta are the numbers before the softmax. Make probabilities of them first.",
            lambda theta, samples, losses, baseline: (
                (losses - baseline)[:, None] * (np.eye(len(theta))[samples] - theta)
            ).mean(axis=0),
        ),
        Mistake(
            "mean-loss-baseline",
            "with the samples' mean loss as baseline",
            "The baseline is given. A mean over the same draws depends on them, and then the estimate is biased.",
            estimator(
                lambda chosen, p, losses, baseline: ((losses - losses.mean())[:, None] * (chosen - p)).mean(axis=0)
            ),
        ),
        Mistake(
            "baseline-forgotten",
            "without the baseline",
            "Subtract the baseline from every loss. It changes no expectation, but much of the noise.",
            estimator(lambda chosen, p, losses, baseline: (losses[:, None] * (chosen - p)).mean(axis=0)),
        ),
        Mistake(
            "ascent",
            "with the sign of a reward",
            "This is the gradient of the expected loss, and points to where it grows.",
            estimator(lambda chosen, p, losses, baseline: ((baseline - losses)[:, None] * (chosen - p)).mean(axis=0)),
        ),
        Mistake(
            "summed",
            "by summing over the samples",
            "An estimate of a mean is a mean: divide by the number of samples.",
            estimator(lambda chosen, p, losses, baseline: ((losses - baseline)[:, None] * (chosen - p)).sum(axis=0)),
        ),
        Mistake(
            "weighted-again",
            "by multiplying by the probabilities once more",
            "The samples were drawn with these probabilities, so likely ones come often already.",
            estimator(
                lambda chosen, p, losses, baseline: (((losses - baseline) * (chosen @ p))[:, None] * (chosen - p)).mean(
                    axis=0
                )
            ),
        ),
        Mistake(
            "losses-averaged",
            "by averaging losses and scores apart",
            "Each sample's score is multiplied by that sample's own loss. Only then comes the mean.",
            estimator(lambda chosen, p, losses, baseline: (losses - baseline).mean() * (chosen - p).mean(axis=0)),
        ),
    ),
)
