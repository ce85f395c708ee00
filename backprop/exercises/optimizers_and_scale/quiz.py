"""Lesson 06's choices. The keys are sealed: made with `seal`, recognised by `Sealed`, readable nowhere."""

from backprop.exercises._form import choice, quiz

KEYS = {
    "second_moment": "f50d9dccd8552b9ae3c4",
    "recompute": "1ebf21ceb5b53bbb5f7c",
    "bfloat16": "b13f8264409e16d479dc",
    "bubble": "4f8406757acdb6a2093d",
}

SCALE_QUIZ = quiz(
    "scale-quiz",
    "answers",
    1,
    KEYS,
    choice(
        "root-for-square",
        "second_moment",
        "a1fda0aaf98833737016",
        "by averaging the gradient itself",
        "v averages the square of the gradient. Its root is what has the gradient's size.",
    ),
    choice(
        "v-is-curvature",
        "second_moment",
        "c17b6ed14b69e605ef45",
        "if v were the curvature",
        "v knows nothing of curvature: it is fed squared slopes, and on a straight line these are not 0.",
    ),
    choice(
        "step-grows",
        "second_moment",
        "68db1f2f0085a77f899d",
        "if the step grew with the gradient",
        "m_hat is 100 and the root of v_hat is 100. What is their ratio?",
    ),
    choice(
        "twice",
        "recompute",
        "b54511367fd33c804855",
        "by comparing with the forward pass alone",
        "A step was three forwards long: one forward, and a backward that costs two. Now there is one more.",
    ),
    choice(
        "per-segment",
        "recompute",
        "ed6a475def833134be95",
        "when only one segment runs again",
        "Each of the four segments runs again before the backward pass goes through it: sixteen layers in all.",
    ),
    choice(
        "half-again",
        "recompute",
        "26888c719fec7be0169b",
        "by comparing with the backward pass alone",
        "One forward is half a backward, but a step is made of both.",
    ),
    choice(
        "finer",
        "bfloat16",
        "aca3132ba87449d70ce7",
        "if bfloat16 were the finer one",
        "Look at the column of steps beyond 1: bfloat16's is the larger one.",
    ),
    choice(
        "smaller",
        "bfloat16",
        "a098ffb28df9622044d6",
        "if bfloat16 were smaller",
        "Both have 16 bits. They divide them otherwise.",
    ),
    choice(
        "more-scaling",
        "bfloat16",
        "104ed3de1e4bd4cf8984",
        "if bfloat16 ended earlier than float16",
        "Look at the smallest numbers: bfloat16 reaches as far down as float32.",
    ),
    choice(
        "one-piece",
        "bubble",
        "fa12a0d2d9645f3fc599",
        "with a minibatch that is not cut at all",
        "With one piece each device waits three times out of four. Twelve pieces fill most of these gaps.",
    ),
    choice(
        "gaps-over-pieces",
        "bubble",
        "f2f22fb20450eeaf4d66",
        "when the gaps are not counted in the time",
        "The whole takes 12 + 3 rounds, and in 3 of these a device has nothing to do.",
    ),
    choice(
        "one-gap",
        "bubble",
        "f616f8fcfc28169944bd",
        "if only one round were lost",
        "The last device waits for three others before its first piece arrives.",
    ),
)
