"""The suspects' code: both passes written out line by line, with one line that is wrong."""

from backprop.bug_hunt._plan import Plan


def source(plan: Plan) -> list[str]:
    """The lines of `loss_and_gradients`, the planted bug among them."""
    parameters = ", ".join(f"W{k}, b{k}" for k in (1, 2, 3, 4))
    last = len(plan.order)
    loss = [f"L = ((Z{last} - Y) ** 2).sum() / len(X)"]
    gradients = ", ".join(f"W{k}=dW{k}, b{k}=db{k}" for k in (1, 2, 3, 4))
    lines = [*_forward(plan), *loss, *_backward(plan), f"return L, dict({gradients})"]
    return [f"def loss_and_gradients(X, Y, {parameters}):", *(f"    {line}" for line in lines)]


def _forward(plan: Plan) -> list[str]:
    lines, last = [], len(plan.order)
    for step, layer in enumerate(plan.order, 1):
        lines.append(f"Z{step} = {_into(step)} @ W{layer}.T + b{layer}")
        in_place = plan.cause == "f" and plan.layer == step
        value = f"np.tanh(Z{step}, out=Z{step})" if in_place else f"{plan.activation}(Z{step})"
        lines += [f"A{step} = {value}"] if step < last else []
    return lines


def _backward(plan: Plan) -> list[str]:
    last, seen = len(plan.order), set()
    lines = [f"delta{last} = {'' if plan.cause == 'a' else '2 * '}(Z{last} - Y) / len(X)"]
    for step, layer in reversed(list(enumerate(plan.order, 1))):
        adds = layer in seen and plan.cause != "e"
        lines.append(f"dW{layer} {'+=' if adds else '='} {_weights(plan, step, layer)}")
        lines.append(f"db{layer} {'+=' if layer in seen else '='} {_biases(plan, step, layer)}")
        lines += [_delta_below(plan, step, layer)] if step > 1 else []
        seen.add(layer)
    return lines


def _into(step: int) -> str:
    return f"A{step - 1}" if step > 1 else "X"


def _weights(plan: Plan, step: int, layer: int) -> str:
    if plan.cause == "b" and plan.layer == layer and plan.turn % 2:
        return f"{_into(step)}.T @ delta{step}"
    return f"delta{step}.T @ {_into(step)}"


def _biases(plan: Plan, step: int, layer: int) -> str:
    return f"delta{step}" if plan.cause == "d" and plan.layer == layer else f"delta{step}.sum(axis=0)"


def _delta_below(plan: Plan, step: int, layer: int) -> str:
    below = step - 1
    weights = f"W{layer}.T" if plan.cause == "b" and plan.layer == layer and not plan.turn % 2 else f"W{layer}"
    others = [other for other in (1, 2, 3) if other != below]
    at = others[plan.turn % 2] if plan.cause == "c" and plan.layer == below else below
    return f"delta{below} = (delta{step} @ {weights}) * d_{plan.activation}(Z{at})"
