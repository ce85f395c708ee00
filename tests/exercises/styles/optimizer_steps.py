"""Right answers in different styles for lesson 06: one step of each optimizer."""

import math

import numpy as np


def _momentum_plain(w, g, v, lr, momentum):
    v = momentum * v + g
    return dict(v=v, w=w - lr * v)


def _momentum_in_place(w, g, v, lr, momentum):
    w, v = w.copy(), v.copy()
    v *= momentum
    v += g
    w -= lr * v
    return {"w": w, "v": v}


def _momentum_loop(w, g, v, lr, momentum):
    speeds = [momentum * float(a) + float(b) for a, b in zip(v, g, strict=True)]
    return dict(v=speeds, w=[float(a) - lr * b for a, b in zip(w, speeds, strict=True)])


def _adam_plain(w, g, m, v, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return dict(m=m, v=v, m_hat=m_hat, v_hat=v_hat, w=w - lr * m_hat / (np.sqrt(v_hat) + eps))


def _adam_lerp(w, g, m, v, t, lr, beta1, beta2, eps):
    """PyTorch's way: one factor for the step, and eps beside the corrected root."""
    m, v = m + (g - m) * (1 - beta1), v * beta2 + np.square(g) * (1 - beta2)
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    moved = w - (lr / c1) * m / (np.sqrt(v) / math.sqrt(c2) + eps)
    return {"w": moved, "m_hat": m / c1, "v_hat": v / c2, "m": m, "v": v}


def _adam_loop(w, g, m, v, t, lr, beta1, beta2, eps):
    rows = []
    for wi, gi, mi, vi in zip(w, g, m, v, strict=True):
        mi, vi = mi * beta1 + gi - gi * beta1, vi * beta2 + gi * gi - gi * gi * beta2
        mh, vh = mi / (1 - math.pow(beta1, t)), vi / (1 - math.pow(beta2, t))
        rows.append((mi, vi, mh, vh, wi - lr * mh / (vh**0.5 + eps)))
    return dict(zip(("m", "v", "m_hat", "v_hat", "w"), map(list, zip(*rows, strict=True)), strict=True))


def _adamw(adam, w, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    found = adam(w, g, m, v, t, lr, beta1, beta2, eps)
    return found | {"w": np.array(found["w"]) - lr * weight_decay * w}


def _adamw_shrunk_first(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    return _adam_plain(w * (1 - lr * weight_decay), g, m, v, t, lr, beta1, beta2, eps)


def _lamb_plain(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    direction = w - _adam_plain(w, g, m, v, t, 1.0, beta1, beta2, eps)["w"] + weight_decay * w
    size, length = np.linalg.norm(w), np.linalg.norm(direction)
    trust = size / length if size > 0 and length > 0 else 1.0
    return dict(direction=direction, trust=trust, w=w - lr * trust * direction)


def _lamb_flat(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    found = _adam_lerp(w, g, m, v, t, lr, beta1, beta2, eps)
    direction = found["m_hat"] / (found["v_hat"] ** 0.5 + eps) + weight_decay * w
    trust = math.sqrt((w * w).sum()) / math.sqrt(np.vdot(direction, direction)) or 1
    return dict(w=w - lr * direction * trust, trust=trust, direction=direction)


def _lamb_where(**inputs):
    found = _lamb_plain(**inputs)
    size, length = (np.sqrt(np.einsum("ij,ij", a, a)) for a in (inputs["w"], found["direction"]))
    trust = float(np.where(size > 0, size / length, 1.0))
    return found | {"trust": trust, "w": inputs["w"] - inputs["lr"] * trust * found["direction"]}


STYLES = {
    "momentum-step": (_momentum_plain, _momentum_in_place, _momentum_loop),
    "adam-step": (_adam_plain, _adam_lerp, _adam_loop),
    "adamw-step": (
        lambda **inputs: _adamw(_adam_plain, **inputs),
        lambda **inputs: _adamw(_adam_loop, **inputs),
        _adamw_shrunk_first,
    ),
    "lamb-step": (_lamb_plain, _lamb_flat, _lamb_where),
}
