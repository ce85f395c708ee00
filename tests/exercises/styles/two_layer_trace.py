"""Right answers in different styles for lesson 02."""

import math

import numpy as np


def _dl_dw1_early_return(x, y, w1, b1, w2, b2):
    if w1 * x + b1 <= 0:
        return 0
    return (w2 * (w1 * x + b1) + b2 - y) * x * w2 * 2


def _dl_dw1_numpy(x, y, w1, b1, w2, b2):
    z1 = np.add(np.multiply(w1, x), b1)
    error = w2 * np.maximum(z1, 0) + b2 - y
    return 2 * error * w2 * np.heaviside(z1, 0) * x


def _dl_dw1_matrix(*, x, y, w1, b1, w2, b2):
    first, second = np.array([[w1, b1]]), np.array([[w2, b2]])
    hidden = first @ [x, 1.0]
    out = second @ [max(hidden[0], 0.0), 1.0]
    return float(2 * (out - y)[0] * w2 * (hidden[0] > 0) * x)


def _relu_plain(x, y, w1, b1, w2, b2):
    t = {"z1": x * w1 + b1}
    t["a1"] = t["z1"] if t["z1"] > 0 else 0
    t["z2"] = b2 + t["a1"] * w2
    miss = t["z2"] - y
    t["L"] = miss * miss
    t["dL_dz2"] = miss + miss
    t["dL_db2"] = t["dL_dz2"]
    t["dL_dw2"] = t["a1"] * t["dL_dz2"]
    t["dL_da1"] = w2 * t["dL_dz2"]
    t["dL_dz1"] = t["dL_da1"] * (t["z1"] > 0)
    t["dL_db1"], t["dL_dw1"] = t["dL_dz1"], t["dL_dz1"] * x
    return t


def _relu_numpy(**inputs):
    x, y, w1, b1, w2, b2 = (np.float64(inputs[name]) for name in ("x", "y", "w1", "b1", "w2", "b2"))
    z1 = w1 * x + b1
    a1 = np.where(z1 > 0, z1, 0.0)
    z2 = w2 * a1 + b2
    d2 = 2.0 * (z2 - y)
    d1 = np.where(z1 > 0, d2 * w2, 0.0)
    return dict(
        z1=z1, a1=a1, z2=z2, L=np.square(z2 - y), dL_dz2=d2, dL_dw2=d2 * a1, dL_db2=d2,
        dL_da1=d2 * w2, dL_dz1=d1, dL_dw1=d1 * x, dL_db1=d1, comment="more than was asked",
    )  # fmt: skip


class _RecordingTrace:
    """A callable object that keeps a table and reads its answer from it."""

    def __call__(self, x, y, w1, b1, w2, b2):
        rows = dict(_relu_plain(x, y, w1, b1, w2, b2))
        return {name: rows[name] for name in reversed(rows)}


def _train_recursive(x, y, w1, b1, w2, b2, rate, good_enough, max_steps):
    t = _relu_plain(x, y, w1, b1, w2, b2)
    here = dict(losses=[t["L"]], w1=w1, b1=b1, w2=w2, b2=b2)
    if t["L"] < good_enough or max_steps == 0:
        return here
    moved = [p - rate * t[f"dL_d{n}"] for n, p in dict(w1=w1, b1=b1, w2=w2, b2=b2).items()]
    rest = _train_recursive(x, y, *moved, rate, good_enough, max_steps - 1)
    return rest | {"losses": [t["L"], *rest["losses"]]}


def _train_for(x, y, w1, b1, w2, b2, rate, good_enough, max_steps):
    losses = [_relu_plain(x, y, w1, b1, w2, b2)["L"]]
    for _ in range(max_steps):
        if losses[-1] < good_enough:
            break
        t = _relu_plain(x, y, w1, b1, w2, b2)
        w1 -= rate * t["dL_dw1"]
        b1 -= rate * t["dL_db1"]
        w2 -= rate * t["dL_dw2"]
        b2 -= rate * t["dL_db2"]
        losses += [_relu_plain(x, y, w1, b1, w2, b2)["L"]]
    return {"losses": tuple(losses), "w1": w1, "b1": b1, "w2": w2, "b2": b2}


def _train_vector(x, y, w1, b1, w2, b2, rate, good_enough, max_steps):
    p = np.array([w1, b1, w2, b2])
    losses = []
    while True:
        t = _relu_plain(x, y, *p)
        losses.append(t["L"])
        if losses[-1] < good_enough or len(losses) > max_steps:
            return dict(zip(("w1", "b1", "w2", "b2"), p, strict=True)) | {"losses": np.array(losses)}
        p = p - rate * np.array([t["dL_dw1"], t["dL_db1"], t["dL_dw2"], t["dL_db2"]])


def _s(z):
    return 1 / (1 + math.exp(-z))


def _sigmoid_plain(x1, x2, y, w11, w12, w21, w22, bh1, bh2, v1, v2, bo):
    z1, z2 = x1 * w11 + x2 * w12 + bh1, x1 * w21 + x2 * w22 + bh2
    s1, s2 = _s(z1), _s(z2)
    y_pred = bo + v1 * s1 + v2 * s2
    d = y_pred - y
    d1, d2 = d * v1 * (s1 - s1**2), d * v2 * (s2 - s2**2)
    return dict(
        z1=z1, z2=z2, a1=s1, a2=s2, y_pred=y_pred, L=d * d / 2, delta_o=d, delta_1=d1, delta_2=d2,
        dL_dv1=d * s1, dL_dv2=d * s2, dL_dbo=d, dL_dw11=d1 * x1, dL_dw12=d1 * x2, dL_dbh1=d1,
        dL_dw21=d2 * x1, dL_dw22=d2 * x2, dL_dbh2=d2,
    )  # fmt: skip


def _sigmoid_matrix(x1, x2, y, w11, w12, w21, w22, bh1, bh2, v1, v2, bo):
    x, W, b, v = np.array([x1, x2]), np.array([[w11, w12], [w21, w22]]), np.array([bh1, bh2]), np.array([v1, v2])
    z = W @ x + b
    s = 0.5 * (1 + np.tanh(z / 2))
    y_pred = v @ s + bo
    delta_o = y_pred - y
    delta = delta_o * v * s * (1 - s)
    dW = np.outer(delta, x)
    named = {f"dL_dw{j + 1}{k + 1}": dW[j, k] for j in range(2) for k in range(2)}
    for j in (1, 2):
        named |= {f"z{j}": z[j - 1], f"a{j}": s[j - 1], f"delta_{j}": delta[j - 1]}
        named |= {f"dL_dv{j}": (delta_o * s)[j - 1], f"dL_dbh{j}": delta[j - 1]}
    return named | dict(y_pred=y_pred, L=(y - y_pred) ** 2 / 2, delta_o=delta_o, dL_dbo=delta_o)


def _sigmoid_loop(**n):
    t = {}
    for j in ("1", "2"):
        t["z" + j] = sum(n[f"w{j}{k}"] * n[f"x{k}"] for k in (1, 2)) + n["bh" + j]
        t["a" + j] = np.exp(t["z" + j]) / (1 + np.exp(t["z" + j]))
    t["y_pred"] = n["v1"] * t["a1"] + n["v2"] * t["a2"] + n["bo"]
    t["L"] = 0.5 * (n["y"] - t["y_pred"]) ** 2
    t["delta_o"] = t["dL_dbo"] = -(n["y"] - t["y_pred"])
    for j in ("1", "2"):
        t["dL_dv" + j] = t["delta_o"] * t["a" + j]
        t["delta_" + j] = t["dL_dbh" + j] = t["delta_o"] * n["v" + j] * t["a" + j] * (1 - t["a" + j])
        for k in ("1", "2"):
            t["dL_dw" + j + k] = t["delta_" + j] * n["x" + k]
    return t


STYLES = {
    "dL-dw1": (_dl_dw1_early_return, _dl_dw1_numpy, _dl_dw1_matrix),
    "trace-relu": (_relu_plain, _relu_numpy, _RecordingTrace()),
    "train-relu": (_train_recursive, _train_for, _train_vector),
    "trace-sigmoid": (_sigmoid_plain, _sigmoid_matrix, _sigmoid_loop),
}
