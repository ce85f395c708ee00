"""Network B, two inputs, two sigmoid units and a linear output: all nine gradients on one picture."""

from backprop.widgets._functions import sigmoid
from backprop.widgets._graph import Edge, Network, Node, Numbers, Step
from backprop.widgets._svg import number
from backprop.widgets._trace_stepper import TraceStepper

# A weight is a card that lies on its edge, so an edge is two lines: to the weight, and from it to the unit.
NETWORK = Network(
    nodes=(
        Node("x1", "x_1", 42, 80, width=76),
        Node("x2", "x_2", 42, 330, width=76),
        Node("w11", "w_{11}", 162, 80, "", "∂L/∂w_{11}", 112),
        Node("w21", "w_{21}", 162, 165, "", "∂L/∂w_{21}", 112),
        Node("w12", "w_{12}", 162, 245, "", "∂L/∂w_{12}", 112),
        Node("w22", "w_{22}", 162, 330, "", "∂L/∂w_{22}", 112),
        Node("z1", "z_1", 326, 80, "", "δ_1", 106),
        Node("z2", "z_2", 326, 330, "", "δ_2", 106),
        Node("bh1", "b_{h1}", 326, 165, "", "∂L/∂b_{h1}", 106),
        Node("bh2", "b_{h2}", 326, 245, "", "∂L/∂b_{h2}", 106),
        Node("a1", "a_1", 462, 80, "", "∂L/∂a_1", 106),
        Node("a2", "a_2", 462, 330, "", "∂L/∂a_2", 106),
        Node("v1", "v_1", 598, 80, "", "∂L/∂v_1", 108),
        Node("v2", "v_2", 598, 330, "", "∂L/∂v_2", 108),
        Node("bo", "b_o", 462, 205, "", "∂L/∂b_o", 106),
        Node("o", "ŷ", 598, 205, "", "δ_o", 108),
        Node("y", "y", 726, 110, width=88),
        Node("L", "L", 726, 205, "½(y − ŷ)²", "∂L/∂L", 96),
    ),
    edges=(
        *(Edge(x, w) for x, w in (("x1", "w11"), ("x1", "w21"), ("x2", "w12"), ("x2", "w22"))),
        *(Edge(w, z) for w, z in (("w11", "z1"), ("w21", "z2"), ("w12", "z1"), ("w22", "z2"))),
        *(Edge(b, z) for b, z in (("bh1", "z1"), ("bh2", "z2"), ("bo", "o"))),
        Edge("z1", "a1", "a_1(1 − a_1)", (394, 40), "middle"),
        Edge("z2", "a2", "a_2(1 − a_2)", (394, 380), "middle"),
        *(Edge(a, v) for a, v in (("a1", "v1"), ("a2", "v2"), ("v1", "o"), ("v2", "o"))),
        Edge("o", "L"),
        Edge("y", "L"),
    ),
    height=400,
)


DEFAULTS = dict(x1=1.0, x2=2.0, y=1.0, w11=0.5, w12=-0.25, w21=0.25, w22=0.5, bh1=0.0, bh2=-0.25)
DEFAULTS |= dict(v1=1.0, v2=-0.5, bo=0.25)


def sigmoid_network(backward=True, **given):
    """Step through network B, forward and back: `sigmoid_network(x1=1.0, y=0.0)`; w12 leads from input 2 to unit 1.

    It takes x1, x2, y, w11, w12, w21, w22, bh1, bh2, v1, v2 and bo; what is not given has a default.
    With `backward=False` it ends at the loss.
    """
    numbers = sigmoid_numbers(**DEFAULTS | given)
    back = [*_output_steps(numbers), *_unit_steps(numbers, "1"), *_unit_steps(numbers, "2")]
    return TraceStepper(
        NETWORK,
        numbers,
        [*_forward_steps(numbers), *(back if backward else [])],
        title="Two sigmoid units, traced",
        alt="A network from two inputs through two sigmoid units to one linear output and the loss L, "
        "with values in blue and all nine gradients in red.",
    )


def sigmoid_numbers(x1, x2, y, w11, w12, w21, w22, bh1, bh2, v1, v2, bo):
    """Every value and gradient of network B, by plain arithmetic."""
    values = dict(locals())
    z1, z2 = w11 * x1 + w12 * x2 + bh1, w21 * x1 + w22 * x2 + bh2
    a1, a2 = sigmoid(z1), sigmoid(z2)
    o = v1 * a1 + v2 * a2 + bo
    values |= dict(z1=z1, z2=z2, a1=a1, a2=a2, o=o, L=0.5 * (y - o) ** 2)
    slopes = {("z1", "a1"): a1 * (1 - a1), ("z2", "a2"): a2 * (1 - a2)}
    return Numbers(values, _gradients(values, slopes), slopes, digits=3)


def _gradients(v, slopes):
    delta = -(v["y"] - v["o"])
    found = dict(L=1.0, o=delta, bo=delta)
    for j in "12":
        found[f"v{j}"] = delta * v[f"a{j}"]
        found[f"a{j}"] = delta * v[f"v{j}"]
        found[f"z{j}"] = found[f"bh{j}"] = found[f"a{j}"] * slopes[f"z{j}", f"a{j}"]
        found |= {f"w{j}{i}": found[f"z{j}"] * v[f"x{i}"] for i in "12"}
    return found


def _forward_steps(numbers):
    n = _printer(numbers.values, numbers)
    yield Step("Two inputs, the target y and nine parameters are given. Which gradient will be the largest?")
    for j, sub in ("1", "₁"), ("2", "₂"):
        terms = f"{n['w' + j + '1']} × {n['x1']} + {n['w' + j + '2']} × {n['x2']} + {n['bh' + j]}"
        edges = [(f"x{i}", f"w{j}{i}") for i in "12"] + [(f"w{j}{i}", f"z{j}") for i in "12"] + [(f"bh{j}", f"z{j}")]
        yield Step(f"z{sub} = w{sub}₁x₁ + w{sub}₂x₂ + bₕ{sub} = {terms} = {n['z' + j]}.", f"z{j}", along=tuple(edges))
        yield Step(f"a{sub} = σ(z{sub}) = σ({n['z' + j]}) = {n['a' + j]}.", f"a{j}", along=((f"z{j}", f"a{j}"),))
    terms = f"{n['v1']} × {n['a1']} + {n['v2']} × {n['a2']} + {n['bo']} = {n['o']}"
    edges = (("a1", "v1"), ("a2", "v2"), ("v1", "o"), ("v2", "o"), ("bo", "o"))
    yield Step(f"The output is linear: ŷ = v₁a₁ + v₂a₂ + bₒ = {terms}.", "o", along=edges)
    loss = f"L = ½(y − ŷ)² = ½({n['y']} − {n['o']})² = {n['L']}"
    yield Step(f"{loss}. The forward pass ends here.", "L", along=(("o", "L"), ("y", "L")))


def _output_steps(numbers):
    n, g = _printer(numbers.values, numbers), _printer(numbers.gradients, numbers)
    yield Step("Now backward, from right to left. ∂L/∂L is 1: the loss changes as fast as itself.", gradient="L")
    delta = f"δₒ = ∂L/∂ŷ = −(y − ŷ) = −({n['y']} − {n['o']}) = {number(numbers.gradients['o'], 3)}"
    yield Step(f"{delta}. Everything to the left will use it.", gradient="o", along=(("o", "L"),))
    for j, sub in ("1", "₁"), ("2", "₂"):
        product = f"{g['o']} × {n['a' + j]} = {number(numbers.gradients['v' + j], 3)}"
        yield Step(f"∂L/∂v{sub} = δₒ × a{sub} = {product}.", gradient=f"v{j}", along=((f"v{j}", "o"),))
    yield Step(f"∂L/∂bₒ = δₒ × 1 = {number(numbers.gradients['bo'], 3)}.", gradient="bo", along=(("bo", "o"),))


def _unit_steps(numbers, j):
    n, g = _printer(numbers.values, numbers), _printer(numbers.gradients, numbers)
    bare, sub = {name: number(value, 3) for name, value in numbers.gradients.items()}, "₀₁₂"[int(j)]
    product = f"{g['o']} × {n['v' + j]} = {bare['a' + j]}"
    yield Step(f"∂L/∂a{sub} = δₒ × v{sub} = {product}.", gradient=f"a{j}", along=((f"v{j}", "o"), (f"a{j}", f"v{j}")))
    slope = f"{g['a' + j]} × {number(numbers.locals[f'z{j}', f'a{j}'], 3)} = {bare['z' + j]}"
    text = f"δ{sub} = ∂L/∂z{sub} = ∂L/∂a{sub} × a{sub}(1 − a{sub}) = {slope}."
    yield Step(text, gradient=f"z{j}", along=((f"z{j}", f"a{j}"),))
    for i in "12":
        product = f"{g['z' + j]} × {n['x' + i]} = {bare[f'w{j}{i}']}"
        text = f"∂L/∂w{sub}{'₀₁₂'[int(i)]} = δ{sub} × x{'₀₁₂'[int(i)]} = {product}."
        yield Step(text, gradient=f"w{j}{i}", along=((f"w{j}{i}", f"z{j}"),))
    text = f"∂L/∂bₕ{sub} = δ{sub} × 1 = {bare['bh' + j]}."
    yield Step(text, gradient=f"bh{j}", along=((f"bh{j}", f"z{j}"),))


def _printer(values, numbers):
    """Numbers for use inside a formula: negative ones in parentheses."""
    shown = {name: numbers.show(value) for name, value in values.items()}
    return {name: f"({text})" if text.startswith("−") else text for name, text in shown.items()}
