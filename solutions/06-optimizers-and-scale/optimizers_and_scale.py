# %% [markdown]
r"""
# 6 · Optimizers and scale

Backpropagation hands you a gradient. It does not say how far to step, in which memory all those activations are to
wait, or what to do when the network no longer fits on one device. This lesson is about everything around the
gradient. Most of its numbers are not written here: you measure them, on the machine in front of you.

**What you will be able to do**

- write the steps of momentum, Adam and AdamW, and see them agree with PyTorch's,
- say what Adam's second moment measures and what it does not,
- trade memory for time with checkpoints, and measure both,
- keep a gradient alive in half precision,
- cut a large batch into pieces, one after the other or over many workers, and get the same gradient.

**What you need.** Backpropagation for a network in matrix form ([lesson
3](../03-matrix-backprop/matrix_backprop.ipynb)), NumPy, and the idea of gradient descent from [lesson
2](../02-two-layer-trace/two_layer_trace.ipynb). PyTorch is here for comparison: you will read it, hardly write it.

**How long.** About 90 minutes in two sittings: the pause is before *Half precision*. Two challenges take another 25
minutes and can wait. 35 points, 6 of them in the challenges.
"""

# %%
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one thread for NumPy, and below one for PyTorch: so times can be compared

# %%
import copy

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.utils.checkpoint import checkpoint_sequential

from backprop.check import check, progress
from backprop.scale import best_device, device_in_words, peak_memory, seconds, two_processes
from backprop.widgets import memory_timeline, race

torch.set_num_threads(1)
# %% [markdown]
r"""
## What to do with a gradient

Gradient descent takes the gradient $g$ and steps against it: $w \leftarrow w - \eta\, g$. Here is a landscape on
which it has a hard time: a valley, a hundred times steeper across than along.

$$L(w) = \tfrac12\left(w_1^2 + 100\, w_2^2\right) \qquad g = (w_1,\; 100\, w_2)$$

You start at $(-1.5, 1.2)$. Across the valley every step multiplies $w_2$ by $1 - 100\eta$, along it $w_1$ by $1 -
\eta$. Guess: which of the rates 0.001, 0.018 and 0.021 ends lowest after 60 steps, and what goes wrong with each of
the other two?
"""

# %%
START, STEEPNESS = np.array([-1.5, 1.2]), np.array([1.0, 100.0])


def loss(w1, w2):
    return (STEEPNESS * np.array([w1, w2]) ** 2).sum() / 2


def slope(w):
    return STEEPNESS * w


# %% [markdown]
r"""
`walk` takes any kind of step and repeats it 60 times. What a step has to remember, it hands back, and gets again at
its next turn.
"""


# %%
def walk(step, slope=slope, start=START):
    now, path = {"w": start, "m": 0 * start, "v": 0 * start}, [start]
    for t in range(1, 61):
        now |= step(t, slope(now["w"]), **now) or {}
        path.append(now["w"])
    return path


for lr in (0.001, 0.018, 0.021):
    end = walk(lambda t, g, w, **_: {"w": w - lr * g})[-1]
    print(f"rate {lr}: w1 = {end[0]:.3f}, w2 = {end[1]:.3g}, loss {loss(*end):.3g}")

# %% [markdown]
r"""
Above $2/100$ the step across the valley overshoots by more than it corrects, and $w_2$ explodes. Far below it nothing
explodes, and $w_1$ hardly moves. The steepest direction sets the limit, and all the others have to live with it. How
steep a slope *changes*, the second derivative, is called **curvature**: here 1 along and 100 across. Their ratio is
what makes the valley hard.

## Momentum

A ball that rolls down the same valley does better. Across it, pushes come from the left and from the right in turn,
and cancel. Along it they all point the same way, and add up. **Momentum** gives the step such a memory, the velocity
$v$:

$$v \leftarrow \mu\, v + g \qquad w \leftarrow w - \eta\, v$$

One weight, $\mu = 0.9$, and a gradient that is 1 at every step: what is the velocity after 1, 2, 3 steps, and where
does it end?
"""

# %%
v = 0.0
for t in range(1, 61):
    v = 0.9 * v + 1.0
    if t in (1, 2, 3, 10, 60):
        print(f"step {t}: v = {v:.3f}")

# %% [markdown]
r"""
It grows toward $1/(1-\mu) = 10$ times the gradient. So a rate with momentum 0.9 is worth up to ten times as much as
without, as long as the gradients agree.

### Your turn: momentum
*Difficulty 2 of 5 · about 5 minutes · 2 points*

Write `momentum_step`. It gets the weights `w`, the gradient `g` and the velocity `v`, three arrays of the same shape,
and the numbers `lr` and `momentum`. It returns `dict(v=..., w=...)`: both arrays as they are *after* the step. Do not
change the arrays that you got; make new ones.

<details><summary>Hint 1, a nudge</summary>

Two lines, in the order of the formulas. Which of the two velocities moves the weights?
</details>
<details><summary>Hint 2, a sketch</summary>

First the new velocity from the old one and the gradient. Then the weights move by the rate times the *new* velocity.
</details>
<details><summary>Hint 3, a skeleton</summary>

`v = momentum * ... + ...`, then `return dict(v=v, w=w - ...)`.
</details>
"""


# %% solution="momentum-step"
def momentum_step(w, g, v, lr, momentum):
    ### BEGIN SOLUTION
    v = momentum * v + g
    return dict(v=v, w=w - lr * v)
    ### END SOLUTION


# %% tests="momentum-step"
check("momentum-step", momentum_step)

# %% [markdown]
r"""
Let them race. Plain gradient descent has the largest rate it can bear. Momentum has about half of that and $\mu =
0.8$. Who is ahead after 10 steps, and who after 60? Drag the slider, or play it. (Where your function is not written
yet, its runner stays at the start.)
"""


# %%
def plain_step(t, g, w, **_):
    return {"w": w - 0.018 * g}


def with_momentum(t, g, w, v, **_):
    return momentum_step(w, g, v, lr=0.01, momentum=0.8)


race({"plain": walk(plain_step), "momentum": walk(with_momentum)}, loss)

# %% [markdown]
r"""
## Adam

Momentum still has one rate for all weights. In a deep network gradients of different layers differ by factors of
thousands, and any single rate is too long for some weights and too short for others.

**Adam** (Kingma and Ba, 2015) measures how large each weight's gradients usually are, and divides by it. It keeps two
running means for every weight:

$$m \leftarrow \beta_1 m + (1-\beta_1)\, g \qquad\quad v \leftarrow \beta_2 v + (1-\beta_2)\, g^2$$

$m$ is the **first moment**, the mean gradient. $v$ is the **second moment**, the mean of its square. (Careful: this
$v$ is no velocity. The books call both so.) If all gradients were equal to $g$, then $m = g$ and $v = g^2$. What
would $m / \sqrt v$ be, for $g = 100$ and for $g = 0.01$?

Both are 1. That is the idea: **the step is about $\eta$ long for every weight, however large its gradient is**.

One flaw is left. $m$ and $v$ start at 0, so at first they are too small. Take $g = 2$ at the first step, with
$\beta_1 = 0.9$ and $\beta_2 = 0.999$:
"""

# %%
m = 0.9 * 0 + 0.1 * 2.0
v = 0.999 * 0 + 0.001 * 2.0**2
print(f"m = {m:.3f} for a mean gradient of 2, v = {v:.4f} for a mean square of 4, m / sqrt(v) = {m / v**0.5:.2f}")

# %% [markdown]
r"""
A first step three times too long. The remedy, **bias correction**: after $t$ steps the start still weighs $\beta^t$,
so the rest weighs $1 - \beta^t$. Divide by that:

$$\hat m = \frac{m}{1-\beta_1^t} \qquad \hat v = \frac{v}{1-\beta_2^t} \qquad w \leftarrow w - \eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon}$$

With $t = 1$: $\hat m = 0.2/0.1 = 2$ and $\hat v = 0.004/0.001 = 4$. The little $\epsilon$ keeps a weight that never had
a gradient from dividing by zero.

### Your turn: Adam
*Difficulty 3 of 5 · about 8 minutes · 4 points*

Write `adam_step`. `w`, `g`, `m` and `v` are arrays of one shape, `t` is the number of this step (the first is 1), the
rest are numbers. Return a dictionary with the new `m` and `v`, the corrected `m_hat` and `v_hat`, and the new `w`.

<details><summary>Hint 1, a nudge</summary>

Five lines, one for each part of the answer, in the order in which they stand above.
</details>
<details><summary>Hint 2, a sketch</summary>

The new `m` and `v` are kept as they are. The corrected ones are only for this step. Take the root first and add `eps`
to it.
</details>
<details><summary>Hint 3, a skeleton</summary>

`m = beta1 * m + ...`, `v = beta2 * v + ... * g**2`, `m_hat = m / (1 - beta1**t)`, `v_hat = ...`, and
`w = w - lr * m_hat / (np.sqrt(v_hat) + eps)`.
</details>
"""


# %% solution="adam-step"
def adam_step(w, g, m, v, t, lr, beta1, beta2, eps):
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return dict(m=m, v=v, m_hat=m_hat, v_hat=v_hat, w=w)
    ### END SOLUTION


# %% tests="adam-step"
check("adam-step", adam_step)

# %% [markdown]
r"""
Is it the Adam that everybody uses? Walk the valley with yours and with `torch.optim`. `torch_walk` gives PyTorch the
same gradients. Guess how far apart the two are after 60 steps.
"""


# %%
def with_adam(t, g, w, m, v, **_):
    return adam_step(w, g, m, v, t, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8)


def torch_walk(optimizer, **settings):
    w = torch.tensor(START, requires_grad=True)
    running = optimizer([w], **settings)
    for _ in range(60):
        w.grad = torch.from_numpy(slope(w.detach().numpy()))
        running.step()
    return w.detach().numpy()


# %%
print("plain:   ", np.abs(torch_walk(torch.optim.SGD, lr=0.018) - walk(plain_step)[-1]).max())
print("momentum:", np.abs(torch_walk(torch.optim.SGD, lr=0.01, momentum=0.8) - walk(with_momentum)[-1]).max())
print("Adam:    ", np.abs(torch_walk(torch.optim.Adam, lr=0.1) - walk(with_adam)[-1]).max())

# %% [markdown]
r"""
The same to the last digits. (Where one of yours is not written yet, it is still at the start, and the number is
large.) Now the race of all three. Watch Adam's first steps: in which direction does it set out, and is that the
direction of the gradient?
"""

# %%
race({"plain": walk(plain_step), "momentum": walk(with_momentum), "Adam": walk(with_adam)}, loss)

# %% [markdown]
r"""
Adam sets out diagonally: both weights move by 0.1, although one gradient is eighty times the other. To Adam the
narrow valley looks nearly round.

So has it found out the curvature? Turn the valley by 45 degrees. Nothing about its shape has changed. Plain descent
and momentum do not notice. Will Adam?
"""

# %%
turn = np.array([[1, -1], [1, 1]]) / 2**0.5


def turned_slope(w):
    return turn.T @ slope(turn @ w)


for name, step in {"plain": plain_step, "momentum": with_momentum, "Adam": with_adam}.items():
    straight, turned = walk(step)[-1], turn @ walk(step, turned_slope, turn.T @ START)[-1]
    print(f"{name:8}  straight valley {loss(*straight):.4f}   turned valley {loss(*turned):.4f}")

# %% [markdown]
r"""
Adam lost its advantage. It has one number for each weight, so it can stretch the axes, but not turn them. In the
turned valley both weights have gradients of the same size, and there is nothing to stretch.

And what it divides by is not curvature. Here are three losses of a single weight, each at one place. The
**curvature** is the second derivative. $\sqrt v$ is what Adam would divide by if it stood there for long. Which two
rows have the same curvature? Which two the same $\sqrt v$?
"""

# %%
for name, gradient, curvature in [("2 w² at w = 1 ", 4, 4), ("2 w² at w = 25", 100, 4), ("100 w at w = 1", 100, 0)]:
    print(f"{name}   curvature {curvature:3}   gradient {gradient:3}   sqrt(v) {np.sqrt(gradient**2):5.0f}")

# %% [markdown]
r"""
$v$ is made of *first* derivatives. It says how large the gradient has been lately, from steepness and from noise
alike: at the bottom of a valley, where minibatches disagree, the mean gradient is 0 and $v$ is their variance. Where
the loss is the negative logarithm of a probability and the model fits, the mean of $g^2$ over examples happens to
equal the mean curvature, weight by weight. That is why one reads that Adam "approximates the curvature". Mostly it
does not: it equalises step lengths, and that is useful enough.

## AdamW: decay, apart

**Weight decay** pulls every weight a little toward zero in each step, which keeps a network from leaning on a few
large weights. For plain gradient descent it makes no difference where you write it: add $\lambda w$ to the gradient,
or subtract $\eta\lambda w$ from the weight. With Adam it does. Why? What happens to a term that is added to the
gradient?

Here are fifty weights with large gradients and fifty with small ones. All gradients are pure noise around 0, all
weights start at 1, so decay is all that should happen. Guess for each of the two ways: which group shrinks more?
"""


# %%
def decayed(apart, lr=0.001, decay=0.1):
    rng, w, m, v = np.random.default_rng(0), np.ones((2, 50)), 0.0, 0.0
    for t in range(1, 10_001):
        g = rng.normal(size=(2, 50)) * [[10], [0.01]]
        now = adam_step(w, g if apart else g + decay * w, m, v, t, lr, 0.9, 0.999, 1e-8)
        w, m, v = (now["w"], now["m"], now["v"]) if now else (w, m, v)
        w = w - lr * decay * w if apart else w
    return w.mean(axis=1)


print("decay in the gradient:  large gradients {:.2f}, small gradients {:.2f}".format(*decayed(False)))
print("decay apart:            large gradients {:.2f}, small gradients {:.2f}".format(*decayed(True)))

# %% [markdown]
r"""
In the gradient, the decay is divided by $\sqrt{\hat v}$ like everything else. Weights with large gradients hardly
decay, those with small ones vanish. Apart, all decay alike. That is **AdamW** (Loshchilov and Hutter, 2019), the
usual choice for Transformers:

$$w \leftarrow w - \eta\left(\frac{\hat m}{\sqrt{\hat v}+\epsilon} + \lambda\, w\right)$$

### Your turn: AdamW
*Difficulty 2 of 5 · about 4 minutes · 2 points*

Write `adamw_step`, with one more argument: `weight_decay` is $\lambda$. Return `dict(m=..., v=..., w=...)`.

<details><summary>Hint 1, a nudge</summary>

You have Adam already. What does the gradient $g$ in `m` and `v` know about the decay? Nothing.
</details>
<details><summary>Hint 2, a sketch</summary>

Call your `adam_step`, take its `m` and `v`, and change its `w` by the decay. Both terms look at the `w` from *before*
the step.
</details>
<details><summary>Hint 3, a skeleton</summary>

`now = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)`, then
`return dict(m=now["m"], v=now["v"], w=now["w"] - lr * ... * w)`.
</details>
"""


# %% solution="adamw-step"
def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    ### BEGIN SOLUTION
    now = adam_step(w, g, m, v, t, lr, beta1, beta2, eps)
    return dict(m=now["m"], v=now["v"], w=now["w"] - lr * weight_decay * w)
    ### END SOLUTION


# %% tests="adamw-step"
check("adamw-step", adamw_step)


# %%
def with_adamw(t, g, w, m, v, **_):
    return adamw_step(w, g, m, v, t, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.2)


print("AdamW:", np.abs(torch_walk(torch.optim.AdamW, lr=0.1, weight_decay=0.2) - walk(with_adamw)[-1]).max())

# %% [markdown]
r"""
### Challenge: LAMB
*Difficulty 3 of 5 · about 10 minutes · 3 points*

Who trains on many devices wants batches of tens of thousands of examples, few steps, and so long ones. But one length
does not fit all layers: a step of 0.1 is nothing for weights around 10 and ruins weights around 0.01. **LAMB** (You
et al., 2020) takes AdamW's direction and makes each *layer's* step as long as the rate times the layer itself:

$$d = \frac{\hat m}{\sqrt{\hat v}+\epsilon} + \lambda\, w \qquad \text{trust} = \frac{\lVert w\rVert}{\lVert d\rVert} \qquad w \leftarrow w - \eta\cdot\text{trust}\cdot d$$

$\lVert\cdot\rVert$ is the root of the sum of all squares. Where all of $w$ is zero, trust is 1. Write `lamb_step`:
`w` is now one layer's matrix. Return `dict(direction=..., trust=..., w=...)`; `trust` is a single number. PyTorch has
no LAMB, so the check compares with the course's own engine alone.

<details><summary>Hint 1, a nudge</summary>

`np.linalg.norm(w)` is the length of all numbers of a matrix together. What would a layer of zeros do without the
exception?
</details>
<details><summary>Hint 2, a sketch</summary>

Your `adam_step` with a rate of 1 moves `w` by exactly $\hat m/(\sqrt{\hat v}+\epsilon)$. That plus the decay is the
direction. Then both lengths, then the step.
</details>
<details><summary>Hint 3, a skeleton</summary>

`direction = w - adam_step(w, g, m, v, t, 1.0, beta1, beta2, eps)["w"] + ...`, then `size = np.linalg.norm(w)`,
`trust = size / ... if size > 0 else 1.0`, and `w - lr * trust * direction`.
</details>
"""


# %% solution="lamb-step"
def lamb_step(w, g, m, v, t, lr, beta1, beta2, eps, weight_decay):
    ### BEGIN SOLUTION
    direction = w - adam_step(w, g, m, v, t, 1.0, beta1, beta2, eps)["w"] + weight_decay * w
    size = np.linalg.norm(w)
    trust = size / np.linalg.norm(direction) if size > 0 else 1.0
    return dict(direction=direction, trust=trust, w=w - lr * trust * direction)
    ### END SOLUTION


# %% tests="lamb-step"
check("lamb-step", lamb_step)

# %% [markdown]
r"""
## What a step holds in memory

Every weight has a gradient, and with Adam two moments. That is four numbers for each. Then there are the activations:
the backward pass needs what flowed into each layer, so all of it waits. Which is more? Here is a network of sixteen
layers. It runs on the best device you have.
"""

# %%
device = best_device()
torch.manual_seed(0)
net = torch.nn.Sequential(
    *[torch.nn.Sequential(torch.nn.Linear(128, 128), torch.nn.LayerNorm(128), torch.nn.GELU()) for _ in range(16)]
).to(device)
weights = sum(p.numel() * p.element_size() for p in net.parameters())
print(f"PyTorch computes on {device_in_words(device)}.")
print(f"weights {weights / 1e6:.1f} MB, gradients {weights / 1e6:.1f} MB, Adam's moments {2 * weights / 1e6:.1f} MB")

# %% [markdown]
r"""
`peak_memory` runs something and tells the most memory that was in use on the way, beyond what was there before.
Guess: with 256 examples in the batch, do the activations need more than the weights? And with 1024?
"""


# %%
def backpropagate(net, examples):
    net(examples).square().mean().backward()


for batch in (64, 256, 1024):
    examples = torch.randn(batch, 128, device=device)
    backpropagate(net, examples)  # from now on the gradients have their place
    peak = peak_memory(lambda: backpropagate(net, examples), device)
    print(f"batch {batch:4}: {peak / 1e6:6.1f} MB of activations at the peak")

# %% [markdown]
r"""
Weights, gradients and moments do not care about the batch. Activations grow with it, and with depth. They are what
fills a device.

### Your turn: seven billion parameters
*Difficulty 2 of 5 · about 5 minutes · 2 points*

A language model has $7\cdot10^9$ parameters in 32 layers and trains in float32, 4 bytes a number. Each layer keeps 16
arrays for the backward pass, each of $8 \times 2048 \times 4096$ numbers: 8 texts, 2048 positions, 4096 features. How
many gigabytes ($10^9$ bytes) do they take: the `weights`, the `gradients`, the state of `adam` (the moments alone),
and the `activations`?

And `checkpointed`: suppose only each layer's *input* is kept, one array, and the layer's 16 arrays are computed again
when the backward pass gets there, for one layer at a time. How many gigabytes of activations is that, at the worst
moment? An expression such as `3 * 4` will do, and 1 % off is close enough.

<details><summary>Hint 1, a nudge</summary>

The first three depend on the number of parameters only. For the others, first work out how large one array is.
</details>
<details><summary>Hint 2, a sketch</summary>

Adam keeps two numbers for each parameter. One array has $8\cdot2048\cdot4096$ numbers of 4 bytes, about 0.27 GB.
</details>
<details><summary>Hint 3, a skeleton</summary>

`weights` is `7e9 * 4 / 1e9`. With `array = 8 * 2048 * 4096 * 4 / 1e9`, `activations` is 32 times 16 arrays,
`checkpointed` 32 inputs and the 16 arrays of one layer.
</details>
"""

# %% solution="memory-count"
array = 8 * 2048 * 4096 * 4 / 1e9
gigabytes = {
    "weights": 28.0,  # answer
    "gradients": 28.0,  # answer
    "adam": 56.0,  # answer
    "activations": 32 * 16 * array,  # answer
    "checkpointed": (32 + 16) * array,  # answer
}

# %% tests="memory-count"
check("memory-count", gigabytes)

# %% [markdown]
r"""
## Checkpoints

That last line is a bargain. Keep a few activations, the **checkpoints**, throw the rest away, and compute them again,
one segment of layers at a time, when the backward pass arrives (Chen et al., 2016). Here is one step of your sixteen
layers, with what you have just measured. Slide the number of segments. The grey stairs are plain backpropagation.
Where is the peak lowest, and what happens beyond?
"""

# %%
held = peak_memory(lambda: backpropagate(net, examples), device) / 1e6
memory_timeline([round(held / 16, 1)] * 16, unit="MB")

# %% [markdown]
r"""
Many short segments mean many checkpoints, few long ones mean much to hold at once. The best is in the middle: for $n$
equal layers about $\sqrt n$ segments.

What does it cost? The layers run forward once more. (All but those of the last segment, if one takes care: its turn
comes at once.) How much that is depends on how long a backward pass takes beside a forward pass. Texts say twice.
Count the multiplications of one layer: forward one product, backward two, one for the weights and one for the layer
before. Measure it, on the CPU and on your GPU if there is one:
"""

# %%
for where in dict.fromkeys(["cpu", device]):
    stack = [layer for _ in range(8) for layer in (torch.nn.Linear(512, 512), torch.nn.ReLU())]
    wide = torch.nn.Sequential(*stack).to(where)
    rows = torch.randn(256, 512, device=where)
    forward_time = seconds(lambda: wide(rows).mean(), where)
    both_times = seconds(lambda: wide(rows).mean().backward(), where)
    print(f"{device_in_words(where)}: forward {1000 * forward_time:.1f} ms, "
          f"backward {both_times / forward_time - 1:.2f} times as long")

# %% [markdown]
r"""
Near 2 it is the multiplications that count. Far from 2 it is something else: the first layer needs no gradient for
its input, small operations cost their call and not their arithmetic, and on a GPU a small network is mostly waiting.
If backward is 2 forwards, a step is 3, and running every layer once more makes it 4: a third more. That is where the
"about 30 % more compute" of the texts comes from.

Now by hand, in NumPy. Here is one layer with **dropout**: at random, a tenth of the activations is set to zero and
the rest enlarged, so that no unit may rely on another. `forward` gives the output and a cache, all that `backward`
will need.
"""

# %%
layers, W = 16, np.random.default_rng(0).normal(0, 0.22, (16, 64, 64))


# %%
def forward(A, k, rng):
    keep = (rng.random(A.shape) < 0.9) / 0.9
    H = np.tanh(A @ W[k].T)
    return H * keep, (A, H, keep, k)


def backward(G, cache):
    A, H, keep, k = cache
    D = G * keep * (1 - H * H)
    return D @ W[k], D.T @ A  # the gradient at the layer's input, and at its weights


# %% [markdown]
r"""
And here is plain backpropagation through all of them. `G` is the gradient at the last output. Which line makes the
memory grow?
"""


# %%
def plain(forward, backward, X, G, layers, every, rng):
    here, held, gradients = X, [], []
    for layer in range(layers):
        here, cache = forward(here, layer, rng)
        held.append(cache)
    while held:
        G, gradient = backward(G, held.pop())
        gradients.insert(0, gradient)
    return dict(dL_dX=G, dL_dW=np.stack(gradients))


# %% [markdown]
r"""
One thing can go wrong quietly. The second run of a segment must be *the same* run. But dropout draws from `rng`, and
a generator moves on with every draw: asked again it gives another mask, and the gradient belongs to a network that
never ran. So a checkpoint needs two things, the activation and where the generator stood. `rng.bit_generator.state`
can be read, and set back:
"""

# %%
rng = np.random.default_rng(5)
state = rng.bit_generator.state
print(rng.random(3), rng.random(3))
rng.bit_generator.state = state
print(rng.random(3), "the first three again")

# %% [markdown]
r"""
### Your turn: backward with checkpoints
*Difficulty 4 of 5 · about 15 minutes · 5 points*

Write `checkpointed`. It gets the same as `plain`, and `every`, the length of a segment: layers 0, `every`, 2 `every`,
... each begin one, and the last segment may be shorter. It returns the same gradients, to the last digit. But

- at most about `every` caches are in memory at any time, instead of all,
- no layer runs forward more than twice.

`dL_dX` has the shape of `X`, `dL_dW` one matrix for each layer, first layer first. The check counts caches and runs,
and calls the two conditions `fits_in_memory` and `one_more_forward`.

<details><summary>Hint 1, a nudge</summary>

Forward as in `plain`, but keep no cache. Where `k % every == 0`, keep what flows in and the generator's state. Then
one segment at a time, the last one first.
</details>
<details><summary>Hint 2, a sketch</summary>

For each segment: set the generator back, take its checkpoint as `A`, run its layers forward once more, this time with
caches in a list. Then empty the list from its end, as `plain` does. `G` goes on to the next segment.
</details>
<details><summary>Hint 3, a skeleton</summary>

Forward, in a loop over all layers: `if k % every == 0:`, then `kept.append((k, A, ...))`; and one layer on, its cache thrown
away. Back, `while kept:`. Its last entry holds `first`, the segment's `A`, and the state for `rng`. Layers `first` to
`min(first + every, layers)` run once more and fill a list of caches. Then the `while` loop of `plain` empties that list.
</details>
"""


# %% solution="checkpointed"
def checkpointed(forward, backward, X, G, layers, every, rng):
    ### BEGIN SOLUTION
    A, kept, dW = X, [], []
    for k in range(layers):
        if k % every == 0:
            kept.append((k, A, rng.bit_generator.state))
        A, _ = forward(A, k, rng)
    while kept:
        first, A, rng.bit_generator.state = kept.pop()
        caches = []
        for k in range(first, min(first + every, layers)):
            A, cache = forward(A, k, rng)
            caches.append(cache)
        while caches:
            G, dW_k = backward(G, caches.pop())
            dW.insert(0, dW_k)
    return dict(dL_dX=G, dL_dW=np.array(dW))
    ### END SOLUTION


# %% tests="checkpointed"
check("checkpointed", checkpointed)

# %% [markdown]
r"""
Now the real thing: 16 layers, 512 examples, segments of 4 layers. Guess the memory, the time, and the largest
difference between the two gradients.
"""

# %%
X, G = np.random.default_rng(1).normal(size=(2, 512, 64))
G = G * 1e-6 / len(X)  # a network that is nearly right: what comes from its loss is small
found = {}
for way in (plain, checkpointed):
    run = lambda: way(forward, backward, X, G, layers, 4, np.random.default_rng(2))
    found[way.__name__] = run()
    if found[way.__name__]:
        print(f"{way.__name__:12} {peak_memory(run) / 1e6:6.1f} MB at the peak {1000 * seconds(run):6.0f} ms")
if found["checkpointed"]:
    print("largest difference:", np.abs(found["plain"]["dL_dW"] - found["checkpointed"]["dL_dW"]).max())

# %% [markdown]
r"""
The texts promise 60 to 80 % less memory for about 30 % more time. Yours may cost more time than that: here a forward
pass is expensive beside its backward, since it draws random numbers and computes a tanh. Measure the rule, do not
quote it.

PyTorch has it built in. `checkpoint_sequential` cuts a network into segments, and takes care of the generators by
itself:
"""


# %%
def in_segments(net, examples):
    checkpoint_sequential(net, 4, examples, use_reentrant=False).square().mean().backward()


for way in (backpropagate, in_segments):
    run = lambda: way(net, examples)
    print(f"{way.__name__:14} {peak_memory(run, device) / 1e6:6.1f} MB at the peak {1000 * seconds(run, device):6.1f} ms")

# %% [markdown]
r"""
This is a good place for a pause.

## Half precision

The other way to halve memory: halve each number. **float16** and **bfloat16** have 16 bits where float32 has 32, and
divide them differently. Read the table by columns. Which of the two is better near 1, and which one reaches further?
"""

# %%
for kind in (torch.float32, torch.float16, torch.bfloat16):
    info = torch.finfo(kind)
    smallest = info.smallest_normal * info.eps
    print(f"{str(kind):15} largest {info.max:.1e}   smallest {smallest:.1e}   next after 1: 1 + {info.eps:.1e}")

# %% [markdown]
r"""
Guess all four results in float16 before you run the cell.
"""

# %%
one, small, large = torch.tensor([1.0, 1e-8, 300.0], dtype=torch.float16)
print("one + 0.0004:", (one + 0.0004).item())
print("small:       ", small.item())
print("large²:      ", (large * large).item())
print("large² / large²:", (large * large / (large * large)).item())

# %% [markdown]
r"""
Three different losses. Near 1 the steps are so coarse that a small change is **rounded away**. Tiny numbers
**underflow** to zero. Large ones **overflow** to infinity, and from infinity it is one step to NaN.

What does that do to a gradient? The same small network in each format, against float64, by norm. And the memory of
the sixteen layers:
"""


# %%
def first_gradient(kind):
    torch.manual_seed(0)
    tiny = torch.nn.Sequential(torch.nn.Linear(32, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1)).to(kind)
    tiny(torch.randn(64, 32).to(kind)).square().mean().backward()
    return tiny[0].weight.grad.double()


exact = first_gradient(torch.float64)
for kind in (torch.float32, torch.float16, torch.bfloat16):
    print(f"{str(kind):15} error of the gradient {(first_gradient(kind) - exact).norm() / exact.norm():.0e}")

# %%
for kind in (torch.float32, torch.bfloat16):
    half_net, rows = copy.deepcopy(net).to(kind), examples[:512].to(kind)
    backpropagate(half_net, rows)
    print(f"{str(kind):15} {peak_memory(lambda: backpropagate(half_net, rows), device) / 1e6:6.1f} MB at the peak")

# %% [markdown]
r"""
Half the memory, and an error that training survives. On a GPU with units for it, it is also several times faster;
most CPUs gain nothing.

Weights are another matter. Take a weight of 1 and a thousand steps of 0.0001 each. Where should it end, and where
does it end in float16?
"""

# %%
for kind in (torch.float32, torch.float16):
    w = torch.tensor(1.0, dtype=kind)
    for _ in range(1000):
        w -= 0.0001
    print(kind, w.item())

# %% [markdown]
r"""
Not one step arrived. So **mixed precision** (Micikevicius et al., 2018) computes forward and backward in 16 bits and
keeps the *weights* in 32: the master copy.

## Loss scaling

Underflow remains. Here are the sizes of all gradients of your 16 layers, and the smallest number that float16 knows.
What is left of it becomes zero: the layers it belongs to stop learning, and nothing warns you.
"""

# %%
plain_answer = plain(forward, backward, X, G, layers, None, np.random.default_rng(2))
gradients = plain_answer["dL_dW"].ravel()
plt.hist(np.log10(np.abs(gradients)), bins=80)
plt.axvline(np.log10(6e-8), color="#B34700", label="smallest number of float16")
plt.gca().set(xlabel="size of the gradient, as a power of ten", ylabel="how many")
plt.legend()
plt.show()

# %% [markdown]
r"""
The remedy costs one multiplication. Multiply the *loss* by a large number $s$, and by the chain rule every gradient
is $s$ times as large: the whole hill moves to the right. Divide by $s$ at the end, in float32, where there is room.
Which of these scales would you choose, and why not the largest?
"""

# %%
for power in (0, 8, 16, 24, 32, 40):
    with np.errstate(over="ignore"):
        half = (gradients * 2.0**power).astype(np.float16)
    print(f"scale 2^{power:2}: {np.mean(half == 0):6.1%} are zero, {np.mean(np.isinf(half)):6.1%} infinite")

# %% [markdown]
r"""
Too small a scale loses the small ones, too large a scale the large ones. Nobody knows the right one in advance, so it
is found on the way: if anything came out infinite or NaN, **skip the step and halve the scale**. (And after some
thousand good steps, double it. PyTorch's `torch.amp.GradScaler` does both. bfloat16 reaches as far down as float32
and needs none of this.)

### Your turn: a scaled step
*Difficulty 3 of 5 · about 8 minutes · 4 points*

Write `scaled_step(backward, w, scale, lr)`. `backward(scale)` runs the backward pass of `scale` times the loss and
returns the gradient for `w`, an array of **float16**. `w` is the master copy, in float64. Return `dict(w=...,
scale=...)`:

- if all of the gradient is finite: take the scale out, in float64, and make one step of plain gradient descent; the
  scale stays,
- if not: the weights stay as they are, and the scale is halved.

The check looks at how far `w` moved, in millionths: the gradients are around $10^{-8}$.

<details><summary>Hint 1, a nudge</summary>

Order matters: call `backward`, look whether it is finite, leave float16, divide, step.
</details>
<details><summary>Hint 2, a sketch</summary>

`np.isfinite(half).all()` asks for all at once. `half.astype(np.float64)` leaves float16; divided before that,
everything would be zero again.
</details>
<details><summary>Hint 3, a skeleton</summary>

`half = backward(scale)`, then `if not np.isfinite(half).all(): return dict(w=w, scale=...)`, then
`g = half.astype(np.float64) / ...` and `return dict(w=w - lr * g, scale=scale)`.
</details>
"""


# %% solution="loss-scaling"
def scaled_step(backward, w, scale, lr):
    ### BEGIN SOLUTION
    half = backward(scale)
    if not np.isfinite(half).all():
        return dict(w=w, scale=scale / 2)
    g = half.astype(np.float64) / scale
    return dict(w=w - lr * g, scale=scale)
    ### END SOLUTION


# %% tests="loss-scaling"
check("loss-scaling", scaled_step)

# %% [markdown]
r"""
A rescue, live. A single weight should come down from 0.01 by a gradient of $10^{-8}$ and a rate of 1000, a hundred
times. With a scale that is too small, right, and much too large: where does the weight end, and what becomes of the
scale?
"""

# %%
for start in (1.0, 2.0**20, 2.0**60):
    w, scale = np.array([0.01]), start
    with np.errstate(over="ignore"):
        for _ in range(100):
            now = scaled_step(lambda s: np.array([s * 1e-8]).astype(np.float16), w, scale, lr=1000.0)
            w, scale = (now["w"], now["scale"]) if now else (w, scale)
    print(f"scale {start:.0e}: the weight ends at {w[0]:.5f}, the scale at {scale:.0e}")

# %% [markdown]
r"""
## A batch in pieces

A batch that does not fit can be cut into **micro-batches**. Run each forward and backward, *add up* their gradients,
and step once at the end: **gradient accumulation**. Since `.grad` in PyTorch adds up by itself, it is often done by
leaving out a `zero_grad`. And often wrongly. Ten examples in pieces of 4, 4 and 2; the loss is a mean. Is the mean of
the three gradients the gradient of the batch? Decide, then look:
"""

# %%
rng = np.random.default_rng(3)
features, targets, w = rng.normal(size=(10, 3)), rng.normal(size=10), np.ones(3)


def mean_gradient(X, y):
    return 2 * (X @ w - y) @ X / len(X)  # of the mean of (X w - y)²


pieces = [slice(0, 4), slice(4, 8), slice(8, 10)]
print("whole batch:  ", mean_gradient(features, targets))
print("mean of three:", np.mean([mean_gradient(features[rows], targets[rows]) for rows in pieces], axis=0))

# %% [markdown]
r"""
No: the last two examples count twice as much as the others.

### Your turn: accumulate
*Difficulty 2 of 5 · about 6 minutes · 3 points*

Write `accumulated(gradient, X, y, most)`. `gradient(X, y)` gives the gradient of the *mean* loss over the rows it
gets, an array. `X` has shape (rows, features), `y` (rows,). Never hand it more than `most` rows. Return the gradient
of the mean over the whole batch.

<details><summary>Hint 1, a nudge</summary>

A mean over rows, times the number of rows, is a sum. Sums can be added.
</details>
<details><summary>Hint 2, a sketch</summary>

`X[at : at + most]` takes up to `most` rows and simply stops at the end. Weigh each piece's gradient by its number of
rows.
</details>
<details><summary>Hint 3, a skeleton</summary>

`for at in range(0, len(X), most):`, in it `rows = slice(at, at + most)` and `total = total + gradient(X[rows],
y[rows]) * len(...)`. At the end divide by `len(X)`.
</details>
"""


# %% solution="accumulate"
def accumulated(gradient, X, y, most):
    total = 0.0
    ### BEGIN SOLUTION
    for at in range(0, len(X), most):
        rows = slice(at, at + most)
        total = total + gradient(X[rows], y[rows]) * len(X[rows])
    return total / len(X)
    ### END SOLUTION


# %% tests="accumulate"
check("accumulate", accumulated)

# %% [markdown]
r"""
What memory does it save, and what does it cost? The sixteen layers again, 1024 examples at once and in four pieces.
(Each piece's loss is divided by 4: they are equal here.)
"""


# %%
def in_pieces(net, examples):
    for piece in examples.chunk(4):
        (net(piece).square().mean() / 4).backward()


for way in (backpropagate, in_pieces):
    run = lambda: way(net, examples)
    print(f"{way.__name__:14} {peak_memory(run, device) / 1e6:6.1f} MB at the peak {1000 * seconds(run, device):6.1f} ms")

# %% [markdown]
r"""
## Many workers

The pieces need not run one after the other. Give each to a device of its own: **data-parallel training**. Every
**worker** has a full copy of the weights, computes the gradient of its own rows, and then all of them exchange
gradients so that everyone holds the *mean*. This exchange is an **all-reduce**. Then everyone makes the same step,
and the copies stay equal. The exchange itself adds, so who divides?

### Your turn: an all-reduce by hand
*Difficulty 2 of 5 · about 6 minutes · 3 points*

Simulate it. `weights` has shape (workers, features), a row for each worker, all rows equal. `X` has shape (workers,
rows, features) and `y` (workers, rows): each worker's own part of the batch. `gradient(w, X, y)` gives the gradient
of the mean over one worker's rows, for one worker's weights. Return `dict(reduced=..., weights=...)`, both of shape
(workers, features): what each worker holds after the all-reduce, and its weights after one step with the rate `lr`.

<details><summary>Hint 1, a nudge</summary>

Three moments: everyone computes, everyone receives the mean, everyone steps. After the second all rows are equal.
</details>
<details><summary>Hint 2, a sketch</summary>

Collect the workers' gradients in an array of shape (workers, features). Its mean over axis 0 belongs into every row.
</details>
<details><summary>Hint 3, a skeleton</summary>

`own = np.array([gradient(weights[k], X[k], y[k]) for k in range(len(weights))])`, then
`reduced = np.tile(own.mean(axis=0), (len(weights), 1))`, then one step.
</details>
"""


# %% solution="data-parallel"
def parallel_step(gradient, weights, X, y, lr):
    ### BEGIN SOLUTION
    own = np.array([gradient(weights[k], X[k], y[k]) for k in range(len(weights))])
    reduced = np.tile(own.mean(axis=0), (len(weights), 1))
    return dict(reduced=reduced, weights=weights - lr * reduced)
    ### END SOLUTION


# %% tests="data-parallel"
check("data-parallel", parallel_step)

# %% [markdown]
r"""
Now with real processes. `train` runs in two of them at the same time, on this machine, with `torch.distributed`
between them. They share no memory. `rank` says which one it is, 0 or 1. Both draw the same weights and data from the
same seed, and each takes every second row. With one worker it is ordinary training on all rows.
"""


# %%
def train(rank, workers):
    torch.manual_seed(0)
    net, X = torch.nn.Linear(5, 1).double(), torch.randn(64, 5).double()
    mine = X[rank::workers]
    for _ in range(50):
        loss = ((net(mine) - mine.prod(dim=1, keepdim=True)) ** 2).mean()
        for p, g in zip(net.parameters(), torch.autograd.grad(loss, net.parameters())):
            if workers > 1:
                dist.all_reduce(g)  # now g is the sum, in every process
            p.data -= 0.1 * g / workers
    return net.weight.detach().numpy()


# %% [markdown]
r"""
`two_processes` starts them and collects what they return. It takes some seconds, since each of them has to load
PyTorch. How far will their weights be from each other's, and from those of one process?
"""

# %%
alone, together = train(0, workers=1), two_processes(train)
print("one process:  ", alone)
for rank, found in enumerate(together or []):
    print(f"process {rank} of 2:", found, f" largest difference {np.abs(found - alone).max():.0e}")

# %% [markdown]
r"""
The same weights. Now take `/ workers` out of `train`, run both cells again, and see what the forgotten division does.

The messages went by *gloo*, a library for CPUs. Between NVIDIA's GPUs one writes `"nccl"` in its place, and nothing
else changes. And usually one does not write the loop over gradients: `DistributedDataParallel(net)` starts each
all-reduce while the backward pass is still running, as soon as a layer's gradient is there.

### Challenge: the ring
*Difficulty 4 of 5 · about 15 minutes · 3 points*

How do $K$ workers add up their gradients when each can only talk to its neighbour, and nobody is to be a bottleneck?
They stand in a **ring**, cut their gradient into $K$ chunks, and all send at the same time.

- **First half**, rounds $s = 0 \ldots K-2$: worker $k$ sends its chunk $k - s$ to worker $k + 1$, who *adds* it to
  its own.
- **Second half**, rounds $s = 0 \ldots K-2$: worker $k$ sends its chunk $k + 1 - s$ to worker $k + 1$, who puts it
  *in place of* its own.

All numbers are taken around the ring, `% K`. Write `ring_all_reduce(chunks)`. `chunks` has shape (K, K, n):
`chunks[k, c]` is worker $k$'s chunk $c$. Return a dictionary: `scattered`, all chunks after the first half;
`gathered`, all chunks at the end; and `sent`, how many numbers one worker sends in total. (How does that number
change if there are more workers and the gradient, $K n$ numbers, stays the same?)

<details><summary>Hint 1, a nudge</summary>

After the first half worker $k$ holds one complete sum. Which chunk is it? The second half only passes it on.
</details>
<details><summary>Hint 2, a sketch</summary>

Two loops for each half: over rounds, and in it over workers. Work on `held = chunks.copy()`, and keep a copy between
the halves. Nobody sends in a round the chunk that it receives in it, so you may go through the workers in any order.
</details>
<details><summary>Hint 3, a skeleton</summary>

First half: `c = (k - s) % K` and `held[(k + 1) % K, c] += held[k, c]`. Second half: `c = (k + 1 - s) % K` and `=` for
`+=`. In each round a worker sends `n` numbers, and there are $K - 1$ rounds in each half.
</details>
"""


# %% solution="ring-all-reduce"
def ring_all_reduce(chunks):
    held, K, n = chunks.copy(), len(chunks), chunks.shape[2]
    ### BEGIN SOLUTION
    for s in range(K - 1):
        for k in range(K):
            c = (k - s) % K
            held[(k + 1) % K, c] += held[k, c]
    scattered = held.copy()
    for s in range(K - 1):
        for k in range(K):
            c = (k + 1 - s) % K
            held[(k + 1) % K, c] = held[k, c]
    return dict(scattered=scattered, gathered=held, sent=2 * (K - 1) * n)
    ### END SOLUTION


# %% tests="ring-all-reduce"
check("ring-all-reduce", ring_all_reduce)

# %% [markdown]
r"""
## When one copy does not fit

Data parallelism needs a whole network on every device. Beyond that one has to cut the network itself. **Model
parallelism** cuts a layer: each device has some rows of $W$, computes its share of the outputs, and they are joined.
Does it change the result?
"""

# %%
rng = np.random.default_rng(4)
A, W_big = rng.normal(size=(6, 8)), rng.normal(size=(10, 8))
device_1, device_2 = A @ W_big[:5].T, A @ W_big[5:].T
print("largest difference:", np.abs(np.hstack([device_1, device_2]) - A @ W_big.T).max())

# %% [markdown]
r"""
On the way back each device has a share of $\partial L/\partial A$, and the shares *add up*: an all-reduce again, in
every layer. That needs fast cables.

**Pipeline parallelism** cuts between layers: device 1 has the first quarter of the network, device 2 the next. Then
only activations travel. But while device 1 computes, the others wait. So the batch is cut into micro-batches that
follow each other. A digit is a micro-batch at work, a dot is a device with nothing to do. Change `count` from 3 to
12. Which part of the picture grows, and which does not?
"""

# %%
stages, count = 4, 3
for stage in range(stages):
    work = "".join(f"{piece + 1:3}" for piece in range(count))
    print(f"device {stage + 1}  " + "  ." * stage + work + "  ." * (stages - 1 - stage))
print(f"idle: {(stages - 1) / (count + stages - 1):.0%}")

# %% [markdown]
r"""
The dots are called the **bubble**: of $M + S - 1$ rounds each of $S$ devices rests in $S - 1$, however many
micro-batches $M$ there are.

In 2012 Alex Krizhevsky's network for recognising photographs did not fit on one graphics card, which had 3 GB. He cut
it in two, by hand, half of the units on each of two gaming cards in his room at his parents' house, and let the
halves talk to each other only in some layers. It trained for five to six days and won that year's ImageNet contest by
a wide margin. Everything since then is that room, enlarged: data, model and pipeline parallelism at once, half
precision, checkpoints, over thousands of devices, for networks of up to trillions of parameters. What runs on each of
them is still the backward pass that you wrote in lesson 2.

## Quiz

### Four choices
*Difficulty 2 of 5 · about 5 minutes · 4 points*

**`second_moment`** · A weight's loss is the straight line $L = 100\,w$, without noise. After many steps of Adam, what
is true?

- **a** · $v$ is 100, the slope of the line.
- **b** · $v$ is 10000, although the line has no curvature, and each step is $\eta$ long.
- **c** · $v$ is 0, since the line has no curvature.
- **d** · Each step is $100\,\eta$ long, since the gradient is 100.

**`recompute`** · Sixteen equal layers in four segments, all of which are run again. Backward costs twice as much as
forward. By how much does the step get longer?

- **a** · By a third.
- **b** · To twice as long.
- **c** · By a twelfth.
- **d** · By a half.

**`bfloat16`** · It has as many bits as float16. What follows from the table above?

- **a** · It is finer near 1 than float16.
- **b** · It needs less memory than float16.
- **c** · It can do without loss scaling, and it is coarser near 1.
- **d** · It needs a larger loss scale than float16.

**`bubble`** · Four devices in a pipeline, twelve micro-batches. What share of the time is each device idle?

- **a** · Three quarters.
- **b** · A quarter.
- **c** · A twelfth.
- **d** · A fifth.

<details><summary>Hint 1, a nudge</summary>

Three of the four can be tried: with your `adam_step`, with the table of formats, with the pipeline cell.
</details>
<details><summary>Hint 2, a sketch</summary>

For `recompute`: count a step in forward passes, before and after.
</details>
<details><summary>Hint 3, a skeleton</summary>

A step was 3 forwards long and is 4 now. The pipeline takes $12 + 4 - 1$ rounds. For `second_moment`: what is the mean
of the *square* of 100, and what is $\hat m/\sqrt{\hat v}$?
</details>
"""

# %% solution="scale-quiz"
answers = {
    "second_moment": "b",  # answer
    "recompute": "a",  # answer
    "bfloat16": "c",  # answer
    "bubble": "d",  # answer
}

# %% tests="scale-quiz"
check("scale-quiz", answers)

# %% [markdown]
r"""
Here is where you stand. Run your checks again after a restart: the table knows those that ran since the kernel started.
"""

# %%
progress()

# %% [markdown]
r"""
## What you can do now

You wrote the optimizers that train nearly every network of today, and saw them agree with PyTorch's. You know that
Adam makes all steps about equally long, and why its decay must stay apart. You measured what a training step holds,
and traded memory for time; you kept gradients alive in 16 bits; and you cut a batch in pieces, in time and over
workers, without changing the gradient.

**Test yourself**, without looking back:

1. All gradients of a network become a thousand times larger. What happens to the steps of plain gradient descent, and
what to Adam's?
2. Why does Adam need a bias correction, and when does it stop to matter?
3. A network with dropout trains with checkpoints, and its loss falls a little less well than before. What would you
check first?
4. Which number must not stay in float16 at all, and why?
5. A colleague moves from one device to eight, and the training explodes with the same learning rate. What did they
probably forget?

<details><summary>Answers</summary>

1. Plain steps become a thousand times longer; Adam's stay as they are. 2. $m$ and $v$ start at 0 and are too small
until $\beta^t$ has become small, after some tens of steps for $m$ and some thousands for $v$. 3. Whether the second
run of each segment draws the same random numbers as the first. 4. The master copy of the weights: a step much smaller
than the weight would be rounded away. 5. To divide the sum of the gradients by eight.
</details>

**Words of this lesson**

| word | meaning |
|:--|:--|
| optimizer | what turns gradients into steps; backpropagation only finds the gradients |
| curvature | the second derivative: how fast the slope changes |
| momentum | a running sum of gradients that the weights follow |
| first, second moment | Adam's running means of the gradient and of its square, one pair for each weight |
| bias correction | dividing by $1-\beta^t$, for means that started at 0 |
| weight decay | a pull of every weight toward zero; in AdamW apart from the gradient |
| trust ratio | LAMB's length of a layer over the length of its direction |
| checkpoint | an activation that is kept so that a segment can be run again from it |
| mixed precision | forward and backward in 16 bits, the weights in 32 |
| loss scaling | multiplying the loss so that small gradients do not underflow, and dividing it out before the step |
| gradient accumulation | adding up the gradients of micro-batches before one step |
| all-reduce | an exchange after which every worker holds the sum |
| data, model, pipeline parallelism | cutting the batch, the layers, the sequence of layers |

**Where it comes from.** D. P. Kingma and J. Ba, [Adam: a method for stochastic
optimization](https://arxiv.org/abs/1412.6980), ICLR 2015. I. Loshchilov and F. Hutter, [Decoupled weight decay
regularization](https://arxiv.org/abs/1711.05101), ICLR 2019. Y. You et al., [Large batch optimization for deep
learning: training BERT in 76 minutes](https://arxiv.org/abs/1904.00962), ICLR 2020. T. Chen, B. Xu, C. Zhang and C.
Guestrin, [Training deep nets with sublinear memory cost](https://arxiv.org/abs/1604.06174), 2016. P. Micikevicius et
al., [Mixed precision training](https://arxiv.org/abs/1710.03740), ICLR 2018. A. Krizhevsky, I. Sutskever and G. E.
Hinton, [ImageNet classification with deep convolutional neural
networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks), NIPS
2012.

**Next.** Lesson 7 asks whether there is another way: how a brain might learn without a backward pass, and how well
that works.
"""
