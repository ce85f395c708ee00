"""Lesson 04's quizzes. The keys are sealed: made with `seal`, recognised by `Sealed`, readable nowhere."""

from backprop.exercises._form import Mistake, Sealed, choice, quiz

REMEDIES = {
    "relu": "c3cd05e33294e38e0521",
    "he": "d3b538f57b03c98c7cfc",
    "batch_norm": "12175854397be4ee926f",
    "residual": "fce7c9310f64fca78420",
    "clipping": "346556221799178499ea",
    "lstm": "12beef480908e5e9d77f",
}
MATCH_REMEDIES = quiz(
    "match-remedies",
    "remedies",
    0.5,
    REMEDIES,
    Mistake(
        "paths-exchanged",
        "when the two short cuts are exchanged",
        "Both add instead of multiplying. In one the short cut goes around layers, in the other through time.",
        lambda: {"residual": Sealed("dd5140bbd490b843613f"), "lstm": Sealed("1c8389cfee8949a4a1c1")},
    ),
    Mistake(
        "sizes-exchanged",
        "when first weights and batch normalisation are exchanged",
        "One sets the size once, before training. The other measures it in every batch.",
        lambda: {"he": Sealed("90dc4bc9a01958563e71"), "batch_norm": Sealed("ed69457398c83098929f")},
    ),
)

CHOICES = quiz(
    "pathology-quiz",
    "answers",
    1,
    {"no_slope": "68655ff2f94a71879f43", "clipping": "f7249a80f5f5a5b9a187", "through_time": "df3bf4a7a8e59f6a9ea4"},
    choice(
        "slope-slow",
        "no_slope",
        "e9914e7948c06eaa4ff3",
        "if it were a matter of speed",
        "argmax is quick. Ask what happens to its result when one score moves by a millionth.",
    ),
    choice(
        "slope-infinite",
        "no_slope",
        "5e0af800110b593a34d4",
        "for the jumps alone",
        "At a jump the slope would be infinite, but one is almost never there. Look at all other places.",
    ),
    choice(
        "slope-several",
        "no_slope",
        "f67fb47849e552642811",
        "if several inputs were the trouble",
        "A sum has several inputs too, and its gradient is easy. What does argmax do between two jumps?",
    ),
    choice(
        "clip-vanishing",
        "clipping",
        "9d57553d2232d87cb1ce",
        "if clipping could enlarge",
        "Its factor is never above 1, so it helps no gradient that is too small.",
    ),
    choice(
        "clip-ratio",
        "clipping",
        "f32a3344a324d82d2870",
        "if layers were clipped apart",
        "All layers shrink by the same factor, so the ratio between them stays.",
    ),
    choice(
        "clip-biased",
        "clipping",
        "b1068f6277f89804d6a6",
        "if the gradient had been wrong",
        "The gradient is right. It holds only close by, and the step would have gone far.",
    ),
    choice(
        "time-longer",
        "through_time",
        "e4e5b241f7464b3df0e0",
        "by counting parameters",
        "All steps share one set of weights: a longer sequence has no more of them.",
    ),
    choice(
        "time-tanh",
        "through_time",
        "db0a58e79f60863e175d",
        "by blaming tanh alone",
        "A deep net has slopes too. What is the same at every step, and differs from layer to layer?",
    ),
    choice(
        "time-order",
        "through_time",
        "46a3d9284dc9b97e8a19",
        "by blaming the order",
        "The order is fixed and fine. What is multiplied again and again?",
    ),
)
