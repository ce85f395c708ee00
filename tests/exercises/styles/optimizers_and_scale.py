"""Right answers in different styles for lesson 06."""

import math

import numpy as np


def _run(forward, A, rng, layers):
    caches = []
    for k in layers:
        A, cache = forward(A, k, rng)
        caches.append(cache)
    return A, caches


def _checkpointed_helper(forward, backward, X, G, layers, every, rng):
    segments = [range(a, min(a + every, layers)) for a in range(0, layers, every)]
    starts, A = [], X
    for segment in segments:
        starts.append((A, rng.bit_generator.state))
        A = _run(forward, A, rng, segment)[0]
    dW = []
    for segment, (A, rng.bit_generator.state) in zip(segments[::-1], starts[::-1], strict=True):
        caches = _run(forward, A, rng, segment)[1]
        while caches:
            G, d = backward(G, caches.pop())
            dW.insert(0, d)
    return dict(dL_dX=G, dL_dW=np.stack(dW))


def _checkpointed_last_kept(forward, backward, X, G, layers, every, rng):
    """The last segment is not run twice, and the saved generators are copies."""
    import copy  # noqa: PLC0415 - as a learner would

    starts, A, caches = {}, X, []
    for k in range(layers):
        if k % every == 0:
            starts[k], caches = (A, copy.deepcopy(rng)), []
        A, cache = forward(A, k, rng)
        caches.append(cache)
    dW = np.zeros((layers, X.shape[1], X.shape[1]))
    for first in sorted(starts, reverse=True):
        A, again = starts[first]
        for k in range(first, first + every) if not caches else ():
            A, cache = forward(A, k, again)
            caches.append(cache)
        for k in range(first + len(caches) - 1, first - 1, -1):
            G, dW[k] = backward(G, caches.pop())
    return {"dL_dW": dW, "dL_dX": G}


def _checkpointed_recursive(forward, backward, X, G, layers, every, rng, first=0):
    state, A, last = rng.bit_generator.state, X, min(first + every, layers)
    if last < layers:
        for k in range(first, last):
            A = forward(A, k, rng)[0]
        after = _checkpointed_recursive(forward, backward, A, G, layers, every, rng, last)
        G, rest = after["dL_dX"], after["dL_dW"]
        rng.bit_generator.state = state
    else:
        rest = []
    A, own = X, []
    _, caches = _run(forward, A, rng, range(first, last))
    for cache in reversed(caches):
        G, d = backward(G, cache)
        own.append(d)
    return dict(dL_dX=G, dL_dW=[*own[::-1], *rest])


def _scaled_plain(backward, w, scale, lr):
    half = backward(scale)
    if not np.isfinite(half).all():
        return dict(w=w, scale=scale / 2)
    return dict(w=w - lr * (half.astype(np.float64) / scale), scale=scale)


def _scaled_float32(backward, w, scale, lr):
    g = np.array(backward(scale), dtype=np.float32) / np.float32(scale)
    good = not (np.isnan(g).any() or np.isinf(g).any())
    return {"w": w - lr * g if good else w.copy(), "scale": scale if good else 0.5 * scale}


def _scaled_loop(backward, w, scale, lr):
    moved = [float(a) - lr / scale * float(b) for a, b in zip(w, backward(scale), strict=True)]
    finite = all(map(math.isfinite, moved))
    return dict(w=np.array(moved) if finite else w, scale=scale if finite else scale / 2)


def _accumulated_plain(gradient, X, y, most):
    total = 0
    for at in range(0, len(X), most):
        rows = slice(at, at + most)
        total = total + gradient(X[rows], y[rows]) * len(X[rows])
    return total / len(X)


def _accumulated_row_by_row(gradient, X, y, most):
    return np.mean([gradient(X[i : i + 1], y[i : i + 1]) for i in range(len(X))], axis=0)


def _accumulated_split(gradient, X, y, most):
    cuts = np.arange(most, len(X), most)
    pieces = list(zip(np.split(X, cuts), np.split(y, cuts), strict=True))
    return np.average([gradient(*piece) for piece in pieces], axis=0, weights=[len(rows) for rows, _ in pieces])


def _parallel_plain(gradient, weights, X, y, lr):
    gradients = np.array([gradient(weights[k], X[k], y[k]) for k in range(len(weights))])
    reduced = np.zeros_like(gradients) + gradients.mean(axis=0)
    return dict(reduced=reduced, weights=weights - lr * reduced)


def _parallel_lists(gradient, weights, X, y, lr):
    own = [gradient(*worker) for worker in zip(weights, X, y, strict=True)]
    mean = sum(own) / len(own)
    return {"reduced": [mean] * len(own), "weights": [w - lr * mean for w in weights]}


def _parallel_einsum(gradient, weights, X, y, lr):
    own = np.stack(list(map(gradient, weights, X, y)))
    mixing = np.full((len(own), len(own)), 1 / len(own))
    reduced = np.einsum("kj,jn->kn", mixing, own)
    return {"weights": weights + -lr * reduced, "reduced": reduced}


def _ring_plain(chunks):
    held, workers = chunks.copy(), len(chunks)
    for step in range(workers - 1):
        for k in range(workers):
            held[(k + 1) % workers, (k - step) % workers] += held[k, (k - step) % workers]
    scattered = held.copy()
    for step in range(workers - 1):
        for k in range(workers):
            held[(k + 1) % workers, (k + 1 - step) % workers] = held[k, (k + 1 - step) % workers]
    return dict(scattered=scattered, gathered=held, sent=2 * (workers - 1) * chunks.shape[2])


def _ring_messages(chunks):
    """All messages of a round are made before any is delivered, and counted."""
    held, K, sent = [list(row) for row in chunks], len(chunks), 0
    for step in range(K - 1):
        mail = [(k, (k - step) % K, held[k][(k - step) % K]) for k in range(K)]
        for k, c, chunk in mail:
            held[(k + 1) % K][c] = held[(k + 1) % K][c] + chunk
        sent += len(mail[0][2])
    scattered = np.array(held)
    for step in range(K - 1):
        mail = [(k, (k + 1 - step) % K, held[k][(k + 1 - step) % K]) for k in range(K)]
        for k, c, chunk in mail:
            held[(k + 1) % K][c] = chunk
        sent += len(mail[0][2])
    return {"scattered": scattered, "gathered": np.array(held), "sent": sent}


def _ring_vectorised(chunks):
    held, k, K = chunks.copy(), np.arange(len(chunks)), len(chunks)
    for step in range(K - 1):
        c = (k - step) % K
        held[(k + 1) % K, c] += chunks_of(held, k, c)
    scattered = held.copy()
    for step in range(K - 1):
        c = (k + 1 - step) % K
        held[(k + 1) % K, c] = chunks_of(held, k, c)
    return dict(scattered=scattered, gathered=held, sent=2 * (K - 1) * chunks[0, 0].size)


def chunks_of(held, k, c):
    """A copy of chunk c[i] of worker k[i], for each i."""
    return held[k, c].copy()


STYLES = {
    "checkpointed": (_checkpointed_helper, _checkpointed_last_kept, _checkpointed_recursive),
    "loss-scaling": (_scaled_plain, _scaled_float32, _scaled_loop),
    "accumulate": (_accumulated_plain, _accumulated_row_by_row, _accumulated_split),
    "data-parallel": (_parallel_plain, _parallel_lists, _parallel_einsum),
    "ring-all-reduce": (_ring_plain, _ring_messages, _ring_vectorised),
}
