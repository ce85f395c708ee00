# %% [markdown]
r"""
# Start here

You will learn how a neural network finds out what it did wrong. Not by reading about it: you will compute it, first on
paper, then in code you wrote yourself, up to a Transformer block.

**What you will be able to do** after this page: run a cell, move a slider, answer an exercise, and read what a check tells
you.

**What you need.** School calculus, a little Python, and a browser, which you are looking at.

**How long.** Fifteen minutes.

## Run a cell

The grey boxes hold Python. Click into the next one and press **Shift + Enter**.
"""

# %%
from backprop.check import check, progress
from backprop.widgets import learning_rate

3**2

# %% [markdown]
r"""
The answer appears below the cell, and the cursor moves on. Change the 3 to another number and run it again. You cannot
break anything here: *Kernel, Restart Kernel and Run All Cells* in the menu brings everything back.

Run every cell you meet, from top to bottom. Before you run one, guess what it will show. A wrong guess that you made
yourself stays in your memory longer than a right answer that you read.

## Move a slider

Picture somebody on a hillside in the dark. They want to get down, and all they can feel is how steep the ground is
under their feet. Training a network is like that. The height is the **loss**, how wrong the network is. The steepness is the
**gradient**.

Here the hillside is the curve $x^2$, and the walker stands at $x = 3$, where the slope is 6. One step goes downhill by the
**learning rate** times the slope. The picture below is not the hillside: it shows, for every learning rate, how high the walker
stands *after* that step. Guess which rate leads to the bottom. Then click the slider, and use the arrow keys.
"""

# %%
learning_rate(lambda rate: (3 - 6 * rate) ** 2, parameter=lambda rate: 3 - 6 * rate, name="x", rate=0.1, most=1.2, positions=120)

# %% [markdown]
r"""
The 6 was given. The rate was your choice. These are two different things, and they are often confused.

- **Backpropagation** finds the slope: here 6, elsewhere a million slopes at once.
- **Gradient descent** uses the slope: it decides how far to go.

The course is about the first. It needs the second to be worth anything.

## Fill in a function

Where does the 6 come from? At $x = 3$, a small step of the walker to the right raises the curve $x^2$ by six times that step.
At other places it has other slopes.

### Your turn: the slope of a curve
*Difficulty 1 of 5 · about 2 minutes · 1 point*

Write `slope`. It gets one number `x` and returns one number, the slope of the curve $x^2$ there.

First give a wrong answer on purpose: write `return x**2` in place of the dots, run the cell, and run the check under
it. Read what the check says. Then mend it.

<details><summary>Hint 1, a nudge</summary>

The slope of a curve at a point is its derivative there.
</details>
<details><summary>Hint 2, a sketch</summary>

The derivative of $x^n$ is $n\,x^{n-1}$. What is that for $n = 2$?
</details>
<details><summary>Hint 3, a skeleton</summary>

`return 2 * ...`, with something in place of the dots that makes it 6 at $x = 3$.
</details>
"""


# %% solution="slope"
def slope(x):
    return 2 * x  # answer


# %% tests="slope"
check("slope", slope)

# %% [markdown]
r"""
A check tells you three things. The first line says whether the answer is right, and how many points it has. The next says
where it differs: with which inputs, what you have, and what is expected. And if your answer is one that many people give,
the check knows it, and says where to look.

Run a check as often as you like. It costs nothing, and so does opening a hint. Your points are those of the last version
you hand in. Where you stand in a lesson, `progress()` tells you at any time:
"""

# %%
progress()

# %% [markdown]
r"""

## Why learn what a framework does for you?

PyTorch computes gradients with one call. You can drive without knowing the engine, until it stops. Before you read on: when
would you want to know it? Here are four times you will.

- **Training does not work.** The loss stands still, or becomes `nan`. You follow the gradient layer by layer and find where it
  was lost.
- **You need something new.** A loss or a layer that no library has needs a backward pass, and you write it.
- **You build a network.** Why is that path there, why this normalisation? You see what each does to the gradient.
- **Somebody asks.** "Derive the gradient of softmax with cross-entropy" is a usual question in interviews. You will have done
  it.

## The way

| lesson | | what you do in it |
|:--|:--|:--|
| 0 | **Start here** | you are nearly done |
| 1 | [**Chain rule**](../01-chain-rule/chain_rule.ipynb) | rates that multiply, paths that add, and why going backward is cheap |
| 2 | [**Two layers, traced by hand**](../02-two-layer-trace/two_layer_trace.ipynb) | every number of a small network, forward and back |
| 3 | Matrix backpropagation | whole layers at once, and handwritten digits |
| 4 | Gradient pathologies | gradients that vanish and explode, and what helps |
| 5 | Automatic differentiation | write your own engine, and read PyTorch's |
| 6 | Optimizers and scale | what happens to the gradient afterwards, on one machine and on thousands |
| 7 | Beyond backpropagation | where it comes from, and what else has been tried |
| 8 | Capstone | a Transformer block, by hand |

The lessons in bold are here. The others are being written.

**Summary.** Shift + Enter runs a cell. Guess first. Hints and checks are free. A wrong answer is information.

**Test yourself.** What does backpropagation compute, and what does gradient descent do with it? If you can say it in one
sentence, go on to [lesson 1](../01-chain-rule/chain_rule.ipynb).

**Where it comes from.** D. E. Rumelhart, G. E. Hinton and R. J. Williams,
[Learning representations by back-propagating errors](https://doi.org/10.1038/323533a0), Nature 323, 533–536 (1986). For a
survey of how machines differentiate: A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind,
[Automatic differentiation in machine learning](https://www.jmlr.org/papers/v18/17-468.html), JMLR 18 (2018).
"""
