"""Right answers in different styles for lesson 04: layers, their first weights, and normalisation."""

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


STYLES = {
    "gradient-norms": (_norms_lists, _norms_filled, _norms_recursive),
    "initial-weights": (_weights_unpacked, _weights_divided, _weights_looped),
    "clip-by-global-norm": (_clip_plain, _clip_flat, _clip_generator),
    "batch-norm": (_batch_plain, _batch_branches, _batch_columns),
    "batch-norm-backward": (_batch_back_formula, _batch_back_steps, _batch_back_jacobian),
    "layer-norm-backward": (_layer_formula, _layer_rows, _layer_steps),
    "weight-norm-backward": (_weight_formula, _weight_rows, _weight_projection),
    "residual-backward": (_residual_plain, _residual_einsum, _residual_examples),
}
