"""Hold a learner's answers against the truth: the same code in the notebook and in grading."""

from collections.abc import Callable

import numpy as np

from backprop.check._compare import close, compare
from backprop.check._diagnose import diagnose
from backprop.check._verdict import Example, Part, Verdict, first_wrong
from backprop.check.reply import Reply
from backprop.exercises import Exercise, Sealed
from backprop.functions import with_functions
from backprop.own_number import WANTED, own_number

Ask = Callable[[list[dict]], list[Reply]]


def judge(exercise: Exercise, ask: Ask, seed: bytes) -> Verdict:
    """Ask all cases that `seed` draws and compare every part of every reply with the truth."""
    cases = exercise.inputs(np.random.default_rng(list(seed)))
    replies = [_with_part_names(exercise, reply) for reply in ask(cases)]
    if stopped := _no_answer(exercise, replies):
        return stopped
    called = [_as_called(exercise, case, reply) for case, reply in zip(cases, replies, strict=True)]
    truths = [exercise.right(case) for case in called]
    shortest_first = sorted(range(len(cases)), key=lambda i: (i > 0, len(repr(cases[i]))))  # to show a readable case
    parts = tuple(_judge_part(exercise, name, truths, replies, shortest_first) for name in exercise.parts)
    if all(part.right for part in parts):
        return Verdict(exercise, "right", parts, compared=_compared(exercise, truths, parts))
    first = first_wrong(parts)
    return Verdict(
        exercise,
        "wrong",
        parts,
        Example(cases[first.case], truths[first.case], replies[first.case].values),
        diagnose(exercise, parts, called, truths, replies),
        words=replies[first.case].crash or replies[first.case].problem,
    )


def _as_called(exercise: Exercise, case: dict, reply: Reply) -> dict:
    """The inputs as the learner's function got them; of typed-in answers the learner's own number is one."""
    own = {exercise.personal: int(reply.values[exercise.personal])} if exercise.personal else {}
    return with_functions(case) | own


def _with_part_names(exercise: Exercise, reply: Reply) -> Reply:
    """Where one part is asked, a function may return it bare; where several are, only a dict says which is which."""
    if "result" not in reply.values.keys() | reply.unread.keys() or "result" in exercise.parts:
        return reply
    if len(exercise.parts) == 1:
        (name,) = exercise.parts
        return Reply(*({name: found["result"]} if "result" in found else {} for found in (reply.values, reply.unread)))
    if reply.values.get("result", "") is None:
        return Reply()
    wanted = f"a dict with the names {', '.join(exercise.parts)}"
    return Reply(problem=f"something else than a dict came back; {wanted} was expected")


def _no_answer(exercise: Exercise, replies: list[Reply]) -> Verdict | None:
    """A crash or a reply that is no answer stops the check; so does an exercise not begun."""
    for reply in replies:
        if any(reply.values.get(part) is not None for part in exercise.parts):
            continue  # what came before a crash counts
        if reply.crash:
            return Verdict(exercise, "crash", words=reply.crash)
        if reply.problem and not reply.values:
            return Verdict(exercise, "problem", words=reply.problem)
    if all(_is_blank(exercise, reply) for reply in replies):
        return Verdict(exercise, "blank")
    if exercise.personal and not _is_a_number_of_ones_own(replies[0].values.get(exercise.personal)):
        wanted = f"your own number is expected as `{exercise.personal}`: {WANTED}"
        return Verdict(exercise, "problem", words=wanted)
    return None


def _is_a_number_of_ones_own(value: object) -> bool:
    if not isinstance(value, np.ndarray) or value.dtype.kind != "i" or value.shape != ():
        return False
    try:
        own_number(int(value))
    except ValueError:
        return False
    return True


def _is_blank(exercise: Exercise, reply: Reply) -> bool:
    """Nothing came, or every part that is asked for still holds its dots; what a lesson gives does not count."""
    if not reply.values and not reply.unread:
        return True
    absent = None if reply.problem else "missing"  # after a problem the rest was not asked for
    return all(reply.values.get(part, absent) is None for part in exercise.parts)


def _judge_part(exercise: Exercise, name: str, truths: list, replies: list[Reply], shortest_first: list) -> Part:
    found = [compare(exercise, name, truth[name], reply) for truth, reply in zip(truths, replies, strict=True)]
    wrong = [i for i in shortest_first if not found[i].right]
    endless = [i for i in wrong if _not_finite(replies[i].values.get(name))]  # nan is what has to be seen first
    case = (endless or wrong)[0] if wrong else max(shortest_first, key=lambda i: found[i].distance)
    return Part(name, exercise.parts[name], not wrong, found[case], case)


def _not_finite(given: object) -> bool:
    return isinstance(given, np.ndarray) and given.dtype.kind == "f" and not np.isfinite(given).all()


def _compared(exercise: Exercise, truths: list, parts: tuple[Part, ...]) -> str:
    if any(isinstance(value, Sealed) for value in truths[0].values()):
        return ""
    if exercise.style == "values":
        return "Agrees with the reference engine."
    if exercise.enough:
        return " ".join(f"{part.worst.words[0].upper()}{part.worst.words[1:]}." for part in parts if part.worst.words)
    census = ""
    if exercise.census:
        phrase, holds = exercise.census
        census = f", {sum(map(holds, truths))} of them {phrase},"
    farthest = max(part.worst.distance for part in parts)
    many = f"{len(truths)} {exercise.noun}{census}"
    return f"{many} agree with the reference engine ({close(farthest)})."
