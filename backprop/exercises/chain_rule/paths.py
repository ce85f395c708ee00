"""Two paths that meet: a weight that is used twice."""

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Derivation, Exercise, Values
from backprop.exercises._scalars import some


def _forward(F, w, x1, x2, t) -> dict:
    """h = w x1, s = h + x2, y = w s, L = (y - t)^2; each use of w is a node of its own and keeps its part."""
    early, late = w * 1.0, w * 1.0
    h = early * x1
    s = h + x2
    y = late * s
    return dict(early=early, late=late, h=h, s=s, y=y, L=(y - t) ** 2)


shared_weight_trace = Autodiff(_forward, names={"dL_dlate": "path_late", "dL_dearly": "path_early"})


shared_by_hand = Derivation(
    h=lambda w, x1: w * x1,
    s=lambda h, x2: h + x2,
    y=lambda w, s: w * s,
    L=lambda y, t: (y - t) ** 2,
    dL_dy=lambda y, t: 2 * (y - t),
    path_late=lambda dL_dy, s: dL_dy * s,
    path_early=lambda dL_dy, w, x1: dL_dy * w * x1,
    dL_dw=lambda path_late, path_early: path_late + path_early,
)
SHOWN = dict(w=2.0, x1=1.0, x2=3.0, t=8.0)


def draw_shared(rng) -> Values:
    """A weight used twice, away from cancellation: neither s nor the miss nor the sum of the paths is near 0."""
    while True:
        case = some(rng, SHOWN)
        trace = shared_by_hand(**case)
        if min(abs(trace["s"]), abs(trace["dL_dy"]), abs(trace["dL_dw"])) > 0.1:
            return case


SHARED_WEIGHT = Exercise(
    id="shared-weight",
    name="shared_weight",
    parts=dict(dL_dy=0.5, path_late=0.5, path_early=1, dL_dw=1),
    truth=shared_weight_trace,
    draw=draw_shared,
    shown=SHOWN,
    noun="networks",
    tolerance=1e-11,
    mistakes=(
        shared_by_hand.mistake(
            "early-path-dropped",
            "when the early path is dropped",
            "w is used twice. The loss also follows it through h, and that path counts as much.",
            dL_dw=lambda path_late: path_late,
        ),
        shared_by_hand.mistake(
            "late-path-dropped",
            "when the late path is dropped",
            "w is used twice. The loss also follows it directly through y = w s, and that path counts as much.",
            dL_dw=lambda path_early: path_early,
        ),
        shared_by_hand.mistake(
            "paths-multiplied",
            "by multiplying the two paths",
            "Along a path one multiplies. Where two paths meet, their contributions add up.",
            dL_dw=lambda path_late, path_early: path_late * path_early,
        ),
        shared_by_hand.mistake(
            "paths-averaged",
            "by taking the mean of the two paths",
            "A nudge of w travels on both paths at once, in full on each. The contributions add up.",
            dL_dw=lambda path_late, path_early: (path_late + path_early) / 2,
        ),
        shared_by_hand.mistake(
            "last-edge-only",
            "with the slope of the last edge alone",
            "The late path begins at L: its slope s on the last edge is still to be multiplied by dL_dy.",
            path_late=lambda s: s,
        ),
        shared_by_hand.mistake(
            "w-left-out",
            "when w is left out of the early path",
            "On its way from y back to h the gradient passes y = w s. There the local derivative is w.",
            path_early=lambda dL_dy, x1: dL_dy * x1,
        ),
        shared_by_hand.mistake(
            "error-reversed",
            "with t - y in place of y - t",
            "The derivative of (y - t)^2 contains y - t, prediction minus target. Yours has the opposite sign.",
            dL_dy=lambda y, t: 2 * (t - y),
        ),
        shared_by_hand.mistake(
            "half-kept",
            "for a loss with a half in front",
            "This loss is the full square, so its derivative keeps the factor 2.",
            dL_dy=lambda y, t: y - t,
        ),
        shared_by_hand.mistake(
            "error-reversed-and-half-kept",
            "with t - y alone",
            "Two slips in one: the derivative of (y - t)^2 contains y - t, and the 2 that the square brings down.",
            dL_dy=lambda y, t: t - y,
        ),
        shared_by_hand.mistake(
            "power-kept",
            "when the square stays",
            "The derivative of a square loses one power: 2 (y - t), not 2 (y - t)^2.",
            dL_dy=lambda y, t: 2 * (y - t) ** 2,
        ),
    ),
)
