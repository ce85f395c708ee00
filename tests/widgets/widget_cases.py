"""One line for each widget: how a lesson calls it, which keys a learner presses, and what the caption then says."""

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
        return eval(self.call, vars(widgets) | {name: getattr(widgets, name) for name in widgets.__all__})


CASES = [
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
]
