# %% [markdown]
r"""
# 3 · Whole layers at once

In lesson 2 you wrote nine lines for the nine gradients of network B. A network that reads handwriting has thousands of
weights. You will not write thousands of lines. You will write five, and they are the same five for every network.

**What you will be able to do**

- run both passes of a layer with matrices, for a whole batch, and say beforehand which shape comes out,
- build a network of any depth, and train it on a curve and on handwritten digits,
- prove that a gradient is right, and use the proof to find a bug,
- say what a backward pass costs and what it has to keep.

**What you need.** [Lesson 2](../02-two-layer-trace/two_layer_trace.ipynb): deltas, and the four steps of training. NumPy:
the shape of an array, `A @ B`, `A.T`, `A.sum(axis=0)`. And Python classes: `net = Network(...)` makes an object, and
`net.forward(X)` calls its method `def forward(self, X)`. In there `self` is `net`, and what is put into `self.A` is still in
`net.A` when the next method runs.

**How long.** Two sittings. The first, about 120 minutes, ends with a network of your own that learns a curve; if you want a
pause, take it before *The network*. The second has three stops, each of which stands alone: digits, costs, and a bug hunt,
about 90 minutes in all. Exercises marked *challenge* are optional and count like the others. 57 points: 34 in the first
sitting, 2 of them for its only challenge, *One direction for all*, and 23 in the second, all for challenges.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from backprop.bug_hunt import bug_hunt
from backprop.check import check, progress
from backprop.widgets import LiveLoss, activations, delta_recursion
from backprop.widgets import line_plot, shape_inspector, training_fit

# %% [markdown]
r"""
## A table of weights

Two units look at the same two inputs. In lesson 2 that was a line for each unit:

$$z_1 = w_{11} a_1 + w_{12} a_2 + b_1 \qquad z_2 = w_{21} a_1 + w_{22} a_2 + b_2$$

The weights make a table: **a row for each unit, a column for each input**. Call it $W$, and stack the rest in columns. Both
lines become one: $z = W a + b$.

Take $W = \begin{pmatrix} 0.5 & -1 \\ 2 & 1 \end{pmatrix}$, $a = \begin{pmatrix} 2 \\ 3 \end{pmatrix}$,
$b = \begin{pmatrix} 1 \\ -1 \end{pmatrix}$. Work out the two numbers of $z$, then run the cell.
"""

# %%
W = np.array([[0.5, -1.0], [2.0, 1.0]])
a, b = np.array([2.0, 3.0]), np.array([1.0, -1.0])
print(W @ a + b)

# %% [markdown]
r"""
Now the way back. Say that the units' deltas have arrived, $\delta = \partial L/\partial z = (3, -1)$: one number for each
unit. You know from lesson 2 what a weight gets: the delta where it leads, times what came in,
$\partial L/\partial w_{jk} = \delta_j\,a_k$. Written into $W$'s table, that is every delta times every input, and it is
called the **outer product** $\delta\,a^T$. What is its second row?
"""

# %%
delta = np.array([3.0, -1.0])
print(np.outer(delta, a))

# %% [markdown]
r"""
A bias gets its delta alone: $\partial L/\partial b = \delta$.

And the inputs? Input 1 fed *both* units, so two paths lead back to it, and they add:
$w_{11}\delta_1 + w_{21}\delta_2 = 0.5 \cdot 3 + 2 \cdot (-1) = -0.5$. The weights that you just used stand in the first
*column* of $W$. `W @ delta` would walk along the rows. To walk down the columns, turn the table:
$\partial L/\partial a = W^T\delta$. What will the second number be?
"""

# %%
print(W.T @ delta)
print(W @ delta, "is something else: it runs, and it is wrong")

# %% [markdown]
r"""
### Your turn: one layer on paper
*Difficulty 2 of 5 · about 6 minutes · 3 points*

Do the same on paper for

$$W = \begin{pmatrix} 1 & 2 \\ 3 & -1 \end{pmatrix} \qquad a = \begin{pmatrix} 2 \\ -1 \end{pmatrix} \qquad
b = \begin{pmatrix} 1 \\ 0 \end{pmatrix} \qquad \delta = \begin{pmatrix} -1 \\ 2 \end{pmatrix}$$

Give two numbers as `[1.0, 2.0]`, and a table row by row as `[[1.0, 2.0], [3.0, 4.0]]`.

<details><summary>Hint 1, a nudge</summary>

The shapes tell you a lot: `dL_dW` is a table like $W$, `dL_db` is a pair like $b$, and `dL_da` is a pair like $a$.
</details>
<details><summary>Hint 2, a sketch</summary>

Row 1 of `dL_dW` is $\delta_1$ times both inputs, row 2 is $\delta_2$ times both. The first number of `dL_da` goes down the
first column of $W$.
</details>
<details><summary>Hint 3, a skeleton</summary>

$z_1 = 1\cdot 2 + 2\cdot(-1) + 1$. The first row of `dL_dW` is $-1 \cdot 2$ and $-1 \cdot (-1)$. The first number of `dL_da` is
$1\cdot(-1) + 3\cdot 2$.
</details>
"""

# %% solution="one-layer"
layer = {
    "z": [1.0, 7.0],  # answer
    "dL_dW": [[-2.0, 1.0], [4.0, -2.0]],  # answer
    "dL_db": [-1.0, 2.0],  # answer
    "dL_da": [5.0, -4.0],  # answer
}

# %% tests="one-layer"
check("one-layer", layer)

# %% [markdown]
r"""
## Three equations

Number the layers from 1 to $L$. Layer $l$ has the weights $W^{[l]}$, one row for each of its units, and the biases $b^{[l]}$.
With $a^{[0]} = x$ the way forward is

$$z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]} \qquad a^{[l]} = f(z^{[l]})$$

and the whole way back is

$$\delta^{[L]} = \frac{\partial L}{\partial a^{[L]}} \odot f'(z^{[L]}) \qquad
\delta^{[l]} = \left(W^{[l+1]\,T}\,\delta^{[l+1]}\right) \odot f'(z^{[l]})$$
$$\frac{\partial L}{\partial W^{[l]}} = \delta^{[l]}\,a^{[l-1]\,T}, \quad \frac{\partial L}{\partial b^{[l]}} = \delta^{[l]}$$

The dot in a circle multiplies entry by entry. Read the middle one aloud: *the deltas of the layer above, carried back through
its weights, times the slope of this layer's own activation.* Find the same three in your `trace_sigmoid` of lesson 2: where is
$\delta_o v_j\,a_j(1-a_j)$?

That is all of backpropagation for a network of layers. What is left is to do it for many examples at once.

## A batch is rows

One example at a time wastes the machine. Put $N$ examples under one another, **one in each row**, and call that $A$, of shape
$(N, \text{in})$. An example that lies down as a row has to meet the weights lying down too, so the column formula is turned on
its side: $z^T = a^T W^T + b^T$, and for all rows at once

$$Z = A\,W^T + b$$

with $b$ added to every row. This is how PyTorch's `Linear` does it.

A network with 3 inputs, 4 hidden units and 2 outputs gets a batch of 5. What are the shapes of $W_1$, $Z_1$, $W_2$ and $Z_2$?
Write them down. Then look at the first two products of the picture (the rest comes in a minute).
"""

# %%
shape_inspector((3, 4, 2), batch=5)

# %% [markdown]
r"""
### Your turn: a layer forward
*Difficulty 1 of 5 · about 3 minutes · 2 points*

Write `linear_forward`. It gets `A` of shape (N, in), `W` of shape (out, in) and `b` of shape (out,), and returns `Z` of shape
(N, out).

<details><summary>Hint 1, a nudge</summary>

It is one line, and you have just read it as a formula.
</details>
<details><summary>Hint 2, a sketch</summary>

In a product the columns of the first must be as many as the rows of the second. `A` has as many columns as `W` has, so one
of the two must be turned.
</details>
<details><summary>Hint 3, a skeleton</summary>

`return A @ ... + b`. NumPy adds `b` to each row by itself.
</details>
"""


# %% solution="linear-forward"
def linear_forward(A, W, b):
    ### BEGIN SOLUTION
    return A @ W.T + b
    ### END SOLUTION


# %% tests="linear-forward"
check("linear-forward", linear_forward)

# %% [markdown]
r"""
Now back. Each example has deltas of its own, so they are rows as well: `delta` has the shape of `Z`.

- **Weights.** All examples went through the same $W$. Each adds its share, an outer product of its delta and its input. A
  matrix product sums over the inner index anyway, and here that is the batch: all shares at once.
- **Biases.** The same, with an input of 1: the deltas of all examples, summed.
- **Inputs.** Every example keeps its own. Turned on its side, $W^T\delta$ becomes a row times $W$.

And a rule that saves you every time: **a gradient has the shape of what it is the gradient of**. If all sizes differ, there is
mostly one way to multiply that fits.

Mostly. Go on with the picture above: it has the products of the way back, too. Switch *Wrong transpose* on and off for
each. Then the same for a network whose layers are all of one size. What does the picture say to a wrong transpose now?
"""

# %%
shape_inspector((4, 4, 4), batch=4)

# %% [markdown]
r"""
It fits, and no error will tell you. Remember this for the bug hunt.

### Your turn: a layer backward
*Difficulty 3 of 5 · about 9 minutes · 4 points*

Write `linear_backward`. It gets `delta` of shape (N, out), which is $\partial L/\partial Z$, and the `A` and `W` of the way
forward. It returns `dict(dL_dW=..., dL_db=..., dL_dA=...)`, each in the shape of what it is the gradient of: (out, in), (out,)
and (N, in).

<details><summary>Hint 1, a nudge</summary>

Write the three shapes you need beside the three shapes you have. Two of the answers are products of two of `delta`, `A`
and `W`; the third needs only `delta`.
</details>
<details><summary>Hint 2, a sketch</summary>

For `dL_dW` the batch has to be the inner index, so `delta` is turned: (out, N) times (N, in). For `dL_db` sum the rows away,
which is `axis=0`. For `dL_dA` the units are the inner index, and nothing is turned.
</details>
<details><summary>Hint 3, a skeleton</summary>

`return dict(dL_dW=delta.T @ ..., dL_db=delta.sum(axis=...), dL_dA=delta @ ...)`
</details>
"""


# %% solution="linear-backward"
def linear_backward(delta, A, W):
    ### BEGIN SOLUTION
    return dict(dL_dW=delta.T @ A, dL_db=delta.sum(axis=0), dL_dA=delta @ W)
    ### END SOLUTION


# %% tests="linear-backward"
check("linear-backward", linear_backward)

# %% [markdown]
r"""
## The bend

Between two layers stands an activation function. It works on each number by itself, and so does its slope. You know two of
them. Here are two more:

| | $f(z)$ | |
|:--|:--|:--|
| ReLU | $\max(z, 0)$ | a gate |
| sigmoid | $\sigma(z) = 1/(1+e^{-z})$ | from 0 to 1 |
| tanh | $\tanh z$ | from $-1$ to 1, steeper than the sigmoid; its slope is $1 - \tanh^2 z$ |
| swish | $z\,\sigma(z)$ | a ReLU without the corner |

Whose slope is largest, and is any slope ever above 1, or below 0? Guess, then look through them. (The picture has a fifth, the
leaky ReLU: its slope left of 0 is 0.1 and not 0, so the gate never closes quite. On the right are histograms: many numbers $z$ are
drawn, and each bar shows how many of them, of the outputs and of the slopes fall there.)
"""

# %%
activations()

# %% [markdown]
r"""
Swish does both: its slope reaches 1.1, and left of $-1.3$ it falls below zero.

Two traps before you write them. The first: the short form $a\,(1-a)$ wants the *activation*. Your functions get $z$.

The second is about large numbers. Written with $e^z$ the sigmoid is $e^z/(1+e^z)$. What comes out at $z = 800$, where it should
be 1?
"""

# %%
with np.errstate(all="ignore"):
    E = np.exp(np.array([1.0, 700.0, 800.0]))
    print(E, E / (1 + E))

# %% [markdown]
r"""
$e^{800}$ is larger than any number a float64 can hold. It **overflows** to infinity, and infinity divided by infinity is not a
number: `nan`. From then on everything it touches is `nan`. The other form, $1/(1+e^{-z})$, meets its infinity at $z = -800$. It
survives that, with a warning: one over infinity is 0. A **stable** sigmoid never gets there: it takes `exp` of negative
numbers only, or uses `np.tanh`, which does not overflow.

### Your turn: activations and slopes
*Difficulty 2 of 5 · about 9 minutes · 4 points*

Fill in the seven blanks. Every function gets an array `Z` of any shape and returns an array of the same shape. `activation`,
at the end, hands out a function together with its slope; your network will ask it.

<details><summary>Hint 1, a nudge</summary>

`relu` is the model: one line, no loop. Later functions may call earlier ones.
</details>
<details><summary>Hint 2, a sketch</summary>

For `sigmoid`: $\sigma(z) = \tfrac12\,(1 + \tanh\tfrac z2)$, or with `np.exp(-np.abs(Z))`, which never exceeds 1. For `d_swish`:
swish is a product, and $z$ enters it twice. Lesson 1: where two paths meet, their contributions add.
</details>
<details><summary>Hint 3, a skeleton</summary>

`d_relu`: `Z > 0` is True or False; times 1.0 it is 1 or 0. `d_sigmoid`: `sigmoid(Z) * (1 - ...)`. `d_swish`: the slope of the
first factor times the second, plus the first times the slope of the second.
</details>
"""


# %% solution="activations"
def relu(Z):
    return np.maximum(Z, 0.0)


def d_relu(Z):
    return (Z > 0) * 1.0  # answer


def sigmoid(Z):
    return (1 + np.tanh(Z / 2)) / 2  # answer


def d_sigmoid(Z):
    return sigmoid(Z) * (1 - sigmoid(Z))  # answer


def d_tanh(Z):
    return 1 - np.tanh(Z) ** 2  # answer


def swish(Z):
    return Z * sigmoid(Z)  # answer


def d_swish(Z):
    return sigmoid(Z) + Z * d_sigmoid(Z)  # answer


def activation(name):
    return {"relu": (relu, d_relu), "sigmoid": (sigmoid, d_sigmoid), "tanh": (np.tanh, d_tanh),
            "swish": (swish, d_swish), "identity": (lambda Z: Z, np.ones_like)}[name]


# %% tests="activations"
check("activations", activation)

# %% [markdown]
r"""
## The miss

The way back begins with $\partial L/\partial a^{[L]}$, so the loss decides what goes into every gradient, its constant
included. Here are four losses that all go by the name of squared error, for the same two examples with two outputs each. Which
is the largest, and by which factors do their *gradients* differ from that of the sum?
"""

# %%
A, Y = np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([[0.0, 2.0], [1.0, 1.0]])
squares = (A - Y) ** 2
print("sum", squares.sum(), " half the sum", squares.sum() / 2)
print("mean over the examples", squares.sum() / 2, " mean over all entries", squares.mean())
print("gradient of the sum, at the last entry:", 2 * (A - Y)[1, 1])

# %% [markdown]
r"""
The gradients differ by the same factors: at the last entry the sum has 4, half the sum and the mean over two examples have 2, and
the mean over all four entries has 1. Half a sum and a mean over the examples look the same here, and are not: with four examples
they would differ. All four have
their lowest point in the same place, and all their gradients point the same way. Only the length differs, so each wants a
learning rate of its own. In this course the squares of one example are added and the examples are averaged:

$$L = \frac1N \sum_{n}\sum_{k} (a_{nk} - y_{nk})^2$$

(PyTorch's `mse_loss` averages over all entries.)

One more trap, the most popular one in NumPy. Three predictions lie in a column, shape (3, 1). Three targets come from a file as
a flat list, shape (3,). What is the shape of their difference?
"""

# %%
A, Y = np.zeros((3, 1)), np.array([1.0, 2.0, 3.0])
print((A - Y).shape)

# %% [markdown]
r"""
NumPy stretched both. Every prediction was compared with every target, without an error, and the network would learn to
predict the mean of all targets.

### Your turn: mean squared error
*Difficulty 2 of 5 · about 6 minutes · 3 points*

Write `mse`. It gets `A`, what the network put out, of shape (N, k), and the targets `Y`, of the same shape or, for one output,
flat of shape (N,). It returns `dict(L=..., dL_dA=...)`: one number, and an array of the shape of `A`. `np.reshape(Y, A.shape)`
helps.

<details><summary>Hint 1, a nudge</summary>

Compute the miss `A - Y` once, after giving `Y` its shape. Both answers are made of it.
</details>
<details><summary>Hint 2, a sketch</summary>

Move one entry of `A` a little: only its own square changes. The square brings a 2 down, and the $1/N$ in front stays in front.
</details>
<details><summary>Hint 3, a skeleton</summary>

`miss = A - np.reshape(Y, A.shape)`, then `return dict(L=(miss**2).sum() / ..., dL_dA=2 * miss / ...)`.
</details>
"""


# %% solution="mse"
def mse(A, Y):
    ### BEGIN SOLUTION
    miss = A - np.reshape(Y, A.shape)
    return dict(L=(miss**2).sum() / len(A), dL_dA=2 * miss / len(A))
    ### END SOLUTION


# %% tests="mse"
check("mse", mse)

# %% [markdown]
r"""
## Where to begin

Before the first step the weights need values. All zero? Then all units of a layer compute the same number, get the same
gradient, and stay the same for ever. So they are drawn at random. How large? Send 200 examples through ten layers of 100 ReLU units,
with weights of three different spreads. How large are the numbers that come out, when those that go in are about 1?
"""

# %%
rng = np.random.default_rng(0)
for spread in (0.05, 0.141, 0.4):
    A = rng.normal(size=(200, 100))
    for layers in range(10):
        A = np.maximum(A @ rng.normal(0, spread, (100, 100)), 0.0)
    print(f"spread {spread}: {np.sqrt((A**2).mean()):.2g}")

# %% [markdown]
r"""
One dies out, one explodes, one keeps its size. A unit adds up `n_in` products, so the square of its sum is, on average, `n_in`
times the weights' variance times the square of the inputs. (The **variance** is the spread squared: for numbers around 0, the mean of
their squares.) Then ReLU throws half of the squares away. To come out even the
variance must be $2/n_\text{in}$. With 100 inputs that is a spread of $\sqrt{2/100} = 0.141$.

Kaiming He and his colleagues published this rule [in 2015](https://arxiv.org/abs/1502.01852). Lesson 4 has more about it.

### Your turn: He's initialisation
*Difficulty 2 of 5 · about 4 minutes · 2 points*

Write `he`. It gets `n_out` and `n_in`, whole numbers, and a random generator `rng`, and returns weights of shape (n_out, n_in):
normal random numbers of mean 0 and variance $2/n_\text{in}$, drawn from `rng`.

<details><summary>Hint 1, a nudge</summary>

The cell above draws normal numbers of a given spread, for 100 units and 100 inputs.
</details>
<details><summary>Hint 2, a sketch</summary>

The spread (standard deviation) is the square root of the variance.
</details>
<details><summary>Hint 3, a skeleton</summary>

`return rng.normal(0, np.sqrt(...), (n_out, n_in))`
</details>
"""


# %% solution="he"
def he(n_out, n_in, rng):
    ### BEGIN SOLUTION
    return rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in))
    ### END SOLUTION


# %% tests="he"
check("he", he)

# %% [markdown]
r"""
## The network

All the pieces are there. A network keeps a list for each kind of thing, and entry $l$ belongs to layer $l$, as in the formulas:
`W[1]` is $W^{[1]}$. (Entry 0 of `W` and `b` is `None`, since the input has no weights. But `A[0]` is the input itself.) Each
layer has an activation of its own, by name: `Network([64, 32, 10], ["relu", "identity"])`.

Here are two layers by hand, so that you see the pieces at work. Why is it `Z1` in one place and `A0` in the other?

```python
Z1 = linear_forward(A0, W1, b1)              # layer 1 forward
A1 = relu(Z1)
Z2 = linear_forward(A1, W2, b2)              # layer 2 forward, activation "identity"
A2 = Z2

delta2 = dL_dA2 * np.ones_like(Z2)           # layer 2 back: at A2, through f' to Z2 ...
back2 = linear_backward(delta2, A1, W2)      # ... to W2, b2 and A1
delta1 = back2["dL_dA"] * d_relu(Z1)         # layer 1 back: at A1, through f' to Z1 ...
back1 = linear_backward(delta1, A0, W1)      # ... to W1, b1 and A0
```

### Your turn: the whole network
*Difficulty 4 of 5 · about 30 minutes · 8 points*

Write the three methods as loops over the layers.

- `forward(X)` gets a batch of shape (N, sizes[0]) and returns $A^{[L]}$. On its way it keeps every `Z[l]` and `A[l]`.
- `backward(dL_dA)` gets $\partial L/\partial A^{[L]}$, of the shape that `forward` returned. It sets `dW[l]` and `db[l]` for
  every layer, and returns $\partial L/\partial X$.
- `update(rate)` moves every `W[l]` and `b[l]` one step.

Run the check after each method: it counts what is there.

<details><summary>Hint 1, a nudge</summary>

The eight lines above are two turns of two loops. In each pair, which numbers change from turn to turn?
</details>
<details><summary>Hint 2, a sketch</summary>

In `forward` append `linear_forward(...)` to `self.Z` and its activation to `self.A`. In `backward` a layer does three things:
`dL_dA` times the slope at its `Z`; `linear_backward`; and the `dL_dA` that comes out is the one that the next turn, one layer
lower, begins with.
</details>
<details><summary>Hint 3, a skeleton</summary>

`for l in self.layers:` forward, `for l in reversed(self.layers):` back. `f, slope = activation(self.activations[l])` gives both
functions. In `backward`: `delta = dL_dA * slope(self.Z[l])`, then `back = linear_backward(delta, self.A[l - 1], self.W[l])`,
then take `self.dW[l]`, `self.db[l]` and the new `dL_dA` out of `back`. After the loop `return dL_dA`.
</details>
"""


# %% solution="network"
class Network:
    def __init__(self, sizes, activations, seed=0):
        rng = np.random.default_rng(seed)
        self.layers = range(1, len(sizes))  # 1, 2, ..., L
        self.activations = [None, *activations]
        self.W = [None] + [he(sizes[l], sizes[l - 1], rng) for l in self.layers]
        self.b = [None] + [np.zeros(sizes[l]) for l in self.layers]
        self.dW, self.db = [None] * len(sizes), [None] * len(sizes)

    def forward(self, X):
        self.Z, self.A = [None], [X]
        ### BEGIN SOLUTION
        for l in self.layers:
            f, _ = activation(self.activations[l])
            self.Z.append(linear_forward(self.A[l - 1], self.W[l], self.b[l]))
            self.A.append(f(self.Z[l]))
        return self.A[-1]
        ### END SOLUTION

    def backward(self, dL_dA):
        ### BEGIN SOLUTION
        for l in reversed(self.layers):
            _, slope = activation(self.activations[l])
            delta = dL_dA * slope(self.Z[l])
            back = linear_backward(delta, self.A[l - 1], self.W[l])
            self.dW[l], self.db[l], dL_dA = back["dL_dW"], back["dL_db"], back["dL_dA"]
        return dL_dA
        ### END SOLUTION

    def update(self, rate):
        ### BEGIN SOLUTION
        for l in self.layers:
            self.W[l] = self.W[l] - rate * self.dW[l]
            self.b[l] = self.b[l] - rate * self.db[l]
        ### END SOLUTION


# %% tests="network"
check("network", Network)

# %% [markdown]
r"""
Watch the deltas travel through your network, for one example. At each layer, guess before you step on: which unit of the layer below
gets the largest share?
"""

# %%
net, example = Network([3, 5, 4, 2], ["tanh", "tanh", "identity"]), np.array([[0.5, -1.0, 2.0]])
net.forward(example)
slopes = [activation(name)[1](Z)[0] for name, Z in zip(net.activations[1:], net.Z[1:])]
delta_recursion(net.W[1:], slopes or None, [1.0, 0.0])

# %% [markdown]
r"""
For a single example $\partial L/\partial b^{[l]}$ *is* $\delta^{[l]}$, so your `db` must hold the numbers of the picture.
"""

# %%
net.backward(np.array([[1.0, 0.0]]))
for l in (3, 2, 1):
    print(f"db[{l}] =", None if net.db[l] is None else np.round(net.db[l], 3))

# %% [markdown]
r"""
And a batch of four through the same network, with your own numbers in the picture: blue cells are positive, red ones negative.
"""

# %%
net.forward(np.random.default_rng(1).normal(size=(4, 3)))
net.backward(np.ones((4, 2)))
numbers = {f"∂L/∂W_{l}": net.dW[l] for l in (1, 2, 3)} | {f"W_{l}": net.W[l] for l in (1, 2, 3)}
numbers |= {f"A_{l}": A for l, A in enumerate(net.A)} | {f"Z_{l}": Z for l, Z in enumerate(net.Z)}
shape_inspector((3, 5, 4, 2), batch=4, arrays={name: x for name, x in numbers.items() if x is not None})

# %% [markdown]
r"""
## Is it right?

So far a card told you. What if there were no card, as in every network you will write after this course? You have had the
tool since lesson 1: nudge, and compare. What is new is that the parameters come as arrays.

### Your turn: a gradient measured
*Difficulty 3 of 5 · about 7 minutes · 3 points*

Write `numeric_gradient`. It gets a function `f`, which takes an array and returns one number, and an array `theta` of any
shape. It returns an array of the same shape: the central difference for every entry, with $h = 10^{-5}$. At the end `theta`
must be as it was.

<details><summary>Hint 1, a nudge</summary>

One loop over all entries. In each turn a single entry moves, up and down, and all others stand still.
</details>
<details><summary>Hint 2, a sketch</summary>

`for at in np.ndindex(theta.shape):` runs through all places of an array of any shape, and `theta[at]` is the entry there. Keep
its value, so that you can put it back.
</details>
<details><summary>Hint 3, a skeleton</summary>

In the loop: `kept = theta[at]`; set `theta[at] = kept + h` and take `up = f(theta)`; the same with minus for `down`; put `kept`
back; `slopes[at] = (up - down) / (2 * h)`.
</details>
"""


# %% solution="numeric-gradient"
def numeric_gradient(f, theta):
    h, slopes = 1e-5, np.zeros(theta.shape)
    ### BEGIN SOLUTION
    for at in np.ndindex(theta.shape):
        kept = theta[at]
        theta[at] = kept + h
        up = f(theta)
        theta[at] = kept - h
        down = f(theta)
        theta[at] = kept
        slopes[at] = (up - down) / (2 * h)
    return slopes
    ### END SOLUTION


# %% tests="numeric-gradient"
check("numeric-gradient", numeric_gradient)

# %% [markdown]
r"""
Put your own network on trial. `loss_with` is the loss as a function of the weights of one layer. How many digits of the two
gradients will agree?
"""

# %%
net, rng = Network([2, 4, 3], ["swish", "tanh"]), np.random.default_rng(2)
X, Y = rng.normal(size=(6, 2)), rng.normal(size=(6, 3))


def loss_with(W):
    net.W[1] = W
    return mse(net.forward(X), Y)["L"]


# %%
found = mse(net.forward(X), Y)
if found:
    net.backward(found["dL_dA"])
    print(net.dW[1], numeric_gradient(loss_with, net.W[1]), sep="\n")

# %% [markdown]
r"""
Your derivation and a measurement that knows nothing of derivations say the same. Nothing is more convincing, and it works for
whatever you will ever derive.

### Your turn, a challenge: one direction for all
*Difficulty 2 of 5 · about 5 minutes · 2 points*

The measurement above took two forward passes for each parameter. Here is a check that takes two for *all* of them. Choose a
direction $v$ at random, an array of $+1$ and $-1$. Move all entries along it at once, and measure one slope. A right gradient
predicts it: each entry contributes its gradient times its entry of $v$. A wrong gradient would have to be very lucky.

Write `direction_check`. It gets `f`, `theta`, a `gradient` that may be wrong, and `v`, all three of one shape. It returns
`dict(measured=..., promised=...)`: the central difference along `v`, with $h = 10^{-5}$, and the slope that `gradient` promises.

<details><summary>Hint 1, a nudge</summary>

`theta + h * v` moves all entries in one go.
</details>
<details><summary>Hint 2, a sketch</summary>

The promise: an entry with gradient 3 whose entry of $v$ is $-1$ contributes $-3$. Add up all of them.
</details>
<details><summary>Hint 3, a skeleton</summary>

`measured` has the form of a slope in `numeric_gradient`, with `h * v` as the step of all entries. `promised` is
`(... * ...).sum()`.
</details>
"""


# %% solution="direction-check"
def direction_check(f, theta, gradient, v):
    h = 1e-5
    ### BEGIN SOLUTION
    measured = (f(theta + h * v) - f(theta - h * v)) / (2 * h)
    return dict(measured=measured, promised=(gradient * v).sum())
    ### END SOLUTION


# %% tests="direction-check"
check("direction-check", direction_check)

# %% [markdown]
r"""
On your own network, with the gradient that your backward pass left in `net.dW[1]`:
"""

# %%
v = np.random.default_rng(3).choice([-1.0, 1.0], (4, 2))
found = direction_check(loss_with, net.W[1], net.dW[1], v)
if found:
    print(found["measured"], found["promised"], sep="\n")

# %% [markdown]
r"""
## It learns

The loop of lesson 2, now with minibatches. In each **epoch** the examples are shuffled and cut into slices, and every slice is
one step: forward, loss, backward, update.

### Your turn: one epoch
*Difficulty 3 of 5 · about 7 minutes · 3 points*

Write `one_epoch`. It gets a network `net`, the examples `X` and targets `Y`, a function `loss` such as your `mse`, the learning
`rate`, the size `batch` of a minibatch and a random generator. It takes one step for each minibatch and returns the list of their
losses, each from before its step. The last minibatch may be smaller.

<details><summary>Hint 1, a nudge</summary>

`rows` are the numbers of the examples in this minibatch. `X[rows]` picks them; what else has to be picked the same way?
</details>
<details><summary>Hint 2, a sketch</summary>

`loss(...)` returns the dictionary with `L` and `dL_dA`. The first goes into the list, the second into `net.backward`.
</details>
<details><summary>Hint 3, a skeleton</summary>

`seen = loss(net.forward(X[rows]), Y[rows])`, then `net.backward(...)`, then `net.update(rate)`, then `losses.append(...)`. After
both loops `return losses`.
</details>
"""


# %% solution="one-epoch"
def one_epoch(net, X, Y, loss, rate, batch, rng):
    order, losses = rng.permutation(len(X)), []
    for start in range(0, len(X), batch):
        rows = order[start : start + batch]
        ### BEGIN SOLUTION
        seen = loss(net.forward(X[rows]), Y[rows])
        net.backward(seen["dL_dA"])
        net.update(rate)
        losses.append(seen["L"])
    return losses
    ### END SOLUTION


# %% tests="one-epoch"
check("one-epoch", one_epoch)

# %% [markdown]
r"""
Now let it learn something: 100 points of the parabola $y = x^2$, each with some noise of spread 0.1, and a network with two hidden
layers that has never heard of parabolas. Two guesses before you run it. What will its first curve look like? And how low can the
loss get, if the noise cannot be predicted?
"""

# %%
rng = np.random.default_rng(1)
X = rng.uniform(-2, 2, (100, 1))
Y = X**2 + 0.1 * rng.normal(size=(100, 1))
net, live, fits = Network([1, 64, 32, 1], ["relu", "relu", "identity"]), LiveLoss(2000), {}
for epoch in range(200):
    if epoch in (0, 1, 2, 3, 5, 10, 20, 40, 80, 199):
        fits[10 * epoch] = net.forward(X)
    for loss in one_epoch(net, X, Y, mse, rate=0.02, batch=10, rng=rng) or []:
        live(loss)

# %% [markdown]
r"""
The axis is logarithmic: each line is a tenth of the one above it. The loss falls steeply at first, then slowly: the middle value is
0.11 for steps 50 to 200, 0.05 for steps 500 to 1000, and 0.014 for the last hundred. (It trembles because each minibatch is another
sample.) Lower than about 0.01 it should not get: that is $0.1^2$, the noise. It is on its way there and has not arrived: for all 100
points together it is 0.027 at the end. And this is what the network said at some of the steps:
"""

# %%
training_fit(X[:, 0], Y[:, 0], fits, live.losses or None)

# %% [markdown]
r"""
The curve has corners, because ReLU has. Try others for the hidden layers: `"tanh"` works with a rate of 0.05, and comes to 0.010 on all
points; with 0.1 it ends in `nan`. `"swish"` works with 0.02, and ends in `nan` with 0.05.

### What the forward pass keeps

Why does `forward` keep all those arrays? Look at the three equations: $\partial L/\partial W^{[l]}$ needs $a^{[l-1]}$, and
$\delta^{[l]}$ needs $z^{[l]}$. What flowed on the way forward is needed again on the way back, and the first layer's numbers wait
longest. How do they compare with the parameters themselves? Guess which is more, in this network and with all 100 points at once.
"""

# %%
net.forward(X)
kept = sum(array.nbytes for array in [*net.Z, *net.A] if array is not None)
parameters = sum(array.nbytes for array in [*net.W, *net.b] if array is not None and np.ndim(array))
print(f"kept for the way back: {kept:,} bytes, parameters: {parameters:,} bytes")

# %% [markdown]
r"""
The parameters are few, and what is kept grows with every example of the batch. In training it is usually this, and not the
parameters, that fills the memory. Lesson 6 shows what to do about it.

This is the end of the first sitting. You have built, proved and trained a network from nothing but products. The three stops that
follow stand alone: digits, costs, and the bug hunt. Take them in any order.

## Stop 1: digits

Since 1989 networks read handwriting. In that year Yann LeCun and his colleagues at Bell Labs trained one by backpropagation on
digits that the US Postal Service had cut from envelopes. Yours gets smaller ones: 1,797 digits of 8 × 8 grey values from 0 to
16, which come with scikit-learn. 360 of them, drawn at random, are **held out**: the network never trains on them, and they
will be its exam.
"""

# %%
from sklearn.datasets import load_digits

data, order = load_digits(), np.random.default_rng(1989).permutation(1797)
images, labels = data.data[order[360:]], data.target[order[360:]]
plt.imshow(np.hstack(images[:12].reshape(12, 8, 8)), cmap="gray_r")
plt.title(f"labels: {labels[:12]}")
plt.axis("off");

# %% [markdown]
r"""
Ten outputs, one for each digit. How does one turn ten numbers of any sign into a prediction? **Softmax** makes probabilities of
them: exponentials are positive, and divided by their sum they add up to 1. As a loss take how surprised the network is to hear the
right label $y$, minus the logarithm of the probability it gave to it. That is called **cross-entropy**. For one example:

$$p_k = \frac{e^{a_k}}{\sum_j e^{a_j}} \qquad L = -\log p_y$$

The gradient looks frightening: every output moves every probability. So ask the nudge first. Three outputs, and the right label is
number 1 (we count from 0), so the loss is $-\log p_1 = \log(\sum_j e^{a_j}) - a_1$. Which of the three slopes will be negative?
"""


# %%
def surprise(a):
    return np.log(np.exp(a).sum()) - a[1]


a = np.array([1.0, 2.0, -1.0])
print("probabilities", np.exp(a) / np.exp(a).sum())
print("slopes       ", numeric_gradient(surprise, a))

# %% [markdown]
r"""
The slopes *are* the probabilities. Only the right label's has lost 1.

$$\frac{\partial L}{\partial a_k} = p_k - y_k \qquad \text{with } y_k = 1 \text{ for the right label and } 0 \text{ elsewhere}$$

<details><summary>Why is that so?</summary>

Write the loss as $L = \log\left(\sum_j e^{a_j}\right) - a_y$, as the cell above does. The slope of the first part in $a_k$ is
$e^{a_k}/\sum_j e^{a_j} = p_k$. The second part contributes $-1$ where $k = y$, and nothing elsewhere.
</details>

Note what the short way saves. Taken in two steps, the softmax has a table of slopes $\partial p_j/\partial a_k$ with no zero in
it, called its **Jacobian**. Your functions never write such a table down: what a step back gives is the
upstream gradient times its Jacobian, a **vector-Jacobian product** (VJP). Who keeps only the diagonal here gets a gradient that leaves all wrong labels alone.

And the old trap: $e^{800}$ overflows. Subtract the largest output of each row before `exp`. It changes nothing, since numerator and
denominator shrink by the same factor, and then no exponential is above 1. (But one may round to 0, so take the loss from
$\log\left(\sum_j e^{a_j}\right) - a_y$ with the shifted outputs, not from the logarithm of $p$.)

### Your turn, a challenge: softmax and cross-entropy
*Difficulty 4 of 5 · about 14 minutes · 5 points*

Write `softmax_cross_entropy`. It gets `A`, the outputs of the last layer, of shape (N, k), and `labels`, whole numbers of shape (N,).
It returns `dict(P=..., L=..., dL_dA=...)`: the probabilities, shape (N, k), the mean of the losses of all examples, and its
gradient, shape (N, k).

<details><summary>Hint 1, a nudge</summary>

Everything happens along the rows: `axis=1`. With `keepdims=True` a maximum or a sum stays a column and meets the rows again. The loss
is a *mean* over the examples: what does that do to the gradient?
</details>
<details><summary>Hint 2, a sketch</summary>

`np.eye(k)[labels]` is a table with a 1 in the column of each row's label and zeros elsewhere: $Y$. Multiplied by `A` and summed
along the rows, it picks the right label's output.
</details>
<details><summary>Hint 3, a skeleton</summary>

`A = A - A.max(...)`, `E = np.exp(A)`, `total = E.sum(...)`, `P = E / ...`. Then `L = (np.log(total[:, 0]) - ...).mean()`, where the dots
pick the right label's output of each row. The gradient stands in the formula above; think of the $1/N$.
</details>
"""


# %% solution="softmax-cross-entropy"
def softmax_cross_entropy(A, labels):
    Y = np.eye(A.shape[1])[labels]
    ### BEGIN SOLUTION
    A = A - A.max(axis=1, keepdims=True)
    total = np.exp(A).sum(axis=1, keepdims=True)
    P = np.exp(A) / total
    L = (np.log(total[:, 0]) - (A * Y).sum(axis=1)).mean()
    return dict(P=P, L=L, dL_dA=(P - Y) / len(A))
    ### END SOLUTION


# %% tests="softmax-cross-entropy"
check("softmax-cross-entropy", softmax_cross_entropy)

# %% [markdown]
r"""
### Your turn, a challenge: read digits
*Difficulty 3 of 5 · about 8 minutes · 3 points*

Make `digits_net`, a network from 64 inputs to 10 outputs: choose the layers between, their activations, the rate and the number of
epochs. `live` shows the progress if you call it with every loss, as above. The last activation is `"identity"`, since softmax does the rest. Train it on `images / 16`, so
that the inputs lie between 0 and 1.

Then finish `read_digits`. It gets images as they came, (N, 64) with values from 0 to 16, and returns N labels. The check shows it
the 360 held-out digits; 95 % of them read right is the goal.

<details><summary>Hint 1, a nudge</summary>

The parabola's cell above is the model. Exchange the network, the data and the loss. A prediction is the label whose output is
largest.
</details>
<details><summary>Hint 2, a sketch</summary>

One hidden layer of 64 ReLU units is plenty. Look at the loss curve: if it jumps, the rate is too large; if it is still falling at
the end, train longer.
</details>
<details><summary>Hint 3, a skeleton</summary>

`for loss in one_epoch(digits_net, images / 16, labels, softmax_cross_entropy, rate=..., batch=32, rng=rng):`, and in it
`live(loss)`; around it a loop over the epochs. A rate of a few tenths will do. In `read_digits`: a forward pass of `X / 16`, and
`.argmax(axis=1)`.
</details>
"""

# %% solution="digits"
epochs, rng = 30, np.random.default_rng(0)
live = LiveLoss(epochs * 45)  # 1437 digits in minibatches of 32 are 45 steps
### BEGIN SOLUTION
digits_net = Network([64, 64, 10], ["relu", "identity"])
for epoch in range(epochs):
    losses = one_epoch(digits_net, images / 16, labels, softmax_cross_entropy, 0.5, 32, rng)
    for loss_of_one_step in losses:
        live(loss_of_one_step)
### END SOLUTION


def read_digits(X):
    ### BEGIN SOLUTION
    return digits_net.forward(X / 16).argmax(axis=1)
    ### END SOLUTION


# %% tests="digits"
check("digits", read_digits)

# %% [markdown]
r"""
Which ones did it get wrong, and would you have known better?
"""

# %%
exam, truth = data.data[order[:360]], data.target[order[:360]]
said = read_digits(exam)
if said is not None:
    wrong = np.flatnonzero(said != truth)[:10]
    plt.imshow(np.hstack([*exam[wrong].reshape(-1, 8, 8), np.zeros((8, 1))]), cmap="gray_r")
    plt.title(f"it said {said[wrong]}, the label is {truth[wrong]}")
    plt.axis("off")

# %% [markdown]
r"""
## Stop 2: what does it cost?

Some texts say that a backward pass costs as much as a forward pass, others that it costs twice as much. You can count, and you
can measure.

What there is to count are the **multiply-adds**: in a product of shapes (n, k) and (k, m) each of the n · m sums has k terms. So
`linear_forward` with a batch of N costs N · in · out. What do the two products of `linear_backward` cost? And which product of the
first layer does nobody need, when only the weights are to be trained?

### Your turn, a challenge: count
*Difficulty 3 of 5 · about 7 minutes · 3 points*

Write `multiply_adds`. It gets `sizes`, the sizes of the layers as an array such as [1, 64, 32, 1], and `batch`. It returns
`dict(forward=..., backward=...)`, two whole numbers. Count the products only, and of those only the ones that training needs.

<details><summary>Hint 1, a nudge</summary>

The shapes of all products are in the first picture of this lesson. Count its little network first: 3, 4, 2 with a batch of 5.
</details>
<details><summary>Hint 2, a sketch</summary>

Write the shapes of a layer's three products under one another and count each. Then ask of each product on the way back who needs
its result.
</details>
<details><summary>Hint 3, a skeleton</summary>

`layers = [batch * n_in * n_out for n_in, n_out in zip(sizes[:-1], sizes[1:])]`. Forward is their sum. Backward has two such products in
each layer, but for the one whose input nobody moves.
</details>
"""


# %% solution="multiply-adds"
def multiply_adds(sizes, batch):
    ### BEGIN SOLUTION
    layers = [int(batch * n_in * n_out) for n_in, n_out in zip(sizes[:-1], sizes[1:])]
    return dict(forward=sum(layers), backward=2 * sum(layers) - layers[0])
    ### END SOLUTION


# %% tests="multiply-adds"
check("multiply-adds", multiply_adds)

# %% [markdown]
r"""
Your counts, for networks of different form. Where will the ratio be smallest, and what is its limit when the network gets deeper?
"""

# %%
for sizes in ([64, 10], [64, 64, 10], [1, 64, 32, 1], [100, 100, 100, 100, 100], [100] * 51):
    found = multiply_adds(np.array(sizes), 32)
    if found:
        print(f"{found['backward'] / found['forward']:.2f}  {sizes if len(sizes) < 9 else '50 layers of 100'}")

# %% [markdown]
r"""
Backward is twice forward for every layer but the first. So one layer alone has a ratio of 1. What counts is the first layer's share of
all products: the smaller it is, the closer the ratio comes to 2. Many layers make it small. (The third network is not deep, and close
to 2 all the same. Why?) A training step of a deep network costs three forward passes:
one forward and two back.

That was arithmetic. What does the clock say? Three layers of your network, for widths from 8 to 128, each pass timed twenty times
and the fastest kept. (Your `linear_backward` computes the gradient of the input as well, so here the multiply-adds have a ratio of
exactly 2.) Before you run it: how much longer does a pass take when the layers are 16 times as wide, and will the clock say 2?
"""

# %%
from timeit import repeat

from threadpoolctl import threadpool_limits

widths, times = [8, 16, 32, 64, 128], {"forward": [], "backward": []}
with threadpool_limits(1):  # on one processor core, so that other programs disturb less
    for width in widths:
        net, X = Network([width] * 4, ["relu"] * 3), np.ones((256, width))
        net.forward(X)
        times["forward"].append(1e3 * min(repeat(lambda: net.forward(X), number=1, repeat=20)))
        times["backward"].append(1e3 * min(repeat(lambda: net.backward(X), number=1, repeat=20)))

# %%
print("backward / forward:", *[f"{b / f:.2f}" for f, b in zip(times["forward"], times["backward"])])
line_plot(widths, times, "width", "milliseconds for one pass", log_across=True, log_up=True)

# %% [markdown]
r"""
For narrow layers a pass takes far less than twice as long when the width doubles, although the products cost four times as much: Python
and NumPy are busy with calling functions and filling arrays. Later the products take over and the lines bend upward. The ratio stays
below 2 as long as that other work counts, for forward has its share of it, biases and activations. Where this was written it lay between
1.2 and 2. Yours depends on your machine, on what else it is doing, and for very wide layers on which arrays fit into its cache.

So who is right, the texts with "as much" or those with "twice"? Both, for what they looked at. One layer costs as much. Twice is what
a network comes to whose first layer is a small share of it, when its products are all that counts.

<details><summary><b>Challenge</b>, if you like: spare the unneeded product</summary>

Write `class Sparing(Network):` with a `backward` of its own that does not compute the gradient of the input. Run the measurement again
with it. By how much does the ratio fall, and why by most for a network of one layer? No points.
</details>

## Stop 3: the bug hunt

Six networks have been sent to you. Their loss is right. Their gradients are not: in each of them **one line** spoils the way back.
Most of them would even train, in a fashion. That is what makes such bugs hard: nothing crashes.

Here is how a hunt goes, with a suspect that has been caught before. `show` prints its code, both passes line by line. `d_sigmoid` is
the sigmoid's slope at what stands in the brackets, as in your own code.
"""

# %%
example = bug_hunt(0)[1]
example.show()

# %% [markdown]
r"""
Do not read it line by line yet. Measure first: hold each of its gradients against `numeric_gradient`, from the loss back to the
input. `trial` prints the relative difference for each parameter.
"""


# %%
def trial(suspect):
    gradients = suspect.gradients()
    for name in reversed(suspect.parameters):
        given, theta = gradients[name], suspect.parameters[name].copy()
        measured = numeric_gradient(lambda x: suspect.loss(**{name: x}), theta)
        if measured is None:
            print("first finish numeric_gradient, above")
            break
        difference = np.linalg.norm(given - measured) / np.linalg.norm(measured)
        shapes = "" if given.shape == theta.shape else f"   its shape is {given.shape}, not {theta.shape}"
        print(f"{name}  {difference:.0e}{shapes}")


# %%
trial(example)

# %% [markdown]
r"""
Read such a list from the top, because that is how the gradient travels. `b4` is wrong. `W4` is right, and so is everything below. So
the delta of layer 4 is right too, and only the line that makes `db4` of it can be to blame. Its shape says the rest: one row
for each example. Nobody summed over the batch.

The bug is in layer 4. Mend its line, number 12, and try again:
"""

# %%
trial(example.mended(12, "db4 = delta4.sum(axis=0)"))

# %% [markdown]
r"""
These six bugs are at large, each once among your six suspects:

- **a** · The loss is a mean of squares, but its gradient has lost the 2. (Its layer is 4, where the gradient comes in.)
- **b** · A transpose where none belongs, or one too few. (Its layer is that of the `W` or `dW` that is turned wrongly.)
- **c** · The slope is taken at the pre-activation of the wrong layer. (Its layer is that of the delta that comes out wrong.)
- **d** · A bias gradient is not summed over the batch.
- **e** · A layer is used twice, and its second gradient overwrites the first instead of adding to it.
- **f** · An array that the way back still needs is changed in place. (NumPy's `out=` writes into an array that is there already.)

How the list looks tells you much. A wrong *delta* spoils everything below it; a wrong *gradient* only itself. And what is a factor of
one half, all the way down?

### Your turn, a challenge: two suspects
*Difficulty 3 of 5 · about 14 minutes · 4 points*

Put a number of your own in place of the first dots, your student number for instance: at most twelve digits, without a leading zero.
Your suspects belong to that number and
differ from your neighbour's. Run the cell once, then look at the suspects in the cell below it. For each of the first two give

- `layer`: the number of the layer with the bug, 1 to 4,
- `cause`: a letter from the list, in quotes,
- `mended`: the gradients after your repair, `suspects[1].mended(line, "the new text").gradient()`.

<details><summary>Hint 1, a nudge</summary>

Find the first line of the trial, from the top, that is not tiny. Everything above it works.
</details>
<details><summary>Hint 2, a sketch</summary>

If one gradient alone is wrong, look at the line that computes it. If it and all that follow are wrong, look at the delta they
share, or at what that delta is made of. Compare the line with the same line of another layer.
</details>
<details><summary>Hint 3, a skeleton</summary>

`"layer_1": 3`, `"cause_1": "d"`, `"mended_1": suspects[1].mended(15, "db3 = delta3.sum(axis=0)").gradient()` would be the answer
for a suspect with the bug of our example in layer 3.
</details>
"""

# %% solution="bug-hunt-two"
my_number = 7  # answer
suspects = bug_hunt(my_number)
caught = {
    "my_number": my_number,
    "layer_1": 3,  # answer
    "cause_1": "f",  # answer
    "mended_1": suspects[1].mended(7, "A3 = tanh(Z3)").gradient(),  # answer
    "layer_2": 2,  # answer
    "cause_2": "e",  # answer
    "mended_2": suspects[2].mended(22, "dW2 += delta2.T @ A1").gradient(),  # answer
}

# %%
suspects[1].show()  # then suspects[2]
trial(suspects[1])

# %% tests="bug-hunt-two"
check("bug-hunt-two", caught)

# %% [markdown]
r"""
### Your turn, a challenge: the other four
*Difficulty 4 of 5 · about 22 minutes · 8 points*

The same for `suspects[3]` to `suspects[6]`. Each cause that you have found is off the list.

<details><summary>Hint 1, a nudge</summary>

Begin with the two that you can tell from the trial alone: one of the six is wrong by the same factor everywhere, one has a wrong
shape.
</details>
<details><summary>Hint 2, a sketch</summary>

For the rest go to the line where the trial goes wrong, and hold it against its three neighbours in the other layers: each layer has the
same three lines, with the numbers one lower.
</details>
<details><summary>Hint 3, a skeleton</summary>

Mend on trial: `trial(suspects[3].mended(13, "..."))` tells at once whether it was that. When all differences are tiny, the repair is
right.
</details>
"""

# %% solution="bug-hunt-four"
caught_too = {
    "my_number": my_number,
    "layer_3": 1,  # answer
    "cause_3": "c",  # answer
    "mended_3": suspects[3].mended(19, "delta1 = (delta2 @ W2) * d_swish(Z1)").gradient(),  # answer
    "layer_4": 4,  # answer
    "cause_4": "a",  # answer
    "mended_4": suspects[4].mended(10, "delta4 = 2 * (Z4 - Y) / len(X)").gradient(),  # answer
    "layer_5": 1,  # answer
    "cause_5": "d",  # answer
    "mended_5": suspects[5].mended(21, "db1 = delta1.sum(axis=0)").gradient(),  # answer
    "layer_6": 3,  # answer
    "cause_6": "b",  # answer
    "mended_6": suspects[6].mended(16, "delta2 = (delta3 @ W3) * d_tanh(Z2)").gradient(),  # answer
}

# %%
suspects[3].show()  # then suspects[4], [5] and [6]
trial(suspects[3])

# %% tests="bug-hunt-four"
check("bug-hunt-four", caught_too)

# %% [markdown]
r"""
Here is where you stand. Run your checks again after a restart: the table knows those that ran since the kernel started.
"""

# %%
progress()

# %% [markdown]
r"""
## What you can do now

You carried the gradient through whole layers. A delta goes back through the weights and is multiplied by the slope of the activation
below. A weight's gradient is delta times what came in, summed over the batch by the product itself. You wrote that as a class of
three short methods, proved it with a measurement that knows no derivatives, and let it learn. And you know the price: two products back
for one forward, and all pre-activations and activations kept until then.

**Test yourself**, without looking back:

1. `W[2]` has shape (5, 8), and a batch has 20 examples. What are the shapes of `A[1]`, `Z[2]`, `dW[2]`, `db[2]`?
2. In a gradient check `W3`, `b3` and everything below is wrong, `W4` and `b4` are right. Where do you look?
3. Why is the bias gradient a sum, and over what?
4. Two people train the same network, one with the sum of squares, one with the mean over 100 examples. What do they have to change
   to take the same steps?
5. Softmax makes of a network's outputs the probabilities 0.2, 0.7, 0.1, and the right label is the last. What is the gradient at the
   three outputs?

<details><summary>Answers</summary>

1. (20, 8), (20, 5), (5, 8), (5,). 2. At the line that makes `delta3` out of `delta4`. 3. Every example used the same bias, so each
contributes, and contributions are added: over the batch. 4. The learning rate: with the sum it has to be a hundred times smaller. 5.
0.2, 0.7 and $-0.9$.
</details>

**Words of this lesson**

| word | meaning |
|:--|:--|
| layer | units side by side that see the same inputs; a table of weights, a row for each unit |
| batch, minibatch | the examples that go through the network together, one in each row |
| epoch | one pass over all examples of the training data |
| pre-activation, activation | $Z = A W^T + b$ of a layer, and $f(Z)$ |
| delta | the derivative of the loss with respect to a pre-activation |
| outer product | every number of one list times every number of another, as a table |
| Jacobian | a step's table of slopes: of each of its outputs with respect to each of its inputs |
| vector-Jacobian product (VJP) | what each step back computes: the upstream gradient times the step's Jacobian, which is never written down |
| identity | the activation that changes nothing |
| overflow, stable | a number too large to be stored; code that avoids it |
| softmax | outputs made into probabilities |
| cross-entropy | minus the logarithm of the probability given to the right label |
| initialisation | the random weights that training begins with |
| gradient check | holding a derived gradient against a measured one |
| held-out data | examples that are kept away from training, for the exam |
| multiply-add | one product that is added to a sum: the unit in which passes are counted |

**Where it comes from.** The equations with their deltas are those of D. E. Rumelhart, G. E. Hinton and R. J. Williams,
[Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0), Nature 323, 533–536 (1986). Digits: Y. LeCun
and others, [Backpropagation applied to handwritten zip code recognition](https://doi.org/10.1162/neco.1989.1.4.541), Neural
Computation 1, 541–551 (1989). The initialisation: K. He, X. Zhang, S. Ren and J. Sun,
[Delving deep into rectifiers](https://arxiv.org/abs/1502.01852), ICCV 2015. That a gradient costs at most a small multiple of the
function itself: W. Baur and V. Strassen, [The complexity of partial derivatives](https://doi.org/10.1016/0304-3975(83)90110-X),
Theoretical Computer Science 22, 317–330 (1983).

**Next.** [Lesson 4](../04-gradient-pathologies/gradient_pathologies.ipynb) stacks more of these layers on one another, and something goes wrong: the gradient does not arrive.
"""
