"""Right answers in different styles for lesson 05."""

import math

import numpy as np


class _Value:
    """Slopes as tuples, as the lesson writes them."""

    def __init__(self, data, parents=(), slopes=(), label=""):
        self.data, self.grad, self.label = data, 0.0, label
        self.parents, self.slopes = parents, slopes

    def __mul__(self, other):
        return _Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, other):
        a, b = self.data, other.data
        return _Value(a**b, (self, other), (b * a ** (b - 1), a**b * math.log(a)))

    def exp(self):
        e = math.exp(self.data)
        return _Value(e, (self,), (e,))

    def tanh(self):
        t = math.tanh(self.data)
        return _Value(t, (self,), (1 - t**2,))

    def relu(self):
        return _Value(max(self.data, 0.0), (self,), (1.0 if self.data > 0 else 0.0,))

    def log(self):
        return _Value(math.log(self.data), (self,), (1 / self.data,))


class _ArrayValue(_Value):
    """NumPy numbers, lists, other forms of the same slopes."""

    def __mul__(self, other):
        return _ArrayValue(np.multiply(self.data, other.data), [self, other], [other.data, self.data])

    def __pow__(self, other):
        power = np.power(self.data, other.data)
        return _ArrayValue(power, [self, other], np.array([other.data / self.data, np.log(self.data)]) * power)

    def exp(self):
        return _ArrayValue(np.exp(self.data), [self], [np.exp(self.data)])

    def tanh(self):
        return _ArrayValue(np.tanh(self.data), [self], [1 / np.cosh(self.data) ** 2])

    def relu(self):
        return _ArrayValue(np.maximum(self.data, 0), [self], [np.heaviside(self.data, 0)])

    def log(self):
        return _ArrayValue(np.log(self.data), [self], [np.reciprocal(self.data)])


class _ValueByLog(_Value):
    """A power is exp(b log a)."""

    def __pow__(self, other):
        logarithm = math.log(self.data)
        result = math.exp(other.data * logarithm)
        return _ValueByLog(result, (self, other), (result * other.data / self.data, result * logarithm))

    def relu(self):
        return _ValueByLog(self.data * (self.data > 0), (self,), (self.data > 0,))


def _order_stack(output):
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def _order_counting(output):
    """Count how many use each node; whoever is used by none that is left comes next, from the output back."""
    users, found, stack = {}, {id(output)}, [output]
    while stack:
        for parent in stack.pop().parents:
            users[id(parent)] = users.get(id(parent), 0) + 1
            if id(parent) not in found:
                found.add(id(parent))
                stack.append(parent)
    ready, order = [output], []
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            users[id(parent)] -= 1
            if users[id(parent)] == 0:
                ready.append(parent)
    return order[::-1]


def _order_iterators(output):
    """A stack of iterators, one for each node under way."""
    order, seen, under_way = [], {output: True}, [(output, iter(output.parents))]
    while under_way:
        node, rest = under_way[-1]
        fresh = next((parent for parent in rest if parent not in seen), None)
        if fresh is None:
            order.append(under_way.pop()[0])
        else:
            seen[fresh] = True
            under_way.append((fresh, iter(fresh.parents)))
    return tuple(order)


def _backward(output):
    order = _order_stack(output)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad
    return order


def _backward_table(output):
    """Gradients in a table of its own, laid down at the end."""
    order = _order_counting(output)[::-1]
    table = {id(node): 0 for node in order} | {id(output): np.float64(1)}
    for node in order:
        for k, parent in enumerate(node.parents):
            table[id(parent)] = table[id(parent)] + node.slopes[k] * table[id(node)]
    for node in order:
        node.grad = table[id(node)]
    return [node.label for node in order]


def _backward_pulling(output):
    """Each node collects from those that use it."""
    order = list(_order_iterators(output))
    users = {id(node): [] for node in order}
    for node in order:
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            users[id(parent)].append((node, slope))
    output.grad = 1.0
    for node in order[-2::-1]:
        node.grad = sum(user.grad * slope for user, slope in users[id(node)])
    return order


def _unbroadcast_loop(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


def _unbroadcast_padded(gradient, shape):
    padded = (1,) * (gradient.ndim - len(shape)) + tuple(shape)
    repeated = tuple(axis for axis, size in enumerate(padded) if size == 1)
    return gradient.sum(axis=repeated).reshape(shape)


def _unbroadcast_places(gradient, shape):
    """Every entry of the gradient is added where it was copied from."""
    found = np.zeros(shape)
    places = np.broadcast_to(np.arange(found.size).reshape(shape), gradient.shape)
    np.add.at(found.reshape(-1), places.ravel(), gradient.ravel())
    return found


class _Tensor:
    """As the lesson writes it."""

    def __init__(self, data, parents=(), vjps=()):
        self.data, self.grad = np.asarray(data, float), None
        self.parents, self.vjps = parents, vjps

    def __mul__(self, other):
        vjps = (lambda g: g * other.data, lambda g: g * self.data)
        return type(self)(self.data * other.data, (self, other), vjps)

    def __matmul__(self, other):
        vjps = (lambda g: g @ other.data.T, lambda g: self.data.T @ g)
        return type(self)(self.data @ other.data, (self, other), vjps)

    def sum(self, axis=None):
        total = self.data.sum(axis=axis, keepdims=axis is not None)
        return type(self)(total, (self,), (lambda g: g * np.ones_like(self.data),))

    def __getitem__(self, index):
        def vjp(g):
            found = np.zeros_like(self.data)
            np.add.at(found, index, g)
            return found

        return type(self)(self.data[index], (self,), (vjp,))


class _TensorEinsum(_Tensor):
    """Other words for the same products; un-broadcasts by itself."""

    def __mul__(self, other):
        def vjp(mine, theirs):
            return lambda g: _unbroadcast_padded(g * theirs.data, mine.data.shape)

        return _TensorEinsum(self.data * other.data, [self, other], [vjp(self, other), vjp(other, self)])

    def __matmul__(self, other):
        A, B = self.data, other.data
        vjps = [lambda g: np.einsum("nk,mk->nm", g, B), lambda g: np.einsum("nm,nk->mk", A, g)]
        return _TensorEinsum(np.dot(A, B), [self, other], vjps)

    def sum(self, axis=None):
        total = np.sum(self.data, axis, keepdims=axis is not None)
        return _TensorEinsum(total, [self], [lambda g: np.broadcast_to(g, self.data.shape)])


class _TensorLoops(_Tensor):
    """A selection is a product with a matrix of zeros and ones."""

    def __getitem__(self, index):
        places = np.eye(len(self.data))[index]
        return _TensorLoops(places @ self.data, (self,), (lambda g: places.T @ g,))

    def sum(self, axis=None):
        if axis is None:
            return _TensorLoops(self.data.sum(), (self,), (lambda g: np.full(self.data.shape, float(g)),))
        return super().sum(axis)


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
    "value": (_Value, _ArrayValue, _ValueByLog),
    "topological-order": (_order_stack, _order_counting, _order_iterators),
    "backward": (_backward, _backward_table, _backward_pulling),
    "unbroadcast": (_unbroadcast_loop, _unbroadcast_padded, _unbroadcast_places),
    "tensor": (_Tensor, _TensorEinsum, _TensorLoops),
    "dual": (_Dual, _DualFromProducts, _DualComplex),
    "jacobian": (_jacobian_stack, _jacobian_fill, _jacobian_lists),
    "train": (_train, _train_recursive, _train_examples),
    "train-torch": (_train, _train_recursive, _train_examples),
    "read-gradients": (_read_torch, _read_by_hand, _read_torch_single),
    "swish": (_swish_torch, _swish_by_hand, _swish_from_value),
    "bread-loss": (_bread_by_hand, _bread_loop, _bread_split),
}
