"""Right answers in different styles for lesson 05."""

import math

import numpy as np


class _Dual:
    """As the lesson writes it."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __mul__(self, other):
        return type(self)(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other):
        q = self.value / other.value
        return type(self)(q, (self.slope - q * other.slope) / other.value)

    def exp(self):
        e = math.exp(self.value)
        return type(self)(e, e * self.slope)

    def tanh(self):
        t = math.tanh(self.value)
        return type(self)(t, (1 - t * t) * self.slope)


class _DualFromProducts(_Dual):
    """A quotient is a product with a reciprocal."""

    def __truediv__(self, other):
        return self * _DualFromProducts(1 / other.value, -other.slope / other.value**2)


class _DualComplex:
    """The complex step: a tiny imaginary part squares to nothing."""

    def __init__(self, value, slope, z=None):
        self.z = complex(value, slope * 1e-200) if z is None else z

    value = property(lambda self: self.z.real)
    slope = property(lambda self: self.z.imag / 1e-200)

    def __mul__(self, other):
        return _DualComplex(0, 0, self.z * other.z)

    def __truediv__(self, other):
        return self * _DualComplex(0, 0, complex(1 / other.value, -other.z.imag / other.value**2))

    def exp(self):
        return _DualComplex(0, 0, np.exp(self.z))

    def tanh(self):
        return _DualComplex(0, 0, np.tanh(self.z))


def _jacobian_stack(jvp, vjp, inputs, outputs):
    if inputs < outputs:
        return np.stack([jvp(tangent) for tangent in np.eye(inputs)], axis=1)
    return np.stack([vjp(upstream) for upstream in np.eye(outputs)])


def _jacobian_fill(jvp, vjp, inputs, outputs):
    J = np.zeros((outputs, inputs))
    for k in range(min(inputs, outputs)):
        one = np.zeros(min(inputs, outputs))
        one[k] = 1
        if inputs < outputs:
            J[:, k] = jvp(one)
        else:
            J[k] = vjp(one)
    return J


def _jacobian_lists(jvp, vjp, inputs, outputs):
    few, product = (inputs, jvp) if inputs <= outputs else (outputs, vjp)
    found = [list(product(np.eye(few)[k])) for k in range(few)]
    return [list(row) for row in zip(*found, strict=True)] if product is jvp else found


def _train(W1, b1, W2, b2, X, labels, rate, steps, device=None, dtype=None):
    right = np.eye(len(b2))[labels]
    losses = []
    for _ in range(steps):
        hidden = np.maximum(X @ W1.T + b1, 0)
        logits = hidden @ W2.T + b2
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        losses.append(-(right * log_p).sum(axis=1).mean())
        delta = (np.exp(log_p) - right) / len(X)
        below = delta @ W2 * (hidden > 0)
        W2, b2 = W2 - rate * delta.T @ hidden, b2 - rate * delta.sum(axis=0)
        W1, b1 = W1 - rate * below.T @ X, b1 - rate * below.sum(axis=0)
    return dict(losses=losses, W1=W1, b1=b1, W2=W2, b2=b2)


def _train_recursive(steps, **given):
    one = _train(steps=1, **given)
    if steps == 1:
        return one
    rest = _train_recursive(steps - 1, **given | {name: one[name] for name in ("W1", "b1", "W2", "b2")})
    return rest | {"losses": [*one["losses"], *rest["losses"]]}


def _train_examples(W1, b1, W2, b2, X, labels, rate, steps, **where):
    """One example after the other, gradients averaged."""
    losses = np.zeros(steps)
    for step in range(steps):
        total = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
        for x, label in zip(X, labels, strict=True):
            a = np.maximum(W1 @ x + b1, 0)
            p = np.exp(W2 @ a + b2)
            p /= p.sum()
            losses[step] -= np.log(p[label]) / len(X)
            p[label] -= 1
            below = W2.T @ p * (a > 0)
            for k, gradient in enumerate([np.outer(below, x), below, np.outer(p, a), p]):
                total[k] += gradient / len(X)
        W1, b1, W2, b2 = (p - rate * g for p, g in zip((W1, b1, W2, b2), total, strict=True))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "losses": losses}


def _read_torch(x, w, b, target):
    import torch  # noqa: PLC0415 - the exercise's subject

    x, w = torch.tensor(x), torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, requires_grad=True)
    y = torch.sigmoid(w @ x + b)
    L = (y - target) ** 2
    L.backward()
    return dict(y=y.item(), L=L.item(), dL_dw=w.grad.numpy(), dL_db=b.grad.item())


def _read_torch_single(x, w, b, target):
    import torch  # noqa: PLC0415 - the exercise's subject

    x, w, b = (torch.tensor(v, dtype=torch.float32).requires_grad_() for v in (x, w, b))
    y = (w * x).sum().add(b).sigmoid()
    gradients = torch.autograd.grad((y - target).square(), [w, b])
    y = y.detach().numpy()
    return dict(y=y, L=(y - target) ** 2, dL_dw=gradients[0].tolist(), dL_db=gradients[1].numpy())


def _read_by_hand(x, w, b, target):
    y = 1 / (1 + np.exp(-(x @ w + b)))
    delta = 2 * (y - target) * y * (1 - y)
    return dict(y=y, L=(y - target) ** 2, dL_dw=delta * x, dL_db=delta)


def _swish_by_hand(z, upstream):
    s = 1 / (1 + np.exp(-z))
    return dict(a=z * s, dL_dz=upstream * (s + z * s * (1 - s)), gradcheck=True)


def _swish_from_value(z, upstream):
    s = 0.5 * (1 + np.tanh(z / 2))
    a = s * z
    return {"gradcheck": np.True_, "dL_dz": (a + s * (1 - a)) * upstream, "a": a}


def _swish_torch(z, upstream):
    import torch  # noqa: PLC0415 - the exercise's subject

    class Swish(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            ctx.save_for_backward(z)
            return z * torch.sigmoid(z)

        @staticmethod
        def backward(ctx, upstream):
            s = torch.sigmoid(ctx.saved_tensors[0])
            return upstream * s * (1 + ctx.saved_tensors[0] * (1 - s))

    z = torch.tensor(z, requires_grad=True)
    a = Swish.apply(z)
    a.backward(torch.tensor(upstream))
    return dict(a=a.tolist(), dL_dz=z.grad.numpy(), gradcheck=torch.autograd.gradcheck(Swish.apply, z))


def _bread_by_hand(p, y, price, upstream):
    weight = np.where(p < y, price, 1)
    miss = p - y
    return dict(cost=(weight * miss * miss).mean(), dL_dp=upstream * 2 / len(p) * weight * miss, gradcheck=True)


def _bread_loop(p, y, price, upstream):
    cost, gradient = 0.0, []
    for day, demand in zip(p, y, strict=True):
        weight = price if day < demand else 1.0
        cost += weight * (day - demand) ** 2 / len(p)
        gradient.append(2 * weight * (day - demand) * upstream / len(p))
    return dict(gradcheck=bool(cost), dL_dp=gradient, cost=cost)


def _bread_split(p, y, price, upstream):
    over, short = np.maximum(p - y, 0), np.maximum(y - p, 0)
    return dict(
        cost=(over @ over + price * short @ short) / p.size,
        dL_dp=(over - price * short) * (2 * upstream / p.size),
        gradcheck=True,
    )


STYLES = {
    "dual": (_Dual, _DualFromProducts, _DualComplex),
    "jacobian": (_jacobian_stack, _jacobian_fill, _jacobian_lists),
    "train": (_train, _train_recursive, _train_examples),
    "train-torch": (_train, _train_recursive, _train_examples),
    "read-gradients": (_read_torch, _read_by_hand, _read_torch_single),
    "swish": (_swish_torch, _swish_by_hand, _swish_from_value),
    "bread-loss": (_bread_by_hand, _bread_loop, _bread_split),
}
