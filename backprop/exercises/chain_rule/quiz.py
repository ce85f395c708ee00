"""Lesson 01's choices. The keys are sealed: made with `seal`, recognised by `Sealed`, readable nowhere."""

from backprop.exercises._form import choice, quiz

CHOICES = quiz(
    "chain-quiz",
    "answers",
    1,
    {"downhill": "2b01cd7404f661ccdf13", "too_early": "c926e1fb0f8d003af5b0"},
    choice(
        "along-the-gradient",
        "downhill",
        "b0c32634c4a15254f413",
        "by walking with the gradient",
        "The gradient points uphill. Downhill is the other way, for every weight.",
    ),
    choice(
        "all-signs-equal",
        "downhill",
        "4c6409cce75a5586e3dc",
        "by moving both weights the same way",
        "Each weight has its own slope, with its own sign. They need not move the same way.",
    ),
    choice(
        "larger-slope-smaller-step",
        "downhill",
        "f55d3f7a13e8bb844ce0",
        "by moving the weight with the small slope most",
        "A step against the gradient is longest where the slope is steepest.",
    ),
    choice(
        "sign-turned",
        "too_early",
        "c69294dbeb33edd8e80a",
        "if order changed a sign",
        "Nothing in the sweep turns a sign but a negative local derivative. What is missing at that moment?",
    ),
    choice(
        "counted-twice",
        "too_early",
        "642930d0ce1e4c4bb80f",
        "if the early visit counted something twice",
        "At the early visit less has arrived, not more.",
    ),
    choice(
        "only-slower",
        "too_early",
        "4a7bc3fd156d2c595081",
        "if order were a question of speed",
        "The visit passes on what the node has at that moment, and nobody comes back to correct it.",
    ),
)
