"""A small expression, read as a graph: its values, and the derivative on each edge."""

import ast
import math
from dataclasses import dataclass, field

from backprop.widgets._functions import sigmoid, sigmoid_slope


@dataclass
class Operation:
    """One node: what it is called, what it does with which inputs, its value, and its slope in each input."""

    name: str
    formula: str
    inputs: list
    value: float
    slopes: list


@dataclass
class Reader:
    """Walks an expression once; the same sub-expression is one node."""

    given: dict
    output: str
    operations: dict = field(default_factory=dict)
    seen: dict = field(default_factory=dict)

    def read(self, text):
        """Operations by name, inputs first: `Reader({"x": 2.0}, "f").read("x*x")`."""
        tree = ast.parse(text, mode="eval").body
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - set(_FUNCTIONS)
        missing = names - set(self.given)
        if missing:
            raise ValueError(f"no value for {', '.join(sorted(missing))}: give one, as in graph_stepper('x*x', x=2.0)")
        self.free = iter([letter for letter in "uvwpqrstgh" if letter not in names | {self.output}])
        self.tree = tree
        self.visit(tree)
        return self.operations

    def visit(self, node):
        """A name or a constant, after everything it is computed from."""
        if isinstance(node, ast.Constant):
            return float(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            if isinstance(node.operand, ast.Constant):
                return -float(node.operand.value)
            return self._operation(node, "neg", [node.operand])
        if isinstance(node, ast.Name):
            self.operations.setdefault(node.id, Operation(node.id, "", [], float(self.given[node.id]), []))
            return node.id
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return self._operation(node, _OPERATORS[type(node.op)], [node.left, node.right])
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in _FUNCTIONS:
            return self._operation(node, node.func.id, node.args)
        raise ValueError(f"expected + - * / ** and {', '.join(_FUNCTIONS)}, got {ast.unparse(node)!r}")

    def _operation(self, node, kind, operands):
        key = ast.dump(node)
        if key not in self.seen:
            inputs = [self.visit(operand) for operand in operands]
            name = self.output if node is self.tree else next(self.free, None)
            if name is None:
                raise ValueError("expected at most a dozen operations, got more: step through a part of it")
            self.operations[name] = self._compute(name, kind, inputs)
            self.seen[key] = name
        return self.seen[key]

    def _compute(self, name, kind, inputs):
        pattern, value, slopes = _OPERATIONS[kind]
        numbers = [self.operations[i].value if isinstance(i, str) else i for i in inputs]
        shown = [i if isinstance(i, str) else f"{i:g}".replace("-", "−") for i in inputs]
        formula = pattern.format(*shown).replace("^2", "²").replace("^3", "³")
        moving = [k for k, i in enumerate(inputs) if isinstance(i, str)]
        return Operation(
            name, formula, [inputs[k] for k in moving], value(*numbers), [slopes[k](*numbers) for k in moving]
        )


_OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_OPERATIONS = {  # how it is written, its value, and its slope in each input
    "add": ("{} + {}", lambda a, b: a + b, [lambda a, b: 1.0, lambda a, b: 1.0]),
    "sub": ("{} − {}", lambda a, b: a - b, [lambda a, b: 1.0, lambda a, b: -1.0]),
    "mul": ("{} · {}", lambda a, b: a * b, [lambda a, b: b, lambda a, b: a]),
    "div": ("{} / {}", lambda a, b: a / b, [lambda a, b: 1 / b, lambda a, b: -a / b**2]),
    "pow": ("{}^{}", lambda a, b: a**b, [lambda a, b: b * a ** (b - 1), lambda a, b: a**b * math.log(a)]),
    "neg": ("−{}", lambda a: -a, [lambda a: -1.0]),
    "exp": ("exp({})", math.exp, [math.exp]),
    "log": ("log({})", math.log, [lambda a: 1 / a]),
    "sin": ("sin({})", math.sin, [math.cos]),
    "cos": ("cos({})", math.cos, [lambda a: -math.sin(a)]),
    "tanh": ("tanh({})", math.tanh, [lambda a: 1 - math.tanh(a) ** 2]),
    "relu": ("ReLU({})", lambda a: max(a, 0.0), [lambda a: float(a > 0)]),
    "sigmoid": ("σ({})", sigmoid, [sigmoid_slope]),
}
_FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "relu", "sigmoid")
