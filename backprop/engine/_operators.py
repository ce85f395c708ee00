"""Which operation Python's operators and a tensor's methods stand for: one table each."""

import operator

from . import _arrays as arrays
from . import _elementwise as elementwise
from ._tensor import Tensor

OPERATORS = {
    "add": elementwise.add,
    "sub": elementwise.subtract,
    "mul": elementwise.multiply,
    "truediv": elementwise.divide,
    "pow": elementwise.power,
    "matmul": arrays.matmul,
}

METHODS = {
    elementwise: "exp log sqrt tanh sigmoid relu abs clip",
    arrays: "sum mean var max reshape transpose swapaxes permute",
}


def _reversed(op):
    return lambda right, left: op(left, right)


def _compared(compare):
    """Return the method that compares arrays; the answer is an array of booleans and has no gradient."""
    return lambda left, right: compare(left.data, right.data if isinstance(right, Tensor) else right)


for name, op in OPERATORS.items():
    setattr(Tensor, f"__{name}__", op)
    setattr(Tensor, f"__r{name}__", _reversed(op))
for module, names in METHODS.items():
    for name in names.split():
        setattr(Tensor, name, getattr(module, name))
for name in ("lt", "le", "gt", "ge"):
    setattr(Tensor, f"__{name}__", _compared(getattr(operator, name)))
Tensor.__neg__ = elementwise.negative
Tensor.__abs__ = elementwise.abs
Tensor.__getitem__ = arrays.getitem
Tensor.T = property(lambda x: arrays.permute(x, tuple(range(x.ndim))[::-1]), doc="All axes in reverse order.")
