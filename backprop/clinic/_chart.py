"""How a training run's logbook is printed: the losses, and a line for each layer."""

from backprop.clinic._training import Run

SHOWN = (0, 1, 2, 5, 20, 50, 100, 200)  # the steps whose losses are printed
HEAD = f"{'layer':>5} {'spread':>9} {'between':>9} {'slope':>9} {'gradient':>9} {'check':>9}"


def text(run: Run, complaints: list[str], tried: str = "") -> str:
    """A run's chart as text: what was tried, what is still wrong, and the numbers."""
    losses = "   ".join(f"{step}: {run.losses[step]:.3g}" for step in SHOWN if step < len(run.losses))
    rows = [
        f"{number:5} {row.spread:9.2g} {row.between_units:9.2g} {row.slope:9.2g} {row.gradient:9.1e} {row.check:9.0e}"
        for number, row in enumerate(run.layers, start=1)
    ]
    after = f", after {tried}" if tried else ""
    verdict = f"not well, {' and '.join(complaints)}" if complaints else "well"
    return "\n".join(
        [f"{run.settings.activation}, {len(rows)} layers{after}: {verdict}", f"loss at step {losses}", HEAD, *rows]
    )
