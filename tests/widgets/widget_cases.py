"""One line for each widget: how a lesson calls it, which keys a learner presses, and what the caption then says."""

from statistics import NormalDist
from typing import NamedTuple

import backprop.widgets as widgets


class Case(NamedTuple):
    """`keys` are Playwright's names; one that starts with `=` is typed as text. Focus begins on the first control."""

    call: str
    keys: str
    hears: str

    @property
    def name(self):
        """Which public name it covers."""
        return self.call.split("(")[0]

    def build(self):
        """The widget."""
        return eval(self.call, GIVEN | {name: getattr(widgets, name) for name in widgets.__all__})


def measure(depth, activation, residual):
    """A stand-in for a lesson's measurement: a chain of equal factors."""
    factor = {"sigmoid": 0.25, "ReLU": 1.0}[activation] + residual
    return [factor ** (depth - layer) for layer in range(depth)]


NORMAL = [NormalDist().inv_cdf((k + 0.5) / 400) for k in range(400)]
TINY = [10 ** (1.5 * z - 6.5) for z in NORMAL]


def flowing(initialisation):
    """A stand-in for the activations of six layers."""
    factor = {"small": 0.5, "He": 1.0}[initialisation]
    return [[max(z * factor**layer, 0) for z in NORMAL] for layer in range(10)]


def walk(rate, momentum=0.0, steps=30):
    """A stand-in for a lesson's optimizer: heavy ball on x² + 10 y²."""
    x, y, u, v = -1.8, 1.5, 0.0, 0.0
    path = [(x, y)]
    for _ in range(steps):
        u, v = momentum * u + 2 * x, momentum * v + 20 * y
        x, y = x - rate * u, y - rate * v
        path.append((x, y))
    return path


class Recorded(NamedTuple):
    """A stand-in for a learner's node."""

    label: str
    value: float
    parents: tuple
    gradient: float


A = Recorded("a", 2.0, (), -2.0)
B = Recorded("b", 4.0, (A, A), -1.0)
C = Recorded("c", -1.0, (), 4.0)
D = Recorded("L", -4.0, (B, C), 1.0)


class Tensor(NamedTuple):
    """A stand-in for PyTorch's."""

    shape: tuple
    grad_fn: object = None


class Function(NamedTuple):
    """A stand-in for what PyTorch keeps of an operation."""

    kind: str
    next_functions: tuple

    def name(self):
        """As PyTorch calls it."""
        return f"{self.kind}Backward0"


class Accumulate:
    """A stand-in for what PyTorch keeps of a leaf."""

    next_functions = ()

    def __init__(self, variable):
        self.variable = variable

    def name(self):
        """As PyTorch calls it."""
        return "torch::autograd::AccumulateGrad"


LEAF = Tensor((2,))
SQUARE = Function("Pow", ((Function("Dot", ((Accumulate(LEAF), 0), (None, 0))), 0),))
W1, W2 = [[1, 2], [-1, 0.5], [0.3, 0.2]], [[1, 0.5, -1], [-0.5, 2, 0.25]]
GIVEN = {
    "TINY": TINY,
    "leaf": LEAF,
    "recorded": Tensor((), SQUARE),
    "measure": measure,
    "flowing": flowing,
    "tape": D,
    "walk": walk,
    "W1": W1,
    "W2": W2,
}

CASES = [
    Case("Gears([2, 1.5, -0.5])", "Tab ArrowRight", "dy/dx = du/dx × dv/du × dy/dv = 2.1 × 1.5 × (−0.5) = −1.575."),
    Case(
        "secant(lambda x: x * x, derivative=lambda x: 2 * x)",
        "End",
        "With h = 0.001 the slope of the secant is 2.001; of the tangent, 2.",
    ),
    Case("path_count()", "End", "2¹² = 4096 paths lead back to a, and 13 nodes"),
    Case(
        "GraphStepper('x*y + sin(x)', x=2.0, y=3.0)",
        "End",
        "Two paths meet at x, so their contributions add: ∂f/∂x = 1 × (−0.4161) + 1 × 3 = 2.584.",
    ),
    Case("trace_network()", "End", "∂L/∂b₁ = ∂L/∂z₁ × 1 = −4.5 × 1 = −4.5."),
    Case("trace_network(x=-2.0)", "Home ArrowRight ArrowRight", "the gate shuts and a₁ is 0"),
    Case("sigmoid_network()", "End ArrowLeft", "∂L/∂w₂₂ = δ₂ × x₂ = 0.0605 × 2 = 0.121."),
    Case("training_loop()", "ArrowRight ArrowRight ArrowRight", "Backward, for each layer from the last"),
    Case(
        "learning_rate(lambda rate: (27 * rate - 1.5) ** 2, parameter=lambda rate: 0.5 + 9 * rate)",
        "ArrowRight ArrowLeft",
        "Rate 0.1: w₁ becomes 1.4, the loss goes from 2.25 to 1.44: lower, and past the target.",
    ),
    Case(
        "MatchingQuiz(['forward', 'update'], ['moves each parameter', 'records every z and a'])",
        "Tab Tab Tab Enter Shift+Tab Shift+Tab Shift+Tab Space",
        "1 of 2 steps have a definition.",
    ),
    Case(
        "trace_table(rate=0.1)",
        "=1 Enter =1 Enter =1.5 Enter =2.25 Enter =3 Enter",
        "Look at ∂L/∂z₂ first: The sign is turned",
    ),
    Case("loss_curve([2.25, 0.4, 0.07])", "Home", "Before any step the loss is 2.25."),
    Case(
        "training_fit([0, 1, 2], [0, 1, 4], {0: [1, 1, 1], 4: [0, 1.2, 3.8]}, [1.5, 1.2, 0.7, 0.3, 0.1])",
        "Home",
        "Before any step the loss is 1.5.",
    ),
    Case("delta_recursion([W1, W2], [[0.5, 1, 0.2], [1, 0.1]], [1, -2])", "End", "its norm goes from 1.02 to 0.597"),
    Case(
        "line_plot([16, 64, 256], {'forward': [1, 3, 9], 'backward': [2, 6, 19]}, 'width', 'ms', log_across=True)",
        "ArrowLeft",
        "At width 64: forward 3, backward 6.",
    ),
    Case("loss_curve(None)", "", "Nothing to draw yet: finish the exercise above"),
    Case(
        "sigmoid_table()",
        "=0 Enter =1 Enter =0.5 Enter =0.731 Enter =0.384 Enter =0.1895 Enter =0.616 Enter",
        "Look at δₒ first: The sign is turned",
    ),
    Case(
        "descent(lambda w: w * w, lambda w: 2 * w)",
        "End Tab Tab Tab Enter",
        "Step 1: w = 2.4, loss 5.76: not lower than one step before.",
    ),
    Case(
        "race({'plain': walk(0.09), 'momentum': walk(0.02, 0.8)}, lambda x, y: x * x + 10 * y * y)",
        "End",
        "Step 30, the lowest loss first: plain",
    ),
    Case("shape_inspector((3, 4, 2), batch=5)", "Tab Space", "3 columns meet 4 rows"),
    Case(
        "gradient_flow(measure, {'Activation': ['sigmoid', 'ReLU']}, ['Residual'])",
        "ArrowRight",
        "1 in the last layer and 1 in the first: it arrives.",
    ),
    Case(
        "layer_histograms(flowing, {'Initialisation': ['small', 'He']})",
        "ArrowRight",
        "The spread goes from 0.58 in the first layer to 0.58 in the last, where 50% of the numbers are exactly 0.",
    ),
    Case(
        "unrolled_gradient({'plain': [0.5**k for k in range(20)], 'LSTM': [0.99**k for k in range(20)]})",
        "ArrowLeft",
        "18 steps back the gradient is: plain 3.8·10⁻⁶, LSTM 0.83.",
    ),
    Case("activations()", "ArrowRight ArrowRight Tab End", "ReLU, z of spread 3: the slope is 0.5 on average"),
    Case(
        "clipping()", "ArrowRight", "each arrow keeps its own direction, but their sizes no longer compare as before."
    ),
    Case(
        "half_precision(TINY)",
        "ArrowRight ArrowRight ArrowRight ArrowRight ArrowRight",
        "Loss scale 1024: of 400 gradients 0% become 0, 23% lose digits, 0% overflow.",
    ),
    Case("accuracy_bars({'one': [0.9, 0.92], 'other': [0.5]})", "", "The best first: one 91.0% (90.0% to 92.0% over 2"),
    Case("grad_fn_graph(recorded, w=leaf)", "", "3 nodes: 1 collects the gradient of a leaf"),
    Case("TapeList(tape, op=lambda node: 'f')", "End", "Visit 4 of 4: a got its share from b"),
    Case("TapeStepper(tape)", "End", "Visit 4 of 4: a got its share from b"),
    Case("memory_timeline([1] * 16)", "Home", "all activations wait for the backward pass: 16 at the peak."),
    Case("angle_plot([90.0, 60.0, 30.0])", "End", "30° from the true gradient: it still points downhill."),
    Case("history_timeline()", "End", "2020, Scale"),
]
