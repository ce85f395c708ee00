# %% [markdown]
r"""
# 1 · The chain rule

Somewhere in the middle of a network sits a weight. You want to know: if it moved a little, would the **loss**, the number
that says how wrong the network is, rise or fall, and how fast? But the loss never meets that weight. It only sees what comes
out at the end, many steps later.

**What you will be able to do**

- find the slope of any function by nudging it, and say how many digits of the answer to trust,
- combine rates along a chain of any length, and where paths meet,
- sweep once backward over a graph and get the derivative at every node,
- say what that sweep saves when there are a million parameters.

**What you need.** The derivatives of $x^2$ and $x^3$ from school; Python functions, lists and loops, and a little NumPy. If
this is your first notebook, [start here](../00-start-here/start_here.ipynb).

**How long.** About 70 minutes. 27 points.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from backprop.check import check, progress
from backprop.widgets import Gears, GraphStepper, path_count, secant

# %% [markdown]
r"""
## A walker who cannot see

A **network** is a calculation. A number goes in, the *input*. It is multiplied and added to, and a number comes out, the
*prediction*. The numbers it is multiplied by are the **weights**. They are **parameters**: what training may change. What
should have come out is the *target*. Here is a network with two weights. Its input is 2, its target is 3, and its loss is the
square of the miss:
"""


# %%
def loss(w1, w2):
    hidden = w1 * 2
    prediction = w2 * hidden
    return (prediction - 3) ** 2


# %% [markdown]
r"""
Every pair of weights has a loss. Think of the pair as a place and of the loss as its height: that is a **loss landscape**,
and training is the search for a low place in it. The walker who searches cannot see. All they can do is put a foot a
little to one side and feel how much the ground rises.

They stand at $w_1 = 0.5$, $w_2 = 1$, and move each weight by a thousandth, one after the other. Guess: will the ground rise or fall along $w_1$?
And is it steeper along $w_1$ or along $w_2$?
"""

# %%
here = loss(0.5, 1.0)
print(f"along w1: {(loss(0.501, 1.0) - here) / 0.001:.3f}")
print(f"along w2: {(loss(0.5, 1.001) - here) / 0.001:.3f}")

# %% [markdown]
r"""
About $-8$ and $-4$. These two slopes together are the **gradient** at this place, and on a map they are an arrow: 8 to the left,
4 down. On the next map dark means low. (It shows the square root of the loss, so that you can see the flat valley.) Before you run it: will the
arrow point into the valley, or away from it?
"""

# %%
w1, w2 = np.meshgrid(np.linspace(-0.2, 2.2, 200), np.linspace(0.2, 2.2, 200))
plt.contourf(w1, w2, np.sqrt(loss(w1, w2)), levels=12, cmap="Blues_r")
plt.annotate("gradient", (0.5, 1.0), (-0.1, 0.7), arrowprops={"arrowstyle": "<-", "lw": 3, "color": "#B34700"})
plt.gca().set(title="square root of the loss", xlabel="w1", ylabel="w2")
plt.show()

# %% [markdown]
r"""
Away from it. **The gradient points uphill**. The loss here is 4. Take a hundredth of the gradient as your step, $(-0.08, -0.04)$. The slopes
promise a rise of $0.08\cdot 8 + 0.04\cdot 4 = 0.8$. Guess the loss after this step, and after the same step the other way.
"""

# %%
print(f"with the gradient:    {loss(0.5 + 0.01 * -8, 1.0 + 0.01 * -4):.2f}")
print(f"against the gradient: {loss(0.5 - 0.01 * -8, 1.0 - 0.01 * -4):.2f}")

# %% [markdown]
r"""
And of all directions the gradient's is the steepest. Try eight steps of the same length, all around. The gradient itself
lies between the two largest, at 207 degrees.
"""

# %%
for degrees in range(0, 360, 45):
    step1, step2 = 0.09 * np.cos(np.radians(degrees)), 0.09 * np.sin(np.radians(degrees))
    print(f"{degrees:3d} degrees: {loss(0.5 + step1, 1.0 + step2):.2f}")

# %% [markdown]
r"""
So whoever has the gradient knows where to go. The question of this lesson is how to get it.

Look at the two weights in the code once more. $w_2$ stands right before the prediction, and only the square comes after
it. $w_1$ has an effect only through `hidden`. In a network with a hundred such steps one after the other, its
*layers*, nearly every weight is like $w_1$: the loss feels it only through everything that follows.

## Gears

Follow a nudge of $w_1$ through the code, with $w_1 = 0.5$ and $w_2 = 1$. Every step has its own rate:

| step | if the first moves by a little, the second moves | rate |
|:--|:--|--:|
| $w_1 \to$ hidden | twice as far, since `hidden = w1 * 2` | $2$ |
| hidden $\to$ prediction | $w_2$ times as far | $1$ |
| prediction $\to$ loss | by the slope of $(p-3)^2$ at $p = 1$, which is $2\,(1-3)$ | $-4$ |

Picture four gears in a row, $w$, $h$, $p$ and $L$, each driving the next. You turn the first by one mark. How many marks does
the last one turn, and which way? Guess, run, then try other ratios with the sliders. What happens to all the rest when one ratio is 0?
"""

# %%
Gears([2.0, 1.0, -4.0], names=["w", "h", "p", "L"], most=4)

# %% [markdown]
r"""
$2 \cdot 1 \cdot (-4) = -8$, exactly what the walker felt approximately. Each ratio is a **local derivative**: how one step
follows what goes into it, without a thought for the rest. The **chain rule** says that they multiply. If $y$ depends on
$u$, and $u$ on $x$:

$$\frac{dy}{dx} = \frac{dy}{du}\cdot\frac{du}{dx}$$

A longer chain has more factors, nothing else.

One thing needs care. Take $y = (3x+1)^2$ at $x = 1$, with $u = 3x + 1$ in the middle. The first factor is the slope of a
square, so it is 2 times *something*. Two times 1, or two times 4? Decide. Then nudge:
"""


# %%
def y(x):
    return (3 * x + 1) ** 2


print(f"{(y(1.001) - y(1.0)) / 0.001:.3f}")

# %% [markdown]
r"""
About 24. That is $8 \cdot 3$, and the 8 is $2 \cdot 4$. The square never saw $x$. It saw $u = 4$, so that is where its
slope counts. **A local derivative is taken at the value that flowed there.** So before anybody can go backward, somebody
has to go forward and keep the values.

### Your turn: one chain on paper
*Difficulty 1 of 5 · about 4 minutes · 2 points*

The same for $y = (x^3 - 5)^2$ at $x = 2$, with $u = x^3 - 5$. Put your five numbers in place of the dots. Each is checked
alone.

<details><summary>Hint 1, a nudge</summary>

Go forward first: `u`, then `y`. Then ask of each of the two steps how steep it is at the value that came in.
</details>
<details><summary>Hint 2, a sketch</summary>

The slope of a square is twice what was squared. The slope of $x^3$ is $3x^2$, and the 5 stands still.
</details>
<details><summary>Hint 3, a skeleton</summary>

$u = 2^3 - 5$ and $y = u^2$. Then $dy/du = 2u$ with your own $u$, and $du/dx = 3 \cdot 2^2$. The last is the product of the
two.
</details>
"""

# %% solution="chain-numbers"
chain = {
    "u": 3.0,  # answer
    "y": 9.0,  # answer
    "dy_du": 6.0,  # answer
    "du_dx": 12.0,  # answer
    "dy_dx": 72.0,  # answer
}

# %% tests="chain-numbers"
check("chain-numbers", chain)

# %% [markdown]
r"""
## How good is a nudge?

You have nudged three times and each time got *about* the right slope. A nudge draws a line through two points of the curve,
a **secant**. The slope you want is the **tangent**'s. Move the second point closer. How fast does the error shrink? (In the
code, `lambda x: x * x` is a function that has no name.)
"""

# %%
secant(lambda x: x * x, x=1.0, derivative=lambda x: 2 * x)

# %% [markdown]
r"""
With a step of 1 the secant is off by 1, with 0.1 by 0.1. The error shrinks only as fast as the step, because this secant
leans to one side: it starts at $x$ and looks only to the right. It is called the **forward difference**:
"""


# %%
def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


# %% [markdown]
r"""
### Your turn: look both ways
*Difficulty 2 of 5 · about 5 minutes · 3 points*

Write `numeric_derivative`, the **central difference**: the slope of the secant that reaches from $x - h$ on the left to
$x + h$ on the right. It gets a function `f`, a number `x` and a step `h`, and returns one number.

<details><summary>Hint 1, a nudge</summary>

A slope is a rise divided by a run. How long is the run now?
</details>
<details><summary>Hint 2, a sketch</summary>

The rise is the height of `f` at the right end minus its height at the left end. Mind the brackets: Python does not know
that a fraction bar reaches all the way across.
</details>
<details><summary>Hint 3, a skeleton</summary>

`return (... - ...) / (2 * h)`, with `f(x + h)` at one of the two places.
</details>
"""


# %% solution="numeric-derivative"
def numeric_derivative(f, x, h):
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% tests="numeric-derivative"
check("numeric-derivative", numeric_derivative)

# %% [markdown]
r"""
Now hold them side by side on $x^3$ at $x = 1$, where the slope is 3. Each row takes a step ten times smaller. How does the
left error shrink, and how does yours?
"""


# %%
def cube(x):
    return x**3


for h in (0.1, 0.01, 0.001):
    print("h =", h, "  forward:", forward_difference(cube, 1.0, h), "  central:", numeric_derivative(cube, 1.0, h))

# %% [markdown]
r"""
Ten times smaller, and a hundred times smaller. So one takes the smallest step there is and has the exact slope? Bet on it
before you go on: which power of ten is best, and what happens beyond it?

For the bet we need a function whose slope is known everywhere. $e^x$ is its own derivative. `error` measures how far a
method is off, on average over a thousand places:
"""

# %%
places = np.linspace(-1, 1, 1001)


def error(method, h):
    slopes = method(np.exp, places, h)
    return np.nan if slopes is None else np.abs(slopes - np.exp(places)).mean()


# %% [markdown]
r"""
Change `h` and run the cell again: `1e-4`, `1e-6`, `1e-8`, `1e-10`, `1e-12`. Keep a list on paper. Then look more closely around
the best.
"""

# %%
h = 1e-2
print("forward difference:", error(forward_difference, h))
print("central difference:", error(numeric_derivative, h))

# %% [markdown]
r"""
### Your turn: the best step
*Difficulty 2 of 5 · about 6 minutes · 3 points*

`central` and `forward` are the powers of ten at which you measured the smallest error of each method, written as `1e-3`.
For `why`, choose the reason why a still smaller step is *worse*:

- **a** · The computer rounds such a small $h$ to zero.
- **b** · The curve bends away from a short secant.
- **c** · Small numbers are stored with fewer digits than large ones.
- **d** · The two heights agree in nearly all their digits, and only rounded ones remain in their difference.

<details><summary>Hint 1, a nudge</summary>

Two columns, two answers. They are not the same.
</details>
<details><summary>Hint 2, a sketch</summary>

Go down with `h` as long as the error falls. Where it rises for the first time, you have just passed the best one.
</details>
<details><summary>Hint 3, a skeleton</summary>

`for k in range(1, 15): print(k, error(numeric_derivative, 10.0**-k))` prints a whole column. For `why`, two of the four
can be tried out: is `1e-14` zero? Is `1.2345678901234567e-14` stored with fewer digits than `1.2345678901234567`?
</details>
"""

# %% solution="best-step"
best = {
    "central": 1e-5,  # answer
    "forward": 1e-8,  # answer
    "why": "d",  # answer
}

# %% tests="best-step"
check("best-step", best)

# %% [markdown]
r"""
Did you win your bet? Here is what the computer sees when the step is very small, at $x = 1$. Each height has about sixteen
digits. How many are left when you subtract one from the other, and how good is the last of them?
"""

# %%
h = 1e-12
print(f"right end {np.exp(1 + h):.16f}")
print(f"left end  {np.exp(1 - h):.16f}")

# %% [markdown]
r"""
The difference is 0.000000000005437. Four digits are left of sixteen, and the last is already wrong: the slope comes out as
2.7185 instead of 2.7183. Each height is rounded by about $10^{-16}$, and that is divided by $2h$.

Here are all your measurements at once. Read the picture from right to left, as $h$ shrinks.
"""

# %%
hs = 10.0 ** -np.arange(1, 15)
for method in (forward_difference, numeric_derivative):
    plt.loglog(hs, [error(method, h) for h in hs], "o-", label=method.__name__)
plt.gca().set(xlabel="step h", ylabel="mean error")
plt.legend()
plt.show()

# %% [markdown]
r"""
Two errors pull in opposite directions. On the right the curve bends under the secant: that error falls like $h$ for the
forward difference and like $h^2$ for yours. On the left rounding takes over: sixteen digits, of which the subtraction
eats nearly all, so that error grows like $10^{-16}/h$. The best step is where they meet.

Keep your `best["central"]`. In every lesson to come a central difference will tell you whether a gradient you derived is
right. It checks. It is not how one trains, and soon you will count why.

## A chain of any length

Back to exact slopes. In Python a list can hold functions. Let `fs` be such a list, the first one applied first, and `dfs`
their derivatives in the same order. For the table below `fs[0](1)` is 3 and `dfs[2](4)` is 8, and `zip(fs, dfs)` walks
through both in step. Here are three steps from $x = 1$. Cover the last row with your hand and work it out before you look.

| step | flows in | local derivative there | product so far | flows out |
|:--|--:|--:|--:|--:|
| triple, $3v$ | 1 | 3 | 3 | 3 |
| plus one, $v + 1$ | 3 | 1 | 3 | 4 |
| square, $v^2$ | 4 | 8 | 24 | 16 |

Two numbers travel together: the value, and the product of the slopes so far.

### Your turn: any chain
*Difficulty 3 of 5 · about 8 minutes · 4 points*

Write `compose`. It gets two lists of functions of the same length and a number `x`. It returns
`dict(value=..., derivative=...)`: what comes out at the end of the chain, and how fast that follows `x`.

<details><summary>Hint 1, a nudge</summary>

One loop, and each turn of it is one row of the table. All that a row needs from the row before are its last two numbers.
</details>
<details><summary>Hint 2, a sketch</summary>

Start with the value `x` and the product 1. In each turn both change. Which of the two has to change first, so that the
slope is taken at the value that flows *in*?
</details>
<details><summary>Hint 3, a skeleton</summary>

`for f, df in zip(fs, dfs):` and in it first `derivative = derivative * df(...)`, then `value = f(...)`. After the loop
`return dict(value=value, derivative=derivative)`.
</details>
"""


# %% solution="compose"
def compose(fs, dfs, x):
    value, derivative = x, 1.0
    ### BEGIN SOLUTION
    for f, df in zip(fs, dfs):
        derivative = derivative * df(value)
        value = f(value)
    return dict(value=value, derivative=derivative)
    ### END SOLUTION


# %% tests="compose"
check("compose", compose)

# %% [markdown]
r"""
Be your own checker. Here is a chain nobody has derived for you, $e^{\sin x^2}$, by your product and by your secant. In how
many digits will they agree?
"""

# %%
square, d_square = lambda x: x * x, lambda x: 2 * x
answer = compose([square, np.sin, np.exp], [d_square, np.cos, np.exp], 0.7)
print("by multiplying:", answer and answer["derivative"])
print("by nudging:    ", numeric_derivative(lambda x: np.exp(np.sin(x**2)), 0.7, 1e-5))

# %% [markdown]
r"""
Ten or eleven digits, if your `compose` is right: as many as the best step can give.

## Where two paths meet

Gears in a row are simple. In a network one number often goes to several places at once. Take

$$u = x^2 \qquad v = 3x \qquad y = u \cdot v \qquad\text{at } x = 2$$

A nudge of $x$ runs through $u$ and through $v$ *at the same time*. Look at $u$ first, and let $v$ stand still: $u$ moves 4 times
as far as $x$ (the slope of $x^2$ at 2), and $y = u\cdot v$ moves 6 times as far as $u$, since $v = 6$. That makes 24. *In a
product, the slope along one factor is the other factor.* Through $v$ the rates are 3 and $u = 4$, which makes 12. What does $y$ do: 24, 12, 36, or 288 times the nudge? Write it down, then step through
the picture with the arrow keys, forward in blue and backward in red.
"""

# %%
GraphStepper("x**2 * (3*x)", x=2.0, output="y")

# %% [markdown]
r"""
Such a picture is a **computational graph**: a node for every number, an edge for every "is used in". At each node stands
its gradient, short for: how fast $y$ follows this node. At each edge stands the local derivative. In symbols (the curly $\partial$ is a $d$ that
reminds you: $y$ has another input too, and that one stands still):

$$\frac{dy}{dx} = \frac{\partial y}{\partial u}\cdot\frac{du}{dx} + \frac{\partial y}{\partial v}\cdot\frac{dv}{dx}
= 6 \cdot 4 + 4 \cdot 3 = 36$$

**Along a path, multiply. Where paths meet, add.** Is 36 right? $y$ is $3x^3$ in disguise, so a nudge can tell:
"""

# %%
print(f"{forward_difference(lambda x: 3 * x**3, 2.0, 1e-6):.4f}")

# %% [markdown]
r"""
### Your turn: a weight used twice
*Difficulty 3 of 5 · about 6 minutes · 3 points*

Here is a network that reads two numbers one after the other, both times with the same weight:

$$h = w\,x_1 \qquad s = h + x_2 \qquad y = w\,s \qquad L = (y - t)^2$$

The weight is used **early**, in $h$, and **late**, in $y$. Fill in the four blanks of `shared_weight`: the slope of the
loss in $y$, the product of *all* slopes along the late path from $L$ to $w$, the same for the early path, and $dL/dw$ itself.
All are single numbers.

<details><summary>Hint 1, a nudge</summary>

Draw the graph on paper and go from $L$ back to $w$ with a finger. There are two ways.
</details>
<details><summary>Hint 2, a sketch</summary>

Both ways begin with `dL_dy`. The late one has one more edge, from $y$ straight to $w$. The early one has three: from $y$
to $s$, from $s$ to $h$, from $h$ to $w$. What was $w$ multiplied by in each case?
</details>
<details><summary>Hint 3, a skeleton</summary>

Late: `dL_dy` times `s`. Early: `dL_dy` times the rate from $s$ to $y$, times 1, times the rate from $w$ to $h$. The two
meet at $w$.
</details>
"""


# %% solution="shared-weight"
def shared_weight(w, x1, x2, t):
    h = w * x1
    s = h + x2
    y = w * s

    dL_dy = 2 * (y - t)  # answer
    path_late = dL_dy * s  # answer
    path_early = dL_dy * w * x1  # answer
    dL_dw = path_late + path_early  # answer

    return dict(dL_dy=dL_dy, path_late=path_late, path_early=path_early, dL_dw=dL_dw)


# %% tests="shared-weight"
check("shared-weight", shared_weight)

# %% [markdown]
r"""
Here is your graph with $w = 2$, $x_1 = 1$, $x_2 = 3$ and $t = 8$. The picture writes $a$ and $b$ for $x_1$ and $x_2$, and finds
its own names for what lies between. Step to the end: your two contributions meet at $w$. On the way, watch the *order* in
which the red numbers appear.
"""

# %%
GraphStepper("(w*(w*a + b) - t)**2", w=2.0, a=1.0, b=3.0, t=8.0, output="L", title="One weight, two paths")

# %% [markdown]
r"""
## Too many paths

Two paths are few. Let $b = a + a$, then $c = b + b$, then $d = c + c$. How many paths lead from $d$ back to $a$? Run, and
see. Then say how many there will be after ten additions, and only then move the slider.
"""

# %%
path_count()

# %% [markdown]
r"""
The paths double with every addition, the nodes grow by one. So nobody should walk every path, and nobody has to. Add up
all the ways from the output back to a node *once*, at that node: whatever leads on from there needs only the sum. The sum is
the node's gradient. For the next step back it is the **upstream gradient**, and every edge that leads on uses it again.

So visit every *node* once. At its visit a node hands its gradient back over each edge that leads to it, multiplied by the
slope on the edge, and whoever receives it *adds* it to what is there already. Here is $y = x^2 \cdot 3x$ again, with the
nodes numbered as they were computed: 0 is $x$, 1 is $u$, 2 is $v$, 3 is $y$.

| visit | node | its gradient | hands back |
|--:|:--|--:|:--|
| 1 | 3, $y$ | 1 | $1 \cdot 6$ to node 1, $1 \cdot 4$ to node 2 |
| 2 | 2, $v$ | 4 | $4 \cdot 3$ to node 0 |
| 3 | 1, $u$ | 6 | $6 \cdot 4$ to node 0 |
| 4 | 0, $x$ | $12 + 24 = 36$ | nothing |

What would go wrong if node 0 were visited second? It would hold 0, since nobody has handed it anything yet. A node may be
visited only after *all* that use it. Numbers are computed inputs first, so the way back goes from the last number to the
first. This is called **reverse topological order**.

### Your turn: the backward sweep
*Difficulty 4 of 5 · about 12 minutes · 5 points*

Write `backward_sweep`. It gets

- `n`, how many nodes there are: 0 to `n - 1`, numbered as they were computed, the last one is the output,
- `edges`, an array of whole numbers of shape (m, 2): each row `[source, target]` says that `source` is used in `target`,
- `slopes`, an array of shape (m,): the local derivative on each edge.

It returns `n` numbers, as a list or an array of shape (n,): the derivative of the output with respect to each node. The
graph above is `n = 4`, `edges = [[0, 1], [0, 2], [1, 3], [2, 3]]`, `slopes = [4, 3, 6, 4]`, and its answer is
`[36, 6, 4, 1]`. In general the edges come in no particular order, and two of them may join the same nodes, as in $b = a + a$.

<details><summary>Hint 1, a nudge</summary>

Two loops: the outer one over the nodes in the right order, the inner one over the edges. Only some edges matter at each
visit.
</details>
<details><summary>Hint 2, a sketch</summary>

At the visit of `node`, look for the edges whose target is `node`. Each adds something to the gradient of its source: the
node's own gradient, times the edge's slope. `reversed(range(n))` counts down.
</details>
<details><summary>Hint 3, a skeleton</summary>

`for node in reversed(range(n)):`, in it `for (source, target), slope in zip(edges, slopes):`, in that
`if target == node:`, and in that one line with `gradients[source] += ...`. At the end `return gradients`.
</details>
"""


# %% solution="backward-sweep"
def backward_sweep(n, edges, slopes):
    gradients = [0.0] * n
    gradients[n - 1] = 1.0  # the output follows itself one to one
    ### BEGIN SOLUTION
    for node in reversed(range(n)):
        for (source, target), slope in zip(edges, slopes):
            if target == node:
                gradients[source] += gradients[node] * slope
    return gradients
    ### END SOLUTION


# %% tests="backward-sweep"
check("backward-sweep", backward_sweep)

# %% [markdown]
r"""
Now give your sweep fifty doublings. A machine that walks a billion paths a second would need thirteen days for them. How many
visits does yours need? Guess, then run.
"""

# %%
n = 51
edges = np.array([(k, k + 1) for k in range(n - 1) for _ in range(2)])
gradients = backward_sweep(n, edges, np.ones(len(edges)))
print("no sweep yet" if gradients is None else f"{gradients[0]:.0f} paths, added up in {n} visits")

# %% [markdown]
r"""
<details><summary><b>Challenge</b>, if you like: walk the paths</summary>

Write `walk(node)`, which returns 1 for the output and otherwise the sum, over all edges that leave `node`, of the slope
times `walk(target)`. It is correct, it is short, and it calls itself. Time it with `%time walk(0)` on 15, 18 and 21
doublings. Then remember each answer in a dictionary the first time it is found. What have you built? No points.
</details>

## What the sweep saves

Call one run through the whole network, forward or backward, a **pass**. The walker nudged one weight at a time,
and ran the network for each. And your sweep? What has to be there before it can start, and how often does it go through the
graph?

(Your loop looks at all edges at every visit, which keeps the code short, but it *uses* each edge only once. A framework
keeps a list of edges at every node, and then the sweep is one walk through the graph: one pass.)

### Your turn: count the passes
*Difficulty 2 of 5 · about 4 minutes · 3 points*

Write `count_passes`. It gets `N`, the number of parameters, and returns a dictionary with three whole numbers: how many passes
it takes to get all `N` slopes at one place by `forward_difference`, by `central_difference`, and by `backward_sweep`. Nobody
runs the same pass twice.

<details><summary>Hint 1, a nudge</summary>

Count for $N = 2$ first. You did just that at the top of this lesson, when the walker put out a foot. How often was `loss`
called?
</details>
<details><summary>Hint 2, a sketch</summary>

The forward difference compares each nudged loss with the same unmoved one. The central difference compares two nudged ones
for each parameter. The sweep does not ask how many parameters there are.
</details>
<details><summary>Hint 3, a skeleton</summary>

`return dict(forward_difference=..., central_difference=..., backward_sweep=...)`. The first is `N` and one more. The last is a
plain number.
</details>
"""


# %% solution="count-passes"
def count_passes(N):
    ### BEGIN SOLUTION
    return dict(forward_difference=N + 1, central_difference=2 * N, backward_sweep=2)
    ### END SOLUTION


# %% tests="count-passes"
check("count-passes", count_passes)

# %% [markdown]
r"""
Here are your counts, from one parameter to a million. Which of the three lines will you not see rise?
"""

# %%
sizes = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]
counts = [count_passes(N) or {} for N in sizes]
for way in ("forward_difference", "central_difference", "backward_sweep"):
    plt.loglog(sizes, [count.get(way, np.nan) for count in counts], "o-", label=way)
plt.gca().set(xlabel="parameters", ylabel="passes for one gradient")
plt.legend()
plt.show()

# %% [markdown]
r"""
The language model GPT-3 had 175 billion parameters in 2020. Suppose that one pass took a second. How long would a single
gradient take by central differences: days, a year, a lifetime?
"""

# %%
seconds = 2 * 175e9
print(f"{seconds / (60 * 60 * 24 * 365):,.0f} years")

# %% [markdown]
r"""
The sweep takes two seconds. Let it be three, because a pass backward costs more than one forward: lesson 3 counts that. One or
two passes for *each* parameter, or two or three for *all*: without the sweep there would be no large networks.

## A kink

One question is left. ReLU, the function $\max(x, 0)$, is in a great many networks, and it has a corner at 0. What is its slope
there? You have three ways to ask: a secant to the right, one to the left, and your central one. Guess all three numbers,
and whether a smaller step will bring them together.
"""


# %%
def relu(x):
    return np.maximum(x, 0.0)


for h in (0.1, 0.001, 0.00001):
    print("right", forward_difference(relu, 0.0, h), "  left", (relu(0.0) - relu(-h)) / h,
          "  central", numeric_derivative(relu, 0.0, h))

# %% [markdown]
r"""
Three answers, and no step makes them agree. At a corner there is no tangent, so there is no derivative.

There is something weaker, and in practice it is enough for walking downhill: a straight line that touches the curve at the
corner and nowhere rises above it. The slope of such a line is a **subgradient**. Which of these five slopes qualify? Mark
them, then run.
"""

# %%
xs = np.linspace(-2, 2, 401)
plt.plot(xs, relu(xs), "k", linewidth=4, label="ReLU")
for slope in (-0.5, 0.0, 0.3, 1.0, 1.2):
    fits = (slope * xs <= relu(xs)).all()
    plt.plot(xs, slope * xs, "-" if fits else ":", label=f"{slope}: {'stays below' if fits else 'rises above'}")
plt.legend()
plt.show()

# %% [markdown]
r"""
Every slope from 0 to 1 qualifies, from the slope on the left to the slope on the right. A program has to choose one. The
usual choice is 0, also in this course: slope 1 where $x > 0$, and 0 everywhere else. In a network an input of exactly 0 is
rare, so hardly anything depends on the choice. But a *check* that nudges across a corner sees a mixture of both slopes,
as your 0.5 is, and then a right gradient looks wrong.

### Your turn: another corner
*Difficulty 2 of 5 · about 4 minutes · 2 points*

**Leaky ReLU** is $x$ for $x > 0$ and $0.1\,x$ for $x < 0$. At its corner, $x = 0$: what is the slope on the `left`, what on the
`right`, what does the `central` difference say, and is 0 a subgradient (`zero_fits`: `True` or `False`)?

<details><summary>Hint 1, a nudge</summary>

Sketch it. It is two straight lines that meet at the origin.
</details>
<details><summary>Hint 2, a sketch</summary>

For `central`: the left end of the secant is at height $-0.1h$, the right end at height $h$. For `zero_fits`: a line with
slope 0 through the origin is the $x$ axis. Where does the curve lie?
</details>
<details><summary>Hint 3, a skeleton</summary>

`central` is $(h + 0.1h) / (2h)$. The subgradients are all slopes from `left` to `right`, both included, and no others.
</details>
"""

# %% solution="kink"
kink = {
    "left": 0.1,  # answer
    "right": 1.0,  # answer
    "central": 0.55,  # answer
    "zero_fits": False,  # answer
}

# %% tests="kink"
check("kink", kink)

# %% [markdown]
r"""
## Quiz

### Two choices
*Difficulty 2 of 5 · about 3 minutes · 2 points*

**`downhill`** · At some place the gradient is $-2$ along $w_1$ and $6$ along $w_2$. Which small step goes downhill fastest?

- **a** · $w_1$ down by a little and $w_2$ up by three times as much.
- **b** · $w_1$ up by a little and $w_2$ down by three times as much.
- **c** · Both down by the same amount.
- **d** · $w_1$ up by three times as much as $w_2$ down.

**`too_early`** · A sweep visits a node before one of the nodes that use it. What is wrong with what the node hands back?

- **a** · It may have the wrong sign, since order matters in a product.
- **b** · It counts one path twice.
- **c** · It lacks the paths through the node that was not visited yet.
- **d** · Nothing. It only takes longer.

<details><summary>Hint 1, a nudge</summary>

For the first: the gradient points uphill, for each weight by itself.
</details>
<details><summary>Hint 2, a sketch</summary>

For the second: go back to the table of four visits, and visit node 0 third instead of last. What does it hold?
</details>
<details><summary>Hint 3, a skeleton</summary>

A step against $(-2, 6)$ has the signs of $(2, -6)$ and the same proportions. And a gradient that was handed on too early is a
sum that was not finished.
</details>
"""

# %% solution="chain-quiz"
answers = {
    "downhill": "b",  # answer
    "too_early": "c",  # answer
}

# %% tests="chain-quiz"
check("chain-quiz", answers)

# %% [markdown]
r"""
Here is where you stand. Run your checks again after a restart: the table knows those that ran since the kernel started.
"""

# %%
progress()

# %% [markdown]
r"""
## What you can do now

You measured slopes, and you know how far to trust such a measurement. You multiplied local derivatives along a chain, each
taken at the value that flowed there, and added where paths meet. And you wrote the sweep that every framework runs: each
node once, last one first, the upstream gradient used again at every edge. Two passes, however many parameters there are. When
the graph is a network and its output the loss, this sweep has a name: **backpropagation**.

**Test yourself**, without looking back:

1. A central difference with $h = 10^{-15}$ gives a slope that is off by a few percent. What happened?
2. In $y = \sin(x^2)$, at which value is the slope of the sine taken?
3. A number is used in three places. How many contributions make up its gradient, and what is done with them?
4. In which order does the sweep visit the nodes, and why?
5. Someone's gradient of a ReLU says 1 and their central difference says 0.5. Is the gradient wrong?

<details><summary>Answers</summary>

1. Rounding: the two heights agreed in nearly all their digits. 2. At $x^2$. 3. Three, and they are added. 4. From the output
back, each node after all that use it, because only then is its gradient complete. 5. Not necessarily: the secant may reach
across the corner, where it sees a mixture of 0 and 1. Nudge somewhere else, or less far.
</details>

**Words of this lesson**

| word | meaning |
|:--|:--|
| loss (cost) function | one number for how far the predictions are from the targets |
| loss landscape | the loss as a height over all values of the parameters |
| gradient | the slopes of a function along all its inputs; as an arrow it points to where the function grows fastest |
| chain rule | along a chain, local derivatives multiply; where paths meet, contributions add |
| local derivative | the derivative of one step with respect to what goes into it, at the value that flowed there |
| forward, central difference | the slope of a secant from $x$ to $x + h$; from $x - h$ to $x + h$ |
| computational graph | a node for every number, an edge wherever a number is used in another |
| upstream gradient | the derivative of the output (in a network, the loss) with respect to the result of a step |
| forward pass | computing all values from the inputs to the output, and keeping them |
| backward pass, **backpropagation** | computing all gradients from the output to the inputs, visiting each node once |
| reverse topological order | each node after all nodes that use it |
| subgradient | at a corner of a curve that never bends downward: the slope of a line that touches it there and nowhere rises above it |

**Where it comes from.** Leibniz worked with the chain rule in the 1670s. The sweep is three centuries younger.
In 1970 Seppo Linnainmaa, a student in Helsinki, wanted to know how rounding errors add up in a long computation, the very
errors that spoiled your small steps. Instead of following each of them forward to the end, he went through the computation
backward, once. S. Linnainmaa,
[Taylor expansion of the accumulated rounding error](https://doi.org/10.1007/BF01931367), BIT 16, 146–160 (1976). That a
gradient never costs more than a small multiple of the function itself was proved by W. Baur and V. Strassen,
[The complexity of partial derivatives](https://doi.org/10.1016/0304-3975(83)90110-X), Theoretical Computer Science 22,
317–330 (1983). For a survey: A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind,
[Automatic differentiation in machine learning](https://www.jmlr.org/papers/v18/17-468.html), JMLR 18 (2018).

**Next.** In [lesson 2](../02-two-layer-trace/two_layer_trace.ipynb) the graph becomes a network: you trace every number of it,
forward and back, and let it learn.
"""
