"""Layers: parameters, and what is done with them. Any function from tensor to tensor can stand beside a layer."""

import numpy as np

from ._functional import batch_norm, dropout, embedding, layer_norm, linear, scaled_dot_product_attention
from ._tensor import Tensor


def xavier(shape, generator, dtype=np.float64):
    """Normal numbers of variance 2 / (in + out) for a weight (out, in), for tanh and sigmoid (Glorot, Bengio 2010)."""
    return generator.normal(0, (2 / sum(shape)) ** 0.5, shape).astype(dtype)


def he(shape, generator, dtype=np.float64):
    """Normal numbers of variance 2 / in for a weight (out, in), for ReLU, which loses half (He et al. 2015)."""
    return generator.normal(0, (2 / shape[1]) ** 0.5, shape).astype(dtype)


class Module:
    """Something with parameters: the tensors that require a gradient among its attributes, and those of its modules."""

    training = True

    def __call__(self, *inputs):
        return self.forward(*inputs)

    def forward(self, *inputs):
        """Return the output for these inputs; every layer says how."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(self, ...).")

    def modules(self):
        """Yield this module and every module inside it, in the order of the attributes."""
        yield self
        for value in vars(self).values():
            for part in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(part, Module):
                    yield from part.modules()

    def parameters(self):
        """Return the parameters as a list, each once."""
        found = [x for module in self.modules() for x in vars(module).values() if isinstance(x, Tensor)]
        return list({id(x): x for x in found if x.requires_grad}.values())

    def train(self, mode=True):
        """Switch between training and, with mode=False, evaluation; return the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self):
        """Switch to evaluation; return the module."""
        return self.train(False)


class Sequential(Module):
    """One layer or function after the other."""

    def __init__(self, *steps):
        self.steps = steps

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x


class Linear(Module):
    """x @ weight.T + bias, with weight (out, in) and bias (out,)."""

    def __init__(self, in_features, out_features, generator, initialiser=he, dtype=np.float64):
        self.weight = Tensor(initialiser((out_features, in_features), generator, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features, dtype), requires_grad=True)

    def forward(self, x):
        return linear(x, self.weight, self.bias)


class LayerNorm(Module):
    """layer_norm over the last axis of n features, with a learned weight and bias."""

    def __init__(self, n, eps=1e-5, dtype=np.float64):
        self.weight = Tensor(np.ones(n, dtype), requires_grad=True)
        self.bias = Tensor(np.zeros(n, dtype), requires_grad=True)
        self.eps = eps

    def forward(self, x):
        return layer_norm(x, self.weight, self.bias, self.eps)


class BatchNorm1d(LayerNorm):
    """batch_norm of n features: by the batch's mean and variance in training, by their running averages after it."""

    def __init__(self, n, eps=1e-5, momentum=0.1, dtype=np.float64):
        super().__init__(n, eps, dtype)
        self.momentum = momentum
        self.running_mean, self.running_var = np.zeros(n, dtype), np.ones(n, dtype)

    def forward(self, x):
        if not self.training:
            return (x - self.running_mean) * (self.weight / np.sqrt(self.running_var + self.eps)) + self.bias
        data = x.data if isinstance(x, Tensor) else x
        self.running_mean += self.momentum * (data.mean(axis=0) - self.running_mean)
        self.running_var += self.momentum * (data.var(axis=0, ddof=1) - self.running_var)  # by n - 1, as in torch
        return batch_norm(x, self.weight, self.bias, self.eps)


class Embedding(Module):
    """A learned row of n numbers for each of `words` whole numbers."""

    def __init__(self, words, n, generator, dtype=np.float64):
        self.weight = Tensor(generator.normal(0, 1, (words, n)).astype(dtype), requires_grad=True)

    def forward(self, ids):
        return embedding(self.weight, ids)


class Dropout(Module):
    """dropout in training, nothing in evaluation."""

    def __init__(self, p, generator):
        self.p, self.generator = p, generator

    def forward(self, x):
        return dropout(x, self.p, self.generator) if self.training else x


class MultiheadAttention(Module):
    """Self-attention of x (batch, t, n) with `heads` heads of n / heads features each."""

    def __init__(self, n, heads, generator, is_causal=False, dtype=np.float64):
        self.query, self.key, self.value, self.out = (Linear(n, n, generator, xavier, dtype) for _ in range(4))
        self.heads, self.is_causal = heads, is_causal

    def forward(self, x):
        query, key, value = (self._split(project(x)) for project in (self.query, self.key, self.value))
        mixed = scaled_dot_product_attention(query, key, value, is_causal=self.is_causal)
        return self.out(mixed.transpose(1, 2).reshape(x.shape))

    def _split(self, x):
        batch, t, n = x.shape
        return x.reshape(batch, t, self.heads, n // self.heads).transpose(1, 2)
