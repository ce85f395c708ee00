"""Tensor: an array that remembers how it was computed; and `op`, which teaches it one more operation."""

import functools
import inspect
import weakref

import numpy as np

from ._graph import Node, recording, sweep


class Tensor:
    """A NumPy array `data` and, if gradients flow through it, its node in the graph.

    The array is copied, so later changes to the original do not reach the graph; float32 and float64 stay as they come.
    After `backward`, `grad` holds an array of its own for each tensor made with requires_grad=True.
    """

    __slots__ = ("data", "grad", "_node", "__weakref__")
    __array_ufunc__ = None  # so that `array + tensor` asks the tensor and not NumPy

    def __init__(self, data, requires_grad=False, dtype=None):
        self.data = np.array(data.data if isinstance(data, Tensor) else data, dtype=dtype)
        self.grad = self._node = None
        self.requires_grad = requires_grad

    @property
    def requires_grad(self):
        """Whether gradients flow to or through this tensor; can be set where it was not computed from others."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted):
        if not self.is_leaf:
            raise RuntimeError("requires_grad cannot be changed on a computed tensor; detach() it first.")
        if wanted and self.data.dtype.kind not in "fc":
            raise TypeError(f"Only floating-point tensors have gradients, this is {self.data.dtype}: write 2.0 for 2.")
        self._node = Node(self.data.shape) if wanted else None
        if wanted:
            self.retain_grad()

    @property
    def is_leaf(self):
        """Whether no recorded operation computed this tensor."""
        return self._node is None or self._node.edges == ()

    def retain_grad(self):
        """Ask for `.grad` after backward although this tensor was computed."""
        if self._node is None:
            raise RuntimeError("There is no gradient to retain: nothing this tensor was computed from requires_grad.")
        self._node.owner = weakref.ref(self)  # weak, or tensor and node would keep each other alive

    def backward(self, seed=None, retain_graph=False):
        """Add the gradient of this scalar, or of (seed * self).sum(), to the `.grad` of each leaf it depends on.

        The graph is freed on the way, unless retain_graph=True.
        """
        for node, gradient in sweep(*self.start(seed), retain_graph):
            if node.owner and (tensor := node.owner()) is not None:
                tensor._publish(gradient)

    def _publish(self, gradient):
        """Add to `.grad`: always an array of its own, no view and no alias, and in the dtype of the data."""
        if self.grad is not None:
            gradient = self.grad + gradient
        own = gradient.base is None
        self.grad = np.array(gradient, dtype=self.data.dtype, copy=None if own else True)

    def start(self, seed=None):
        """Return the node and the gradient with which a backward sweep starts."""
        if self._node is None:
            raise RuntimeError("backward found no graph: nothing this tensor was computed from has requires_grad=True.")
        if seed is None and self.data.size != 1:
            raise RuntimeError(
                f"backward on a tensor of shape {self.data.shape} needs a seed: the gradient of the loss with respect "
                "to it, of the same shape. Or make one number of it first, for instance with sum() or mean()."
            )
        shape, dtype = self.data.shape, self.data.dtype
        seed = np.ones(shape, dtype) if seed is None else np.array(seed, dtype)
        if seed.shape != shape:
            raise ValueError(f"The seed has shape {seed.shape}, but the tensor has shape {shape}.")
        return self._node, seed

    def detach(self):
        """Return a tensor that shares the array but not the graph."""
        return wrap(self.data)

    def item(self):
        """Return the only entry as a Python number."""
        return self.data.item()

    shape = property(lambda self: self.data.shape, doc="The size of each axis.")
    ndim = property(lambda self: self.data.ndim, doc="The number of axes.")
    dtype = property(lambda self: self.data.dtype, doc="The dtype of the array.")

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise TypeError("NumPy would drop the graph: use the engine's functions, or say .data where that is meant.")
        return np.array(self.data, dtype=dtype, copy=copy)

    def __len__(self):
        return len(self.data)

    def __bool__(self):
        return bool(self.data)

    def __float__(self):
        return float(self.data)

    def __reduce__(self):
        # To copy or pickle: without this a copied net's gradients would go to the net it was copied from.
        return Tensor, (self.data, self.requires_grad and self.is_leaf)

    def __repr__(self):
        array = np.array2string(np.asarray(self.data), prefix="Tensor(", separator=", ")
        return f"Tensor({array}{', requires_grad=True' * self.requires_grad})"


def wrap(array, node=None):
    """Return a Tensor around the array itself, not a copy."""
    tensor = Tensor.__new__(Tensor)
    tensor.data, tensor.grad, tensor._node = array, None, node
    return tensor


LOST = "{} has no derivative with respect to one of the tensors it was given: give that one as a number or an array."
OPS = {}  # every op by its name; the tests find them here


def op(function):
    """Make an op of a function of arrays that returns its value and, beside it, one VJP for each input."""

    @functools.wraps(function)
    def apply(*inputs, **options):
        if options and _any_tensor(options.values()):
            bound = inspect.signature(function).bind(*inputs, **options)
            inputs, options = bound.args, bound.kwargs  # now a tensor has its position, and so its VJP
        # A NumPy float counts as a Python float, which never turns float32 into float64.
        arrays = [x.data if isinstance(x, Tensor) else float(x) if isinstance(x, float) else x for x in inputs]
        try:
            value, *vjps = function(*arrays, **options)
        except ValueError as error:
            raise ValueError(_misfit(function, arrays, error)) from error
        if len(inputs) > len(vjps) and _any_tensor(inputs[len(vjps) :]):
            raise TypeError(LOST.format(function.__name__.strip("_")))
        edges = []
        if recording.on:
            for x, vjp in zip(inputs, vjps):  # noqa: B905, because only the inputs that have a derivative have a VJP
                if isinstance(x, Tensor) and x._node:  # to a constant there is no edge; its VJP is dropped here
                    edges.append((x._node, vjp))
        return wrap(value, Node(value.shape, edges)) if edges else wrap(np.asarray(value))

    OPS[function.__name__.strip("_")] = apply
    return apply


def _any_tensor(values):
    return any(isinstance(value, Tensor) for value in values)


def _misfit(function, arrays, error):
    shapes = " and ".join(str(array.shape) for array in arrays if isinstance(array, np.ndarray))
    return f"{function.__name__.strip('_')} does not fit arrays of shape {shapes}. Reason: {error}"


# A training step frees what it allocated; glibc would give it back to the system and ask for it again in the next step,
# which can take as long as the step itself. Once a block of almost 32 MiB was freed, it keeps all smaller ones.
np.empty(31 << 20, np.uint8)
