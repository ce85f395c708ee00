"""An array that remembers how it was computed: the vector-Jacobian products of its operations."""

import numpy as np

from backprop.exercises._autodiff import Autodiff
from backprop.exercises._form import Exercise, Mistake, Values


def _forward(F, A, row, W, rows, G_mul, G_matmul, G_sum, G_rows) -> dict:
    """Every operation gets its own copy of A; its result meets a gradient of its own."""
    at_mul, at_matmul, at_sum, at_rows = A * 1.0, A * 1.0, A * 1.0, A * 1.0
    found = at_mul * row, at_matmul @ W, F.sum(at_sum, axis=1, keepdims=True), at_rows[rows]
    shares = [F.sum(value * G) for value, G in zip(found, (G_mul, G_matmul, G_sum, G_rows), strict=True)]
    return dict(at_mul=at_mul, at_matmul=at_matmul, at_sum=at_sum, at_rows=at_rows, L=sum(shares[1:], start=shares[0]))


def drive_tensor(Tensor, A, row, W, rows, G_mul, G_matmul, G_sum, G_rows):
    """Each operation once; its vector-Jacobian products get a gradient, and what they repeat is summed."""

    def back(result, k, G):
        gradient, shape = result.vjps[k](G), result.parents[k].data.shape
        gradient = np.asarray(gradient)
        if gradient.ndim > len(shape):
            gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
        return gradient

    a, r, w = Tensor(A), Tensor(row), Tensor(W)
    product = a * r
    yield "mul_A", back(product, 0, G_mul)
    yield "mul_row", back(product, 1, G_mul)
    total, everything = a.sum(axis=1), a.sum()
    yield "sum_A", back(total, 0, G_sum)
    yield "sum_all", back(everything, 0, np.array(-1.5))
    applied = a @ w
    yield "matmul_A", back(applied, 0, G_matmul)
    yield "matmul_W", back(applied, 1, G_matmul)
    picked = a[rows]
    yield "rows_A", back(picked, 0, G_rows)
    found = zip((product, applied, total, picked), (G_mul, G_matmul, G_sum, G_rows), strict=True)
    yield "values", sum(float((result.data * G).sum()) for result, G in found)


_NAMES = dict(dL_dat_mul="mul_A", dL_drow="mul_row", dL_dat_matmul="matmul_A", dL_dW="matmul_W", dL_dat_sum="sum_A")
_tensor = Autodiff(_forward, names=_NAMES | dict(dL_dat_rows="rows_A", L="values"))


def true_tensor(**inputs) -> Values:
    """By the engine; the gradient of a whole sum is its upstream gradient everywhere."""
    return _tensor(**inputs) | {"sum_all": np.full(np.shape(inputs["A"]), -1.5)}


def draw_tensor(rng) -> Values:
    """Three sizes that differ, and rows of which one is picked twice."""
    n, m, k = (int(size) for size in rng.permutation([2, 3, 4]))
    rows = rng.permutation(np.array([0, 0, int(rng.integers(n)), n - 1, 0]))
    shapes = dict(A=(n, m), row=(m,), W=(m, k), G_mul=(n, m), G_matmul=(n, k), G_sum=(n, 1), G_rows=(5, m))
    return {name: np.round(rng.normal(size=shape), 2) for name, shape in shapes.items()} | {"rows": rows}


def spread(rows, G, shape, add):
    """Lay the picked rows' gradients back where they came from."""
    found = np.zeros(shape)
    if add:
        np.add.at(found, rows, G)
    else:
        found[rows] += G  # NumPy adds once for each place, not once for each use
    return found


def _size_of(axis, a):
    return a.size if axis is None else a.shape[axis]


RIGHT = dict(
    mul=lambda a, b: (lambda g: g * b, lambda g: g * a),
    sum=lambda a, axis: (lambda g: g * np.ones_like(a),),
    matmul=lambda a, b: (lambda g: g @ b.T, lambda g: a.T @ g),
    getitem=lambda a, index: (lambda g: spread(index, g, a.shape, add=True),),
)


def tensor_class(**changed):
    """A Tensor by hand; `changed` replaces how some operations go back."""
    vjps = RIGHT | changed

    class Tensor:
        def __init__(self, data, parents=(), vjps=()):
            self.data, self.parents, self.vjps = np.asarray(data, float), parents, vjps

        def __mul__(self, other):
            return Tensor(self.data * other.data, (self, other), vjps["mul"](self.data, other.data))

        def sum(self, axis=None):
            total = self.data.sum(axis=axis, keepdims=axis is not None)
            return Tensor(total, (self,), vjps["sum"](self.data, axis))

        def __matmul__(self, other):
            return Tensor(self.data @ other.data, (self, other), vjps["matmul"](self.data, other.data))

        def __getitem__(self, index):
            return Tensor(self.data[index], (self,), vjps["getitem"](self.data, index))

    return Tensor


def tensor_mistake(id: str, title: str, sentence: str, **changed) -> Mistake:
    """A class in which one operation goes back wrongly."""
    return Mistake(id, title, sentence, tensor_class(**changed))


TENSOR = Exercise(
    id="tensor",
    name="Tensor",
    style="class",
    parts=dict(mul_A=0.5, mul_row=0.5, sum_A=0.5, sum_all=0.5, matmul_A=1, matmul_W=1, rows_A=1, values=1),
    truth=true_tensor,
    drive=drive_tensor,
    draw=draw_tensor,
    shown=draw_tensor(np.random.default_rng(5)),
    noun="sets of arrays",
    mistakes=(
        tensor_mistake(
            "own-factor",
            "with each factor's own value as its slope",
            "In A * row the slope along A is row, the other factor.",
            mul=lambda a, b: (lambda g: g * a, lambda g: g * b),
        ),
        tensor_mistake(
            "upstream-ignored",
            "without the upstream gradient",
            "A vector-Jacobian product is a function of g, the gradient of the result: multiply the other factor by g.",
            mul=lambda a, b: (lambda g: b + 0 * g, lambda g: a),
        ),
        tensor_mistake(
            "not-spread",
            "when the gradient of a sum keeps the sum's shape",
            "Every entry that was added gets the sum's gradient: repeat it over the shape of the parent.",
            sum=lambda a, axis: (lambda g: g,),
        ),
        tensor_mistake(
            "sum-as-mean",
            "by sharing the sum's gradient out",
            "Each entry moves the sum one to one, so each gets the whole gradient. Only a mean would divide.",
            sum=lambda a, axis: (lambda g: g * np.ones_like(a) / _size_of(axis, a),),
        ),
        tensor_mistake(
            "ones",
            "with ones in place of the sum's gradient",
            "1 is only the local derivative. The gradient of the sum multiplies it.",
            sum=lambda a, axis: (lambda g: np.ones_like(a),),
        ),
        tensor_mistake(
            "matmul-exchanged",
            "when the two products of matmul are exchanged",
            "The first parent's comes first: g times the transposed second matrix. Then the transposed first times g.",
            matmul=lambda a, b: (lambda g: a.T @ g, lambda g: g @ b.T),
        ),
        tensor_mistake(
            "second-transposed",
            "with the gradient of the second matrix transposed",
            "It must have the shape of the matrix itself: the transposed first matrix times g, in this order.",
            matmul=lambda a, b: (lambda g: g @ b.T, lambda g: g.T @ a),
        ),
        tensor_mistake(
            "first-transposed",
            "with the gradient of the first matrix transposed",
            "It must have the shape of the matrix itself: g times the transposed second matrix, in this order.",
            matmul=lambda a, b: (lambda g: b @ g.T, lambda g: a.T @ g),
        ),
        tensor_mistake(
            "repeated-row-overwritten",
            "when a row that is picked twice keeps only one share",
            "Each use of a row sends a share back. Both = and += keep only the last one: np.add.at adds them all.",
            getitem=lambda a, index: (lambda g: spread(index, g, a.shape, add=False),),
        ),
    ),
)
