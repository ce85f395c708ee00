"""How long a learner waits for a check: `python tests/exercises/timing.py`, one line an exercise.

Times are of whole checks of a right answer, as a notebook runs them, with the card rendered: the first one after the
kernel's start and the median of the next ones. Where PyTorch bears witness, the first such check also imports it.
"""

import statistics
import time

from learners import right_answer
from rich.console import Console
from rich.table import Table

from backprop.check import check
from backprop.exercises import LESSONS, Autodiff

LATER = 5


def seconds(exercise_id: str, answer: object) -> float:
    """One check from call to rendered card."""
    begin = time.perf_counter()
    check(exercise_id, answer)._repr_html_()
    return time.perf_counter() - begin


def main() -> None:
    """Print the table and its largest numbers."""
    table, slowest = Table("exercise", "first check", "later checks", "PyTorch"), {True: 0.0, False: 0.0}
    for exercise in [exercise for exercises in LESSONS.values() for exercise in exercises]:
        answer, with_torch = right_answer(exercise), isinstance(exercise.truth, Autodiff)
        first = seconds(exercise.id, answer)
        later = statistics.median(seconds(exercise.id, answer) for _ in range(LATER))
        slowest[with_torch] = max(slowest[with_torch], later)
        table.add_row(exercise.id, f"{first:.3f} s", f"{later:.3f} s", "yes" if with_torch else "")
    Console().print(table)
    print(f"Slowest of the later checks: {slowest[False]:.3f} s without PyTorch, {slowest[True]:.3f} s with it.")


if __name__ == "__main__":
    main()
