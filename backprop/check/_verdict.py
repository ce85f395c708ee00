"""What a check found out: the parts, the first step that differs, and the mistake's name where one fits."""

from dataclasses import dataclass

from backprop.check._card import as_html, as_text
from backprop.check._compare import Comparison
from backprop.check.plain import Plain
from backprop.exercises import Exercise


@dataclass(frozen=True)
class Part:
    """One part of the answer over all cases; `worst` is the comparison in the case that shows the difference."""

    name: str
    points: float
    right: bool
    worst: Comparison
    case: int  # index of the case that shows it


def first_wrong(parts: tuple[Part, ...]) -> Part | None:
    """The first part, in the order of computation, that was answered wrongly; else the first that was left blank."""
    wrong = [part for part in parts if not part.right]
    return next((part for part in wrong if not part.worst.blank), wrong[0] if wrong else None)


@dataclass(frozen=True)
class Example:
    """One case on which the first wrong part can be seen."""

    inputs: dict[str, object]
    expected: dict[str, object]
    given: dict[str, Plain]


@dataclass(frozen=True)
class Diagnosis:
    """What is behind a wrong answer: `id` is the known mistake's, or None for a general finding."""

    id: str | None
    title: str
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """The result of one check; `status` is right, wrong, blank, problem or crash."""

    exercise: Exercise
    status: str
    parts: tuple[Part, ...] = ()
    example: Example | None = None
    diagnosis: Diagnosis | None = None
    words: str = ""  # a problem's or a crash's text
    compared: str = ""  # what the answer was held against, and how close it came

    @property
    def points(self) -> float:
        """What the answer earned: the points of the parts that are right in every case."""
        return round(sum(part.points for part in self.parts if part.right), 6)

    @property
    def max_points(self) -> float:
        """What the exercise is worth."""
        return self.exercise.points

    @property
    def mistake(self) -> str | None:
        """The id of the known mistake that the answer equals, or None."""
        return self.diagnosis.id if self.diagnosis else None

    @property
    def first_wrong(self) -> Part | None:
        """The part to look at first."""
        return first_wrong(self.parts)

    def text(self) -> str:
        """The card as plain text, for terminals and gradebook comments."""
        return as_text(self)

    def html(self) -> str:
        """The card as HTML without scripts or style sheets; everything of the learner's in it is escaped."""
        return as_html(self)
