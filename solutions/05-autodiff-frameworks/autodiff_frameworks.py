# %% [markdown]
r"""
# 5 · Automatic differentiation

So far you derived every gradient yourself, and typed it in. PyTorch has never seen your network, and gets its gradients
right all the same. It knows no calculus beyond a few dozen slopes. What else does it have? In this lesson you build it,
and then you hold yours against the original.

**What you will be able to do**

- write an engine that differentiates any program made of the operations you teach it, first for numbers, then for arrays,
- say when derivatives should travel forward and when backward, and count what each costs,
- read what PyTorch records, teach it a function of your own, and name its five classic traps,
- train on handwritten digits with your own engine, and match PyTorch's weights step for step.

**What you need.** The backward sweep of [lesson 1](../01-chain-rule/chain_rule.ipynb): local derivatives multiply along
a path, and shares add where paths meet. Python classes, a little, and NumPy's matrix product `@`.

**How long.** Two sittings of about an hour each; the place for the pause is before *From numbers to arrays*. The four
exercises called *Challenge* take another 40 minutes. They are optional, and they count. 58 points.
"""

# %%
import math
import time

import numpy as np

from backprop.check import check, progress
from backprop.widgets import GraphStepper, TapeList, TapeStepper, grad_fn_graph, line_plot, loss_curve

# %% [markdown]
r"""
## The tape

Take $y = (a + b)\,a$ at $a = 3$, $b = 2$. A computer never sees this formula. It does one thing after another, and if
it kept a list of what it did, the list would look like this. Read it from top to bottom, then look at the last column
and find out in which order *that* was filled.

| line | computed as | value | slopes along its inputs | gradient |
|:--|:--|--:|:--|--:|
| $v_1$ | $a$ | 3 | | $5 + 3 = 8$ |
| $v_2$ | $b$ | 2 | | 3 |
| $v_3$ | $v_1 + v_2$ | 5 | 1 and 1 | 3 |
| $v_4$ | $v_3 \cdot v_1$ | 15 | $v_1 = 3$ and $v_3 = 5$ | 1 |

From bottom to top. The output's gradient in itself is 1. Line 4 hands $1 \cdot 3$ to $v_3$ and $1 \cdot 5$ to $v_1$.
Line 3 hands its 3 on to $v_1$ and to $v_2$. What reaches $v_1$ adds up. Step through it:
"""

# %%
GraphStepper("(a + b) * a", output="y", a=3.0, b=2.0)

# %% [markdown]
r"""
Such a list is called a **tape**, or a **Wengert list** after R. E. Wengert, who wrote in 1964 how to differentiate a
program by going through one. Reading it backward is **reverse-mode automatic differentiation**. On the tape of a
network, with the loss on the last line, it has the name you know: backpropagation.

### Your turn: a tape on paper
*Difficulty 1 of 5 · about 4 minutes · 2 points*

Now $y = (ab + a)^2$ at $a = 2$, $b = 3$:

$$v_1 = a \qquad v_2 = b \qquad v_3 = v_1 v_2 \qquad v_4 = v_3 + v_1 \qquad v_5 = v_4^2$$

Go down for the values, then up for the gradients, and write down the gradients: `g5` belongs to $v_5$, and so on.

<details><summary>Hint 1, a nudge</summary>

The first one is the same in every tape. And one of the five is a sum.
</details>
<details><summary>Hint 2, a sketch</summary>

The values are 2, 3, 6, 8 and 64. The slope of the square is $2 v_4$. Which lines use $v_1$?
</details>
<details><summary>Hint 3, a skeleton</summary>

$g_5 = 1$, $g_4 = 2 v_4 \cdot g_5$, $g_3 = 1 \cdot g_4$, $g_2 = v_1 g_3$, and $g_1 = 1 \cdot g_4 + v_2 g_3$.
</details>
"""

# %% solution="tape-numbers"
tape = {
    "g5": 1.0,  # answer
    "g4": 16.0,  # answer
    "g3": 16.0,  # answer
    "g2": 32.0,  # answer
    "g1": 64.0,  # answer
}

# %% tests="tape-numbers"
check("tape-numbers", tape)

# %% [markdown]
r"""
## A number that remembers

Who writes the list? The numbers themselves. Make a class for numbers, `Value`, that does arithmetic as usual and keeps
a record beside it. Each `Value` holds

- `data`, the number,
- `parents`, the values it was computed from,
- `slopes`, the local derivative along each parent, in the same order,
- `grad`, its gradient, 0 until somebody sweeps.

Python calls `a.__add__(b)` where you write `a + b`. So a plus sign can do more than add: it can also write a line of
the tape. In the class below it does already. A sum follows each of its parents one to one, so the slopes are
`(1.0, 1.0)`.

### Your turn: six operations
*Difficulty 2 of 5 · about 8 minutes · 5 points*

Fill in the slopes, each time a tuple with one number for each parent. `__mul__` is `a * b`, `__pow__` is `a ** b`,
where the *exponent* is a `Value` too. `tanh` is a smooth step from $-1$ to 1: with $t = \tanh(b)$ its slope is
$1 - t^2$. ReLU's slope at 0 is 0, as always in this course.

The check calls the slopes by their operation: `mul_a` and `mul_b` are those of `a * b` along `a` and along `b`, `pow_a`
and `pow_b` those of `a ** b`. `values` are the results themselves, added up.

<details><summary>Hint 1, a nudge</summary>

Ask for each parent: if this one moved a little and the others stood still, how fast would the result move?
</details>
<details><summary>Hint 2, a sketch</summary>

For `exp` and `tanh` you have the result already, and it says all you need. For the power, along the base, the exponent
comes down. Along the exponent, use $a^b = e^{b \ln a}$.
</details>
<details><summary>Hint 3, a skeleton</summary>

The product: `(other.data, self.data)`. The power: the exponent times `a ** (b - 1)`, then the result times
`math.log(a)`. A tuple of one has a comma at its end: `(e,)`. A comparison such as `float(self.data > 0)` gives 1.0 or
0.0.
</details>
"""


# %% solution="value"
class Value:
    """A number that remembers how it was computed."""

    def __init__(self, data, parents=(), slopes=(), op=""):
        self.data, self.grad = data, 0.0
        self.parents, self.slopes = parents, slopes
        self.op, self.label = op, ""  # for pictures only

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        slopes = (other.data, self.data)  # answer
        return Value(self.data * other.data, (self, other), slopes, "*")

    def exp(self):
        e = math.exp(self.data)
        slopes = (e,)  # answer
        return Value(e, (self,), slopes, "exp")

    def tanh(self):
        t = math.tanh(self.data)
        slopes = (1 - t**2,)  # answer
        return Value(t, (self,), slopes, "tanh")

    def relu(self):
        slopes = (float(self.data > 0),)  # answer
        return Value(max(self.data, 0.0), (self,), slopes, "relu")

    def log(self):
        slopes = (1 / self.data,)  # answer
        return Value(math.log(self.data), (self,), slopes, "log")

    def __pow__(self, other):
        a, b = self.data, other.data
        slopes = (b * a ** (b - 1), a**b * math.log(a))  # answer
        return Value(a**b, (self, other), slopes, "**")


# %% tests="value"
check("value", Value)

# %% [markdown]
r"""
Now compute something and look at what it remembers. This is the tape from above. How many lines will it have?
"""

# %%
a, b = Value(2.0), Value(3.0)
p = a * b
s = p + a
y = s * s
for value, label in zip((a, b, p, s, y), ("a", "b", "v_{3}", "v_{4}", "v_{5}")):
    value.label = label
TapeList(y, value="data", gradient="grad")

# %% [markdown]
r"""
Nobody wrote this list down. It was read off the objects: `y` knows `s`, `s` knows its parents, and so on back to `a`
and `b`. The list *is* the graph. Defining it and running it were the same thing, which is called **define-by-run**: an
`if` or a loop in your program needs no special treatment, because the tape only ever sees what was done. (All gradients
are 0: nobody has swept yet.)

## Parents first

A sweep may visit a node only when all that use it have been visited. In lesson 1 the nodes were numbered, so you could
count down. Now all you hold is the output, which knows its parents. From that we need a list of all nodes in which
**every node comes after its parents**: a **topological order**. The sweep then walks it from its end.

One short way to write it calls itself: list all parents first, then yourself, and do nothing where you have been before.
"""


# %%
def by_recursion(node, listed, visited):
    if node not in visited:
        visited.add(node)
        for earlier in node.parents:
            by_recursion(earlier, listed, visited)
        listed.append(node)
    return listed


print([node.data for node in by_recursion(y, [], set())])

# %% [markdown]
r"""
Correct, and you will find it in many teaching engines. Now a program with a long loop: one number, five thousand
additions. What could go wrong? Guess, then run.
"""

# %%
one = long = Value(1.0)
for _ in range(5000):
    long = long + one
try:
    print(len(by_recursion(long, [], set())))
except RecursionError as error:
    print("RecursionError:", error)

# %% [markdown]
r"""
Every call waits for the call inside it, and Python lets no more than a few thousand wait. A recurrent network over a
long text is deeper than that. The way out: keep the list of what waits yourself. Each entry is a node and a note, "look
at its parents" or "its parents are done, list it". Here is the idea on the graph of $y = s \cdot s$, $s = ab + a$. The
top of the stack is on the right.

| take from the stack | what happens | stack afterwards |
|:--|:--|:--|
| $y$, look | note $y$ as *done next time*, put its parents on top | $y$ done, $s$, $s$ |
| $s$, look | the same for $s$ | $y$ done, $s$, $s$ done, $ab$, $a$ |
| $a$, look | it has no parents | $y$ done, $s$, $s$ done, $ab$, $a$ done |
| $a$, done | **list** $a$ | $y$ done, $s$, $s$ done, $ab$ |

What should happen when the second $s$ is taken from the stack later?

### Your turn: the order, without recursion
*Difficulty 4 of 5 · about 12 minutes · 5 points*

Write `topological_order`. It gets the output, an object with `parents`, and returns a list of all nodes that lead to
it, each once, each after all its parents.

The check reports: `nodes`, how many different ones are in your list; `visits`, how long the list is; `too_early`, how
often a node stands before one of its parents; `each_once`, whether the parents of each node in a tower $b = a + a$,
$c = b + b$, ... were looked up just a few times; and `deep`, the length of your list for a chain of 5000 operations.

<details><summary>Hint 1, a nudge</summary>

A stack is a list with `append` and `pop`. And a set remembers what you have already looked at.
</details>
<details><summary>Hint 2, a sketch</summary>

Start with `stack = [(output, False)]`; the second entry says whether the parents are done. Take one. If they are done,
append the node to the order. If not, and it is new: remember it, put it back with `True`, and put its parents on top
with `False`.
</details>
<details><summary>Hint 3, a skeleton</summary>

`while stack:`, in it `node, done = stack.pop()`, then `if done: order.append(node)`, then `elif node not in seen:` with
three lines: `seen.add(node)`, `stack.append((node, True))`, and a loop over `node.parents` that appends
`(parent, False)`. At the end `return order`.
</details>
"""


# %% solution="topological-order"
def topological_order(output):
    order, seen = [], set()
    ### BEGIN SOLUTION
    stack = [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for parent in node.parents:
                stack.append((parent, False))
    return order
    ### END SOLUTION


# %% tests="topological-order"
check("topological-order", topological_order)

# %% [markdown]
r"""
## The sweep

Everything is there. The slopes lie in the nodes and the order is known. A node hands its gradient back to each parent,
times the slope along that parent, and the parent *adds* it to what it has.

One question is left open: what if somebody sweeps twice? Say you want the gradient, look at it, and run the sweep
again. The second time should give the same numbers. What has to happen before a sweep begins?

### Your turn: backward
*Difficulty 3 of 5 · about 6 minutes · 4 points*

Write `backward`. It gets the output of a graph and puts the right `grad` into every node that leads to it, no matter
what was there before. Use your `topological_order`, and return it at the end, so that the `visits` can be counted. The
check sweeps twice: `again` are the gradients after the second time. `deep` is a gradient at the end of a long chain.

<details><summary>Hint 1, a nudge</summary>

Three things, one after the other: clear, seed, sweep.
</details>
<details><summary>Hint 2, a sketch</summary>

Set `grad` to 0 in every node of the order. The output's own gradient is 1. Then go through the order from its end:
`reversed(order)`.
</details>
<details><summary>Hint 3, a skeleton</summary>

In the sweep, for every `node`: `for parent, slope in zip(node.parents, node.slopes):`, and in it
`parent.grad += slope * node.grad`. At the end `return order`.
</details>
"""


# %% solution="backward"
def backward(output):
    ### BEGIN SOLUTION
    order = topological_order(output)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad
    return order
    ### END SOLUTION


# %% tests="backward"
check("backward", backward)

# %% [markdown]
r"""
Here is your own graph, drawn from your own objects, with the gradients your own sweep left in them. Step past the last
value. Compare with the five numbers you wrote on paper.
"""

# %%
backward(y)
TapeStepper(y, value="data", gradient="grad")

# %% [markdown]
r"""
The same objects as a tape, values filled in from the top, gradients from the bottom:
"""

# %%
TapeList(y, value="data", gradient="grad")

# %% [markdown]
r"""
Now the hard cases. A chain of a hundred thousand additions, and a tower of sixty doublings with $2^{60}$ paths. Guess
how long each takes: milliseconds, seconds, or longer than the universe?
"""

# %%
x = deep = tower = Value(1.0)
for _ in range(100_000):
    deep = deep + x
for _ in range(60):
    tower = tower + tower
for top in (deep, tower):
    start, visited = time.perf_counter(), backward(top)
    seconds = time.perf_counter() - start
    print("no sweep yet" if visited is None else f"{len(visited):,} visits, {seconds:.3f} s, gradient {x.grad:,.0f}")

# %% [markdown]
r"""
And one formula that uses all you taught it, held against a central difference. You have never derived this one:
"""


# %%
def formula(a, b):
    return (a * b).tanh() + (a**b).log() * b.exp().relu()


a, b, h = Value(1.3), Value(-0.7), 1e-5
backward(formula(a, b))
slope_a = (formula(Value(1.3 + h), b).data - formula(Value(1.3 - h), b).data) / (2 * h)
slope_b = (formula(a, Value(-0.7 + h)).data - formula(a, Value(-0.7 - h)).data) / (2 * h)
print(f"your engine:        {a.grad:.8f} {b.grad:.8f}\ncentral difference: {slope_a:.8f} {slope_b:.8f}")

# %% [markdown]
r"""
Mind what this is, and what it is not. It is not numeric differentiation: there is no step `h` in your engine, and
nothing is rounded beyond what arithmetic rounds. It is not symbolic either: no formula for the derivative is ever
written down. It is the chain rule, applied to numbers, while the program runs.

That was a whole engine. **A good place for a pause.**

## From numbers to arrays

One `Value` for each number is slow: a network for the digits below has 2,410 weights, and every picture runs through
all of them. So let one node hold a whole array. What becomes of its slopes?

Between an array of 100 numbers and one of 50 there are 5,000 slopes, a matrix called the **Jacobian**. Nobody wants to
store it. But look at what the sweep needs: never the Jacobian, only *the gradient that came from above, times the
Jacobian*. That is a **vector-Jacobian product**, VJP for short, and it can nearly always be computed without the
matrix. So in place of a number, each parent gets a function: gradient in, gradient out.

| operation | what it hands to its parents when $G$ comes from above |
|:--|:--|
| $A + B$ | $G$ and $G$ |
| $A \cdot B$, entry by entry | $G \cdot B$ and $G \cdot A$ |
| $A$ `@` $B$ | $G\,B^\top$ and $A^\top G$ |
| the sum of all entries of $A$ | $G$, one number, copied to every place |
| some rows of $A$ | the rows of $G$, put back where they were taken, zeros elsewhere |

Why $G B^\top$? Try it with shapes. $A$ is (4, 3), $B$ is (3, 2), so $A$ `@` $B$ and $G$ are (4, 2). A gradient has the
shape of the thing itself. Which product of $G$ and $B$ is (4, 3)? There is only one.
"""

# %%
rng = np.random.default_rng(0)
A, B, G = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=(4, 2))
nudged = A.copy()
nudged[1, 2] += 1e-6
print(f"by nudging A[1, 2]: {(((nudged @ B) - (A @ B)) * G).sum() / 1e-6:.6f}   G @ B.T: {(G @ B.T)[1, 2]:.6f}")

# %% [markdown]
r"""
Arrays bring one trap that numbers do not have. Add a bias of shape (3,) to a batch of shape (4, 3): NumPy copies the
bias into all four rows, which is called **broadcasting**. On the way back $G$ has the shape (4, 3). What is the
gradient of the bias? Before you run it: how often was each of its three numbers used?
"""

# %%
G = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0], [3.0, 30.0, 300.0], [4.0, 40.0, 400.0]])
print("summed over the four copies:", G.sum(axis=0))

# %% [markdown]
r"""
Four times, and each use sends its share back. Copying forward is summing backward. NumPy broadcasts in two ways: it
adds **new axes in front**, and it **stretches axes of size 1**. Both are copies, and both are undone by a sum. A shape
of (4, 1) that was stretched to (4, 3) is summed over axis 1, and it stays (4, 1).

### Your turn: un-broadcasting
*Difficulty 3 of 5 · about 8 minutes · 3 points*

Write `unbroadcast`. It gets `gradient`, an array, and `shape`, a tuple: the shape that the parent had before it was
copied. It returns an array of exactly this shape.

<details><summary>Hint 1, a nudge</summary>

Two steps: first get rid of the axes in front that are too many, then of the stretched ones.
</details>
<details><summary>Hint 2, a sketch</summary>

As long as `gradient.ndim` is larger than `len(shape)`, sum over axis 0. Then look at every axis of `shape` that has the
size 1.
</details>
<details><summary>Hint 3, a skeleton</summary>

`while gradient.ndim > len(shape): gradient = gradient.sum(axis=0)`. Then `for axis, size in enumerate(shape):`, and
`if size == 1: gradient = gradient.sum(axis=axis, keepdims=True)`. `keepdims` leaves the axis there, with size 1.
</details>
"""


# %% solution="unbroadcast"
def unbroadcast(gradient, shape):
    ### BEGIN SOLUTION
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient
    ### END SOLUTION


# %% tests="unbroadcast"
check("unbroadcast", unbroadcast)

# %% [markdown]
r"""
### Your turn: an array that remembers
*Difficulty 3 of 5 · about 12 minutes · 6 points*

A `Tensor` is a `Value` for arrays, with `vjps`, a function for each parent, in place of `slopes`. Addition, the
transpose `T`, `relu`, `exp` and `log` are written: read them first. Fill in the other four.

- `__mul__`, entry by entry. Do not un-broadcast here: the sweep will do that, in one place for all operations.
- `sum(axis)` keeps the summed axis with size 1, so that NumPy can copy along it. Without an axis it sums everything into one number.
- `__matmul__` is `A @ B`, both matrices.
- `__getitem__` is `A[index]`. The index may be a list of row numbers, and a row may be in it twice.

A function of one line is written as `lambda g: 2 * g`. The check names what goes back by operation and parent:
`mul_row` goes to the second factor, a row that is broadcast, and `sum_all` is the sum without an axis.

<details><summary>Hint 1, a nudge</summary>

They stand in the table above. For the sum: which NumPy operation copies a number, or a column, into a larger array?
</details>
<details><summary>Hint 2, a sketch</summary>

`g * np.ones(self.data.shape)` copies. For the index: start from zeros of the parent's shape and put `g` at `index`. If
row 0 was picked twice, two shares must add up there, and `gradient[index] += g` adds only one of them:
`np.add.at(whole, index, g)` adds both.
</details>
<details><summary>Hint 3, a skeleton</summary>

The product: `(lambda g: g * other.data, lambda g: g * self.data)`. Matmul:
`(lambda g: g @ other.data.T, lambda g: self.data.T @ g)`. The sum: `(lambda g: g * np.ones(self.data.shape),)`. The
index: `np.add.at(whole, index, g)`.
</details>
"""


# %% solution="tensor"
class Tensor:
    """An array that remembers how it was computed."""

    def __init__(self, data, parents=(), vjps=(), op=""):
        self.data, self.grad = np.asarray(data, dtype=float), 0.0
        self.parents, self.vjps = parents, vjps
        self.op, self.label = op, ""

    def __add__(self, other):
        return Tensor(self.data + other.data, (self, other), (lambda g: g, lambda g: g), "+")

    @property
    def T(self):
        return Tensor(self.data.T, (self,), (lambda g: g.T,), "T")

    def relu(self):
        return Tensor(np.maximum(self.data, 0), (self,), (lambda g: g * (self.data > 0),), "relu")

    def exp(self):
        e = np.exp(self.data)
        return Tensor(e, (self,), (lambda g: g * e,), "exp")

    def log(self):
        return Tensor(np.log(self.data), (self,), (lambda g: g / self.data,), "log")

    def __mul__(self, other):
        vjps = (lambda g: g * other.data, lambda g: g * self.data)  # answer
        return Tensor(self.data * other.data, (self, other), vjps, "*")

    def sum(self, axis=None):
        total = self.data.sum(axis=axis, keepdims=axis is not None)
        vjps = (lambda g: g * np.ones(self.data.shape),)  # answer
        return Tensor(total, (self,), vjps, "sum")

    def __matmul__(self, other):
        vjps = (lambda g: g @ other.data.T, lambda g: self.data.T @ g)  # answer
        return Tensor(self.data @ other.data, (self, other), vjps, "@")

    def __getitem__(self, index):
        def vjp(g):
            whole = np.zeros(self.data.shape)
            np.add.at(whole, index, g)  # answer
            return whole

        return Tensor(self.data[index], (self,), (vjp,), "[ ]")


# %% tests="tensor"
check("tensor", Tensor)

# %% [markdown]
r"""
The sweep hardly changes. Find the two places where it differs from yours:
"""


# %%
def backward_arrays(loss):
    order = topological_order(loss) or []
    for tensor in order:
        tensor.grad = np.zeros(tensor.data.shape)
    loss.grad = np.ones(loss.data.shape)
    for tensor in reversed(order):
        for parent, vjp in zip(tensor.parents, tensor.vjps):
            parent.grad = parent.grad + unbroadcast(vjp(tensor.grad), parent.data.shape)


# %% [markdown]
r"""
A slope that multiplies has become a function that is called, and what comes back is un-broadcast. Try it on one layer,
with a bias that is broadcast. The picture shows the shapes that travel.
"""

# %%
W, b, batch = Tensor(rng.normal(size=(2, 3))), Tensor(rng.normal(size=2)), Tensor(rng.normal(size=(4, 3)))
W.label, b.label, batch.label = "W", "b", "X"
total = (batch @ W.T + b).relu().sum()
backward_arrays(total)
TapeStepper(total, value=lambda t: t.data, gradient="grad")

# %% [markdown]
r"""
## Digits, on your own engine

1,797 handwritten digits, 8 by 8 pixels each. The network has 64 inputs, 32 hidden units with ReLU, and ten outputs, one
for each digit.
"""

# %%
from sklearn.datasets import load_digits

digits = load_digits()
shuffled = np.random.default_rng(1).permutation(len(digits.data))
X, labels = digits.data[shuffled] / 16, digits.target[shuffled]
X_train, labels_train, X_test, labels_test = X[:1437], labels[:1437], X[1437:], labels[1437:]

# %% [markdown]
r"""
The loss is **cross-entropy**. Of the ten outputs $z_0, \dots, z_9$, called *logits*, softmax makes probabilities
$e^{z_k} / \sum_j e^{z_j}$. The loss is minus the logarithm of the probability that the right digit got,
$\log \sum_j e^{z_j} - z_{\text{right}}$, as a mean over the pictures. Lesson 3 derives its gradient. Your engine has no
need of that: here it is in the operations you taught it. Where are the rows and columns picked, and what was your
repeated index good for?
"""


# %%
def cross_entropy(logits, labels):
    n = len(labels)
    shifted = logits + Tensor(-logits.data.max(axis=1, keepdims=True))  # the same loss, and exp cannot overflow
    log_sums = shifted.exp().sum(axis=1).log()
    right = shifted[np.arange(n), labels]
    return (log_sums.sum() + right.sum() * Tensor(-1.0)) * Tensor(1 / n)


start = {"W1": rng.normal(size=(32, 64)) * np.sqrt(2 / 64), "b1": np.zeros(32),
         "W2": rng.normal(size=(10, 32)) * np.sqrt(2 / 32), "b2": np.zeros(10)}

# %% [markdown]
r"""
### Your turn: train
*Difficulty 3 of 5 · about 10 minutes · 5 points*

Write `train`: `steps` steps of gradient descent on all examples at once. It gets the parameters as arrays, `W1` of
shape (h, i), `b1` (h,), `W2` (o, h), `b2` (o,); the examples `X` (n, i) and their `labels` (n,), whole numbers; the
`rate`; and `steps`. It returns a dictionary with `losses`, a list of the loss before each step, and the four parameters
after the last, as arrays.

The network is $\mathrm{relu}(X W_1^\top + b_1)\,W_2^\top + b_2$.

<details><summary>Hint 1, a nudge</summary>

Every step builds a new graph, because the parameters have changed. Make new tensors from the arrays in each.
</details>
<details><summary>Hint 2, a sketch</summary>

In the loop: four tensors, forward, `cross_entropy`, `backward_arrays`, then each array minus the rate times its
tensor's `grad`. The examples become a `Tensor` too, since only tensors know `@` with tensors.
</details>
<details><summary>Hint 3, a skeleton</summary>

`p = [Tensor(W1), Tensor(b1), Tensor(W2), Tensor(b2)]`, then `hidden = (Tensor(X) @ p[0].T + p[1]).relu()`, then
`loss = cross_entropy(hidden @ p[2].T + p[3], labels)`, `backward_arrays(loss)`, `losses.append(float(loss.data))`, and
`W1, b1, W2, b2 = [t.data - rate * t.grad for t in p]`. After the loop
`return dict(losses=losses, W1=W1, b1=b1, W2=W2, b2=b2)`.
</details>
"""


# %% solution="train"
def train(W1, b1, W2, b2, X, labels, rate, steps):
    losses = []
    ### BEGIN SOLUTION
    for _ in range(steps):
        p = [Tensor(W1), Tensor(b1), Tensor(W2), Tensor(b2)]
        hidden = (Tensor(X) @ p[0].T + p[1]).relu()
        loss = cross_entropy(hidden @ p[2].T + p[3], labels)
        backward_arrays(loss)
        losses.append(float(loss.data))
        W1, b1, W2, b2 = [t.data - rate * t.grad for t in p]
    return dict(losses=losses, W1=W1, b1=b1, W2=W2, b2=b2)
    ### END SOLUTION


# %% tests="train"
check("train", train)

# %% [markdown]
r"""
A hundred and twenty steps, every derivative by your engine. What is printed is about digits it has never seen.
"""

# %%
trained = train(**start, X=X_train, labels=labels_train, rate=1.0, steps=120)
if trained:
    hidden = np.maximum(X_test @ trained["W1"].T + trained["b1"], 0)
    guesses = (hidden @ trained["W2"].T + trained["b2"]).argmax(axis=1)
    print(f"right on {(guesses == labels_test).mean():.1%} of {len(labels_test)} new digits")
loss_curve(trained or {})

# %% [markdown]
r"""
You typed in no gradient of this network. You taught nine operations where they come from, once.

## Forward mode

There is another way to run the chain rule. Lesson 1 used it for chains: let the slope travel *along* with the value,
from the input on. Write a number as $a + a'\varepsilon$, where $a'$ is how fast it moves and $\varepsilon$ is a symbol
whose square is 0. Such a pair is a **dual number**. Multiply two of them:

$$(a + a'\varepsilon)(b + b'\varepsilon) = ab + (a'b + a b')\,\varepsilon + a'b'\varepsilon^2$$

The last term is 0, and what stands in front of $\varepsilon$ is the product rule. Nobody had to put it in. There is no
tape and no sweep: when the program ends, the derivative is there. This is **forward mode**.

### Challenge: dual numbers
*Difficulty 2 of 5 · about 8 minutes · 4 points*

Fill in the slopes of the class `Dual`. Each object has a `value` and a `slope`. `+` is done. The check names the slopes
by their operations; `values` are the results, added up.

<details><summary>Hint 1, a nudge</summary>

For `exp` and `tanh`: how fast the input moves, times the function's own slope there.
</details>
<details><summary>Hint 2, a sketch</summary>

For the quotient $q = a/b$ write $q\,b = a$ and use the product rule: $q'b + q\,b' = a'$. Solve for $q'$.
</details>
<details><summary>Hint 3, a skeleton</summary>

Product: `self.slope * other.value + self.value * other.slope`. `exp`: `e * self.slope`. `tanh`:
`(1 - t**2) * self.slope`. Quotient:
`(self.slope - q * other.slope) / other.value`.
</details>
"""


# %% solution="dual"
class Dual:
    """A number and how fast it moves."""

    def __init__(self, value, slope=0.0):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        slope = self.slope * other.value + self.value * other.slope  # answer
        return Dual(self.value * other.value, slope)

    def exp(self):
        e = math.exp(self.value)
        slope = e * self.slope  # answer
        return Dual(e, slope)

    def tanh(self):
        t = math.tanh(self.value)
        slope = (1 - t**2) * self.slope  # answer
        return Dual(t, slope)

    def __truediv__(self, other):
        q = self.value / other.value
        slope = (self.slope - q * other.slope) / other.value  # answer
        return Dual(q, slope)


# %% tests="dual"
check("dual", Dual)

# %% [markdown]
r"""
Both engines run the *same* program, and neither knows of the other. To get the slope along $a$, let $a$ move and let
$b$ stand still. What has to be done to get the slope along $b$ as well: in forward mode, and in reverse mode?
"""


# %%
def program(a, b):
    return (a * b).tanh() * (a * a).exp()


along_a = program(Dual(0.8, 1.0), Dual(-0.5, 0.0)).slope
along_b = program(Dual(0.8, 0.0), Dual(-0.5, 1.0)).slope
a, b = Value(0.8), Value(-0.5)
backward(program(a, b))
print("forward, two runs: ", along_a, along_b, "\nbackward, one sweep:", a.grad, b.grad)

# %% [markdown]
r"""
One forward run gives one direction: how *all* outputs move along it. That is a **Jacobian-vector product**, JVP for
short, and with a direction like $(1, 0)$ it is a column of the Jacobian. One backward sweep gives, for *one* output,
the slopes along all inputs: that is a VJP, a row of the Jacobian.

So which is cheaper? Guess for a **tall** function, from 4 inputs to 1,000 outputs, and for a **wide** one, from 1,000
to 4.
"""


# %%
def both_ways(outputs, inputs):
    A = rng.normal(size=(outputs, inputs))
    clock = [time.perf_counter()]
    for tangent in np.eye(inputs):
        A @ tangent
    clock.append(time.perf_counter())
    for upstream in np.eye(outputs):
        upstream @ A
    clock.append(time.perf_counter())
    forward, reverse = np.diff(clock) * 1000
    print(f"{inputs} inputs, {outputs} outputs: {inputs} JVPs {forward:.2f} ms, {outputs} VJPs {reverse:.2f} ms")


# %%
both_ways(outputs=1000, inputs=4)
both_ways(outputs=4, inputs=1000)

# %% [markdown]
r"""
Training is the widest case there is: millions of inputs, the weights, and *one* output, the loss. One sweep, or a
million forward runs. That is why deep learning runs backward. Forward mode wins where a few numbers move many: how does
a whole simulation follow one parameter? It also needs no tape, so it needs no memory for one.

### Challenge: the cheaper way
*Difficulty 3 of 5 · about 8 minutes · 3 points*

Write `jacobian`. It gets two functions of a program you cannot see, `jvp(tangent)`, from (inputs,) to (outputs,), and
`vjp(upstream)`, from (outputs,) to (inputs,), and the two whole numbers `inputs` and `outputs`. It returns the
Jacobian, an array of shape (outputs, inputs), and calls `jvp` and `vjp` as few times as possible. The calls are
counted.

<details><summary>Hint 1, a nudge</summary>

The rows of `np.eye(n)` are the directions $(1, 0, \dots)$, $(0, 1, \dots)$ and so on.
</details>
<details><summary>Hint 2, a sketch</summary>

Few inputs: one JVP for each, and these are columns. Few outputs: one VJP for each, and these are rows.
</details>
<details><summary>Hint 3, a skeleton</summary>

`np.array([vjp(upstream) for upstream in np.eye(outputs)])` has the right shape. The same with `jvp` and
`np.eye(inputs)` has its columns as rows: put `.T` behind it. An `if inputs < outputs:` decides.
</details>
"""


# %% solution="jacobian"
def jacobian(jvp, vjp, inputs, outputs):
    ### BEGIN SOLUTION
    if inputs < outputs:
        return np.array([jvp(tangent) for tangent in np.eye(inputs)]).T
    return np.array([vjp(upstream) for upstream in np.eye(outputs)])
    ### END SOLUTION


# %% tests="jacobian"
check("jacobian", jacobian)

# %% [markdown]
r"""
## PyTorch

In 2010 there was **Theano**, from Montreal: you built a graph of symbols, it was compiled, and only then numbers flowed
through. Google's **TensorFlow** (2015) did the same at the scale of data centres. It was fast and strange: `print`
showed you a symbol, and an `if` had to be a node of the graph. In 2017 **PyTorch** threw the graph away and kept the
tape: your program runs, line by line, and what it did is recorded, as yours is. People could use a debugger again.
TensorFlow 2.0 followed in 2019 and ran eagerly too. **JAX** (2018) took a third road: pure functions, and
*transformations* of functions, `grad`, `jit`, `vmap` and `pmap`, that one stacks like building blocks. Underneath all
four lies what you have just written.
"""

# %%
import torch

print(torch.__version__)

# %% [markdown]
r"""
A torch tensor with `requires_grad=True` remembers. `backward()` sweeps, and afterwards `.grad` holds the gradient. Here
is $y = (a + b)\,a$ from the first page, where you found 8 and 3:
"""

# %%
a = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
y = (a + b) * a
y.backward()
print(a.grad, b.grad)

# %% [markdown]
r"""
Your nodes have `parents` and `vjps`. Torch's have `next_functions`, and each *is* its VJP. Where your tape keeps the
values and the way back together, torch's graph is the way back alone. Compare it with yours: what stands at the left
end of each arrow here, where your picture has the inputs?
"""

# %%
grad_fn_graph(y, a=a, b=b)

# %%
mine = {"a": Value(3.0), "b": Value(2.0)}
for name, value in mine.items():
    value.label = name
product = (mine["a"] + mine["b"]) * mine["a"]
backward(product)
TapeStepper(product, value="data", gradient="grad")

# %% [markdown]
r"""
`AccumulateGrad`. It adds to `.grad`, and the word *accumulate* will cost somebody an afternoon in a minute.

### Your turn: read torch's gradients
*Difficulty 2 of 5 · about 6 minutes · 3 points*

One sigmoid unit: $y = \sigma(w \cdot x + b)$ and $L = (y - t)^2$. Write `read_gradients`. It gets `x` and `w`, arrays
of shape (n,), and two numbers `b` and `target`. Inside, use torch for everything. Return a dictionary of plain numbers
and arrays: `y`, `L`, `dL_dw` of shape (n,), `dL_db`.

The check begins with $x = (1, 2)$, $w = (0.5, -0.3)$, $b = 0.1$ and the target 1. Work that one out on paper first:
$w \cdot x + b = 0$, so $y$ is one half. What are the gradients?

<details><summary>Hint 1, a nudge</summary>

Four steps: make tensors, go forward, `L.backward()`, read `.grad`. Which of the tensors need `requires_grad=True`?
</details>
<details><summary>Hint 2, a sketch</summary>

`torch.tensor(w, requires_grad=True)`, and `(w * x).sum()` for the dot product. For plain results: `y.item()` gives a
number, `w.grad.numpy()` an array.
</details>
<details><summary>Hint 3, a skeleton</summary>

`y = torch.sigmoid((w * x).sum() + b)`, `L = (y - target) ** 2`, `L.backward()`, and
`return dict(y=y.item(), L=L.item(), dL_dw=w.grad.numpy(), dL_db=b.grad.item())`. Before that, three lines make tensors
of `x`, `w` and `b`.
</details>
"""


# %% solution="read-gradients"
def read_gradients(x, w, b, target):
    ### BEGIN SOLUTION
    x = torch.tensor(x)
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, requires_grad=True)
    y = torch.sigmoid((w * x).sum() + b)
    L = (y - target) ** 2
    L.backward()
    return dict(y=y.item(), L=L.item(), dL_dw=w.grad.numpy(), dL_db=b.grad.item())
    ### END SOLUTION


# %% tests="read-gradients"
check("read-gradients", read_gradients)

# %% [markdown]
r"""
## Five traps

Each of these has cost people days, because nothing crashes, or because something crashes far from the cause. **Predict
first**, write your guesses down, and only then run them in the empty cell below.

### Your turn: what will torch say?
*Difficulty 3 of 5 · about 8 minutes · 5 points*

In each, `x = torch.tensor(3.0, requires_grad=True)` stands before the first line. The first three ask for a number:
what is `x.grad` at the end?

**`twice`** · `(x * x).backward()` and then once more `(x * x).backward()`

**`detached`** · `y = x * x`, then `z = y.detach() * x`, then `z.backward()`

**`not_recorded`** · `with torch.no_grad(): y = x * x`, and after the block `(y + 4 * x).backward()`

The other two ask for a letter.

**`second_backward`** · `y = x * x`, then `y.backward()`, then `y.backward()` again. What does the second one do?

- **a** · It adds 6 once more, so `x.grad` is 12.
- **b** · It raises a RuntimeError, because the graph has been freed.
- **c** · Nothing. `x.grad` stays 6.
- **d** · It computes the same again and puts it in place of the first.

**`in_place`** · Three of these run. One raises an error in `y.backward()`, since `+= 1` overwrites something that the way back needs. Which?

- **a** · `y = x + 2`, then `y += 1`
- **b** · `y = x.exp()`, then `y += 1`
- **c** · `y = 3 * x`, then `y += 1`
- **d** · `y = x * x`, then `y += 1`

<details><summary>Hint 1, a nudge</summary>

`detach` gives the same number without its past. `no_grad` stops the recording as long as its block lasts.
</details>
<details><summary>Hint 2, a sketch</summary>

Look at your own class: which of your operations uses its *result* in its slope, and not only its inputs?
</details>
<details><summary>Hint 3, a skeleton</summary>

`twice`: two gradients of 6, added. `detached`: 9 times $x$, with a constant 9. `not_recorded`: a constant, plus $4x$.
For the letters, try them all in the cell below.
</details>
"""

# %%
x = torch.tensor(3.0, requires_grad=True)
# Try them here, after you have guessed.

# %% solution="pitfalls"
pitfalls = {
    "twice": 12.0,  # answer
    "detached": 9.0,  # answer
    "not_recorded": 4.0,  # answer
    "second_backward": "b",  # answer
    "in_place": "b",  # answer
}

# %% tests="pitfalls"
check("pitfalls", pitfalls)

# %% [markdown]
r"""
Two of them deserve a second look. `backward()` adds because that is useful: two losses can share a parameter, and a
batch that does not fit into memory can be swept in pieces. But then somebody has to say when a new sum begins:
`optimizer.zero_grad()`, or `p.grad = None`. Your `backward` clears by itself, which is safer and less useful.

And the graph is freed because it holds the memory of the whole forward pass. `y.backward(retain_graph=True)` keeps it:
"""

# %%
x = torch.tensor(3.0, requires_grad=True)
y = x * x
y.backward(retain_graph=True)
y.backward()
print("kept, swept twice, and added:", x.grad)

# %% [markdown]
r"""
## The same net, twice

Now let torch train your digits. Where should it compute? A graphics card is many times faster on large nets, and torch
has one name for each kind: `cuda` for NVIDIA, `mps` for Apple, `cpu` where there is neither. The variable
`BACKPROP_DEVICE` overrules, if you set it.
"""

# %%
import os

best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
device = os.environ.get("BACKPROP_DEVICE", best)
print("PyTorch computes on", device)

# %% [markdown]
r"""
### Your turn: train with torch
*Difficulty 3 of 5 · about 10 minutes · 5 points*

Write the loop of `train_torch`: the same steps as your `train`, and the same dictionary at the end, with plain numbers
and arrays. The tensors are made for you, on the right device and in the right number format. Torch has the loss ready:
`torch.nn.functional.cross_entropy(logits, labels)`.

Two things are different from your own engine. The update must not be recorded, and the old gradients must go.

<details><summary>Hint 1, a nudge</summary>

Four of the five traps can happen here. Which two do you have to take care of in every step?
</details>
<details><summary>Hint 2, a sketch</summary>

Inside `with torch.no_grad():` change each parameter in place, `p -= rate * p.grad`, and then set `p.grad = None`. A
tensor becomes a plain array with `p.detach().cpu().numpy()`.
</details>
<details><summary>Hint 3, a skeleton</summary>

In the loop: `W1, b1, W2, b2 = parameters`, `hidden = torch.relu(X @ W1.T + b1)`,
`loss = torch.nn.functional.cross_entropy(hidden @ W2.T + b2, labels)`, `loss.backward()`, `losses.append(loss.item())`,
then the update. After the loop
`W1, b1, W2, b2 = [p.detach().cpu().numpy() for p in parameters]` and the same `return` as in `train`.
</details>
"""


# %% solution="train-torch"
def train_torch(W1, b1, W2, b2, X, labels, rate, steps, device, dtype):
    form = dict(device=device, dtype=getattr(torch, dtype))
    parameters = [torch.tensor(p, requires_grad=True, **form) for p in (W1, b1, W2, b2)]
    X, labels = torch.tensor(X, **form), torch.tensor(labels, device=device)
    losses = []
    ### BEGIN SOLUTION
    for _ in range(steps):
        W1, b1, W2, b2 = parameters
        hidden = torch.relu(X @ W1.T + b1)
        loss = torch.nn.functional.cross_entropy(hidden @ W2.T + b2, labels)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for p in parameters:
                p -= rate * p.grad
                p.grad = None
    W1, b1, W2, b2 = [p.detach().cpu().numpy() for p in parameters]
    return dict(losses=losses, W1=W1, b1=b1, W2=W2, b2=b2)
    ### END SOLUTION


# %% tests="train-torch"
check("train-torch", train_torch)

# %% [markdown]
r"""
Here is the proof. Both start from the same weights and take fifty steps, each on its own. After every step the largest
difference between any two weights is kept. Guess its size after fifty steps: $10^{-2}$, $10^{-6}$, $10^{-15}$?
"""


# %%
def gaps(steps, device, dtype):
    """The largest difference of any weight between your engine and torch, after every step."""
    mine, theirs, found = start, start, []
    for step in range(steps):
        mine = train(**mine, X=X_train, labels=labels_train, rate=0.5, steps=1)
        theirs = train_torch(**theirs, X=X_train, labels=labels_train, rate=0.5, steps=1, device=device, dtype=dtype)
        if mine is None or theirs is None:
            return print("This needs your train and your train_torch.")
        mine.pop("losses"), theirs.pop("losses")
        found.append(max(np.abs(mine[name] - theirs[name]).max() for name in start))
    return found


# %%
double = gaps(50, "cpu", "float64")
if double:
    print(f"float64 on the CPU: largest difference {max(double):.1e}")

# %% [markdown]
r"""
They are not *nearly* the same training. They are the same. What is left are the last digits, because the two add up
their sums in different orders, and $(a + b) + c$ and $a + (b + c)$ are rounded differently.

In practice one trains in `float32`, with half the memory and, on a graphics card, many times the speed. Here is the
same run in float32, on the device found above. How far apart will it be now?
"""

# %%
single = gaps(50, device, "float32")
if single:
    print(f"float32 on {device}: largest difference {max(single):.1e}")
for kind in (np.float64, np.float32):
    print(f"{kind.__name__}: numbers next to 1 are {np.finfo(kind).eps:.1e} apart")

# %%
line_plot(range(1, 51), {"float64": double, "float32": single}, "step", "largest difference", log_up=True)

# %% [markdown]
r"""
Each format is off by about as much as its own grid is fine, and a little more with every step. So **what counts as
equal depends on the format**, and the course's checks ask for a relative difference below $10^{-10}$ in float64 on the
CPU and $10^{-5}$ in float32, and allow $10^{-4}$ on a graphics card, where sums are cut up differently. Some NVIDIA
cards can also multiply in a shortened format, TF32, with about three digits. Torch leaves that off for matrix products
unless you switch it on. A difference that is *larger* than its format explains is a bug, however small it looks.

## A function of your own

Some functions torch does not have. Some it has, but slowly, or with an unstable gradient. Then you write both
directions yourself and register them. The form is a class with two static methods. `ctx` carries what the way back will
need. Here is one for $x^3$:
"""


# %%
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * 3 * x**2


# %%
x = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
print("gradcheck:", torch.autograd.gradcheck(Cube.apply, x))

# %% [markdown]
r"""
`gradcheck` is the proof: it nudges every input by central differences and compares with your `backward`. It needs
float64, and you know why.

### Challenge: swish
*Difficulty 3 of 5 · about 8 minutes · 4 points*

**Swish** is $z \cdot \sigma(z)$, a ReLU without a corner. Write its `backward`. `upstream` has the shape of `z`, and so
has what you return. The function below it calls your class and reads the results.

<details><summary>Hint 1, a nudge</summary>

A product of two factors, and $z$ is in both.
</details>
<details><summary>Hint 2, a sketch</summary>

With $s = \sigma(z)$ the sigmoid's slope is $s(1 - s)$. The product rule gives one term for the $z$ in front and one for
the $z$ inside.
</details>
<details><summary>Hint 3, a skeleton</summary>

`s = torch.sigmoid(z)`, and return `upstream` times the bracket `(s + z * s * (1 - s))`.
</details>
"""


# %% solution="swish"
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return z * torch.sigmoid(z)

    @staticmethod
    def backward(ctx, upstream):
        (z,) = ctx.saved_tensors
        ### BEGIN SOLUTION
        s = torch.sigmoid(z)
        return upstream * (s + z * s * (1 - s))
        ### END SOLUTION


def swish_gradient(z, upstream):
    z = torch.tensor(z, requires_grad=True)
    a = Swish.apply(z)
    a.backward(torch.tensor(upstream))
    if z.grad is None:  # backward is not written yet
        return None
    proof = torch.autograd.gradcheck(Swish.apply, z, raise_exception=False)
    return dict(a=a.detach().numpy(), dL_dz=z.grad.numpy(), gradcheck=proof)


# %% tests="swish"
check("swish", swish_gradient)

# %% [markdown]
r"""
### Challenge: a loss for a bakery
*Difficulty 4 of 5 · about 10 minutes · 4 points*

A bakery predicts how much bread it will sell. Bread left over costs something. Bread that is missing costs more,
because the customers go elsewhere. So a day that is short, $p < y$, counts `price` times:

$$L = \frac1n \sum_i c_i\,(p_i - y_i)^2 \qquad c_i = \text{price where } p_i < y_i, \text{ else } 1$$

Write `forward`, which returns this number as a tensor, and `backward`, which returns its gradient along `p`, of shape
(n,), and `None` for each of the two inputs that need none. `p` and `y` have the shape (n,), `price` is a number, and
`upstream` is the gradient of whatever is made of this loss.

<details><summary>Hint 1, a nudge</summary>

`forward` saves `p` and `y` with `ctx.save_for_backward`. A plain number is kept as an attribute: `ctx.price = price`.
</details>
<details><summary>Hint 2, a sketch</summary>

`torch.where(p < y, price, 1.0)` makes the $c_i$ (in float32, since both are plain numbers: seven digits are enough
here). On the way back they are constants. A mean of n squares has the slope $2 c_i (p_i - y_i) / n$ along $p_i$.
</details>
<details><summary>Hint 3, a skeleton</summary>

`forward` ends with `return (torch.where(p < y, price, 1.0) * (p - y) ** 2).mean()`. `backward` ends with
`return upstream * ..., None, None`.
</details>
"""


# %% solution="bread-loss"
class BreadLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, p, y, price):
        ### BEGIN SOLUTION
        ctx.save_for_backward(p, y)
        ctx.price = price
        return (torch.where(p < y, price, 1.0) * (p - y) ** 2).mean()
        ### END SOLUTION

    @staticmethod
    def backward(ctx, upstream):
        ### BEGIN SOLUTION
        p, y = ctx.saved_tensors
        weight = torch.where(p < y, ctx.price, 1.0)
        return upstream * 2 * weight * (p - y) / len(p), None, None
        ### END SOLUTION


def bread_gradient(p, y, price, upstream):
    p, y = torch.tensor(p, requires_grad=True), torch.tensor(y)
    cost = BreadLoss.apply(p, y, price)
    if cost is None:  # forward is not written yet
        return None
    (upstream * cost).backward()
    proof = torch.autograd.gradcheck(lambda p: BreadLoss.apply(p, y, price), p, raise_exception=False)
    return dict(cost=cost.item(), dL_dp=None if p.grad is None else p.grad.numpy(), gradcheck=proof)


# %% tests="bread-loss"
check("bread-loss", bread_gradient)

# %% [markdown]
r"""
## Four dialects

The same unit, $L = (\sigma(w \cdot x + b) - 1)^2$, in four frameworks. Look for where the gradient is asked for.

**PyTorch**: record while running, then sweep. Gradients lie *in the tensors*.

```python
w = torch.tensor([0.5, -0.3], requires_grad=True)
L = (torch.sigmoid(w @ x + b) - 1) ** 2
L.backward(); w.grad
```

**TensorFlow 2**: record while a *tape* is open. Gradients are *asked of the tape*.

```python
w = tf.Variable([0.5, -0.3])
with tf.GradientTape() as tape:
    L = (tf.sigmoid(tf.reduce_sum(w * x) + b) - 1) ** 2
tape.gradient(L, w)
```

**JAX**: nothing is recorded in objects. A *function* goes in, and the function that computes its gradient comes out.
`jax.jvp` and `jax.vjp` are the two modes by their names.

```python
def L(w):
    return (jax.nn.sigmoid(w @ x + b) - 1) ** 2
jax.grad(L)(w)
```

**Theano** and **TensorFlow 1**: first the graph, of symbols. Then a compiler. Then numbers.

```python
w = T.vector()
L = (T.nnet.sigmoid(T.dot(w, x) + b) - 1) ** 2
gradient = theano.function([w], T.grad(L, w))
gradient([0.5, -0.3])
```

If JAX or TensorFlow is installed here, the next two cells run them. All should agree with what you worked out on paper:
$-0.25$ and $-0.5$.
"""

# %%
from importlib.util import find_spec

if find_spec("jax") is None:
    print("JAX is not installed here. With `pip install jax` this cell would run.")
else:
    import jax

    x = jax.numpy.array([1.0, 2.0])
    print(jax.grad(lambda w: (jax.nn.sigmoid(w @ x + 0.1) - 1) ** 2)(jax.numpy.array([0.5, -0.3])))

# %%
if find_spec("tensorflow") is None:
    print("TensorFlow is not installed here. With `pip install tensorflow` this cell would run.")
else:
    import tensorflow as tf

    w = tf.Variable([0.5, -0.3])
    with tf.GradientTape() as tape_of_tf:
        L = (tf.sigmoid(tf.reduce_sum(w * tf.constant([1.0, 2.0])) + 0.1) - 1) ** 2
    print(tape_of_tf.gradient(L, w))

# %% [markdown]
r"""
Here is where you stand. Run your checks again after a restart: the table knows those that ran since the kernel started.
"""

# %%
progress()

# %% [markdown]
r"""
## Something to read

The engine that checked your answers is a grown-up version of yours, in a few hundred lines, and after this lesson you
can read it. Three questions to take along:

1. [`_graph.py`](../../backprop/engine/_graph.py) is the tape and the sweep. It makes no topological order beforehand. How does it know which node is next?
   (Every node has a birth number.)
2. [`_tensor.py`](../../backprop/engine/_tensor.py): a node does not hold the array it was computed as. What is gained?
3. [`_elementwise.py`](../../backprop/engine/_elementwise.py): an operation is a function that returns its value and, beside it, a VJP for each input. Compare
   `multiply`, `power` and `tanh` with yours. What does `swish` keep from the way forward?

Then open [`_transforms.py`](../../backprop/engine/_transforms.py) and find forward mode. It uses a number whose square
is zero in floating point, and needs no second engine.

## What you can do now

You wrote an engine: values that remember their parents and slopes, an order without recursion, a sweep that visits each
node once and can be repeated. You made it work on arrays with VJPs and un-broadcasting, and it trained a network whose
gradient nobody derived. Torch does the same, and you have seen it to the last digits.

**Test yourself**, without looking back:

1. A function takes 3 numbers to 10,000. Forward or reverse mode, and how many runs?
2. A bias of shape (5,) was added to a batch of shape (32, 5). What happens to its gradient, over which axis?
3. Your torch loop's loss explodes after some steps although one step alone is right. What do you look for first?
4. Why does `y = x.exp(); y += 1` break the way back, and `y = x + 2; y += 1` does not?
5. Why can a sweep visit each node only once and still count all $2^{60}$ paths?

<details><summary>Answers</summary>

1. Forward, 3 runs, one for each input. 2. It is summed over axis 0, over the 32 copies. 3. `zero_grad`: gradients of earlier steps add up. 4. The slope of exp is its result, which was
overwritten; a sum needs nothing. 5. Because a node's gradient is complete when it is visited: what leads on from there
needs only the sum.
</details>

**Words of this lesson**

| word | meaning |
|:--|:--|
| automatic differentiation | the chain rule applied to a running program, operation by operation, exact but for rounding |
| tape, Wengert list | the list of all operations in the order in which they were done |
| define-by-run, eager | the graph is what the program did; its opposite is a static graph, built before any number flows |
| topological order | a list of nodes in which each stands after all its parents |
| reverse mode | first the program, then one sweep backward: the slopes of one output along all inputs |
| forward mode | slopes travel with the values: how all outputs move along one direction of the inputs |
| Jacobian | the matrix of all slopes: a row for each output, a column for each input |
| vector-Jacobian product (VJP) | a gradient from above times the Jacobian: what a step of reverse mode computes |
| Jacobian-vector product (JVP) | the Jacobian times a direction: what forward mode computes |
| dual number | a number and how fast it moves, with $\varepsilon^2 = 0$ |
| broadcasting, un-broadcasting | copying an array along axes to fit; summing its gradient over these axes |
| cross-entropy | minus the logarithm of the probability that the right class got |
| gradcheck | comparing a derivative with central differences |

**Where it comes from.** R. E. Wengert,
[A simple automatic derivative evaluation program](https://doi.org/10.1145/355586.364791), Communications of the ACM 7,
463–464 (1964), two pages, forward mode. S. Linnainmaa's thesis of 1970 has the reverse sweep. A. G. Baydin, B. A.
Pearlmutter, A. A. Radul and J. M. Siskind,
[Automatic differentiation in machine learning: a survey](https://www.jmlr.org/papers/v18/17-468.html), JMLR 18 (2018),
is the map of the field. A. Paszke et al.,
[PyTorch: an imperative style, high-performance deep learning library](https://arxiv.org/abs/1912.01703) (2019). R.
Frostig, M. J. Johnson and C. Leary,
[Compiling machine learning programs via high-level tracing](https://mlsys.org/Conferences/doc/2018/146.pdf) (2018), is
JAX. Swish: P. Ramachandran, B. Zoph and Q. V. Le,
[Searching for activation functions](https://arxiv.org/abs/1710.05941) (2017).

**Next.** The engine gives the gradient. Lesson 6 is about who uses it: optimizers, and what happens when the network no
longer fits into memory.
"""
