"""What PyTorch does where learners expect something else."""

from backprop.engine import Tensor, no_grad
from backprop.exercises._form import Exercise, Mistake, Sealed, Values, choice

X = 3.0


def _grad_after(program) -> float:
    """What lies in x.grad when the program has run, by the reference engine, which keeps torch's rules."""
    x = Tensor(X, requires_grad=True)
    program(x)
    return float(x.grad)


def _twice(x) -> None:
    (x * x).backward()
    (x * x).backward()


def _detached(x) -> None:
    y = x * x
    (y.detach() * x).backward()


def _not_recorded(x) -> None:
    with no_grad():
        y = x * x
    (y + 4.0 * x).backward()


def true_pitfalls() -> Values:
    """Three numbers by the engine; the letters are sealed."""
    return dict(
        twice=_grad_after(_twice),
        detached=_grad_after(_detached),
        not_recorded=_grad_after(_not_recorded),
        second_backward=Sealed("766308077fc5f538c6c0"),
        in_place=Sealed("b4c105d7ac74b2a945fd"),
    )


def pitfall(id: str, title: str, sentence: str, **answers) -> Mistake:
    """A number that one would expect."""
    return Mistake(id, title, sentence, lambda: answers)


PITFALLS = Exercise(
    id="pitfalls",
    name="pitfalls",
    parts=dict(twice=1, detached=1, not_recorded=1, second_backward=1, in_place=1),
    truth=true_pitfalls,
    style="values",
    tolerance=1e-3,
    uses_torch=True,
    mistakes=(
        pitfall(
            "replaced",
            "if backward replaced what was in .grad",
            "It adds. Without x.grad.zero_() or zero_grad() in between, both gradients lie in it.",
            twice=6.0,
        ),
        pitfall(
            "not-detached",
            "if detach changed nothing",
            "detach gives the number and forgets where it came from. Only the last multiplication knows x.",
            detached=27.0,
        ),
        pitfall(
            "cut-altogether",
            "if detach cut everything off",
            "Only y is cut off. z = y * x uses x once more, and that use is recorded.",
            detached=0.0,
        ),
        pitfall(
            "recorded",
            "if no_grad recorded the square",
            "Inside the block nothing is recorded: y is a plain 9, and its way back to x does not exist.",
            not_recorded=10.0,
        ),
        pitfall(
            "nothing-recorded",
            "if no_grad lasted for ever",
            "It ends with its block. 4 * x is recorded again.",
            not_recorded=0.0,
        ),
        choice(
            "adds-again",
            "second_backward",
            "4de9ee2ee22d2a98d1df",
            "if the graph were still there",
            "It would add, with retain_graph=True. But the first backward has freed what it used.",
        ),
        choice(
            "does-nothing",
            "second_backward",
            "984c70e0d80681a4ac57",
            "if a second backward were ignored",
            "torch says something, loudly. Try it.",
        ),
        choice(
            "replaces",
            "second_backward",
            "b145992a742ef296450d",
            "if backward replaced",
            "backward never replaces, it adds. And here it does not even get that far.",
        ),
        choice(
            "sum-needs-nothing",
            "in_place",
            "04d6357c09ad6b7078da",
            "if a sum needed its result on the way back",
            "The slopes of a sum are ones, whatever it gave. Nothing is lost when its result is overwritten.",
        ),
        choice(
            "factor-needs-nothing",
            "in_place",
            "eb9f62bc07190cd56cb4",
            "if a product with a number needed its result on the way back",
            "The slope of 3 * x is 3. Nothing is lost when the result is overwritten.",
        ),
        choice(
            "fresh-copy",
            "in_place",
            "fb2a27b2e99136152c19",
            "if a product's factor were spoiled when its result is overwritten",
            "x * x needs x on the way back, and x was not touched. y was.",
        ),
    ),
)
