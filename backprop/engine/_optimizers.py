"""Optimizers: what is done with a gradient once it is there."""

import numpy as np


class Optimizer:
    """Changes parameters in place by their gradients; a subclass says how, for one array, in `update`."""

    def __init__(self, parameters, lr):
        self.parameters, self.lr = list(parameters), lr
        self.states = [{} for _ in self.parameters]

    def zero_grad(self):
        """Forget all gradients, which otherwise add up from one backward to the next."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self):
        """Move each parameter that has a gradient."""
        for parameter, state in zip(self.parameters, self.states, strict=True):
            if parameter.grad is not None:
                self.update(parameter.data, parameter.grad, state)

    def update(self, weights, gradient, state):
        """Change `weights` in place; `state` is a dict that stays with this array."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update(self, weights, gradient, state).")


class SGD(Optimizer):
    """weights -= lr * velocity, where velocity = momentum * velocity + gradient; without momentum, the gradient."""

    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self.momentum = momentum

    def update(self, weights, gradient, state):
        if self.momentum:
            gradient = state["velocity"] = self.momentum * state.get("velocity", 0.0) + gradient
        weights -= self.lr * gradient


class Adam(Optimizer):
    """Steps of about lr in each coordinate: the mean gradient over the root of the mean square (Kingma, Ba 2015)."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay

    def update(self, weights, gradient, state):
        weights -= self.lr * self.direction(gradient + self.weight_decay * weights, state)

    def direction(self, gradient, state):
        """Return mean / (root of mean square + eps), each corrected for having started at 0."""
        n = state["step"] = state.get("step", 0) + 1
        moments = []
        for name, beta, value in zip(("mean", "square"), self.betas, (gradient, gradient * gradient), strict=True):
            state[name] = beta * state.get(name, 0.0) + (1 - beta) * value
            moments.append(state[name] / (1 - beta**n))
        return moments[0] / (np.sqrt(moments[1]) + self.eps)


class AdamW(Adam):
    """Adam with the decay of the weights apart from the gradient (Loshchilov, Hutter 2019)."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(parameters, lr, betas, eps, weight_decay)

    def update(self, weights, gradient, state):
        weights -= self.lr * (self.direction(gradient, state) + self.weight_decay * weights)


class LAMB(AdamW):
    """AdamW with each array's step as long as lr times the array, for large batches (You et al. 2020)."""

    def update(self, weights, gradient, state):
        direction = self.direction(gradient, state) + self.weight_decay * weights
        size, length = np.linalg.norm(weights), np.linalg.norm(direction)
        trust = float(size / length) if size > 0 and length > 0 else 1.0
        weights -= self.lr * trust * direction


def clip_grad_norm_(parameters, max_norm):
    """Scale all gradients by one factor so that their common norm is at most max_norm; return the norm before."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = float(sum(np.vdot(g, g).real for g in gradients) ** 0.5)
    if norm > max_norm:
        for gradient in gradients:
            gradient *= max_norm / norm
    return norm
