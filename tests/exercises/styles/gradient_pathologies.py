"""Right answers in different styles for lesson 04."""

import numpy as np

EPS = 1e-5


def _rnn_plain(dH, X, H0, Wx, Wh, b):
    H = [H0]
    for x in X:
        H.append(np.tanh(x @ Wx.T + H[-1] @ Wh.T + b))
    db, dWx, dWh, dX = np.zeros_like(b), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(X)
    later = np.zeros_like(H0)
    for t in range(len(X) - 1, -1, -1):
        dZ = (dH[t] + later) * (1 - H[t + 1] ** 2)
        db += dZ.sum(axis=0)
        dWx += dZ.T @ X[t]
        dWh += dZ.T @ H[t]
        dX[t] = dZ @ Wx
        later = dZ @ Wh
    return dict(dL_db=db, dL_dWx=dWx, dL_dWh=dWh, dL_dX=dX, dL_dH0=later)


def _rnn_joined(dH, X, H0, Wx, Wh, b):
    """One matrix for input and state."""
    W, inputs, h = np.hstack([Wx, Wh]), [], H0
    for x in X:
        inputs.append(np.hstack([x, h]))
        h = np.tanh(inputs[-1] @ W.T + b)
        inputs[-1] = inputs[-1], h
    back, dW, db, dX = 0.0, 0.0, 0.0, []
    for (came, h), g in zip(inputs[::-1], dH[::-1], strict=True):
        delta = (g + back) * (1 - h * h)
        dW, db = dW + np.einsum("nh,ni->hi", delta, came), db + delta.sum(0)
        dX, back = [(delta @ W)[:, : X.shape[2]], *dX], (delta @ W)[:, X.shape[2] :]
    split = X.shape[2]
    return {"dL_dH0": back, "dL_dX": np.array(dX), "dL_db": db, "dL_dWx": dW[:, :split], "dL_dWh": dW[:, split:]}


def _rnn_recursive(dH, X, H0, Wx, Wh, b):
    def step(t, h):
        if t == len(X):
            return 0 * h, 0 * b, 0 * Wx, 0 * Wh, []
        after = np.tanh(X[t] @ Wx.T + h @ Wh.T + b)
        back, db, dWx, dWh, dX = step(t + 1, after)
        d = (back + dH[t]) / np.cosh(np.arctanh(after)) ** 2
        return d @ Wh, db + d.sum(0), dWx + d.T @ X[t], dWh + d.T @ h, [d @ Wx, *dX]

    return dict(zip(("dL_dH0", "dL_db", "dL_dWx", "dL_dWh", "dL_dX"), step(0, H0), strict=True))


def _s(z):
    return 1 / (1 + np.exp(-z))


def _lstm_plain(dH, dC, zi, zf, zg, zo, c_before):
    i, f, g, o = _s(zi), _s(zf), np.tanh(zg), _s(zo)
    t = np.tanh(f * c_before + i * g)
    dc = dC + dH * o * (1 - t**2)
    return dict(dL_do=dH * t, dL_dc=dc, dL_di=dc * g, dL_df=dc * c_before, dL_dg=dc * i, dL_dc_before=dc * f,
                dL_dzi=dc * g * i * (1 - i), dL_dzf=dc * c_before * f * (1 - f), dL_dzg=dc * i * (1 - g * g),
                dL_dzo=dH * t * o * (1 - o))  # fmt: skip


def _lstm_slopes(dH, dC, zi, zf, zg, zo, c_before):
    values = {"i": _s(zi), "f": _s(zf), "g": np.tanh(zg), "o": _s(zo)}
    slopes = {name: v * (1 - v) for name, v in values.items()} | {"g": 1 - values["g"] ** 2}
    c = values["f"] * c_before + values["i"] * values["g"]
    d = {"c": dH * values["o"] * np.cosh(c) ** -2 + dC, "o": dH * np.tanh(c)}
    for name, partner in (("i", values["g"]), ("f", c_before), ("g", values["i"]), ("c_before", values["f"])):
        d[name] = d["c"] * partner
    return {f"dL_d{n}": v for n, v in d.items()} | {f"dL_dz{n}": d[n] * slopes[n] for n in "ifgo"}


def _lstm_entries(dH, dC, zi, zf, zg, zo, c_before):
    names = ("do", "dc", "di", "df", "dg", "dc_before", "dzi", "dzf", "dzg", "dzo")
    found = {f"dL_{name}": np.zeros(dH.shape) for name in names}
    for at in np.ndindex(dH.shape):
        one = _lstm_plain(*(float(a[at]) for a in (dH, dC, zi, zf, zg, zo, c_before)))
        for name in found:
            found[name][at] = one[name]
    return found


def _revive_where(Z, W, b, W_new):
    dead = (Z <= 0).all(axis=0)
    return dict(count=dead.sum(), W=np.where(dead[:, None], W_new, W), b=np.where(dead, 0.0, b))


def _revive_copy(Z, W, b, W_new):
    dead = Z.max(axis=0) < 0
    W, b = W.copy(), b.copy()
    W[dead], b[dead] = W_new[dead], 0
    return {"count": np.count_nonzero(dead), "W": W, "b": b}


def _revive_loop(Z, W, b, W_new):
    rows, biases, count = [], [], 0
    for j in range(len(b)):
        alive = any(z > 0 for z in Z[:, j])
        count += not alive
        rows.append(W[j] if alive else W_new[j])
        biases.append(b[j] if alive else 0)
    return dict(count=count, W=rows, b=biases)


def _straight_plain(X, dB):
    return dict(B=(X > 0).astype(float), dL_dX=dB * (np.abs(X) <= 1))


def _straight_where(X, dB):
    return {"dL_dX": np.where((X > -1) & (X < 1), dB, 0), "B": np.where(X > 0, 1.0, 0.0)}


def _straight_masks(X, dB):
    dX = dB.copy()
    dX[X**2 > 1] = 0
    return {"B": np.heaviside(X, 0), "dL_dX": dX}


def _soft_plain(scores, temperature, upstream):
    odds = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    p = odds / odds.sum(axis=1, keepdims=True)
    k = np.arange(scores.shape[1])
    position = p @ k
    return dict(p=p, position=position, dL_dscores=upstream[:, None] * p * (k - position[:, None]) / temperature)


def _soft_jacobian(scores, temperature, upstream):
    answer = dict(p=[], position=[], dL_dscores=[])
    for s, up in zip(scores, upstream, strict=True):
        z = s / temperature
        p = np.exp(z - z.max() - np.log(np.exp(z - z.max()).sum()))
        J = (np.diag(p) - np.outer(p, p)) / temperature
        k = np.arange(len(s))
        for name, value in (("p", p), ("position", p @ k), ("dL_dscores", up * (J @ k))):
            answer[name].append(value)
    return answer


def _soft_vjp(scores, temperature, upstream):
    z = scores / temperature
    z = z - z.max(axis=1)[:, np.newaxis]
    p = np.exp(z) / np.exp(z).sum(axis=1)[:, np.newaxis]
    dp = np.outer(upstream, np.arange(p.shape[1]))
    dz = p * (dp - (p * dp).sum(axis=1, keepdims=True))
    return {"p": p, "dL_dscores": dz / temperature, "position": (p * np.arange(p.shape[1])).sum(axis=1)}


def _score_plain(theta, samples, losses, baseline):
    p = np.exp(theta - theta.max())
    p = p / p.sum()
    scores = np.eye(len(theta))[samples] - p
    return ((losses - baseline)[:, None] * scores).mean(axis=0)


def _score_loop(theta, samples, losses, baseline):
    p = np.exp(theta) / np.exp(theta).sum()
    total = np.zeros(len(theta))
    for k, loss in zip(samples, losses, strict=True):
        total[k] += loss - baseline
        total -= (loss - baseline) * p
    return total / len(samples)


def _score_counts(theta, samples, losses, baseline):
    advantage = losses - baseline
    p = np.exp(theta - np.logaddexp.reduce(theta))
    gained = np.bincount(samples, weights=advantage, minlength=len(theta))
    return (gained - advantage.sum() * p) / advantage.size


STYLES = {
    "rnn-backward": (_rnn_plain, _rnn_joined, _rnn_recursive),
    "lstm-step-backward": (_lstm_plain, _lstm_slopes, _lstm_entries),
    "dead-units": (_revive_where, _revive_copy, _revive_loop),
    "straight-through": (_straight_plain, _straight_where, _straight_masks),
    "soft-argmax": (_soft_plain, _soft_jacobian, _soft_vjp),
    "score-function": (_score_plain, _score_loop, _score_counts),
}
