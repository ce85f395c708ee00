"""Right answers in different styles for lesson 01."""

from functools import reduce
from math import prod

import numpy as np


def _numeric_two_secants(f, x, h):
    right, left = (f(x + h) - f(x)) / h, (f(x) - f(x - h)) / h
    return (right + left) / 2


def _numeric_numpy(f, x, h):
    ends = f(np.array([x - h, x + h]))
    return (np.diff(ends) / (2 * h))[0]


def _numeric_terms(f, x, h):
    return {"slope": 0.5 * f(x + h) / h - 0.5 * f(x - h) / h}


def _compose_loop(fs, dfs, x):
    derivative = 1
    for i in range(len(fs)):
        derivative *= dfs[i](x)
        x = fs[i](x)
    return {"derivative": derivative, "value": x}


def _compose_recursive(fs, dfs, x):
    if not fs:
        return dict(value=x, derivative=1.0)
    rest = _compose_recursive(fs[1:], dfs[1:], fs[0](x))
    return dict(value=rest["value"], derivative=rest["derivative"] * dfs[0](x))


def _compose_two_passes(fs, dfs, x):
    values = reduce(lambda seen, f: [*seen, f(seen[-1])], fs, [np.float64(x)])
    return dict(
        value=values.pop(), derivative=prod(df(v) for df, v in zip(reversed(dfs), reversed(values), strict=True))
    )


def _shared_plain(w, x1, x2, t):
    h = w * x1
    s = h + x2
    y = w * s
    dL_dy = 2 * (y - t)
    return dict(h=h, s=s, y=y, L=(y - t) ** 2, dL_dy=dL_dy, path_late=dL_dy * s, path_early=dL_dy * w * x1,
                dL_dw=dL_dy * (s + w * x1))  # fmt: skip


def _shared_step_by_step(w, x1, x2, t):
    v = {"h": x1 * w}
    v["s"] = x2 + v["h"]
    v["y"] = v["s"] * w
    v["L"] = np.square(v["y"] - t)
    v["dL_dy"] = 2 * v["y"] - 2 * t
    dL_ds = v["dL_dy"] * w
    dL_dh = dL_ds * 1
    v["path_early"] = dL_dh * x1
    v["path_late"] = v["s"] * v["dL_dy"]
    v["dL_dw"] = sum([v["path_late"], v["path_early"]])
    return v


def _shared_expanded(w, x1, x2, t):
    y = w**2 * x1 + w * x2
    miss = np.float64(y - t)
    late, early = 2 * miss * (w * x1 + x2), 2 * miss * (w * x1)
    return dict(h=w * x1, s=w * x1 + x2, y=y, L=miss**2, dL_dy=2 * miss, path_late=late, path_early=early,
                dL_dw=2 * miss * (2 * w * x1 + x2))  # fmt: skip


def _sweep_pushing(n, edges, slopes):
    gradients = {n - 1: 1.0}
    for node in range(n - 1, -1, -1):
        upstream = gradients.setdefault(node, 0.0)
        for k in range(len(edges)):
            if edges[k][1] == node:
                gradients[edges[k][0]] = gradients.get(edges[k][0], 0) + upstream * slopes[k]
    return [gradients[node] for node in range(n)]


def _sweep_pulling(n, edges, slopes):
    """Each node collects from those that use it, which were visited before."""
    gradients = np.zeros(n)
    gradients[-1] = 1
    for node in reversed(range(n - 1)):
        users = edges[:, 0] == node
        gradients[node] = gradients[edges[users, 1]] @ slopes[users]
    return gradients


def _sweep_sorted(n, edges, slopes):
    gradients = [0.0] * (n - 1) + [1.0]
    order = np.argsort(-edges[:, 1], kind="stable")
    for (source, target), slope in zip(edges[order].tolist(), slopes[order], strict=True):
        gradients[source] += gradients[target] * slope
    return {"gradient": np.array(gradients)}


def _sweep_matrix(n, edges, slopes):
    steps = np.zeros((n, n))
    np.add.at(steps, (edges[:, 0], edges[:, 1]), slopes)
    return np.linalg.solve(np.eye(n) - steps, np.eye(n)[-1])


def _passes_plain(N):
    return {"forward_difference": 1 + N, "central_difference": N + N, "backward_sweep": 2}


def _passes_counted(N):
    """Count the losses that each way computes."""
    one_sided = ["unmoved"] + [("up", k) for k in range(N)]
    two_sided = [(side, k) for k in range(N) for side in ("up", "down")]
    sweep = ["forward", "backward"]
    ways = dict(forward_difference=one_sided, central_difference=two_sided, backward_sweep=sweep)
    return {way: len(runs) for way, runs in ways.items()}


def _passes_floats(N):
    return {"forward_difference": np.float64(N + 1), "central_difference": 2.0 * N, "backward_sweep": 2.0, "N": N}


STYLES = {
    "numeric-derivative": (_numeric_two_secants, _numeric_numpy, _numeric_terms),
    "compose": (_compose_loop, _compose_recursive, _compose_two_passes),
    "shared-weight": (_shared_plain, _shared_step_by_step, _shared_expanded),
    "backward-sweep": (_sweep_pushing, _sweep_pulling, _sweep_sorted, _sweep_matrix),
    "count-passes": (_passes_plain, _passes_counted, _passes_floats),
}
