# %% [markdown]
r"""
# 2 · Two layers, traced by hand

A network with one hidden unit has four parameters. That is small enough to hold every number in your head. And the way
its error travels back to each of them is the way it travels in a network with a billion.

**What you will be able to do**

- run a network forward on paper and write down every number on the way,
- carry the gradient back through the same numbers, one factor at a time,
- say from the sign of a gradient which way a weight will move, and tell when a step is too long,
- write both passes as functions, for a ReLU network and for a sigmoid network, and train the first of them.

**What you need.** [Lesson 1](../01-chain-rule/chain_rule.ipynb), or the chain rule and what a local derivative is. Python
functions and dictionaries. Paper and a pencil: they are faster than you think.

**How long.** About 75 minutes. If you want a pause, take it before *Two hidden units*. 32 points, of which 2 are given by
your instructor.
"""

# %%
from backprop.check import check, progress
from backprop.widgets import MatchingQuiz, learning_rate, live, loss_curve, sigmoid_network
from backprop.widgets import trace_network, trace_table, training_loop

# %% [markdown]
r"""
## The loop

Training a network repeats four steps.

1. **Forward and record.** Push an input through the layers. Keep every number on the way: the way back needs them.
2. **Loss and its gradient.** Compare the prediction with the target. One number, the **loss**, says how bad it was, and
   its derivative says in which direction the prediction should have been different.
3. **Backward, layer by layer.** Carry that derivative through the **activation function**, then to the **weights and
   biases** of the layer, then on to the layer before.
4. **Update.** Move every parameter a small step against its gradient.

Step through the picture with the buttons or the arrow keys. Which of the four steps changes a parameter? The small
formulas in the boxes are for later: at the end of this lesson you will have written all of them.
"""

# %%
training_loop()

# %% [markdown]
r"""
Only the last step changes anything. The first three find out what to change.

You will usually send not one example but a handful through the loop, a **minibatch**, and average their gradients. When
every example of the training data has had its turn, that was one **epoch**. Here a minibatch holds one example, so that you
can see everything. Lesson 3 makes it larger.
"""

# %% [markdown]
r"""
## Forward

This is network A: one input $x$, one hidden unit with a ReLU, one output.

$$z_1 = w_1 x + b_1 \qquad a_1 = \mathrm{ReLU}(z_1) = \max(z_1, 0) \qquad z_2 = w_2 a_1 + b_2 \qquad L = (z_2 - y)^2$$

$z_1$ is the **pre-activation** and $a_1$ the **activation** of the hidden unit. $z_2$ is the prediction, $y$ the target.
The loss is the square of the miss, with nothing in front of it. Remember that: the constant in front of the loss goes
straight into every gradient.

Here is one pass with easy numbers: $x=3$, $w_1=1$, $b_1=-1$, $w_2=-1$, $b_2=1$, and the target $y=0$.
Before each step forward, say what the next number will be. (In the code, `**warm_up` hands over the dictionary's entries
as arguments.)
"""

# %%
warm_up = dict(x=3.0, y=0.0, w1=1.0, b1=-1.0, w2=-1.0, b2=1.0)
trace_network(**warm_up, backward=False)

# %% [markdown]
r"""
### Your turn: the forward pass
*Difficulty 1 of 5 · about 3 minutes · 2 points*

Now with other numbers, on paper:

$$x = 2 \qquad w_1 = 0.5 \qquad b_1 = 0 \qquad w_2 = 1.5 \qquad b_2 = 0 \qquad y = 3$$

Put your four numbers in place of the dots. Each is checked alone, and the check points at the first that is wrong. Mend that
one first: the later ones follow from it.

<details><summary>Hint 1, a nudge</summary>

Go in order. Every number needs only the one before it and the parameters.
</details>
<details><summary>Hint 2, a sketch</summary>

$z_1$ is the weight times the input, plus the bias. ReLU changes only negative numbers. For $z_2$ do the same once more,
with $a_1$ in place of $x$.
</details>
<details><summary>Hint 3, a skeleton</summary>

$z_1 = 0.5 \cdot 2 + 0$. Then $a_1 = \max(z_1, 0)$. Then $z_2 = 1.5 \cdot a_1 + 0$. Then $L = (z_2 - 3)^2$.
</details>
"""

# %% solution="forward-numbers"
forward = {
    "z1": 1.0,  # answer
    "a1": 1.0,  # answer
    "z2": 1.5,  # answer
    "L": 2.25,  # answer
}

# %% tests="forward-numbers"
check("forward-numbers", forward)

# %% [markdown]
r"""
## Backward

Back to the warm-up: the prediction was $-1$ and the target 0. Which of the four parameters is to blame, and how much?

Ask it as a question about nudges. If $w_1$ were a tiny bit larger, what would happen to the loss? You could try: change
$w_1$ by a hundredth, run the whole network again, and compare. (In the code, `|` makes a copy of a dictionary with an entry
changed.)
"""


# %%
def loss(x, y, w1, b1, w2, b2):
    hidden = max(w1 * x + b1, 0.0)
    return (w2 * hidden + b2 - y) ** 2


nudged = warm_up | {"w1": 1.01}
print(f"{(loss(**nudged) - loss(**warm_up)) / 0.01:.2f}")

# %% [markdown]
r"""
Per unit of nudge the loss rises by about 6: for a hundredth, by about 0.06. It works, and it has two flaws. It is not exact.
And it takes a whole forward pass for each parameter: four here, a billion elsewhere.

Look at how the nudge travels instead. $w_1$ moves $z_1$. That moves $a_1$, that moves $z_2$, and that moves $L$. Each of
these small moves has a rate of its own, and each rate is a derivative you can do in your head. The curly $\partial$ is a $d$ that reminds you: everything else stands still.

| step | question | **local derivative** | warm-up |
|:--|:--|:--|--:|
| $z_2 \to L$ | how does the loss follow the prediction? | $\dfrac{\partial L}{\partial z_2} = 2\,(z_2 - y)$ | $-2$ |
| $a_1 \to z_2$ | how does the prediction follow the activation? | $\dfrac{\partial z_2}{\partial a_1} = w_2$ | $-1$ |
| $z_1 \to a_1$ | does ReLU pass the move on? | $\dfrac{\partial a_1}{\partial z_1} = 1$ if $z_1 > 0$, and $0$ if $z_1 < 0$ | $1$ |
| $w_1 \to z_1$ | how does the pre-activation follow the weight? | $\dfrac{\partial z_1}{\partial w_1} = x$ | $3$ |

Rates along one path multiply. That is all the chain rule says:

$$\frac{\partial L}{\partial w_1} = \frac{\partial L}{\partial z_2} \cdot \frac{\partial z_2}{\partial a_1} \cdot
\frac{\partial a_1}{\partial z_1} \cdot \frac{\partial z_1}{\partial w_1} = (-2)\cdot(-1)\cdot 1 \cdot 3 = 6$$

The nudge said about 6. The product says exactly 6.
"""

# %% [markdown]
r"""
Here is the warm-up again. Step past the loss, and the gradients run from right to left. At every node stands the
**upstream gradient**: how fast the loss changes when this node does. At every edge stands the local derivative. Going back
over an edge multiplies the two.
"""

# %%
trace_network(**warm_up)

# %% [markdown]
r"""

Notice what is used twice. The $-2$ at $z_2$ was computed once, and $w_2$, $b_2$ and everything further left share it.

Try it once with a table that looks over your shoulder. Type a number and press Enter: if it is right, it appears on the
network. Nothing is counted here.
"""

# %%
trace_table(x=1.5, y=1.0, w1=2.0, b1=-1.0, w2=0.5, b2=0.5)

# %% [markdown]
r"""
### Your turn: the way back
*Difficulty 2 of 5 · about 6 minutes · 3 points*

The same for the numbers you traced forward: $x = 2$, $w_1 = 0.5$, $w_2 = 1.5$, $y = 3$, with $z_1$, $a_1$, $z_2$ from your
first exercise. Write the four local derivatives, then their product.

<details><summary>Hint 1, a nudge</summary>

Each row of the table above is one line here. Only the numbers are other ones.
</details>
<details><summary>Hint 2, a sketch</summary>

The prediction is 1.5 and the target 3, so $z_2 - y$ is negative. ReLU passes everything on, since $z_1 > 0$. The last
factor is what $w_1$ was multiplied by on the way forward.
</details>
<details><summary>Hint 3, a skeleton</summary>

$2 \cdot (1.5 - 3)$, then the weight $w_2$, then ReLU's 1 or 0, then the input $x$. The last line is the product of the four.
</details>
"""

# %% solution="backward-numbers"
backward = {
    "dL_dz2": -3.0,  # answer
    "dz2_da1": 1.5,  # answer
    "da1_dz1": 1.0,  # answer
    "dz1_dw1": 2.0,  # answer
    "dL_dw1": -9.0,  # answer
}

# %% tests="backward-numbers"
check("backward-numbers", backward)

# %% [markdown]
r"""
## Update

**Gradient descent** takes the gradient and makes one move of it. With the **learning rate** $\eta$:

$$w_1 \leftarrow w_1 - \eta\,\frac{\partial L}{\partial w_1}$$

The minus sign is there because the gradient points uphill. Backpropagation found the gradient. The update uses it. They
are two different things.

### Your turn: one step
*Difficulty 2 of 5 · about 4 minutes · 2 points*

Take $\eta = 0.1$ and move $w_1$ alone. Then run the network forward again with the new weight. Did the loss fall?
Write `True` or `False` for the last one.

<details><summary>Hint 1, a nudge</summary>

The new weight is larger than the old one. If yours is smaller, look at the minus sign once more.
</details>
<details><summary>Hint 2, a sketch</summary>

When $w_1$ has moved, $z_1$ and $a_1$ are no longer 1. Start the forward pass from the input.
</details>
<details><summary>Hint 3, a skeleton</summary>

$w_1 = 0.5 - 0.1 \cdot (-9)$. With it $z_1 = w_1 \cdot 2$, and on as before. Compare the new loss with 2.25.
</details>
"""

# %% solution="one-step"
step = {
    "w1_new": 1.4,  # answer
    "z2_new": 4.2,  # answer
    "L_new": 1.44,  # answer
    "loss_fell": True,  # answer
}

# %% tests="one-step"
check("one-step", step)

# %% [markdown]
r"""
Now say in your own words what you have just seen. Two sentences each are enough. Your instructor reads them.

**Written answer 1** · *1 point*. The gradient $\partial L/\partial w_1$ is negative. What would happen to the loss if
$w_1$ grew a little, and how do you know without computing the loss again?
"""

# %% [markdown] manual="why-sign" points=1
r"""
A negative gradient means that the loss falls when the weight grows: near this point the loss changes by about minus nine
times the change of the weight. The prediction 1.5 lies below the target 3, and a larger weight raises it, because the
input, the gate and the second weight are all positive.
"""

# %% [markdown]
r"""
**Written answer 2** · *1 point*. Gradient descent will now change $w_1$. In which direction does it move the weight,
and why is that the direction in which the loss gets smaller?
"""

# %% [markdown] manual="which-way" points=1
r"""
It moves the weight up. The update subtracts the learning rate times the gradient, and minus a negative number is positive.
The gradient points to where the loss grows, so the opposite direction is where it shrinks.
"""

# %% [markdown]
r"""
Look at the prediction once more. It was 1.5, the target is 3, and now it is 4.2. The step went *past* the target. The
loss still fell, because 4.2 misses by less than 1.5 did. A slightly longer step would not have been so lucky.

Slide the learning rate and watch where the step lands.
"""

# %%
learning_rate(lambda rate: (27 * rate - 1.5) ** 2, parameter=lambda rate: 0.5 + 9 * rate, most=1 / 6, positions=300)

# %% [markdown]
r"""
Moving $w_1$ by $-\eta \cdot (-9)$ gives the prediction $1.5 \cdot 2 \cdot (0.5 + 9\eta) = 1.5 + 27\eta$, so the loss
after the step is

$$L(\eta) = (1.5 + 27\eta - 3)^2 = (27\eta - 1.5)^2$$

a parabola in the learning rate.

### Your turn: which learning rates help?
*Difficulty 3 of 5 · about 5 minutes · 2 points*

`best` is the rate whose step lands exactly on the target. `largest` is the rate at which the loss comes out as high as it
was before, 2.25. Every rate between 0 and `largest` lowers the loss. Compute both and give them as fractions, such as `1 / 7`:
the slider is too coarse to read them off.

<details><summary>Hint 1, a nudge</summary>

A parabola is symmetric. It starts at $\eta = 0$ with 2.25. Where does it come back to that height?
</details>
<details><summary>Hint 2, a sketch</summary>

Where does $27\eta - 1.5$ become zero? The other side is as far away again.
</details>
<details><summary>Hint 3, a skeleton</summary>

Solve $27\eta = 1.5$ for `best`. `largest` is twice that.
</details>
"""

# %% solution="learning-rates"
rates = {
    "best": 1 / 18,  # answer
    "largest": 1 / 9,  # answer
}

# %% tests="learning-rates"
check("learning-rates", rates)

# %% [markdown]
r"""
## A gate that is sometimes shut

So far $z_1$ was positive and ReLU did nothing. Guess before you run the next cell: with $x = -2$ instead of 2, which
numbers of the trace change, and what happens to the gradient of $w_1$? Write your guess down. It costs nothing to be
wrong here.
"""

# %%
worked = dict(x=2.0, y=3.0, w1=0.5, b1=0.0, w2=1.5, b2=0.0)
trace_network(**worked | {"x": -2.0})

# %% [markdown]
r"""
$z_1$ is $-1$, and every gradient to the left of it is zero. Not small: zero. ReLU is a **gate**. Forward it lets positive
numbers through and stops the others. Backward it is the same gate, set by the same $z_1$. Where nothing went forward, no
blame goes back.

The unit is **dead** for this input: a tiny change of $w_1$ changes nothing, because $z_1$ stays negative. Only $b_2$ still
learns. Even $w_2$ does not, since what comes in along its edge is $a_1 = 0$. (At exactly $z_1 = 0$ ReLU has a kink and no
slope. Everybody agrees on a value there, usually 0. [Lesson 1](../01-chain-rule/chain_rule.ipynb) says what else one can do at a kink.)

### Your turn: one gradient, any numbers
*Difficulty 2 of 5 · about 5 minutes · 3 points*

Write `dL_dw1`. It gets six numbers and returns one. The forward pass is there already. The four factors stand in the table
above.

<details><summary>Hint 1, a nudge</summary>

Three of the factors are plain numbers you already have. One is a yes or no.
</details>
<details><summary>Hint 2, a sketch</summary>

Compute the gate from `z1` with an `if`, or with a comparison: in Python `float(True)` is 1.0.
</details>
<details><summary>Hint 3, a skeleton</summary>

Return the product of `2 * (z2 - y)`, `w2`, the gate and `x`.
</details>
"""


# %% solution="dL-dw1"
def dL_dw1(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = max(z1, 0.0)
    z2 = w2 * a1 + b2
    ### BEGIN SOLUTION
    gate = 1.0 if z1 > 0 else 0.0
    return 2 * (z2 - y) * w2 * gate * x
    ### END SOLUTION


# %% tests="dL-dw1"
check("dL-dw1", dL_dw1)

# %% [markdown]
r"""
## The whole trace

One gradient is done. The others are on the way already: each is an upstream gradient times one local derivative.

| gradient | is | because |
|:--|:--|:--|
| $\partial L/\partial w_2$ | $\partial L/\partial z_2 \cdot a_1$ | $w_2$ was multiplied by $a_1$ |
| $\partial L/\partial b_2$ | $\partial L/\partial z_2$ | $b_2$ moves $z_2$ one to one |
| $\partial L/\partial a_1$ | $\partial L/\partial z_2 \cdot w_2$ | $a_1$ was multiplied by $w_2$ |
| $\partial L/\partial z_1$ | $\partial L/\partial a_1 \cdot$ gate | ReLU passes or stops |

$w_1$ and $b_1$ have no row here. They do for $z_1$ what $w_2$ and $b_2$ do for $z_2$.

### Your turn: every gradient
*Difficulty 3 of 5 · about 8 minutes · 4 points*

Fill in the seven blanks of `trace_relu`, from the loss back to the first layer. Use what you have computed a line earlier:
that is the whole trick of backpropagation.

<details><summary>Hint 1, a nudge</summary>

No line needs more than one multiplication, apart from the first.
</details>
<details><summary>Hint 2, a sketch</summary>

`dL_dw2`, `dL_db2` and `dL_da1` all begin with `dL_dz2`. `dL_dw1` and `dL_db1` both begin with `dL_dz1`.
</details>
<details><summary>Hint 3, a skeleton</summary>

`dL_dz1` is `dL_da1` where `z1 > 0`, and 0.0 elsewhere. `dL_dw1` is `dL_dz1` times what `w1` was multiplied by. A bias
is multiplied by nothing.
</details>
"""


# %% solution="trace-relu"
def trace_relu(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = max(z1, 0.0)
    z2 = w2 * a1 + b2
    L = (z2 - y) ** 2

    dL_dz2 = 2 * (z2 - y)  # answer
    dL_dw2 = dL_dz2 * a1  # answer
    dL_db2 = dL_dz2  # answer
    dL_da1 = dL_dz2 * w2  # answer
    dL_dz1 = dL_da1 if z1 > 0 else 0.0  # answer
    dL_dw1 = dL_dz1 * x  # answer
    dL_db1 = dL_dz1  # answer

    return dict(z1=z1, a1=a1, z2=z2, L=L, dL_dz2=dL_dz2, dL_dw2=dL_dw2, dL_db2=dL_db2,
                dL_da1=dL_da1, dL_dz1=dL_dz1, dL_dw1=dL_dw1, dL_db1=dL_db1)


# %% tests="trace-relu"
check("trace-relu", trace_relu)

# %% [markdown]
r"""
Every move of these sliders calls your own function. Take $x$ slowly through 0, and watch the last two rows. Then leave $x$ at 2
and move $w_1$: at which $w_1$ does every gradient become 0 although the gate is open?
"""


# %%
def at(x, w1):
    return trace_relu(x, y=3.0, w1=w1, b1=0.0, w2=1.5, b2=0.0)


live(at, title="Your trace, live", x=(-3, 3, 2), w1=(-2, 2, 0.5))

# %% [markdown]
r"""
The gradients are all 0 where the prediction hits the target, $z_2 = y$: with $x = 2$ that is at $w_1 = 1$. There is nothing to
blame.

## Repeat until trained

One step is not training. Training is the loop: trace, step, trace again, until the loss is small enough.

This time all four parameters move. Predict: with $\eta = 0.1$ the step on $w_1$ alone lowered the loss from 2.25 to 1.44.
If $b_1$, $w_2$ and $b_2$ take their steps at the same moment, will the loss be lower still? The four gradients are $-9$,
$-4.5$, $-3$ and $-3$.
"""

# %%
moved = dict(w1=0.5 + 0.9, b1=0.0 + 0.45, w2=1.5 + 0.3, b2=0.0 + 0.3)
for name in moved:
    print(f"{name} alone: {loss(**worked | {name: moved[name]}):.2f}")
print(f"all four: {loss(**worked | moved):.2f}")

# %% [markdown]
r"""
Each step alone helps. Together they push the prediction far past the target: all four push the same way, and their pushes
add up. The loss is 9.92, over four times what it was. A gradient is a promise about small steps only. The usual answer is a
smaller rate, and more steps.

### Your turn: train it
*Difficulty 3 of 5 · about 8 minutes · 3 points*

`train` repeats: take one trace, move all four parameters by it, note the loss. It stops when the loss is below
`good_enough`, or after `max_steps` steps, whatever comes first. `losses` begins with the loss before the first step, so after
$n$ steps it holds $n + 1$ numbers. At the end return a dictionary with `losses` and the four parameters, by their names.

The trace comes from your own `trace_relu`. Each step uses *one* trace for all four parameters.

<details><summary>Hint 1, a nudge</summary>

The parameters change, so everything in the trace changes. What has to happen again after each update?
</details>
<details><summary>Hint 2, a sketch</summary>

Each parameter loses `rate` times its gradient. Then trace again, and append the new `L` to `losses`.
</details>
<details><summary>Hint 3, a skeleton</summary>

Four lines of the form `w1 = w1 - rate * t["dL_dw1"]`, then `t = trace_relu(...)` with the new parameters, then
`losses.append(t["L"])`.
</details>
"""


# %% solution="train-relu"
def train(x, y, w1, b1, w2, b2, rate, good_enough, max_steps):
    t = trace_relu(x, y, w1, b1, w2, b2)
    losses = [t["L"]]
    ### BEGIN SOLUTION
    while losses[-1] >= good_enough and len(losses) <= max_steps:
        w2, b2 = w2 - rate * t["dL_dw2"], b2 - rate * t["dL_db2"]
        w1, b1 = w1 - rate * t["dL_dw1"], b1 - rate * t["dL_db1"]
        t = trace_relu(x=x, y=y, w1=w1, b1=b1, w2=w2, b2=b2)
        losses.append(t["L"])
    return dict(losses=losses, w1=w1, b1=b1, w2=w2, b2=b2)
    ### END SOLUTION


# %% tests="train-relu"
check("train-relu", train)

# %% [markdown]
r"""
Watch your own loop learn. On the axis every line is a tenth of the one above it, so a straight line down means that every
step removes the same share of the loss.
"""

# %%
result = train(**worked, rate=0.01, good_enough=1e-6, max_steps=200)
loss_curve(result)

# %% [markdown]
r"""
Change the rate in the cell above to 0.03, then 0.06, then 0.1, and run it each time. At 0.1 something odd happens: the curve
jumps up, then falls in a clean straight line. Who is still learning? Compute $z_1$ from the weights in `result`.

<details><summary>What happened</summary>

The first steps are so long that they throw $z_1$ below zero. From then on the gate is shut. Only $b_2$ still moves, until the
prediction $z_2 = b_2$ is 3. The loss is fine. The network is not: around this input it answers 3, whatever comes in. A low
loss on one example proves little.
</details>

## Two hidden units, and a smooth gate

Network B has two inputs and two hidden units, and in place of ReLU's hard gate a smooth one, the **sigmoid**
$\sigma(z) = 1/(1 + e^{-z})$:

$$z_1 = w_{11}x_1 + w_{12}x_2 + b_{h1} \qquad z_2 = w_{21}x_1 + w_{22}x_2 + b_{h2} \qquad a_1 = \sigma(z_1) \quad a_2 = \sigma(z_2)$$
$$\hat y = v_1 a_1 + v_2 a_2 + b_o \qquad L = \tfrac12\,(y - \hat y)^2$$

Three things to read carefully. In $w_{12}$ the first index is the unit the weight leads *to*, the second is the input it
comes *from*. The prediction is called $\hat y$ here, in code `y_pred`; $z_2$ is now a hidden unit. And this loss has a half in
front.

How steep is the sigmoid? Its slope has a short form, $\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$. See it first:
"""

# %%
import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


# %%
for z in (-4, -1, 0, 1, 4):
    a = sigmoid(z)
    by_nudging = (sigmoid(z + 1e-6) - sigmoid(z - 1e-6)) / 2e-6
    print(f"z = {z:2d}   by nudging {by_nudging:.6f}   a (1 - a) = {a * (1 - a):.6f}")

# %% [markdown]
r"""
The slope is 0.25 in the middle, and less everywhere else. Keep that number in mind. And note how cheap it is: with
the activation $a = \sigma(z)$ from the forward pass, the slope is $a\,(1-a)$.

<details><summary>Why is that so?</summary>

Write $\sigma(z) = (1 + e^{-z})^{-1}$. The chain rule gives $\sigma'(z) = -(1 + e^{-z})^{-2} \cdot (-e^{-z}) =
\sigma(z) \cdot \dfrac{e^{-z}}{1 + e^{-z}}$, and that fraction is $1 - \sigma(z)$.
</details>

Now run the network and step through it.
"""

# %%
network_b = dict(x1=1.0, x2=-2.0, y=1.0, w11=0.4, w12=0.1, w21=-0.3, w22=0.2,
                 bh1=0.1, bh2=-0.2, v1=0.7, v2=-0.5, bo=0.3)
sigmoid_network(**network_b)

# %% [markdown]
r"""
On the way back, one number per unit is worth a name. The gradient at a unit's **pre-activation** is called its **delta**.
It is all that the unit's weights and bias need to know from the rest of the network.

- At the output: $\delta_o = \partial L/\partial \hat y = -(y - \hat y)$. The half has cancelled the 2. The minus comes from
  inside the bracket. (The output has no activation function, so $\hat y$ is its own pre-activation.)
- At hidden unit $j$: the output's delta came through the edge with $v_j$ and through the sigmoid, so
  $\delta_j = \delta_o \cdot v_j \cdot a_j (1 - a_j)$.
- At every weight: the delta where the weight leads, times what came in. $\partial L/\partial v_j = \delta_o a_j$ and
  $\partial L/\partial w_{jk} = \delta_j x_k$.
- At every bias: the delta alone.

With the numbers of the picture, for the first unit:
"""

# %%
z1 = 0.4 * 1.0 + 0.1 * -2.0 + 0.1
z2 = -0.3 * 1.0 + 0.2 * -2.0 - 0.2
a1, a2 = sigmoid(z1), sigmoid(z2)
prediction = 0.7 * a1 - 0.5 * a2 + 0.3
print("delta at the output:", prediction - 1.0)
print("delta at unit 1:    ", (prediction - 1.0) * 0.7 * a1 * (1 - a1))

# %% [markdown]
r"""
### Your turn: all nine gradients
*Difficulty 4 of 5 · about 15 minutes · 6 points*

Write `trace_sigmoid`. It gets twelve numbers and returns a dictionary with the six values of the forward pass
(`z1`, `z2`, `a1`, `a2`, `y_pred`, `L`), the three deltas (`delta_o`, `delta_1`, `delta_2`) and the nine gradients
(`dL_dv1`, `dL_dv2`, `dL_dbo`, `dL_dw11`, `dL_dw12`, `dL_dbh1`, `dL_dw21`, `dL_dw22`, `dL_dbh2`). All are single numbers.

Work in that order. Run the check as you go: it counts what is there and points at the first value that differs.

<details><summary>Hint 1, a nudge</summary>

Forward is four short lines and the loss. Then the three deltas. After them, every gradient is a delta, or a delta times one
number.
</details>
<details><summary>Hint 2, a sketch</summary>

`delta_1` has three factors: the output's delta, the weight that leads from unit 1 to the output, and the slope of the
sigmoid at unit 1. You have `a1`, so the slope is one multiplication away.
</details>
<details><summary>Hint 3, a skeleton</summary>

Begin with `t = {}` and fill it line by line: `t["z1"] = ...`, `t["z2"] = ...`, and so on, using earlier entries, such as
`t["a1"] * (1 - t["a1"])`. End with `return t`.
</details>
"""


# %% solution="trace-sigmoid"
def trace_sigmoid(x1, x2, y, w11, w12, w21, w22, bh1, bh2, v1, v2, bo):
    t = {}
    ### BEGIN SOLUTION
    t["z1"] = w11 * x1 + w12 * x2 + bh1
    t["z2"] = w21 * x1 + w22 * x2 + bh2
    t["a1"], t["a2"] = sigmoid(t["z1"]), sigmoid(t["z2"])
    t["y_pred"] = v1 * t["a1"] + v2 * t["a2"] + bo
    t["L"] = 0.5 * (y - t["y_pred"]) ** 2

    t["delta_o"] = -(y - t["y_pred"])
    t["delta_1"] = t["delta_o"] * v1 * t["a1"] * (1 - t["a1"])
    t["delta_2"] = t["delta_o"] * v2 * t["a2"] * (1 - t["a2"])

    t["dL_dv1"], t["dL_dv2"] = t["delta_o"] * t["a1"], t["delta_o"] * t["a2"]
    t["dL_dw11"], t["dL_dw12"] = t["delta_1"] * x1, t["delta_1"] * x2
    t["dL_dw21"], t["dL_dw22"] = t["delta_2"] * x1, t["delta_2"] * x2
    t["dL_dbo"], t["dL_dbh1"], t["dL_dbh2"] = t["delta_o"], t["delta_1"], t["delta_2"]
    ### END SOLUTION
    return t


# %% tests="trace-sigmoid"
check("trace-sigmoid", trace_sigmoid)

# %% [markdown]
r"""
<details><summary><b>Challenge</b>, if you like: be your own checker</summary>

Write `nudge(name)`: raise the parameter `name` of `network_b` by $h = 10^{-5}$, lower it by as much, run your
`trace_sigmoid` both times, and divide the difference of the two losses by $2h$. Compare with your gradient for all nine
parameters. How many digits agree? What happens with $h = 10^{-12}$? No points. Lesson 3 builds on it.
</details>

## A look ahead: many layers

Each sigmoid layer multiplies the gradient by a slope, and a slope is at most 0.25. Guess first: through ten such layers, with
weights of 1, what is left at best of a gradient of 1?
"""

# %%
for layers in (1, 2, 5, 10, 20):
    print(f"{layers:2d} layers: at most {0.25**layers:.1e}")

# %% [markdown]
r"""
After ten layers less than a millionth arrives. The first layers of a deep sigmoid network hardly learn. This is called
the **vanishing gradient**. It kept deep networks from working for years, and
[lesson 4](../04-gradient-pathologies/gradient_pathologies.ipynb) is about what helped.

## Quiz

### What does each step compute?
*Difficulty 2 of 5 · about 4 minutes · 3 points*

The loop has four steps, and the third has three parts, so there are six things to compute. Match them. You can do it in the table that the next cell shows: by
click, by dragging, or with the keyboard. It writes the line for the cell below. Each letter is used once.

<details><summary>Hint 1, a nudge</summary>

Begin with the three you are sure of. The remaining letters are few.
</details>
<details><summary>Hint 2, a sketch</summary>

Two of them multiply delta by something. A weight's gradient needs what the weight was multiplied by. The layer before needs
the weights.
</details>
<details><summary>Hint 3, a skeleton</summary>

Say the loop in order: values forward, derivative of the loss, through the activation, to this layer's weights, to the layer
before, and at the end the update.
</details>
"""

# %%
steps = ["forward", "loss_gradient", "through_activation", "to_weights", "to_layer_before", "update"]
definitions = {
    "a": "the transposed weights of the layer times its delta",
    "b": "the upstream gradient times the slope of the activation function at z",
    "c": "every pre-activation and activation, from the input on, and keep them",
    "d": "each parameter minus the learning rate times its gradient",
    "e": "the layer's delta times the activations that came in",
    "f": "the derivative of the loss with respect to the prediction",
}
MatchingQuiz(steps, definitions)

# %% solution="match-steps"
matches = {
    "forward": "c",  # answer
    "loss_gradient": "f",  # answer
    "through_activation": "b",  # answer
    "to_weights": "e",  # answer
    "to_layer_before": "a",  # answer
    "update": "d",  # answer
}

# %% tests="match-steps"
check("match-steps", matches)

# %% [markdown]
r"""
### Two choices
*Difficulty 2 of 5 · about 3 minutes · 2 points*

**`cheaper`** · One backward pass gives all gradients. Why is that cheaper than finding each gradient by itself?

- **a** · Its arithmetic is simpler than that of the forward pass.
- **b** · Each upstream gradient is computed once, and everything before it uses it again.
- **c** · It computes the gradients of the last layer only.
- **d** · It skips all weights whose gradient is zero.

**`deep_sigmoid`** · What happens to the gradient on its way back through very many sigmoid layers, and why?

- **a** · It grows, because every layer adds its own part.
- **b** · It keeps its size, because a sigmoid's output lies between 0 and 1.
- **c** · It shrinks towards zero, because every layer multiplies it by a slope of at most 1/4.
- **d** · It shrinks towards zero, because weights are always smaller than 1.

<details><summary>Hint 1, a nudge</summary>

For the first: what did the $-3$ at $z_2$ serve for, in your own trace?
</details>
<details><summary>Hint 2, a sketch</summary>

For the second: the table of powers above, and the slope in the middle of the sigmoid.
</details>
<details><summary>Hint 3, a skeleton</summary>

For the first, two options are false of the traces you made: check them there. For the second, put in numbers: ten factors
of a quarter.
</details>
"""

# %% solution="quiz"
answers = {
    "cheaper": "b",  # answer
    "deep_sigmoid": "c",  # answer
}

# %% tests="quiz"
check("quiz", answers)

# %% [markdown]
r"""
Here is where you stand. Run your checks again after a restart: the table knows those that ran since the kernel started.
"""

# %%
progress()

# %% [markdown]
r"""
## What you can do now

You traced a network forward and back by hand and wrote both passes down, twice. The forward pass keeps its numbers. The
backward pass visits each node once, from the loss to the input. At a node it knows the upstream gradient. Over an edge it
multiplies by the local derivative. A weight's gradient is the delta where it leads, times what came in.

**Test yourself**, without looking back:

1. A network's prediction is too high, and a weight's gradient is 4. Which way does the weight move?
2. A ReLU unit has $z = -0.2$. What is the gradient of its bias?
3. Someone's loss is $\frac12(z_2-y)^2$ and their $\partial L/\partial w_1$ is half of yours. Who is wrong?
4. Why must the forward pass keep $a_1$?

<details><summary>Answers</summary>

1. Down: the update subtracts. 2. Zero: the gate is shut. 3. Neither: the half is part of the loss. 4. Because it is the
local derivative of $z_2$ with respect to $w_2$.
</details>

**Words of this lesson**

| word | meaning |
|:--|:--|
| neural network | layers of units one after the other, each unit a weighted sum with a bend behind it |
| deep learning | training networks of many layers |
| computational graph | a node for every number, an edge wherever a number is used in another |
| forward pass | computing all values from the input to the loss, and keeping them |
| backward pass, **backpropagation** | computing all gradients from the loss to the input, reusing each upstream gradient |
| gradient | the derivatives of the loss with respect to all parameters; it points to where the loss grows fastest |
| gradient descent | moving the parameters a small step against the gradient |
| loss (cost) function | one number for how far the predictions are from the targets |
| parameter | a number that training changes: a weight or a bias |
| pre-activation, activation | a unit's weighted sum $z$, and what the activation function makes of it |
| activation function | the bend between the layers: ReLU, sigmoid |
| local derivative | the derivative of one step with respect to one of its inputs |
| upstream gradient | the derivative of the loss with respect to the result of a step |
| delta | the derivative of the loss with respect to a pre-activation |
| minibatch, epoch | the examples of one step; one pass over all examples |

**Where it comes from.** The way of computing that you practised was described for networks in 1986, on four pages of
*Nature*: D. E. Rumelhart, G. E. Hinton and R. J. Williams,
[Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0), Nature 323, 533–536. Their units
were sigmoids, as in network B. P. Werbos had proposed it for networks in his thesis of 1974, and S. Linnainmaa had
described the reverse sweep for any computation in 1970.

**Next.** Lesson 3 turns the two units into whole layers: the same four steps with matrices, for any size.
"""
