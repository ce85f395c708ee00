"""Lesson 02's quizzes. The keys are sealed: made with `seal`, recognised by `Sealed`, readable nowhere."""

from backprop.exercises._form import Mistake, Sealed, choice, quiz

STEPS = {
    "forward": "9e35b28e705c7bccfbbe",
    "loss_gradient": "57a232d565d14cbcf835",
    "through_activation": "d7e3ed9876fbeeb3fb76",
    "to_weights": "5241d6c59cf7fc55e786",
    "to_layer_before": "fa4583130a7f0b261159",
    "update": "5c2934c755b60a54cabd",
}
MATCH_STEPS = quiz(
    "match-steps",
    "matches",
    0.5,
    STEPS,
    Mistake(
        "products-exchanged",
        "when the two products with delta are exchanged",
        "A weight's gradient needs what came in along the edge. The layer before needs the weights of that edge.",
        lambda: {"to_weights": Sealed("e452a70fa7f7c5c9bdc6"), "to_layer_before": Sealed("aae80839aaef6252ac98")},
    ),
)


CHOICES = quiz(
    "quiz",
    "answers",
    1,
    {"cheaper": "f3eb95e9ae9b3daecdf5", "deep_sigmoid": "e9f93e77d16f43f31363"},
    choice(
        "cheaper-arithmetic",
        "cheaper",
        "1f2574b136869dd5d16c",
        "if its arithmetic were simpler",
        "Each step back costs about as much as the same step forward, often twice. The saving is elsewhere.",
    ),
    choice(
        "cheaper-last-layer",
        "cheaper",
        "46da83e1be4ba19e8122",
        "if only the last layer were trained",
        "You have computed all four gradients of network A in one pass, the first layer's among them.",
    ),
    choice(
        "cheaper-skips",
        "cheaper",
        "ef7bdc8a6078c267a98c",
        "if zeros were skipped",
        "A shut gate does send back zeros, but a network with all gates open is just as cheap.",
    ),
    choice(
        "deep-grows",
        "deep_sigmoid",
        "aa16449a516c106d2405",
        "if layers added to the gradient",
        "Along one path local derivatives are multiplied. Multiply ten numbers that are at most 1/4.",
    ),
    choice(
        "deep-stays",
        "deep_sigmoid",
        "3b8eec81a9095b032c0b",
        "by looking at the sigmoid's values",
        "Its values stay between 0 and 1, but the backward pass multiplies by its slopes, a(1 - a).",
    ),
    choice(
        "deep-weights",
        "deep_sigmoid",
        "5c90e16abaf15c438da5",
        "by blaming the weights alone",
        "Weights may well be larger than 1. The factor that is always small is another one.",
    ),
)
