"""The hostile class: every case of the tables, grouped into submissions where cases do not disturb each other."""

import textwrap
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import nbformat
from attacks import put
from example_class import ENCODED, EXERCISES, FULL, LOST, RIGHT, Learner, notebook_edit, raw
from exhausting import ANSWERS, CONTAINED, ENDS_THE_KERNEL, PROCESSES
from faking import BEHAVIOURS, CELLS, CLASSES, NASTY
from reaching import BEFORE
from reaching import CELLS as REACHING
from reaching import cell as reaching_cell
from showing import CRASH, NAMES, OUTPUTS, WRITTEN

FUNCTIONS = [exercise for exercise in EXERCISES.values() if exercise.style == "function"]
NEIGHBOURS = ("aa-right", "mm-half", "zz-untouched")


def groups(table: Iterable, size: int) -> list[list]:
    """The items of a table, so many at a time."""
    items = iter(table)
    return list(iter(lambda: list(islice(items, size)), []))


def on_top(*sources: str) -> Callable:
    """An edit that adds cells above all others."""

    def edit(notebook: dict) -> None:
        notebook["cells"][:0] = [dict(nbformat.v4.new_code_cell(source)) for source in sources]

    return edit


def answered(bodies: dict[str, str], prelude: str = "") -> Callable:
    """An edit that gives functions, by the names of their exercises, these bodies."""

    def edit(notebook: dict) -> None:
        on_top(prelude)(notebook)
        for id, body in bodies.items():
            inside = textwrap.indent(body.strip(), "    ")
            put(notebook, id, f"def {EXERCISES[id].name}(**inputs):\n{inside}")

    return edit


def faking() -> list[Learner]:
    """Untouched lessons with false answers, odd functions and patched kernels: nothing is earned."""
    made = []
    for number, names in enumerate(groups(NASTY, len(FUNCTIONS))):
        bodies = {e.id: f"return {NASTY[name]}" for e, name in zip(FUNCTIONS, names, strict=False)}
        made.append(Learner(f"nasty-{number}", notebook_edit(answered(bodies, CLASSES), "release"), 0.0))
    for number, names in enumerate(groups(BEHAVIOURS, len(FUNCTIONS))):
        made.append(Learner(f"odd-{number}", notebook_edit(behaving(names), "release"), 0.0))
    for number, names in enumerate(groups(CELLS, 5)):
        edit = on_top(*(CELLS[name] for name in names))
        made.append(Learner(f"patched-{number}", notebook_edit(edit, "release"), 0.0))
    return made


def behaving(names: list[str]) -> Callable:
    """An edit that lets functions behave in these odd ways."""

    def edit(notebook: dict) -> None:
        for exercise, name in zip(FUNCTIONS, names, strict=False):
            put(notebook, exercise.id, BEHAVIOURS[name].format(name=exercise.name, id=exercise.id).strip())

    return edit


def reaching(about: dict) -> list[Learner]:
    """One untouched lesson that reaches for everything; `about` says what there is to reach."""
    cells = [BEFORE, *(reaching_cell(name, about) for name in REACHING)]
    return [Learner("reaching", notebook_edit(on_top(*cells), "release"), 0.0)]


def exhausting() -> list[Learner]:
    """Right solutions with cells that use everything up, and with functions that never answer well."""
    made = [Learner("contained", notebook_edit(on_top(*CONTAINED.values())), FULL)]
    made.append(Learner("processes", notebook_edit(on_top(*PROCESSES.values())), FULL))
    for number, names in enumerate(groups(ENDS_THE_KERNEL, 3)):
        edit = on_top(*(ENDS_THE_KERNEL[name] for name in names))
        made.append(Learner(f"ends-{number}", notebook_edit(edit), FULL))
    for number, names in enumerate(groups(ANSWERS, len(FUNCTIONS))):
        bodies = {exercise.id: ANSWERS[name] for exercise, name in zip(FUNCTIONS, names, strict=False)}
        lost = sum(EXERCISES[id].points for id in bodies)
        made.append(Learner(f"answers-{number}", notebook_edit(answered(bodies)), FULL - lost))
    return made


def damaged() -> list[Learner]:
    """Damage that is repaired, and damage that is refused with its reason."""
    repaired = [Learner(name, notebook_edit(edit), FULL) for name, edit in RIGHT.items() if name != "right"]
    repaired += [Learner(name, raw(change), FULL) for name, change in ENCODED.items()]
    refused = [Learner(name, fill, None, says) for name, (fill, says) in LOST.items()]
    return [*repaired, *refused, Learner("with-modules", with_modules, 0.0)]


def with_modules(folder: Path, solution: Path, released: Path) -> None:
    """Modules beside the notebook that take the place of others, and of whatever starts by itself."""
    (folder / released.name).write_bytes(released.read_bytes())
    for name in ("numpy", "sitecustomize", "usercustomize", "backprop", "ipykernel", "nbgrader_config", "conftest"):
        (folder / f"{name}.py").write_text("raise SystemExit('full marks')")
    (folder / "pyvenv.cfg").write_text("home = /tmp")


def showing() -> list[Learner]:
    """Right solutions and names with something that a browser, a terminal or a spreadsheet would run."""

    def edit(notebook: dict) -> None:
        display = "from IPython.display import HTML, SVG, Javascript, display\n"
        on_top(*(display + source for source in OUTPUTS.values()))(notebook)
        notebook["cells"] += [dict(nbformat.v4.new_markdown_cell(text)) for text in WRITTEN.values()]
        put(notebook, "why-sign", "\n\n".join(WRITTEN.values()))
        put(notebook, "dL-dw1", f"def dL_dw1(**inputs):\n    {CRASH}")

    lost = EXERCISES["dL-dw1"].points
    return [Learner(name, notebook_edit(edit), FULL - lost) for name in ("showing", *NAMES[:1])]


def neighbours() -> list[Learner]:
    """Honest learners: one right, one half done, one who handed in the lesson as it was."""

    def half(notebook: dict) -> None:
        put(notebook, "dL-dw1", "def dL_dw1(**inputs): return 2 * inputs['x']")
        put(notebook, "quiz", "answers = {}")

    right, half_done, untouched = NEIGHBOURS
    lost = EXERCISES["dL-dw1"].points + EXERCISES["quiz"].points
    return [
        Learner(right, notebook_edit(lambda notebook: None), FULL),
        Learner(half_done, notebook_edit(half), FULL - lost),
        Learner(untouched, notebook_edit(lambda notebook: None, "release"), 0.0),
    ]


def cases() -> list[str]:
    """The names of all cases, for those who count."""
    tables = dict(faking=NASTY | BEHAVIOURS | CELLS, reaching=REACHING, showing=OUTPUTS)
    tables |= dict(exhausting=CONTAINED | PROCESSES | ENDS_THE_KERNEL, answers=ANSWERS, written=WRITTEN)
    tables |= dict(damage=RIGHT | ENCODED | LOST)
    return [f"{group}/{name}" for group, table in tables.items() for name in table]
