"""Right answers in different styles for lesson 05: the tape of numbers and arrays."""

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


STYLES = {
    "value": (_Value, _ArrayValue, _ValueByLog),
    "topological-order": (_order_stack, _order_counting, _order_iterators),
    "backward": (_backward, _backward_table, _backward_pulling),
    "unbroadcast": (_unbroadcast_loop, _unbroadcast_padded, _unbroadcast_places),
    "tensor": (_Tensor, _TensorEinsum, _TensorLoops),
}
