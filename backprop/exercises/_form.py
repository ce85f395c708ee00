"""The form every exercise fills in: what is asked, how inputs are drawn, the truth, the known mistakes."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np

Values = dict[str, object]  # part name -> number, array, text or bool


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that learners are known to give.

    `wrong` is what the mistaken learner would hand in: a function of the inputs, a class if a class is asked for, or
    for typed-in answers a function without inputs that returns them. `title` completes "Your answer is what one gets
    ..."; `sentence` says how to see it.
    """

    id: str
    title: str
    sentence: str
    wrong: Callable[..., object]


def nothing_to_draw(rng: np.random.Generator) -> Values:
    """The inputs of an exercise that has none: typed-in numbers and quizzes."""
    return {}


@dataclass(frozen=True)
class Exercise:
    """One graded question: everything the check, the grader, the tests and the report need to know about it.

    id        letters, digits, hyphens; the lesson's solution cell carries it
    name      what the learner's object is called in the notebook
    parts     part of the answer -> its points, in the order in which one computes them; others are not looked at
    truth     inputs -> the right parts
    draw      generator -> random inputs, away from kinks and cancellation
    shown     the lesson's own example, asked before the random ones
    style     what is asked for: "function", "class", "object", or "values", a dict of typed-in answers
    drive     how the learner's object is used, where that is more than one call with the inputs; see below
    personal  which typed-in answer is the learner's own number; the truth then takes it, and differs between neighbours
    cases     how many random inputs one check draws
    tolerance largest relative difference, by norm, that still counts as equal
    enough    part -> (expected, given) -> (is it enough?, in words): for parts that need not be equal, a share of hits
    noun      what the cases are, for the card: "random networks"
    upstream  which input is the gradient that comes from the loss, if one is
    uses_torch  whether torch is the subject: where it is not, a learner's code is to be graded without it
    census    (a phrase, a test on the true parts): the card tells how many cases it holds for

    A driver is a function of the learner's object and the inputs that yields the parts in order, so that those before a
    crash still count:

        def drive(Network, sizes, X, upstream):
            net = Network(sizes)
            yield "prediction", net.forward(X)
            yield "dL_dX", net.backward(upstream)

    Its text is sent to where the learner's code runs, so it knows its arguments, `np` and nothing else of its module.
    """

    id: str
    name: str
    parts: dict[str, float]
    truth: Callable[..., Values]
    draw: Callable[[np.random.Generator], Values] = nothing_to_draw
    shown: Values = field(default_factory=dict)
    style: str = "function"
    drive: Callable[..., Iterator[tuple[str, object]]] | None = None
    personal: str | None = None
    cases: int = 50
    tolerance: float = 1e-10
    enough: dict[str, Callable[[np.ndarray, np.ndarray], tuple[bool, str]]] = field(default_factory=dict)
    noun: str = "random inputs"
    upstream: str | None = None
    uses_torch: bool = False
    census: tuple[str, Callable[[Values], bool]] | None = None
    mistakes: tuple[Mistake, ...] = ()

    @property
    def points(self) -> float:
        """What the whole answer is worth."""
        return round(sum(self.parts.values()), 6)

    def inputs(self, rng: np.random.Generator) -> list[Values]:
        """The lesson's example, then fresh random cases; typed-in answers have one case, without inputs."""
        if self.style == "values":
            return [{}]
        return [self.shown, *(self.draw(rng) for _ in range(self.cases))]

    def answers(self, learner: Callable, case: Values) -> Values:
        """The parts that a wrong learner of ours gives for one case."""
        return self.named(dict(self.drive(learner, **case)) if self.drive else learner(**case))

    def right(self, case: Values) -> Values:
        """The right parts for one case."""
        return self.named(self.truth(**case))

    def named(self, answer: object) -> Values:
        """An answer's parts by name; where one part is asked, it may come bare."""
        return answer if isinstance(answer, dict) else dict.fromkeys(self.parts, answer)


class Derivation:
    """A computation written step by step; each step takes earlier values by name.

    Known mistakes are derivations with one step replaced, and every later step follows the wrong one, as it does on
    a learner's paper:

    >>> area = Derivation(side=lambda x: 2 * x, area=lambda side: side**2)
    >>> area.but(side=lambda x: x)(x=3)
    {'side': 3, 'area': 9}
    """

    def __init__(self, **steps: Callable):
        self.steps = {name: (step, tuple(inspect.signature(step).parameters)) for name, step in steps.items()}

    def __call__(self, **inputs) -> Values:
        values = dict(inputs)
        for name, (step, needs) in self.steps.items():
            values[name] = step(*(values[need] for need in needs))
        return {name: values[name] for name in self.steps}

    def but(self, **changed: Callable) -> "Derivation":
        """The same derivation with some steps done otherwise."""
        unknown = changed.keys() - self.steps.keys()
        if unknown:
            raise KeyError(f"no such step: {', '.join(sorted(unknown))}; the steps are {', '.join(self.steps)}")
        return Derivation(**{name: changed.get(name, step) for name, (step, _) in self.steps.items()})

    def mistake(self, id: str, title: str, sentence: str, **changed: Callable) -> Mistake:
        """A known mistake made in these steps; what follows from them follows it."""
        return Mistake(id, title, sentence, self.but(**changed))

    def only(self, *names: str, **inputs) -> "OnPaper":
        """A typed-in answer: these steps, at these inputs."""
        return OnPaper(self, names, inputs)


@dataclass(frozen=True)
class OnPaper:
    """Some steps of a derivation at given numbers, as somebody types them in; called, it gives them."""

    derivation: Derivation
    names: tuple[str, ...]
    inputs: Values

    def __call__(self) -> Values:
        found = self.derivation(**self.inputs)
        return {name: found[name] for name in self.names}

    def mistake(self, id: str, title: str, sentence: str, **changed: Callable) -> Mistake:
        """A known mistake made on paper; what follows from it follows it."""
        return Mistake(id, title, sentence, OnPaper(self.derivation.but(**changed), self.names, self.inputs))


@dataclass(frozen=True)
class Sealed:
    """An answer that can be recognised but not read: quiz keys lie on the learner's disk."""

    digest: str

    def opens(self, exercise: str, part: str, answer: object) -> bool:
        """Is this the sealed answer?"""
        return isinstance(answer, str) and seal(exercise, part, answer).digest == self.digest


def seal(exercise: str, part: str, answer: str) -> Sealed:
    """Close an answer; an author calls this once in a Python prompt and pastes the digest."""
    text = f"{exercise}/{part}/{answer.strip().lower()}"
    return Sealed(sha256(text.encode()).hexdigest()[:20])


def quiz(id: str, name: str, points: float, keys: dict[str, str], *mistakes: Mistake) -> Exercise:
    """Questions answered by letters: part -> the digest that `seal` made of its key. Each is worth the same."""
    sealed = {part: Sealed(digest) for part, digest in keys.items()}
    return Exercise(id, name, dict.fromkeys(keys, points), lambda: sealed, style="values", mistakes=mistakes)


def choice(id: str, part: str, digest: str, title: str, sentence: str) -> Mistake:
    """A quiz's wrong option, sealed like its key, and why it is wrong."""
    return Mistake(id, title, sentence, lambda: {part: Sealed(digest)})
