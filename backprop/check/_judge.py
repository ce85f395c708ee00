"""Hold a learner's answers against the truth: the same code in the notebook and in grading."""

from collections.abc import Callable

import numpy as np

from backprop.check._compare import compare
from backprop.check._diagnose import diagnose
from backprop.check._verdict import Example, Part, Verdict, first_wrong
from backprop.check.reply import Reply
from backprop.exercises import Exercise, Sealed
from backprop.functions import with_functions

Ask = Callable[[list[dict]], list[Reply]]


def judge(exercise: Exercise, ask: Ask, seed: bytes) -> Verdict:
    """Ask all cases that `seed` draws and compare every part of every reply with the truth."""
    cases = exercise.inputs(np.random.default_rng(list(seed)))
    called = [with_functions(case) for case in cases]  # as the learner's function gets them
    truths = [exercise.truth(**case) for case in called]
    replies = [_with_part_names(exercise, reply) for reply in ask(cases)]
    if stopped := _no_answer(exercise, replies):
        return stopped
    parts = tuple(_judge_part(exercise, name, truths, replies) for name in exercise.parts)
    if all(part.right for part in parts):
        return Verdict(exercise, "right", parts, compared=_compared(exercise, truths, parts))
    first = first_wrong(parts)
    return Verdict(
        exercise,
        "wrong",
        parts,
        Example(cases[first.case], truths[first.case], replies[first.case].values),
        diagnose(exercise, parts, called, truths, replies),
    )


def _with_part_names(exercise: Exercise, reply: Reply) -> Reply:
    """Where one part is asked, a function may return it bare; where several are, only a dict says which is which."""
    if reply.values.keys() != {"result"} or "result" in exercise.parts:
        return reply
    value = reply.values["result"]
    if len(exercise.parts) == 1:
        return Reply({next(iter(exercise.parts)): value})
    if value is None:
        return Reply()
    return Reply(
        problem="a single value came back; a dict with the names " + ", ".join(exercise.parts) + " was expected"
    )


def _no_answer(exercise: Exercise, replies: list[Reply]) -> Verdict | None:
    """A crash or a reply that is no answer stops the check; so does an exercise not begun."""
    for reply in replies:
        if reply.crash:
            return Verdict(exercise, "crash", words=reply.crash)
        if reply.problem:
            return Verdict(exercise, "problem", words=reply.problem)
    asked = [name for name, points in exercise.parts.items() if points]  # the others are given in the lesson
    if all(reply.values.get(name) is None for reply in replies for name in asked):
        return Verdict(exercise, "blank")
    return None


def _judge_part(exercise: Exercise, name: str, truths: list, replies: list[Reply]) -> Part:
    found = [
        compare(exercise, name, truth[name], reply.values.get(name))
        for truth, reply in zip(truths, replies, strict=True)
    ]
    wrong = [i for i, comparison in enumerate(found) if not comparison.right]
    case = wrong[0] if wrong else max(range(len(found)), key=lambda i: found[i].distance)
    return Part(name, exercise.parts[name], not wrong, found[case], case)


def _compared(exercise: Exercise, truths: list, parts: tuple[Part, ...]) -> str:
    if any(isinstance(value, Sealed) for value in truths[0].values()):
        return ""
    if exercise.style == "values":
        return "Agrees with the reference engine."
    census = ""
    if exercise.census:
        phrase, holds = exercise.census
        census = f", {sum(map(holds, truths))} of them {phrase},"
    farthest = max(part.worst.distance for part in parts)
    many = f"{len(truths)} {exercise.noun}{census}"
    close = f"largest relative difference {farthest:.0e}" if farthest else "to the last digit"
    return f"{many} agree with the reference engine ({close})."
