"""Tensor: an array that remembers how it was computed; and `op`, which teaches it one more operation."""

import functools
import weakref

import numpy as np

from ._graph import Node, recording, sweep


class Tensor:
    """A NumPy array and, if it takes part in a gradient, its node in the graph.

    `data` is copied, so that changing the original later changes nothing here; float32 and float64 stay as they come.
    After `backward`, `grad` holds an array of its own for each tensor made with requires_grad=True.
    """

    __slots__ = ("data", "grad", "_node", "__weakref__")
    __array_ufunc__ = None  # so that `array + tensor` asks the tensor, not NumPy

    def __init__(self, data, requires_grad=False, dtype=None):
        self.data = np.array(data.data if isinstance(data, Tensor) else data, dtype=dtype)
        self.grad = None
        self._node = None
        self.requires_grad = requires_grad

    @property
    def requires_grad(self):
        """Whether gradients flow to or through this tensor; can be set on a tensor that was not computed."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted):
        if not self.is_leaf:
            raise RuntimeError("requires_grad can only be set on a tensor that was not computed; try detach().")
        if wanted and self.data.dtype.kind not in "fc":
            raise TypeError(f"Only floating-point tensors have gradients, and this is {self.data.dtype}: write 2.0.")
        self._node = Node(self.data.shape) if wanted else None
        if wanted:
            self.retain_grad()

    @property
    def is_leaf(self):
        """Whether this tensor was made by hand and not computed from tensors that require a gradient."""
        return self._node is None or self._node.edges == ()

    def retain_grad(self):
        """Ask for `.grad` after backward on a computed tensor too."""
        if self._node is None:
            raise RuntimeError("This tensor has no gradient to retain: nothing it was computed from requires_grad.")
        self._node.owner = weakref.ref(self)  # weak: the node must not keep the array alive

    def backward(self, seed=None, retain_graph=False):
        """Add d(self)/d(leaf), weighted by `seed` (same shape; 1 for a scalar), to each leaf's `.grad`.

        The graph is freed on the way unless retain_graph=True.
        """
        for tensor, gradient in sweep(*self._start(seed), retain_graph):
            total = gradient if tensor.grad is None else tensor.grad + gradient
            tensor.grad = np.array(total, dtype=tensor.data.dtype)

    def _start(self, seed):
        """Return the node and the gradient a backward sweep starts from."""
        if self._node is None:
            raise RuntimeError("backward needs a graph: nothing this tensor was computed from has requires_grad=True.")
        if seed is None:
            if self.data.size != 1:
                raise RuntimeError(
                    f"backward on a tensor of shape {self.data.shape} needs a seed, the gradient of the loss with "
                    f"respect to it, of the same shape; or make a scalar first, for instance with sum() or mean()."
                )
            seed = np.ones_like(self.data)
        seed = np.array(seed.data if isinstance(seed, Tensor) else seed, dtype=self.data.dtype)
        if seed.shape != self.data.shape:
            raise ValueError(f"The seed has shape {seed.shape}, but the tensor has shape {self.data.shape}.")
        return self._node, seed

    def detach(self):
        """Return a tensor that shares the array but not the graph."""
        return _wrap(self.data)

    def item(self):
        """Return the only entry as a Python number."""
        return self.data.item()

    shape = property(lambda self: self.data.shape, doc="The sizes of all axes.")
    ndim = property(lambda self: self.data.ndim, doc="The number of axes.")
    dtype = property(lambda self: self.data.dtype, doc="The array's dtype, float32 or float64 as a rule.")

    def __len__(self):
        return len(self.data)

    def __float__(self):
        return float(self.data)

    def __repr__(self):
        array = np.array2string(np.asarray(self.data), prefix="Tensor(", separator=", ")
        return f"Tensor({array}{', requires_grad=True' if self.requires_grad else ''})"


def _wrap(array, node=None):
    """Return a Tensor around `array` itself, not a copy."""
    tensor = Tensor.__new__(Tensor)
    tensor.data, tensor.grad, tensor._node = array, None, node
    return tensor


OPS = {}  # every op by its name: the tests find them here


def op(function):
    """Make an op of a function of arrays that returns its value and then one VJP for each differentiable input."""

    @functools.wraps(function)
    def apply(*inputs, **options):
        arrays = [_unwrapped(x) for x in inputs]
        value, *vjps = function(*arrays, **options)
        if recording.on:
            edges = [
                (x._node, vjp)
                for x, vjp in zip(inputs, vjps, strict=False)
                if isinstance(x, Tensor) and x._node is not None
            ]
            if edges:
                return _wrap(value, Node(value.shape, edges))
        return _wrap(np.asarray(value))

    OPS[function.__name__] = apply
    return apply


def _unwrapped(x):
    """Return a tensor's array; a NumPy float counts as a Python float, which never turns float32 into float64."""
    if isinstance(x, Tensor):
        return x.data
    return float(x) if isinstance(x, float) else x
