"""Right answers in different styles for lesson 04."""

import math

import numpy as np

EPS = 1e-5


def _norms_lists(X, W, G, f, df):
    inputs, zs = [X], []
    for w in W:
        zs.append(np.einsum("ni,oi->no", inputs[-1], w))
        inputs.append(f(zs[-1]))
    delta, weight, g = [], [], G
    for w, z, came in zip(W[::-1], zs[::-1], inputs[-2::-1], strict=True):
        d = df(z) * g
        delta.insert(0, math.sqrt((d * d).sum()))
        weight.insert(0, np.sqrt(((d.T @ came) ** 2).sum()))
        g = d.dot(w)
    return dict(delta=delta, weight=weight)


def _norms_filled(X, W, G, f, df):
    layers = W.shape[0]
    delta, weight = np.zeros(layers), np.zeros(layers)
    A, Z = [None] * (layers + 1), [None] * layers
    A[0] = X
    for i in range(layers):
        Z[i] = A[i] @ W[i].T
        A[i + 1] = f(Z[i])
    for i in range(layers - 1, -1, -1):
        G = G * df(Z[i])
        delta[i], weight[i] = np.linalg.norm(G), np.linalg.norm(np.tensordot(G, A[i], (0, 0)), "fro")
        G = G @ W[i]
    return {"weight": weight, "delta": delta}


def _norms_recursive(X, W, G, f, df):
    def back(x, layer):
        if layer == len(W):
            return G, [], []
        z = x @ W[layer].T
        g, deltas, weights = back(f(z), layer + 1)
        d = g * df(z)
        outer = sum(np.outer(a, b) for a, b in zip(d, x, strict=True))
        return d @ W[layer], [np.linalg.norm(d), *deltas], [np.linalg.norm(outer), *weights]

    _, deltas, weights = back(X, 0)
    return dict(delta=tuple(deltas), weight=tuple(weights))


def _weights_unpacked(N):
    out, into = N.shape
    return dict(xavier=N * np.sqrt(2 / (into + out)), he=N * np.sqrt(2 / into))


def _weights_divided(N):
    return {"he": N / math.sqrt(N.shape[1] / 2), "xavier": N / math.sqrt(sum(N.shape) / 2)}


def _weights_looped(N):
    fan = len(N), len(N[0])
    return {
        name: [[n * variance**0.5 for n in row] for row in N]
        for name, variance in (("xavier", 1 / np.mean(fan)), ("he", 2.0 / fan[1]))
    }


def _clip_plain(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * (limit / norm) for g in gradients] if norm > limit else gradients


def _clip_flat(gradients, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
    return [g * min(1.0, limit / norm) for g in gradients]


def _clip_generator(gradients, limit):
    total = math.hypot(*(np.linalg.norm(g) for g in gradients))
    return (g / max(total / limit, 1) for g in gradients)


def _batch_plain(X, gamma, beta, running_mean, running_var, training):
    mean, var = (X.mean(axis=0), X.var(axis=0)) if training else (running_mean, running_var)
    X_hat = (X - mean) / np.sqrt(var + EPS)
    if training:
        running_mean, running_var = 0.9 * running_mean + 0.1 * mean, 0.9 * running_var + 0.1 * var
    return dict(mean=mean, var=var, X_hat=X_hat, Y=gamma * X_hat + beta,
                new_running_mean=running_mean, new_running_var=running_var)  # fmt: skip


def _batch_branches(X, gamma, beta, running_mean, running_var, training):
    answer = {}
    if training:
        n = len(X)
        answer["mean"] = X.sum(axis=0) / n
        answer["var"] = ((X - answer["mean"]) ** 2).sum(axis=0) / n
    else:
        answer["mean"], answer["var"] = running_mean.copy(), running_var.copy()
    for name, old in (("mean", running_mean), ("var", running_var)):
        answer["new_running_" + name] = old + 0.1 * (answer[name] - old)
    answer["X_hat"] = (X - answer["mean"]) * (answer["var"] + EPS) ** -0.5
    return answer | {"Y": beta + answer["X_hat"] * gamma}


def _batch_columns(X, gamma, beta, running_mean, running_var, training):
    columns = []
    for j, column in enumerate(X.T):
        m, v = (np.mean(column), np.std(column) ** 2) if training else (running_mean[j], running_var[j])
        hat = (column - m) / math.sqrt(v + EPS)
        moved = 0.9 * running_mean[j] + 0.1 * m, 0.9 * running_var[j] + 0.1 * v
        columns.append((m, v, hat, gamma[j] * hat + beta[j], *moved))
    names = ("mean", "var", "X_hat", "Y", "new_running_mean", "new_running_var")
    return {name: np.array(c).T for name, c in zip(names, zip(*columns, strict=True), strict=True)}


def _batch_back_formula(dY, X_hat, spread, gamma, training):
    g = dY * gamma
    dX = g / spread
    if training:
        dX = (g - g.mean(0) - X_hat * (g * X_hat).mean(0)) / spread
    return dict(dL_dbeta=dY.sum(0), dL_dgamma=(dY * X_hat).sum(0), dL_dX_hat=g, dL_dX=dX)


def _batch_back_steps(dY, X_hat, spread, gamma, training):
    """The long way, node by node, as in the paper."""
    n = len(dY)
    dX_hat, centred = gamma * dY, X_hat * spread
    dcentred = dX_hat / spread
    if training:
        dvar = (dX_hat * centred).sum(axis=0) * -0.5 / spread**3
        dcentred = dcentred + dvar * 2 * centred / n
        dcentred = dcentred - dcentred.sum(axis=0) / n
    return {"dL_dX": dcentred, "dL_dX_hat": dX_hat, "dL_dbeta": np.ones(n) @ dY,
            "dL_dgamma": np.einsum("ni,ni->i", dY, X_hat)}  # fmt: skip


def _batch_back_jacobian(dY, X_hat, spread, gamma, training):
    """A Jacobian for each unit."""
    n, units = X_hat.shape
    dX, dX_hat = np.zeros_like(X_hat), dY * gamma
    for j, hat in enumerate(X_hat.T):
        J = np.eye(n) - (np.full((n, n), 1 / n) + np.outer(hat, hat) / n if training else 0)
        dX[:, j] = J @ dX_hat[:, j] / spread[j]
    return dict(dL_dX=dX, dL_dX_hat=dX_hat, dL_dgamma=[X_hat[:, j] @ dY[:, j] for j in range(units)], dL_dbeta=sum(dY))


def _layer_formula(dY, X, gamma):
    root = np.sqrt(X.var(axis=1, keepdims=True) + EPS)
    hat = (X - X.mean(axis=1, keepdims=True)) / root
    g = dY * gamma
    dX = (g - g.mean(axis=1, keepdims=True) - hat * (g * hat).mean(axis=1, keepdims=True)) / root
    return dict(dL_dbeta=dY.sum(axis=0), dL_dgamma=(dY * hat).sum(axis=0), dL_dX_hat=g, dL_dX=dX)


def _layer_rows(dY, X, gamma):
    answer = dict(dL_dbeta=0 * gamma, dL_dgamma=0 * gamma, dL_dX_hat=[], dL_dX=[])
    for g, x in zip(dY, X, strict=True):
        root = np.sqrt(x.var() + EPS)
        hat, up = (x - x.mean()) / root, g * gamma
        answer["dL_dbeta"] = answer["dL_dbeta"] + g
        answer["dL_dgamma"] = answer["dL_dgamma"] + g * hat
        answer["dL_dX_hat"].append(up)
        answer["dL_dX"].append((up - np.mean(up) - hat * np.mean(up * hat)) / root)
    return answer | {name: np.array(answer[name]) for name in ("dL_dX_hat", "dL_dX")}


def _layer_steps(dY, X, gamma):
    n = X.shape[1]
    centred = X - X.sum(axis=1)[:, None] / n
    inverse = 1 / np.sqrt((centred**2).sum(axis=1)[:, None] / n + EPS)
    dhat = dY * gamma
    dcentred = dhat * inverse - centred * inverse**3 * (dhat * centred).sum(axis=1)[:, None] / n
    dX = dcentred - dcentred.sum(axis=1)[:, None] / n
    return dict(dL_dX=dX, dL_dX_hat=dhat, dL_dgamma=(dY * centred * inverse).sum(0), dL_dbeta=dY.sum(0))


def _weight_formula(dW, V, g):
    length = np.linalg.norm(V, axis=1, keepdims=True)
    U = V / length
    dg = (dW * U).sum(axis=1)
    return dict(dL_dg=dg, dL_dV=g[:, None] / length * (dW - dg[:, None] * U))


def _weight_rows(dW, V, g):
    dg, dV = [], []
    for w, v, gain in zip(dW, V, g, strict=True):
        size = math.sqrt(v @ v)
        dg.append(w @ v / size)
        dV.append(gain * w / size - gain * (w @ v) * v / size**3)
    return {"dL_dV": dV, "dL_dg": dg}


def _weight_projection(dW, V, g):
    length = np.sqrt(np.einsum("oi,oi->o", V, V))
    P = np.eye(V.shape[1]) - np.einsum("oi,oj->oij", V, V) / (length**2)[:, None, None]
    return dict(
        dL_dg=np.einsum("oi,oi->o", dW, V) / length, dL_dV=np.einsum("oij,oj->oi", P, dW) * (g / length)[:, None]
    )


def _residual_plain(dY, X, W1, b1, W2, b2):
    Z = X @ W1.T + b1
    A = np.maximum(Z, 0)
    dA = dY @ W2
    dZ = dA * (Z > 0)
    return dict(dL_dW2=dY.T @ A, dL_db2=dY.sum(axis=0), dL_dA=dA, dL_dZ=dZ,
                dL_dW1=dZ.T @ X, dL_db1=dZ.sum(axis=0), dL_dX=dY + dZ @ W1)  # fmt: skip


def _residual_einsum(dY, X, W1, b1, W2, b2):
    Z = np.einsum("ni,hi->nh", X, W1) + b1
    answer = {"dL_dA": np.einsum("no,oh->nh", dY, W2)}
    answer["dL_dZ"] = np.where(Z > 0, answer["dL_dA"], 0.0)
    answer["dL_dW1"] = np.einsum("nh,ni->hi", answer["dL_dZ"], X)
    answer["dL_dW2"] = np.einsum("no,nh->oh", dY, Z * (Z > 0))
    answer |= {"dL_db1": answer["dL_dZ"].sum(0), "dL_db2": np.einsum("no->o", dY)}
    answer["dL_dX"] = np.einsum("nh,hi->ni", answer["dL_dZ"], W1)
    answer["dL_dX"] += dY
    return answer


def _residual_examples(dY, X, W1, b1, W2, b2):
    answer = dict(dL_dW2=0 * W2, dL_db2=0 * b2, dL_dA=[], dL_dZ=[], dL_dW1=0 * W1, dL_db1=0 * b1, dL_dX=[])
    for g, x in zip(dY, X, strict=True):
        z = W1 @ x + b1
        da = W2.T @ g
        dz = np.heaviside(z, 0) * da
        answer["dL_dW2"] += np.outer(g, z.clip(min=0))
        answer["dL_db2"] += g
        answer["dL_dW1"] += np.outer(dz, x)
        answer["dL_db1"] += dz
        for name, row in (("dL_dA", da), ("dL_dZ", dz), ("dL_dX", g + W1.T @ dz)):
            answer[name].append(row)
    return answer


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
    "gradient-norms": (_norms_lists, _norms_filled, _norms_recursive),
    "initial-weights": (_weights_unpacked, _weights_divided, _weights_looped),
    "clip-by-global-norm": (_clip_plain, _clip_flat, _clip_generator),
    "batch-norm": (_batch_plain, _batch_branches, _batch_columns),
    "batch-norm-backward": (_batch_back_formula, _batch_back_steps, _batch_back_jacobian),
    "layer-norm-backward": (_layer_formula, _layer_rows, _layer_steps),
    "weight-norm-backward": (_weight_formula, _weight_rows, _weight_projection),
    "residual-backward": (_residual_plain, _residual_einsum, _residual_examples),
    "rnn-backward": (_rnn_plain, _rnn_joined, _rnn_recursive),
    "lstm-step-backward": (_lstm_plain, _lstm_slopes, _lstm_entries),
    "dead-units": (_revive_where, _revive_copy, _revive_loop),
    "straight-through": (_straight_plain, _straight_where, _straight_masks),
    "soft-argmax": (_soft_plain, _soft_jacobian, _soft_vjp),
    "score-function": (_score_plain, _score_loop, _score_counts),
}
