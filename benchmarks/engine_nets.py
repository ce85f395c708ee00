"""Five nets, and what each contender makes of them, for benchmarks/engine.py.

A case is (draw, forward, by_hand): draw(rng) gives parameters, input and target; forward(ops, parameters, x, y) is the
loss, written once in terms of a contender's functions; by_hand says which steps exist in hand-written NumPy.
A contender takes (forward, parameters, x, y) and returns a function that makes one step and returns the loss.
"""

import importlib
from types import SimpleNamespace

import engine_by_hand as by_hand
import numpy as np
from engine_block_by_hand import block
from engine_block_in_place import block_in_place

from backprop import engine

LR = 0.01


def mlp_case(*sizes, activation, loss, batch):
    """Return the case of linear layers with an activation between them."""

    def draw(rng):
        parameters = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
            parameters += [rng.normal(0, (2 / inputs) ** 0.5, (outputs, inputs)), np.zeros(outputs)]
        shape = (batch, sizes[-1])
        target = rng.integers(0, sizes[-1], batch) if loss == "cross_entropy" else rng.normal(size=shape)
        return parameters, rng.normal(size=(batch, sizes[0])), target

    def forward(ops, parameters, x, y):
        *hidden, last = zip(parameters[::2], parameters[1::2], strict=True)
        for w, b in hidden:
            x = getattr(ops, activation)(ops.linear(x, w, b))
        return getattr(ops, loss)(ops.linear(x, *last), y)

    options = {"activation": activation, "loss": loss, "lr": LR}
    return (
        draw,
        forward,
        {
            "NumPy by hand": lambda p, x, y: by_hand.mlp(p, x, y, **options),
            "NumPy in place": lambda p, x, y: by_hand.mlp_in_place(p, x, y, **options),
        },
    )


def block_case(batch=8, t=64, n=128, heads=4):
    """Return the case of one causal Transformer block with a feed-forward part four times as wide."""
    shapes = [(n,), (n,), *[(n, n), (n,)] * 4, (n,), (n,), (4 * n, n), (4 * n,), (n, 4 * n), (n,)]

    def draw(rng):
        parameters = [rng.normal(0, s[-1] ** -0.5, s) if len(s) == 2 else np.zeros(s) for s in shapes]
        parameters[0] += 1
        parameters[10] += 1
        return parameters, rng.normal(size=(batch, t, n)), rng.normal(size=(batch, t, n))

    def forward(ops, parameters, x, y):
        w1, b1, wq, bq, wk, bk, wv, bv, wo, bo, w2, b2, wf, bf, wg, bg = parameters
        h = ops.layer_norm(x, w1, b1)
        projected = (ops.linear(h, w, b) for w, b in ((wq, bq), (wk, bk), (wv, bv)))
        q, k, v = (ops.swap(p.reshape((batch, t, heads, n // heads))) for p in projected)
        x = x + ops.linear(ops.swap(ops.attention(q, k, v)).reshape((batch, t, n)), wo, bo)
        return ops.mse(x + ops.linear(ops.swish(ops.linear(ops.layer_norm(x, w2, b2), wf, bf)), wg, bg), y)

    return (
        draw,
        forward,
        {
            "NumPy by hand": lambda p, x, y: block(p, x, y, heads, LR),
            "NumPy in place": lambda p, x, y: block_in_place(p, x, y, heads, LR),
        },
    )


CASES = {
    "a": mlp_case(1, 64, 32, 1, activation="relu", loss="mse", batch=100),
    "b": mlp_case(64, 128, 64, 10, activation="relu", loss="cross_entropy", batch=128),
    "c": mlp_case(784, 512, 256, 10, activation="relu", loss="cross_entropy", batch=128),
    "d": mlp_case(*[64] * 21, activation="sigmoid", loss="mse", batch=128),
    "e": block_case(),
}


def engine_step(forward, parameters, x, y):
    ops = SimpleNamespace(
        linear=engine.linear,
        relu=engine.relu,
        sigmoid=engine.sigmoid,
        swish=engine.swish,
        mse=engine.mse_loss,
        cross_entropy=engine.cross_entropy,
        layer_norm=engine.layer_norm,
        attention=lambda q, k, v: engine.scaled_dot_product_attention(q, k, v, is_causal=True),
        swap=lambda x: x.transpose(1, 2),
    )
    parameters = [engine.Tensor(p, requires_grad=True) for p in parameters]
    optimizer = engine.SGD(parameters, LR)

    def step():
        loss = forward(ops, parameters, x, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def torch_step(forward, parameters, x, y):
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    F = torch.nn.functional

    ops = SimpleNamespace(
        linear=F.linear,
        relu=torch.relu,
        sigmoid=torch.sigmoid,
        swish=F.silu,
        mse=F.mse_loss,
        cross_entropy=F.cross_entropy,
        layer_norm=lambda x, w, b: F.layer_norm(x, x.shape[-1:], w, b),
        attention=lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
        swap=lambda x: x.transpose(1, 2),
    )
    parameters = [torch.tensor(p, requires_grad=True) for p in parameters]
    x, y = torch.tensor(x), torch.tensor(y)
    optimizer = torch.optim.SGD(parameters, LR)

    def step():
        loss = forward(ops, parameters, x, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def primitives(xp, swap):
    """Return the ops of a net in terms of an engine's NumPy-like functions `xp`."""

    def cross_entropy(z, y):
        z = z - xp.max(z, axis=1, keepdims=True)
        return xp.mean(xp.log(xp.sum(xp.exp(z), axis=1)) - z[np.arange(len(y)), y])

    def layer_norm(x, w, b):
        centred = x - xp.mean(x, axis=-1, keepdims=True)
        return centred / xp.sqrt(xp.mean(centred * centred, axis=-1, keepdims=True) + 1e-5) * w + b

    def attention(q, k, v):
        future = np.triu(np.full(q.shape[-2:-1] * 2, -1e30, q.dtype), 1)
        scores = xp.matmul(q, xp.swapaxes(k, -1, -2)) * q.shape[-1] ** -0.5 + future
        p = xp.exp(scores - xp.max(scores, axis=-1, keepdims=True))
        return xp.matmul(p / xp.sum(p, axis=-1, keepdims=True), v)

    return SimpleNamespace(
        linear=lambda x, w, b: xp.matmul(x, w.T) + b,
        relu=lambda z: xp.maximum(z, 0),
        sigmoid=lambda z: 1 / (1 + xp.exp(-z)),
        swish=lambda z: z / (1 + xp.exp(-z)),
        mse=lambda p, y: xp.mean((p - y) ** 2),
        cross_entropy=cross_entropy,
        layer_norm=layer_norm,
        attention=attention,
        swap=swap,
    )


def autograd_step(forward, parameters, x, y):
    autograd, anp = importlib.import_module("autograd"), importlib.import_module("autograd.numpy")
    ops = primitives(anp, lambda x: anp.swapaxes(x, 1, 2))
    derivative = autograd.value_and_grad(lambda parameters: forward(ops, parameters, x, y))

    def step():
        loss, gradients = derivative(parameters)
        for p, g in zip(parameters, gradients, strict=True):
            p -= LR * g
        return loss

    return step


def mygrad_step(forward, parameters, x, y):
    mg = importlib.import_module("mygrad")
    parameters = [mg.tensor(p) for p in parameters]
    ops = primitives(mg, lambda x: mg.swapaxes(x, 1, 2))

    def step():
        loss = forward(ops, parameters, x, y)
        loss.backward()
        for p in parameters:
            p.data -= LR * p.grad
        return loss.item()

    return step


def smallpebble_step(forward, parameters, x, y):
    sp = importlib.import_module("smallpebble")
    parameters = [sp.Variable(p) for p in parameters]
    one, x = sp.Variable(np.ones((), x.dtype)), sp.Variable(x)
    share = sp.Variable(np.array(1 / y.size, x.array.dtype))

    def mse(p, y):
        error = sp.sub(p, sp.Variable(y))
        return sp.mul(sp.sum(sp.mul(error, error)), share)

    ops = SimpleNamespace(
        linear=lambda x, w, b: sp.add(sp.matmul(x, sp.matrix_transpose(w)), b),
        relu=lambda z: sp.leaky_relu(z, 0),
        sigmoid=lambda z: sp.div(one, sp.add(one, sp.exp(sp.neg(z)))),
        mse=mse,
        cross_entropy=lambda z, y: sp.mul(sp.cross_entropy(sp.softmax(z), y), share),
    )

    def step():
        loss = forward(ops, parameters, x, y)
        gradients = sp.get_gradients(loss)
        for p in parameters:
            p.array -= LR * gradients[p]
        return float(loss.array)

    return step


CONTENDERS = {
    "engine": engine_step,
    "torch": torch_step,
    "autograd": autograd_step,
    "mygrad": mygrad_step,
    "smallpebble": smallpebble_step,
}
