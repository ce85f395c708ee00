# %% [markdown]
r"""
# 4 · When gradients go wrong

Every gradient in this course has been right so far. A right gradient can still be useless. After thirty layers it can
be so small that no computer notices it, or so large that one step destroys the network. This lesson is about why,
about what helps, and about telling from a training run's numbers what it suffers from.

**What you will be able to do**

- measure how large the gradient is in each layer, and say why it shrinks or grows,
- choose first weights that keep it alive, and normalise, shortcut or clip it where that is not enough,
- carry gradients through batch normalisation, a residual block and a recurrent network,
- read the chart of a sick training run, name the illness, and mend it.

**What you need.** Matrices on the way back: $Z = A W^T + b$, $\delta = \partial L/\partial Z$, and with it
$\partial L/\partial W = \delta^T A$ and $\partial L/\partial A = \delta W$. That was [lesson
3](../03-matrix-backprop/matrix_backprop.ipynb). NumPy's `mean`, `sum` and `@`.

**How long.** Two sittings: about 80 minutes up to *Through time*, about 70 from there on. The six exercises marked
*challenge* are optional and take another 50. 67 points, 18 of them for challenges.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from backprop.check import check, progress
from backprop.clinic import measure, memory, visitors, ward
from backprop.widgets import MatchingQuiz, activations, clipping, gradient_flow, layer_histograms, unrolled_gradient

# %% [markdown]
r"""
## A product of factors

On its way back the gradient is multiplied, layer after layer. Say that each layer multiplies its size by the same factor.
What is left of a gradient of 1 after twenty layers: with a factor of 0.8, with 0.25, with 1.25? Write down three guesses.
"""

# %%
for factor in (0.25, 0.8, 1.0, 1.25):
    print(f"{factor} to the power of 20: {factor**20:.2g}")

# %% [markdown]
r"""
A factor a little below 1 leaves a hundredth, and 0.25 leaves nothing. That 0.25 you have met: it is the steepest
slope the sigmoid has. This is the **vanishing gradient**. A factor above 1 does the opposite, the **exploding
gradient**.

How far can it explode? The next cell goes on with 1.25, up to 400 layers, in the 32-bit numbers that networks usually
run on. Which two words will it print in place of numbers?
"""

# %%
with np.errstate(all="ignore"):
    sizes = np.float32(1.25) ** np.arange(0, 500, 100, dtype=np.float32)
    print("after 0, 100, ... layers:", sizes)
    print("and what is the last minus the last?", sizes[-1] - sizes[-1])

# %% [markdown]
r"""
First `inf`: **overflow**, the number is too large to be stored. Then `nan`, not a number, as soon as anything is computed
with it. One step with a `nan` in the gradient, and every weight is `nan`.

But is it true that a layer multiplies by a *factor*? A layer multiplies by a matrix. Texts say "0.8 per layer leaves
$0.8^{20} \approx 0.012$" and move on. Let us measure it: twenty random matrices whose entries are scaled so that
each multiplies the size of a gradient by 0.8 on average (in the mean square). Will it matter how wide the layers are?
"""

# %%
rng = np.random.default_rng(0)


def after_twenty(width):
    gradient = np.ones(width) / np.sqrt(width)
    for _ in range(20):
        gradient = gradient @ rng.normal(0, 0.8 / np.sqrt(width), (width, width))
    return np.linalg.norm(gradient)


# %%
for width in (1, 4, 16, 64, 128):
    low, middle, high = np.quantile([after_twenty(width) for _ in range(100)], (0.05, 0.5, 0.95))
    print(f"width {width:3d}: half are below {middle:.5f}, nine of ten between {low:.5f} and {high:.5f}")

# %% [markdown]
r"""
For wide layers the rule holds: with 128 units the middle of a hundred tries is close to 0.0115. With 4 units it is
more than ten times smaller, and single nets differ by factors of a hundred. With one unit nearly everything is lost.
A narrow layer may happen to point away from where the gradient goes, and what is lost once stays lost. So "a factor
per layer" is a fair picture of networks some sixty units wide and more.

## Measure it

Here is one layer, as in lesson 3, with sizes. `f` is the activation function, `df` its slope. Before you run it: by
about what factor will the gradient shrink, at most?
"""


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def d_sigmoid(z):
    return sigmoid(z) * (1 - sigmoid(z))


# %%
X, G = rng.normal(size=(2, 100, 50))  # 100 examples of 50 numbers, and the gradient at the end, dL/dA
w = rng.normal(0, 1 / np.sqrt(50), (50, 50))
delta = G * d_sigmoid(X @ w.T)  # from A back to Z
print("norm of dL/dA:", np.linalg.norm(G), "  norm of dL/dZ:", np.linalg.norm(delta))
print("norm of dL/dW:", np.linalg.norm(delta.T @ X), "  norm of dL/dX:", np.linalg.norm(delta @ w))

# %% [markdown]
r"""
From 70 to about 15 in one layer. The **norm** is the root of the sum of all squares: how long the gradient is as an
arrow. It is the one number to watch.

### Your turn: the gradient in each layer
*Difficulty 3 of 5 · about 8 minutes · 4 points*

Write the way back of `gradient_norms`. It gets

- `X` (n, d), what goes in, `W` (layers, d, d), one matrix a layer, without biases,
- `G` (n, d), the gradient $\partial L/\partial A$ at the end of the last layer,
- the functions `f` and `df`.

It returns a dictionary with two arrays of shape (layers,), the first layer first: `delta`, the norms of
$\partial L/\partial Z^{[l]}$, and `weight`, the norms of $\partial L/\partial W^{[l]}$. The way forward is there.
`A[l]` is what comes *into* layer `l`, counted from 0.

<details><summary>Hint 1, a nudge</summary>

One loop, from the last layer to the first. In it, the cell above.
</details>
<details><summary>Hint 2, a sketch</summary>

In each layer: `delta` from the gradient that arrives and the slope at `Z[l]`. Note both norms. Then what goes on to the layer
before takes the place of `G`.
</details>
<details><summary>Hint 3, a skeleton</summary>

`for l in reversed(range(len(W))):`, in it `delta = G * df(...)`, the two norms, where the second is that of
`delta.T @ A[l]`, and last `G = delta @ ...`. After the loop `return dict(delta=..., weight=...)`.
</details>
"""


# %% solution="gradient-norms"
def gradient_norms(X, W, G, f, df):
    A, Z = [X], []
    for w in W:
        Z.append(A[-1] @ w.T)
        A.append(f(Z[-1]))
    delta_norms, weight_norms = np.zeros(len(W)), np.zeros(len(W))
    ### BEGIN SOLUTION
    for l in reversed(range(len(W))):
        delta = G * df(Z[l])
        delta_norms[l] = np.linalg.norm(delta)
        weight_norms[l] = np.linalg.norm(delta.T @ A[l])
        G = delta @ W[l]
    return dict(delta=delta_norms, weight=weight_norms)
    ### END SOLUTION


# %% tests="gradient-norms"
check("gradient-norms", gradient_norms)

# %% [markdown]
r"""
Now a net of twenty sigmoid layers. If every layer took a quarter, the first would get $0.25^{19}$ of what the last
one got. Will the measurement be above that, or below?
"""

# %%
deep = rng.normal(0, 1 / np.sqrt(50), (20, 50, 50))
norms = (gradient_norms(X, deep, G, sigmoid, d_sigmoid) or {}).get("delta", [np.nan] * 20)
print(f"last layer {norms[-1]:.3g}, first layer {norms[0]:.3g}")
print(f"a factor of {(norms[0] / norms[-1]) ** (1 / 19):.3f} for each layer")

# %% [markdown]
r"""
The measured factor is 0.23, and 0.25 is its upper limit: the gradient has lost twelve powers of ten. A weight
in the first layer moves a trillion times more slowly than one in the last.

Here is a map of many such nets, measured in this minute. A row is a net, from 2 to 20 layers deep; a cell is a layer;
blue means vanished, red exploded, and in between it arrives. Leave the three switches off for now. Find a pair of activation and initialisation
that is all blue on the left, one that is red on the left, and one that stays pale to the bottom row.
"""

# %%
gradient_flow(measure, {"Activation": ["sigmoid", "tanh", "ReLU", "swish"], "Initialisation": ["Xavier", "He", "large"]},
              ["Normalisation", "Residual", "Clipping"])

# %% [markdown]
r"""
Sigmoid is blue with every initialisation. ReLU is red with large weights, and tanh with Xavier's and ReLU with He's stay
pale. So there are two factors in each layer, the *slope* and the *weights*, and both can be chosen. We take them in turn.

## The slope

Each activation function has its slopes. In the picture, the red curve is the slope, and the lowest histogram shows
the slopes that the gradient meets. Which of the five functions lets half of what flows through pass with a slope of 1 and
stops the other half? Which one has slopes below 0? What happens to tanh's slopes when the spread of $z$, its standard
deviation, grows?
"""

# %%
activations()

# %% [markdown]
r"""
Sigmoid and tanh **saturate**: far from 0 they are flat. **ReLU** has slope 1 wherever it is open, so along open units the
gradient keeps its size through any number of layers. **Leaky ReLU** keeps a little slope on the other side. **Swish**,
$z\,\sigma(z)$, is a smooth ReLU. Its slope is 0 at one point only, and left of that a little below 0.

ReLU has an illness of its own. Say the bias of some units has fallen far below zero, after one step that was too
long. What do these units do, for all 200 examples?
"""

# %%
few = rng.normal(size=(200, 30))
W_relu = rng.normal(0, np.sqrt(2 / 30), (50, 30))
for b in (0, -2, -3, -4, -5):
    always_shut = ((few @ W_relu.T + b).max(axis=0) < 0).sum()
    print(f"bias {b:2d}: {always_shut:2d} of 50 units are shut for every example")

# %% [markdown]
r"""
A unit that is shut for every example is **dead**: its gradient is 0 for each of them, so neither its weights nor its
bias move any more. Unless the layers before it happen to change what comes in, it stays dead. But you can count the
dead, and give them a second life with fresh weights and a bias of 0.

### Your turn: count and revive
*Difficulty 2 of 5 · about 6 minutes · 3 points*

Write `revive`. It gets the pre-activations `Z` (n, units) of a whole batch, the layer's `W` (units, in) and `b`
(units,), and fresh weights `W_new` of the shape of `W`. It returns `dict(count=..., W=..., b=...)`: how many units
are dead, and new arrays in which each dead unit has its row of `W_new` and bias 0. What a living unit has learned
stays.

<details><summary>Hint 1, a nudge</summary>

One unit is one column of `Z`, one row of `W` and one number of `b`. When is a column dead?
</details>
<details><summary>Hint 2, a sketch</summary>

`(Z <= 0)` says for each example and unit whether the gate is shut. `.all(axis=0)` asks along the examples. The result has
shape (units,) and can pick rows.
</details>
<details><summary>Hint 3, a skeleton</summary>

`dead = (Z <= 0).all(axis=0)`. Its `sum()` is the count. `np.where(dead[:, None], ..., ...)` picks row by row: what
should come where `dead` is true?
</details>
"""


# %% solution="dead-units"
def revive(Z, W, b, W_new):
    ### BEGIN SOLUTION
    dead = (Z <= 0).all(axis=0)
    return dict(count=dead.sum(), W=np.where(dead[:, None], W_new, W), b=np.where(dead, 0.0, b))
    ### END SOLUTION


# %% tests="dead-units"
check("dead-units", revive)

# %% [markdown]
r"""
Try it on a layer whose bias is $-3$. Does one revival suffice?
"""

# %%
b = np.full(50, -3.0)
again = revive(few @ W_relu.T + b, W_relu, b, rng.normal(0, np.sqrt(2 / 30), (50, 30)))
if again:
    alive = ((few @ again["W"].T + again["b"]).max(axis=0) > 0).sum()
    print(f"{again['count']} dead before, {50 - alive} after")

# %% [markdown]
r"""
Here it does: it was the bias that held these units below zero, and with a bias of 0 each of them opens for some of the
200 examples. But the next step that is too long can kill them again. So one counts every now and then while training.

## The weights

A unit adds up many numbers: $z = w_1 a_1 + \dots + w_n a_n$. If the weights are random, independent, with mean 0,
then the terms are sometimes positive, sometimes negative, and what adds up is their **variance**, the mean of the
squares:

$$\text{variance of } z \;=\; n \cdot \text{variance of } w \cdot \text{mean square of } a$$

Check it. Here $n$ is 100, the weights' standard deviation 0.3 and so their variance 0.09, the inputs' mean square 1. What
comes out?
"""

# %%
a = rng.normal(size=(2000, 100))
z = a @ rng.normal(0, 0.3, (100, 100)).T
print("variance of z:", z.var(), "   mean square after ReLU:", (np.maximum(z, 0) ** 2).mean())

# %% [markdown]
r"""
About 9, as the formula says. ReLU sets half of the numbers to 0, and half of the squares are lost.

### Your turn: ten layers on paper
*Difficulty 2 of 5 · about 5 minutes · 2 points*

A ReLU layer has 400 inputs of mean square 1, and weights of standard deviation 0.1. What is the variance of $z$
(`z_variance`), and the mean square of $a$ after ReLU (`a_square`)? Ten such layers follow one another: what is the
mean square after the tenth (`ten_layers`)? With which standard deviation of the weights would it stay 1 through all
of them (`keeping_std`)? Two digits are enough: 350 for 347, 0.05 for 0.0502.

<details><summary>Hint 1, a nudge</summary>

The formula wants the *variance* of the weights. You are given the standard deviation, its root.
</details>
<details><summary>Hint 2, a sketch</summary>

Each layer multiplies the mean square by the same number. You have just computed it. Ten layers are its tenth power.
</details>
<details><summary>Hint 3, a skeleton</summary>

$400 \cdot 0.1^2$, then half of it, then that to the power of 10. For the last: one layer's factor, with $s$ in place
of 0.1, must be 1.
</details>
"""

# %% solution="variance-numbers"
variance = {
    "z_variance": 4.0,  # answer
    "a_square": 2.0,  # answer
    "ten_layers": 1024.0,  # answer
    "keeping_std": 0.0707,  # answer
}

# %% tests="variance-numbers"
check("variance-numbers", variance)

# %% [markdown]
r"""
See it happen. Ten layers of 100 units; each histogram shows the activations of one layer. The first switch is the
weights' standard deviation, counted in $1/\sqrt{100}$. Before you choose: with tanh, for which weights will the
*signal* be lost, and for which the *slopes*?
"""


# %%
def signals(weights, activation, width=100):
    f = {"tanh": np.tanh, "ReLU": lambda z: np.maximum(z, 0)}[activation]
    A = [rng.normal(size=(50, width))]
    for _ in range(10):
        A.append(f(A[-1] @ rng.normal(0, float(weights) / np.sqrt(width), (width, width)).T))
    return A[1:]


# %%
layer_histograms(signals, {"Weights": ["0.5", "1", "1.4", "3"], "Activation": ["tanh", "ReLU"]}, across=(-1.2, 1.2))

# %% [markdown]
r"""
At 0.5 the signal shrinks to nothing, and with it every weight's gradient, $\delta^T A$. At 3 most tanh units sit at
$-1$ or $1$, where tanh is flat and the gradient stops, and ReLU's numbers leave the frame. At 1 tanh lets it through,
and ReLU needs 1.4: it loses half.

Forward the factor is $n_{\text{in}} \cdot$ variance. Backward the same matrix is multiplied from the other side, and
the factor is $n_{\text{out}} \cdot$ variance. Both should be 1, and unless the layer is square that is impossible.
Xavier Glorot and Yoshua Bengio took the middle in 2010: a variance of 1 over the *mean* of $n_{\text{in}}$ and
$n_{\text{out}}$. Kaiming He and others noticed in 2015 that ReLU loses half, and took $2/n_{\text{in}}$.

### Your turn: Xavier and He
*Difficulty 2 of 5 · about 4 minutes · 2 points*

Write `initial_weights`. It gets `N` (out, in), random numbers of mean 0 and standard deviation 1, and returns
`dict(xavier=..., he=...)`: both times `N`, scaled to the variance that each of them asks for.

<details><summary>Hint 1, a nudge</summary>

Numbers that are multiplied by 3 have nine times the variance. By what do you multiply for a variance of $v$?
</details>
<details><summary>Hint 2, a sketch</summary>

The mean of `n_in` and `n_out` is half of their sum, so Xavier's variance is `2 / (n_in + n_out)`.
</details>
<details><summary>Hint 3, a skeleton</summary>

`n_out, n_in = N.shape`, then `N * np.sqrt(...)` twice.
</details>
"""


# %% solution="initial-weights"
def initial_weights(N):
    ### BEGIN SOLUTION
    n_out, n_in = N.shape
    return dict(xavier=N * np.sqrt(2 / (n_in + n_out)), he=N * np.sqrt(2 / n_in))
    ### END SOLUTION


# %% tests="initial-weights"
check("initial-weights", initial_weights)

# %% [markdown]
r"""
Do they keep what they promise? Thirty ReLU layers of 300 units, one with your weights, one with weights a tenth too
small. Guess what is left of a mean square of 1 in each of them.
"""

# %%
for share in (1.0, 0.9):
    draws = np.random.default_rng(4)  # the same for both
    a = draws.normal(size=(200, 300))
    for _ in range(30):
        weights = (initial_weights(draws.normal(size=(300, 300))) or {}).get("he", np.zeros((300, 300)))
        a = np.maximum(a @ (share * weights).T, 0)
    print(f"{share} of He's weights: mean square {(a**2).mean():.3g}")

# %% [markdown]
r"""
With your weights it stays near 1. It is not exactly 1, for they are random. A tenth less, and $0.9^{60}$ of it is
left, two thousandths. So first weights have to be right to within a few percent, and after a thousand steps of
training they are no longer the first weights. It would be good to have something that keeps the size right *while*
training.

## Normalise

**Batch normalisation** (Sergey Ioffe and Christian Szegedy, 2015) does not hope for the right size. It measures it,
for each unit over the batch, and sets it:

| step | for each unit, that is each column |
|:--|:--|
| mean and variance over the batch | $\mu = \frac1N\sum_n X_n \qquad v = \frac1N\sum_n (X_n - \mu)^2$ |
| normalise | $\hat X = \dfrac{X - \mu}{\sqrt{v + \epsilon}}$, with $\epsilon = 10^{-5}$ |
| give back a size and a place | $Y = \gamma \hat X + \beta$ |

The **gain** $\gamma$ and the **shift** $\beta$ are parameters, one each for a unit. $\epsilon$ keeps a unit that
never changes from dividing by 0. Here are the first two steps, for one unit and three examples. Work them out before
you run the cell.
"""

# %%
x = np.array([1.0, 3.0, 8.0])
mean, var = x.mean(), ((x - x.mean()) ** 2).mean()
print("mean", mean, "  variance", var, "  normalised", (x - mean) / np.sqrt(var + 1e-5))

# %% [markdown]
r"""
In use there is a catch. When the trained net gets a single example, there is no batch, and nobody wants an answer to
depend on who else asked. So during **training** one keeps **running averages** of mean and variance, and in
**evaluation** one uses these instead.

### Your turn: batch normalisation, forward
*Difficulty 3 of 5 · about 8 minutes · 3 points*

Write `batch_norm`. It gets `X` (n, units), `gamma`, `beta`, `running_mean`, `running_var`, all (units,), and
`training`, `True` or `False`. In training it normalises by the batch's own mean and variance (both divided by n), and
each running average becomes 0.9 of what it was plus 0.1 of the batch's. In evaluation it normalises by the running
averages and leaves them as they are.

It returns a dictionary with `mean`, `var` (those it used), `X_hat`, `Y`, `new_running_mean` and `new_running_var`.
Work on copies: do not change the arrays that come in.

<details><summary>Hint 1, a nudge</summary>

The two modes differ in where `mean` and `var` come from, and in what happens to the running averages. The rest is the same.
</details>
<details><summary>Hint 2, a sketch</summary>

`X.mean(axis=0)` has shape (units,). So has everything else except `X`, `X_hat` and `Y`, and NumPy stretches it over the rows.
</details>
<details><summary>Hint 3, a skeleton</summary>

`if training:` sets `mean` and `var` from `X`, and then `running_mean = 0.9 * running_mean + 0.1 * mean`, likewise the
variance. `else:` sets both from the running ones. After that two lines, and
`return dict(mean=mean, ..., new_running_mean=running_mean, ...)`.
</details>
"""


# %% solution="batch-norm"
def batch_norm(X, gamma, beta, running_mean, running_var, training):
    ### BEGIN SOLUTION
    if training:
        mean, var = X.mean(axis=0), X.var(axis=0)
        running_mean = 0.9 * running_mean + 0.1 * mean
        running_var = 0.9 * running_var + 0.1 * var
    else:
        mean, var = running_mean, running_var
    X_hat = (X - mean) / np.sqrt(var + 1e-5)
    Y = gamma * X_hat + beta
    return dict(mean=mean, var=var, X_hat=X_hat, Y=Y, new_running_mean=running_mean, new_running_var=running_var)
    ### END SOLUTION


# %% tests="batch-norm"
check("batch-norm", batch_norm)

# %% [markdown]
r"""
(For the running variance PyTorch divides by $n-1$, since there it *is* an estimate. For normalising it divides by
$n$, as you did.)

What would a batch of a single example become in training? Think of its mean, then run.
"""

# %%
one, ones, zeros = np.array([[5.0, -2.0]]), np.ones(2), np.zeros(2)
for training in (True, False):
    answer = batch_norm(one, ones, zeros, running_mean=ones, running_var=4 * ones, training=training)
    print("training" if training else "evaluation", (answer or {}).get("Y"))

# %% [markdown]
r"""
Zero, whatever it was: a lone example is its own mean. If a good net suddenly talks nonsense, somebody may have forgotten
to switch it to evaluation.

Now the way back. $\beta$ was added to every row, $\gamma$ was multiplied by $\hat X$, and both were used once for
each example, so their gradients are sums over the rows. From $Y$ to $\hat X$ the gradient is multiplied by $\gamma$.
All that you know.

The last step is new: $\hat X = (X - \mu)/s$, where $s = \sqrt{v + \epsilon}$ is the **spread**, the standard deviation (with the little $\epsilon$ under its root). The tempting answer is
"divide by $s$". Is it right? Move *one* number of a batch of four and watch all four normalised ones.
"""

# %%
column = np.array([1.0, 2.0, 4.0, 9.0])
moved = column + np.array([0.0, 0.0, 0.0, 0.01])
print((((moved - moved.mean()) / moved.std() - (column - column.mean()) / column.std()) / 0.01).round(4))
print("1 / s would be", (1 / column.std()).round(4))

# %% [markdown]
r"""
All four move: the number moved the mean and the variance, and these moved everybody. $\mu$ and $v$ are not constants.
They are nodes of the graph that were computed from $X$, and gradients run back through them too. With
$g = \partial L/\partial\hat X$, column by column:

$$\frac{\partial L}{\partial X} = \frac1s\Bigl(\; g \;-\; \underbrace{\text{mean of } g}_{\text{through } \mu} \;-\;
\hat X \cdot \underbrace{\text{mean of } g\hat X}_{\text{through } v}\Bigr)$$

<details><summary>Where the two terms come from</summary>

Through $\mu$: all $N$ rows contain $-\mu/s$, so $\mu$ receives $-\frac1s\sum g$, and hands $\frac1N$ of it to each
example. (The variance does not change when the mean does, to first order.) Through $v$: since
$\hat X = (X-\mu)\,v^{-1/2}$, $v$ receives $\sum g\,(X-\mu)\cdot(-\frac12)v^{-3/2} = -\frac{1}{2v}\sum g\hat X$, and
hands on $\frac{2}{N}(X - \mu)$ of it, which is $\frac{2}{N}\,s\,\hat X$. Multiply, and read $v$ as
$v + \epsilon = s^2$.
</details>

Read it once more: it takes away from $g$ what would move the mean, and what would stretch the whole column. Both would be
undone by normalising anyway.

In evaluation the running averages are constants, and the tempting answer is right.

### Your turn: batch normalisation, back
*Difficulty 3 of 5 · about 8 minutes · 5 points*

Fill in the five blanks. It gets `dY` (n, units), from the way forward `X_hat` (n, units) and `spread` (units,),
`gamma` (units,), and `training`. Shapes: `dL_dbeta` and `dL_dgamma` are (units,), the other two (n, units).

<details><summary>Hint 1, a nudge</summary>

Every gradient has the shape of what it belongs to. Which axis has to go for `dL_dbeta`?
</details>
<details><summary>Hint 2, a sketch</summary>

The means in the formula run over the examples, `axis=0`. `g` is your own `dL_dX_hat`.
</details>
<details><summary>Hint 3, a skeleton</summary>

`dL_dgamma` is `(dY * ...).sum(axis=0)`. In training `dL_dX` is
`(dL_dX_hat - dL_dX_hat.mean(axis=0) - ...) / spread`: write down the term through $v$.
</details>
"""


# %% solution="batch-norm-backward"
def batch_norm_backward(dY, X_hat, spread, gamma, training):
    dL_dbeta = dY.sum(axis=0)  # answer
    dL_dgamma = (dY * X_hat).sum(axis=0)  # answer
    dL_dX_hat = dY * gamma  # answer
    if not training:
        dL_dX = dL_dX_hat / spread  # answer
    else:
        dL_dX = (dL_dX_hat - dL_dX_hat.mean(axis=0) - X_hat * (dL_dX_hat * X_hat).mean(axis=0)) / spread  # answer
    return dict(dL_dbeta=dL_dbeta, dL_dgamma=dL_dgamma, dL_dX_hat=dL_dX_hat, dL_dX=dL_dX)


# %% tests="batch-norm-backward"
check("batch-norm-backward", batch_norm_backward)

# %% [markdown]
r"""
Go back to the map of nets and switch *Normalisation* on, with sigmoid first. What is left of the blue? Then with ReLU
and large weights. Dividing by $s$ does it: if the weights double, so does $s$, and the gradient does not notice.

**Layer normalisation** (Jimmy Lei Ba, Jamie Ryan Kiros and Geoffrey Hinton, 2016) takes mean and variance over the
units of *one* example, along a row. It needs no batch and no running averages. Transformers use it.

### Challenge: layer normalisation, back
*Difficulty 4 of 5 · about 8 minutes · 3 points*

Write `layer_norm_backward`. It gets `dY` and `X`, both (n, units), and `gamma` (units,). Forward, each *row* of `X`
is normalised, with $\epsilon = 10^{-5}$ under the root, and $Y = \gamma\hat X + \beta$. It returns `dL_dbeta`,
`dL_dgamma`, `dL_dX_hat` and `dL_dX` in a dictionary. One thing is not as before: along the row $\gamma$ is not the
same everywhere.

<details><summary>Hint 1, a nudge</summary>

`dL_dbeta` and `dL_dgamma` still sum over the examples. Only the means of the last step run along the other axis.
</details>
<details><summary>Hint 2, a sketch</summary>

`X.mean(axis=1, keepdims=True)` has shape (n, 1) and stretches over the row. Multiply by `gamma` *before* you take any mean of
gradients.
</details>
<details><summary>Hint 3, a skeleton</summary>

`spread = np.sqrt(X.var(axis=1, keepdims=True) + 1e-5)`, `X_hat` from it, `g = dY * gamma`, and then the formula of batch
normalisation with `axis=1, keepdims=True` in both means.
</details>
"""


# %% solution="layer-norm-backward"
def layer_norm_backward(dY, X, gamma):
    ### BEGIN SOLUTION
    spread = np.sqrt(X.var(axis=1, keepdims=True) + 1e-5)
    X_hat = (X - X.mean(axis=1, keepdims=True)) / spread
    g = dY * gamma
    through_mean = g.mean(axis=1, keepdims=True)
    through_var = X_hat * (g * X_hat).mean(axis=1, keepdims=True)
    dX = (g - through_mean - through_var) / spread
    return dict(dL_dbeta=dY.sum(axis=0), dL_dgamma=(dY * X_hat).sum(axis=0), dL_dX_hat=g, dL_dX=dX)
    ### END SOLUTION


# %% tests="layer-norm-backward"
check("layer-norm-backward", layer_norm_backward)

# %% [markdown]
r"""
Instead of the signal one can normalise the weights. **Weight normalisation** (Tim Salimans and Diederik Kingma, 2016)
writes each unit's weights as a length times a direction, $W = g\,V/|V|$, one $g$ for each row, and trains $g$ and
$V$. However long $V$ grows, the unit's weights have length $g$.

### Challenge: weight normalisation, back
*Difficulty 4 of 5 · about 8 minutes · 3 points*

Write `weight_norm_backward`. It gets `dW` and `V`, both (out, in), and `g` (out,). With $|V|$ the length of each row,
it returns `dict(dL_dg=..., dL_dV=...)`. Then look at your `dL_dV`: at which angle does it stand to `V`?

<details><summary>Hint 1, a nudge</summary>

$|V|$ was computed from $V$, so it is no constant. You have just been through this, with the variance.
</details>
<details><summary>Hint 2, a sketch</summary>

With the direction $U = V/|V|$: $\partial L/\partial g$ is the sum of $dW \cdot U$ along the row. A move of $V$ along itself
changes nothing, so that part of $dW$ has to go. How much of $dW$ points along $U$? You have just computed it.
</details>
<details><summary>Hint 3, a skeleton</summary>

`length = np.linalg.norm(V, axis=1, keepdims=True)`, `U = V / length`, `dg = (dW * U).sum(axis=1)`, and
`dV = g[:, None] / length * (dW - ...)`. What is taken away has the direction of `U` and the size of `dg`.
</details>
"""


# %% solution="weight-norm-backward"
def weight_norm_backward(dW, V, g):
    ### BEGIN SOLUTION
    length = np.linalg.norm(V, axis=1, keepdims=True)
    U = V / length
    dg = (dW * U).sum(axis=1)
    dV = g[:, None] / length * (dW - dg[:, None] * U)
    return dict(dL_dg=dg, dL_dV=dV)
    ### END SOLUTION


# %% tests="weight-norm-backward"
check("weight-norm-backward", weight_norm_backward)

# %% [markdown]
r"""
Each row of `dL_dV` stands at a right angle to its row of `V`: their products sum to 0, for what points along `V` was
taken away. So a step never shortens `V`, it turns it, and makes it a little longer.

## Go around

All remedies so far keep the factors near 1. The next one does not multiply at all. A **residual block** (Kaiming He
and others, 2015) adds what its layers compute to what came in:

$$Y = X + \text{layers}(X)$$

Suppose the layers' own factor is only 0.1. Twenty plain blocks leave $0.1^{20}$. And twenty residual ones?
"""

# %%
print(f"plain: {0.1**20:.0e}   residual: {(1 + 0.1) ** 20:.2f}")

# %% [markdown]
r"""
$X$ reaches $Y$ on two paths, so its gradient is a sum: what comes back through the layers, plus $dY$ itself,
untouched. The identity path is a lane without a factor. (It can also grow: that is why one starts residual layers
small, or normalises them. The map shows it: switch *Residual* on for ReLU with He's weights, then *Normalisation*
too.)

### Your turn: a residual block, back
*Difficulty 3 of 5 · about 7 minutes · 4 points*

The block is $Z = X W_1^T + b_1$, $A = \mathrm{ReLU}(Z)$, $Y = X + A W_2^T + b_2$. Fill in the seven blanks. `dY` and
`X` are (n, d), `W1` (hidden, d), `W2` (d, hidden).

<details><summary>Hint 1, a nudge</summary>

Six of the seven lines are the two-layer network of lesson 3. Only the last knows that there is a second path.
</details>
<details><summary>Hint 2, a sketch</summary>

`dL_dW2` is the gradient at the end, transposed, times what came in. From `A` to `Z` the gradient passes where `Z` is
positive.
</details>
<details><summary>Hint 3, a skeleton</summary>

`dY.T @ A`, `dY.sum(axis=0)`, `dY @ W2`, `... * (Z > 0)`, then the same three again for the first layer. To the last
of them comes what the short path brings: which array?
</details>
"""


# %% solution="residual-backward"
def residual_backward(dY, X, W1, b1, W2, b2):
    Z = X @ W1.T + b1
    A = np.maximum(Z, 0)
    dL_dW2 = dY.T @ A  # answer
    dL_db2 = dY.sum(axis=0)  # answer
    dL_dA = dY @ W2  # answer
    dL_dZ = dL_dA * (Z > 0)  # answer
    dL_dW1 = dL_dZ.T @ X  # answer
    dL_db1 = dL_dZ.sum(axis=0)  # answer
    dL_dX = dY + dL_dZ @ W1  # answer
    return dict(dL_dW2=dL_dW2, dL_db2=dL_db2, dL_dA=dL_dA, dL_dZ=dL_dZ, dL_dW1=dL_dW1, dL_db1=dL_db1, dL_dX=dL_dX)


# %% tests="residual-backward"
check("residual-backward", residual_backward)

# %% [markdown]
r"""
## Through time

A **recurrent network** reads a sequence, one step at a time, and keeps a **state** $H$. With $H_t$ the state that comes
*into* step $t$:

$$H_{t+1} = \tanh(X_t W_x^T + H_t W_h^T + b)$$

Unrolled it is a deep net with as many layers as the sequence has steps. But all of them have the *same* $W_h$. In a
deep net one layer may shrink what another stretches. Here nobody makes up for anything: it is the same matrix, again
and again.

`memory` measures how strongly the last state follows the state $k$ steps before, by nudging it. Three nets: `plain`
has a $W_h$ as Xavier would draw it, `half` has half of that, and `twice` double that and, for once, no tanh. Which row
fades, which one glows? Slide back in time.
"""

# %%
inputs, start = 0.5 * rng.normal(size=(60, 24)), np.zeros((1, 24))
Wh = rng.normal(0, 1 / np.sqrt(24), (24, 24))
plain = memory(lambda t, H: np.tanh(inputs[t] + H @ Wh.T), start, 30)
half = memory(lambda t, H: np.tanh(inputs[t] + H @ (0.5 * Wh).T), start, 30)
twice = memory(lambda t, H: H @ (2 * Wh).T, start, 30)
unrolled_gradient({"plain": plain, "half": half, "twice": twice})

# %% [markdown]
r"""
Even the plain net has lost nearly all after thirty steps: the gradient that would tell it what was important back
then does not arrive. And with twice the matrix it explodes.

The way back through the steps is called **backpropagation through time**. Two things are easily missed. The state
that leaves step $t$, $H_{t+1}$, is used twice, by the loss at step $t$ and by step $t+1$, so *two* gradients meet
there and add. And $W_x$,
$W_h$ and $b$ are used at every step, so their gradients are sums over the steps.

### Your turn: back through time
*Difficulty 4 of 5 · about 15 minutes · 5 points*

Write the way back of `rnn_backward`. It gets `dH` (T, n, h), what the loss says about the states (`dH[t]` belongs
to `H[t + 1]`, the state that leaves step `t`), `X` (T, n, d), `H0`
(n, h), `Wx` (h, d), `Wh` (h, h), `b` (h,). It returns `dL_db`, `dL_dWx`, `dL_dWh`, `dL_dX` and `dL_dH0`, each of the
shape of what it belongs to. The way forward is there: `H[t]` is the state that comes *into* step `t`, `H[t + 1]` the
one that leaves it. `later` is what the steps after `t` say about `H[t + 1]`.

<details><summary>Hint 1, a nudge</summary>

One loop, from the last step to the first. At each step: who sends a gradient to the state that leaves it?
</details>
<details><summary>Hint 2, a sketch</summary>

At step `t` the gradient at the state is `dH[t] + later`. The slope of tanh is `1 - H[t + 1] ** 2`. That gives `dZ`. Then it is a layer
with two inputs, `X[t]` and `H[t]`, and two weight matrices.
</details>
<details><summary>Hint 3, a skeleton</summary>

`for t in reversed(range(len(X))):`, in it `dZ = (dH[t] + later) * (...)`, then `db += dZ.sum(axis=0)`,
`dWx += dZ.T @ ...`, `dWh += dZ.T @ ...`, `dX[t] = dZ @ ...`, and last `later = dZ @ ...`. After the loop
`return dict(dL_db=db, ..., dL_dH0=later)`.
</details>
"""


# %% solution="rnn-backward"
def rnn_backward(dH, X, H0, Wx, Wh, b):
    H = [H0]
    for x in X:
        H.append(np.tanh(x @ Wx.T + H[-1] @ Wh.T + b))
    db, dWx, dWh, dX, later = (np.zeros_like(array) for array in (b, Wx, Wh, X, H0))
    ### BEGIN SOLUTION
    for t in reversed(range(len(X))):
        dZ = (dH[t] + later) * (1 - H[t + 1] ** 2)
        db += dZ.sum(axis=0)
        dWx += dZ.T @ X[t]
        dWh += dZ.T @ H[t]
        dX[t] = dZ @ Wx
        later = dZ @ Wh
    return dict(dL_db=db, dL_dWx=dWx, dL_dWh=dWh, dL_dX=dX, dL_dH0=later)
    ### END SOLUTION


# %% tests="rnn-backward"
check("rnn-backward", rnn_backward)

# %% [markdown]
r"""
What a residual block does for depth, an **LSTM** does for time. Sepp Hochreiter had described the vanishing gradient
in 1991, in his diploma thesis; in 1997 he and Jürgen Schmidhuber gave the recurrent net a second state, the **cell**
$c$, that is not pushed through a matrix and a tanh at every step. (The forget gate followed in 2000, by Felix Gers.)
**Gates** between 0 and 1 say what is kept, what is written and what is shown:

$$i = \sigma(z_i) \quad f = \sigma(z_f) \quad g = \tanh(z_g) \quad o = \sigma(z_o) \qquad
c = f \cdot c_{\text{before}} + i \cdot g \qquad h = o \cdot \tanh(c)$$

Along the cell, from one $c$ to the one before, the gradient is multiplied by the forget gate $f$ alone. But the
gates look at $h$, which came from $c$: that is a second path back, through the matrix and the slopes. Here is the
same measurement for the whole state, $h$ and $c$, with biases that hold the forget gates near 0.5 and near 0.9. Before
you run it: what would 30 steps make of 0.5 and of 0.9, along $c$ alone? Will the second path add much to that?
"""


# %%
def lstm(t, state, forget_bias):
    h, c = np.split(state, 2, axis=-1)
    zi, zf, zg, zo = np.split(lstm_inputs[t] + h @ W_lstm.T, 4, axis=-1)
    c = sigmoid(zf + forget_bias) * c + sigmoid(zi) * np.tanh(zg)
    return np.concatenate([sigmoid(zo) * np.tanh(c), c], axis=-1)


# %%
lstm_inputs, W_lstm = 0.5 * rng.normal(size=(60, 96)), rng.normal(0, 1 / np.sqrt(24), (96, 24))
shut, open_ = (memory(lambda t, state: lstm(t, state, bias), np.zeros((1, 48)), 30) for bias in (0, 2))
unrolled_gradient({"plain": plain, "f ≈ 0.5": shut, "f ≈ 0.9": open_})

# %% [markdown]
r"""
Along $c$ alone it would be $0.5^{30}$, a billionth, and $0.9^{30}$, four hundredths. Both rows show more: what comes
through $h$ is added, as always where paths meet. It can even make the row grow a little on its way back. Still the
first factor decides. With open forget gates the gradient is there after thirty steps. With gates at one half the LSTM
forgets faster than the plain net: it *can* remember, if it learns to keep the gate open, and one starts it with a positive forget
bias to help.

### Challenge: one LSTM step, back
*Difficulty 4 of 5 · about 10 minutes · 4 points*

Fill in the ten blanks. All arrays have the shape (n, h). `dH` is what the loss and the later steps say about $h$,
`dC` what the next step says about $c$. No matrix is involved: it is the graph of the formula above, backward.

<details><summary>Hint 1, a nudge</summary>

$c$ is used twice: for $h$, and by the next step. Everything after `dL_dc` is that times one number.
</details>
<details><summary>Hint 2, a sketch</summary>

`dL_dc` is `dC` plus `dH` times two factors: the gate $o$, and the slope of tanh at `c`. The slope of $\sigma$ is
`i * (1 - i)` for the gate `i`, and that of tanh at `zg` is `1 - g ** 2`.
</details>
<details><summary>Hint 3, a skeleton</summary>

`dL_do = dH * np.tanh(c)`, `dL_dc = dC + dH * o * (1 - np.tanh(c) ** 2)`, `dL_di = dL_dc * ...`: what was `i`
multiplied by? And `f`? And `c_before`?
</details>
"""


# %% solution="lstm-step-backward"
def lstm_step_backward(dH, dC, zi, zf, zg, zo, c_before):
    i, f, g, o = sigmoid(zi), sigmoid(zf), np.tanh(zg), sigmoid(zo)
    c = f * c_before + i * g
    dL_do = dH * np.tanh(c)  # answer
    dL_dc = dC + dH * o * (1 - np.tanh(c) ** 2)  # answer
    dL_di = dL_dc * g  # answer
    dL_df = dL_dc * c_before  # answer
    dL_dg = dL_dc * i  # answer
    dL_dc_before = dL_dc * f  # answer
    dL_dzi = dL_di * i * (1 - i)  # answer
    dL_dzf = dL_df * f * (1 - f)  # answer
    dL_dzg = dL_dg * (1 - g**2)  # answer
    dL_dzo = dL_do * o * (1 - o)  # answer
    return dict(dL_do=dL_do, dL_dc=dL_dc, dL_di=dL_di, dL_df=dL_df, dL_dg=dL_dg, dL_dc_before=dL_dc_before,
                dL_dzi=dL_dzi, dL_dzf=dL_dzf, dL_dzg=dL_dzg, dL_dzo=dL_dzo)


# %% tests="lstm-step-backward"
check("lstm-step-backward", lstm_step_backward)

# %% [markdown]
r"""
## Clip

Against vanishing one needs better factors. Against exploding there is also a plain emergency brake: if the gradient
is too long, shorten it. But how? Here are the gradients of two arrays. Try the three ways and watch the arrows: which
way changes the *direction* of the whole step, and which does not?
"""

# %%
clipping()

# %% [markdown]
r"""
A gradient says in which direction the loss falls fastest, in all parameters together. Cut each number by itself, or
each array by itself, and it is another direction. So one takes the norm over *all* arrays, the **global norm**, and
multiplies all of them by the same factor.

### Your turn: clip by the global norm
*Difficulty 2 of 5 · about 5 minutes · 3 points*

Write `clip_by_global_norm`. It gets a list of arrays of any shapes, and a number `limit`. It returns a list of new
arrays: if the norm over all numbers together is above the limit, all are scaled by one factor so that it equals the
limit. If it is not, they stay as they are.

<details><summary>Hint 1, a nudge</summary>

Think of all arrays laid end to end as one long vector. How long is it?
</details>
<details><summary>Hint 2, a sketch</summary>

The sum of the squares of one array is `(g**2).sum()`. Add these up over the list, and take one root at the end.
</details>
<details><summary>Hint 3, a skeleton</summary>

`norm = np.sqrt(sum(... for g in gradients))`, `factor = min(1, ...)`, `return [factor * g for g in gradients]`.
</details>
"""


# %% solution="clip-by-global-norm"
def clip_by_global_norm(gradients, limit):
    ### BEGIN SOLUTION
    norm = np.sqrt(sum((g**2).sum() for g in gradients))
    factor = min(1, limit / norm)
    return [factor * g for g in gradients]
    ### END SOLUTION


# %% tests="clip-by-global-norm"
check("clip-by-global-norm", clip_by_global_norm)

# %% [markdown]
r"""
A small model of a recurrent net: $w$ is multiplied twenty times, and should give 1. At $w = 1.3$ we stand in front of
a cliff: the loss is $(1.3^{20} - 1)^2$. What do three steps of gradient descent with rate 0.01 do? And a hundred
steps, with the step's gradient clipped to 1?
"""


# %%
def slope_at(w):
    return np.array(2 * (w**20 - 1) * 20 * w**19)


w = 1.3
for step in (1, 2, 3):
    with np.errstate(over="ignore"):
        w = w - 0.01 * slope_at(w)
        print(f"step {step} without clipping leads to {w:.3g}, with a loss of {(w**20 - 1) ** 2:.3g}")

# %%
w = 1.3
for _ in range(100):
    w = w - 0.01 * (clip_by_global_norm([slope_at(w)], 1.0) or [0.0])[0]
print("a hundred clipped steps lead to", w)

# %% [markdown]
r"""
Without clipping the first step lands near minus eleven thousand. The second step's loss overflows, and the third leads
to minus infinity. Clipped, $w$ walks to 1.
Switch *Clipping* on in the map of nets, too: it lowers *all* layers alike, so it saves the step, but the first layers
of a vanishing net get no more than before.

## What has no slope at all

Some things cannot be helped by any factor. Nudge one score of three, and ask a hard threshold, a choice and a ranking
what changed:
"""

# %%
scores, nudge = np.array([1.0, 3.0, 2.0]), np.array([0.0, 0.001, 0.0])
for name, hard in {"threshold": lambda s: s > 1.5, "argmax": np.argmax, "ranking": np.argsort}.items():
    change = np.asarray(hard(scores + nudge), float) - np.asarray(hard(scores - nudge), float)
    print(f"{name:9}  slope {change / 0.002}")

# %% [markdown]
r"""
Zero, nearly everywhere. Where they do change they jump, and a jump has no slope either. Backpropagation through an
argmax, a sort or a threshold tells every weight before it that it does not matter.

There are two ways out. Put something smooth in its place, a **relaxation**. Or keep it hard, and *estimate* a
gradient. The next three are challenges, one of each kind and one in between. If you are short of time, go on to the
quiz.

**Straight through.** Forward a hard threshold, backward *as if* it had been a straight line. This **straight-through
estimator** goes back to a lecture by Geoffrey Hinton in 2012; networks with one-bit units are trained with it.
Usually the line is cut at $-1$ and $1$, since beyond them a small move would not reach the threshold.

### Challenge: straight through
*Difficulty 2 of 5 · about 4 minutes · 2 points*

Fill in the two blanks. `X` and `dB` are (n, units). Forward `B` is 1.0 where `X` is positive, else 0.0. Backward the
gradient `dB` passes as it is where `X` lies between $-1$ and $1$, and stops elsewhere.

<details><summary>Hint 1, a nudge</summary>

Both lines are a comparison. Only one of them multiplies something.
</details>
<details><summary>Hint 2, a sketch</summary>

A comparison gives `True` and `False`. Multiplied by a number they are 1 and 0.
</details>
<details><summary>Hint 3, a skeleton</summary>

`(X > 0) * 1.0`, and `dB * (...)`, where the comparison asks for the size of `X`, whatever its sign: `np.abs`.
</details>
"""


# %% solution="straight-through"
def straight_through(X, dB):
    B = (X > 0) * 1.0  # answer
    dL_dX = dB * (np.abs(X) <= 1)  # answer
    return dict(B=B, dL_dX=dL_dX)


# %% tests="straight-through"
check("straight-through", straight_through)

# %% [markdown]
r"""
**A soft choice.** In place of "the position of the largest score", take the *mean* position, under probabilities that
prefer large scores: a softmax. Its **temperature** $\tau$ says how hard it chooses:
$p = \mathrm{softmax}(\text{scores}/\tau)$.

### Challenge: a soft argmax
*Difficulty 4 of 5 · about 8 minutes · 3 points*

Fill in the three blanks. `scores` is (n, options), `temperature` a number, and `upstream` (n,) is
$\partial L/\partial$`position`. `p` is (n, options), `position` (n,), the mean of `k` under `p`, and `dL_dscores` (n,
options). Some scores are near 1000: `exp` alone would overflow.

<details><summary>Hint 1, a nudge</summary>

A softmax does not change when the same number is subtracted from all scores of a row. Which number keeps `exp` small?
</details>
<details><summary>Hint 2, a sketch</summary>

If score $j$ rises, $p_j$ rises and all others fall: $\partial p_i/\partial s_j = p_i\,([i = j] - p_j)/\tau$. Multiply by $k_i$ and sum over $i$:
$p_j\,(k_j - \text{position})/\tau$ remains.
</details>
<details><summary>Hint 3, a skeleton</summary>

`odds` is there; divide it by its sum along the row, with `keepdims=True`. `position = p @ k`.
`dL_dscores = upstream[:, None] * p * (k - ...[:, None]) / ...`.
</details>
"""


# %% solution="soft-argmax"
def soft_argmax(scores, temperature, upstream):
    k = np.arange(scores.shape[1])
    odds = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    p = odds / odds.sum(axis=1, keepdims=True)  # answer
    position = p @ k  # answer
    dL_dscores = upstream[:, None] * p * (k - position[:, None]) / temperature  # answer
    return dict(p=p, position=position, dL_dscores=dL_dscores)


# %% tests="soft-argmax"
check("soft-argmax", soft_argmax)

# %% [markdown]
r"""
The scores are 1, 2 and 3, so the hard answer is position 2. Cool it down and watch the position, then the size of the
gradient. What does one pay for a hard choice?
"""

# %%
for temperature in (10.0, 1.0, 0.3, 0.1, 0.03):
    soft = soft_argmax(np.array([[1.0, 2.0, 3.0]]), temperature, np.ones(1))
    if all(part is not ... for part in soft.values()):
        print(f"temperature {temperature:5}: position {soft['position'][0]:.4f}, "
              f"norm of the gradient {np.linalg.norm(soft['dL_dscores']):.1e}")

# %% [markdown]
r"""
Hot, the position stays near the middle, 1, whatever the scores are; cold, it is nearly the hard answer. The price is
the gradient: from a temperature of 1 on, the harder the choice, the less of it is left, and in the end the scores learn
no more than from argmax.

**Estimate it.** Sometimes the choice must be hard and random: draw option $k$ with probability $p_k$,
$p = \mathrm{softmax}(\theta)$, and see what it costs, $L_k$. Nobody can differentiate the world that hands out $L_k$.
But the *expected* loss $\sum_k p_k L_k$ has a gradient, and it can be written as a mean over draws:

$$\frac{\partial}{\partial\theta}\sum_k p_k L_k \;=\; \sum_k p_k \,(L_k - B)\,\frac{\partial \log p_k}{\partial\theta}
\qquad\text{with}\quad \frac{\partial \log p_k}{\partial\theta_j} = [j = k] - p_j$$

So: draw samples, and average $(L_k - B)$ times the **score** $[j=k] - p_j$. This is the **score-function estimator**,
which Ronald Williams published in 1992 as REINFORCE. The **baseline** $B$ is any number that does not depend on the
draw. It changes nothing on average, because the score's own mean is 0.

### Challenge: the score-function estimator
*Difficulty 4 of 5 · about 10 minutes · 3 points*

Write `score_function_gradient`. It gets `theta` (options,), `samples` (m,), the options that were drawn, as whole
numbers, `losses` (m,), what each draw cost, and the number `baseline`. It returns the estimate, an array of shape
(options,). The check also asks whether it is unbiased: it puts in every single option, and weighs the answers with
their probabilities. (It shows you `loss_of`, the cost of each option; `losses` is `loss_of[samples]`.)

<details><summary>Hint 1, a nudge</summary>

One sample gives one score, a vector as long as `theta`. Multiply it by one number. Then average over the samples.
</details>
<details><summary>Hint 2, a sketch</summary>

`np.eye(len(theta))[samples]` has shape (m, options), with a 1 in each row at the option that was drawn. Subtract `p`
from every row.
</details>
<details><summary>Hint 3, a skeleton</summary>

`p = np.exp(theta) / np.exp(theta).sum()`, `scores = ...[samples] - p`, and
`return ((losses - baseline)[:, None] * scores).mean(axis=0)`.
</details>
"""


# %% solution="score-function"
def score_function_gradient(theta, samples, losses, baseline):
    ### BEGIN SOLUTION
    p = np.exp(theta) / np.exp(theta).sum()
    scores = np.eye(len(theta))[samples] - p
    return ((losses - baseline)[:, None] * scores).mean(axis=0)
    ### END SOLUTION


# %% tests="score-function"
check("score-function", score_function_gradient)

# %% [markdown]
r"""
Is it unbiased? Compare it with the exact gradient, on more and more samples, once without a baseline and once with
the mean loss as baseline. One estimate may be lucky, so the cell makes twelve of each and prints the root of the mean squared
error. An honest estimator's error shrinks by ten when there are a hundred times as many samples. What will the
baseline change?
"""

# %%
theta, cost = np.array([0.0, 1.0, -0.5]), np.array([13.0, 11.0, 12.0])
chances = np.exp(theta) / sum(np.exp(theta))
mean_cost = chances @ cost
for m in (100, 10_000, 1_000_000):
    draws = [rng.choice(3, m, p=chances) for _ in range(12)]
    for B in (0.0, mean_cost):
        estimates = [score_function_gradient(theta, k, cost[k], B) for k in draws]
        misses = [np.nan if e is None else np.linalg.norm(e - chances * (cost - mean_cost)) for e in estimates]
        print(f"{m:7d} samples, baseline {B:5.2f}: error {np.mean(np.square(misses)) ** 0.5:.5f}")

# %% [markdown]
r"""
Both errors shrink with the root of the number of samples, so both are unbiased. But without a baseline one needs far
more samples for the same precision. The price of an estimator is its noise.

## Quiz

### Which remedy works why?
*Difficulty 2 of 5 · about 4 minutes · 3 points*

Match each remedy with the reason why it helps. The table helps you, by click, by dragging or by keyboard, and writes
the line for the cell below. Each letter is used once.

<details><summary>Hint 1, a nudge</summary>

Two of them add where others multiply. Two of them set the size of a signal.
</details>
<details><summary>Hint 2, a sketch</summary>

First weights are set once. Batch normalisation measures in every batch. Clipping looks at the length of one step.
</details>
<details><summary>Hint 3, a skeleton</summary>

"Time" belongs to the LSTM, "around the layers" to the residual block, "slope of 1" to ReLU.
</details>
"""

# %%
names = ["relu", "he", "batch_norm", "residual", "clipping", "lstm"]
reasons = {
    "a": "in every batch it measures each unit's size and sets it, so that factors cannot add up",
    "b": "it limits the length of a step and keeps its direction",
    "c": "a state is carried on through time by adding, and a gate near 1 is the only factor",
    "d": "along open units its slope is exactly 1",
    "e": "the gradient also comes back around the layers, without any factor",
    "f": "before training each layer is given weights that keep the mean square",
}
MatchingQuiz(names, reasons, title="Which remedy helps, and why?")

# %% solution="match-remedies"
remedies = {
    "relu": "d",  # answer
    "he": "f",  # answer
    "batch_norm": "a",  # answer
    "residual": "e",  # answer
    "clipping": "b",  # answer
    "lstm": "c",  # answer
}

# %% tests="match-remedies"
check("match-remedies", remedies)

# %% [markdown]
r"""
### Three choices
*Difficulty 2 of 5 · about 4 minutes · 3 points*

**`no_slope`** · Why does nothing in front of an argmax learn?

- **a** · It takes too long to compute.
- **b** · At its jumps the slope is infinite.
- **c** · Between its jumps its result does not move at all, so its slope is 0 almost everywhere.
- **d** · It has several inputs and one output.

**`clipping`** · What does clipping by the global norm do?

- **a** · It helps against vanishing and against exploding gradients.
- **b** · It keeps one step from going too far; the ratio between the layers stays as it was.
- **c** · It brings the first layers' gradients closer to the last layers'.
- **d** · It corrects a gradient that was computed wrongly.

**`through_time`** · Why do plain recurrent nets suffer more than deep nets of the same number of layers?

- **a** · They have more parameters.
- **b** · They use tanh, whose slope is below 1.
- **c** · Their steps come one after the other.
- **d** · At every step the same matrix is multiplied, so what it shrinks or stretches once, it shrinks or stretches
  every time.

<details><summary>Hint 1, a nudge</summary>

For the first, go back to the cell that nudged a score. Which number did it print?
</details>
<details><summary>Hint 2, a sketch</summary>

For the second, what happened in the map of nets when you switched it on?
</details>
<details><summary>Hint 3, a skeleton</summary>

For the third, deep nets can have tanh too, and their layers come one after the other as well. What can they do that a
recurrent net cannot?
</details>
"""

# %% solution="pathology-quiz"
answers = {
    "no_slope": "c",  # answer
    "clipping": "b",  # answer
    "through_time": "d",  # answer
}

# %% tests="pathology-quiz"
check("pathology-quiz", answers)

# %% [markdown]
r"""
## The clinic

Eight training runs are ill. All learn the same kind of thing, four numbers in and one out, and all targets are scaled
so that a net which always answers the mean has a loss of 1. A well net ends far below 0.5. First look at one that is
well:
"""

# %%
well, weak = visitors()
well

# %% [markdown]
r"""
A **chart** has the losses after some steps, and then one line for each layer, measured *before the first step*:

- `spread`: the standard deviation of an activation over the examples,
- `between`: how much the units of a layer differ from one another (the last layer has only one),
- `slope`: the mean size of the activation function's slope at the layer's $z$ (the last layer has no activation
  function),
- `gradient`: the norm of $\partial L/\partial z$,
- `check`: how far $\partial L/\partial W$ is from what a small nudge of the weights says. Near 0 is right, 1 is
  wrong. (Where a nudge crosses ReLU's corner, a right gradient may show a thousandth or so.)

In the well net the slopes are near 0.5, as ReLU's should be, and the gradient is about as large in the first layer as in
the last. Now one that is ill. Where do you look first?
"""

# %%
weak

# %% [markdown]
r"""
The loss stays at 1: it learns nothing. `check` is near 0 in every line, so the gradient is *right*. It is only tiny:
$6\cdot10^{-9}$ in the first layer, and each layer has about thirty times less than the next. The slopes are well. But
look at `spread`: the signal, too, shrinks about thirty times in each layer. What shrinks both? The weights. **First
weights too small**, and the remedy is to draw them properly:
"""

# %%
weak.treat("initialisation=He")

# %% [markdown]
r"""
A treatment changes *one* thing and trains again from the start. There are these:

`activation=sigmoid`, `tanh`, `ReLU`, `leaky ReLU` or `swish` · `initialisation=Xavier` or `He` (draws the first
weights anew and sets all biases to 0) · `rate=` a number (0.05 is what a well net here has) · `clipping=` a number ·
`normalisation=batch` · `residual=on` · `mend=` the number of the layer whose way back is wrong.

Now your own patients. Put your own number in place of the 4711, the one that your instructor gave you, or your
birthday as a whole number, without a leading zero. Who has another number has mostly other patients.
"""

# %%
my_number = 4711
patients = ward(my_number)

# %%
plt.figure(figsize=(11, 5), layout="constrained")
for bed, patient in patients.items():
    plt.subplot(2, 4, bed, title=f"bed {bed}", xlim=(-10, 200), ylim=(1e-2, 1e8), yscale="log",
                xlabel="step", ylabel="loss")
    plt.plot(np.clip(patient.run.losses, 1e-2, 1e9), ".-")
plt.show()

# %% [markdown]
r"""
Where a curve leaves its frame at the top or breaks off, the loss has overflowed. Look at the beds one by one. The
chart comes when you ask for `patients[1]`, and a treatment is tried with `patients[1].treat("...")`. How often you
try costs nothing.
"""

# %%
patients[1]

# %%
patients[1].treat("rate=0.1")

# %% [markdown]
r"""
### Your turn: eight diagnoses
*Difficulty 4 of 5 · about 20 minutes · 12 points*

For each bed give the `illness`, one of these eight, in quotes:

| | |
|:--|:--|
| `vanishing` | the gradient shrinks from layer to layer on its way back, since the slopes are small everywhere |
| `exploding` | the gradient grows from layer to layer on its way back, before any step is made |
| `dead units` | ReLU units that are shut for every example |
| `saturated units` | units that sit where their activation function is flat |
| `units alike` | all units of a layer compute the same, and so will do for ever |
| `rate too large` | all is well before the first step, and the steps are too long |
| `rate too small` | all is well, and the steps are too short |
| `bug in backward` | the gradient is not what the code says it is |

and a `remedy`, a text in quotes such as `"initialisation=He"` or `"mend=3"`. The check runs your remedy itself: it counts if the loss then ends
below 0.5 with right gradients in every layer. Often more than one does. For a bug: gradients are computed from the
last layer to the first. Which layer is the first to be wrong, on this way?

<details><summary>Hint 1, a nudge</summary>

Begin with the column `check`: one bed stands out. Then the losses at step 1 and 2: who is well before the first step, and not after it?
</details>
<details><summary>Hint 2, a sketch</summary>

Compare the first line of `gradient` with the last. If it is much smaller or larger, look where it happens: in every layer alike, or all at
once? If all at once, look at that layer's `slope`.
</details>
<details><summary>Hint 3, a skeleton</summary>

Slope exactly 0: dead. Slope near 0 in one layer, but not 0: saturated. `between` near 0 in all layers: alike.
Gradients well, loss falls a little: too small a rate.
</details>
"""

# %% solution="clinic"
diagnoses = {
    "my_number": my_number,
    "illness_1": "dead units",  # answer
    "remedy_1": "initialisation=He",  # answer
    "illness_2": "saturated units",  # answer
    "remedy_2": "initialisation=Xavier",  # answer
    "illness_3": "bug in backward",  # answer
    "remedy_3": "mend=3",  # answer
    "illness_4": "units alike",  # answer
    "remedy_4": "initialisation=Xavier",  # answer
    "illness_5": "rate too small",  # answer
    "remedy_5": "rate=0.05",  # answer
    "illness_6": "vanishing",  # answer
    "remedy_6": "activation=tanh",  # answer
    "illness_7": "rate too large",  # answer
    "remedy_7": "rate=0.05",  # answer
    "illness_8": "exploding",  # answer
    "remedy_8": "initialisation=He",  # answer
}

# %% tests="clinic"
check("clinic", diagnoses)

# %% [markdown]
r"""
Which remedy healed most of your patients? Which illness had only one remedy? And was there one that you would never
have found from the loss curve alone?

Here is where you stand.
"""

# %%
progress()

# %% [markdown]
r"""
## What you can do now

A gradient is multiplied on its way back, in each layer by a slope and by a matrix. If these factors are not near 1 on
the whole, it vanishes or explodes, and in a recurrent net it is the same matrix every time. You measured it, layer by
layer. You know four kinds of help: slopes near 1, first weights that keep the mean square, normalising while one
trains, and paths on which nothing is multiplied. Clipping is a brake, not a cure. And where there is no slope at all,
one puts a smooth stand-in, or estimates.

**Test yourself**, without looking back:

1. A net of 30 tanh layers has gradients of $10^{-8}$ in its first layer. Name three things that you would try.
2. He's variance is $2/n_{\text{in}}$. Where does the 2 come from?
3. Someone's batch normalisation divides the gradient by the spread, and nothing else. For which mode is that right?
4. Gradients are clipped to a norm of 1. Afterwards the first layer's is still a million times smaller than the last
   one's. Is that a bug?
5. A unit's gradient is exactly 0 for every example. What has happened, and why will training not mend it?

<details><summary>Answers</summary>

1. Better first weights, normalisation, residual connections; or ReLU. 2. ReLU loses half of the squares. 3. For
   evaluation, where mean and variance are constants. 4. No: all layers shrink by the same factor. 5. Its ReLU is shut
   for all of them. With a gradient of 0 neither its weights nor its bias move.
</details>

**Words of this lesson**

| word | meaning |
|:--|:--|
| vanishing, exploding gradient | it shrinks, or grows, by a factor in each layer on its way back |
| norm | the root of the sum of all squares: the length of an array as an arrow |
| overflow | a number too large to be stored; it becomes `inf`, and soon `nan` |
| to saturate | to sit where the activation function is flat |
| dead unit | a ReLU unit that is shut for every example, and so never learns again |
| initialisation | how the first weights are drawn: Xavier (Glorot), He |
| batch normalisation | each unit's mean and variance over the batch are set to 0 and 1; then gain and shift |
| spread | the standard deviation: the root of the variance |
| layer normalisation | the same over the units of one example |
| training, evaluation | with the batch's own mean and variance; with their running averages |
| weight normalisation | a unit's weights as a length times a direction |
| residual block | adds what its layers compute to what came in |
| recurrent network | one layer used again at every step of a sequence; its state goes from step to step |
| backpropagation through time | the way back through all the steps |
| LSTM, gate | a recurrent net with a cell state that is carried on by adding; a number between 0 and 1 that lets something through |
| clipping by the global norm | all gradients times one factor, so that their common norm is at most a limit |
| relaxation | a smooth stand-in for something hard, such as a softmax with a temperature for argmax |
| straight-through estimator | hard forward, and backward as if it had been a straight line |
| score-function estimator | a gradient of an expected loss, as a mean over draws |

**Where it comes from.** X. Glorot and Y. Bengio, [Understanding the difficulty of training deep feedforward neural
networks](https://proceedings.mlr.press/v9/glorot10a.html), AISTATS 2010, measured activations and gradients layer by
layer, as you did. K. He, X. Zhang, S. Ren and J. Sun, [Delving deep into
rectifiers](https://arxiv.org/abs/1502.01852), 2015, and [Deep residual learning](https://arxiv.org/abs/1512.03385),
2015. S. Ioffe and C. Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167), 2015. J. L. Ba, J. R. Kiros
and G. E. Hinton, [Layer normalization](https://arxiv.org/abs/1607.06450), 2016. T. Salimans and D. P. Kingma, [Weight
normalization](https://arxiv.org/abs/1602.07868), 2016. S. Hochreiter and J. Schmidhuber, [Long short-term
memory](https://doi.org/10.1162/neco.1997.9.8.1735), Neural Computation 9, 1997. R. Pascanu, T. Mikolov and Y. Bengio,
[On the difficulty of training recurrent neural networks](https://arxiv.org/abs/1211.5063), 2012, proposed clipping by
the norm. Y. Bengio, N. Léonard and A. Courville, [Estimating or propagating gradients through stochastic
neurons](https://arxiv.org/abs/1308.3432), 2013. R. J. Williams, [Simple statistical gradient-following
algorithms](https://doi.org/10.1007/BF00992696), Machine Learning 8, 1992.

**Next.** In lesson 5 you build the machine that does all of this by itself: automatic differentiation.
"""
