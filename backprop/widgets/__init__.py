"""Pictures one can step, slide and fill in; each module is loaded when it is first asked for.

All are plain HTML with a script and need no kernel once they are drawn, so they live on in a saved notebook and in
nbconvert's page. Only `live` asks Python, through anywidget; where there is no kernel its last table stands there.
"""

from importlib import import_module

_HOME = {
    "activations": "_activations",
    "clipping": "_clipping",
    "memory_timeline": "_memory_timeline",
    "half_precision": "_half_precision",
    "angle_plot": "_angle_plot",
    "accuracy_bars": "_accuracy_bars",
    "history_timeline": "_history_timeline",
    "shape_inspector": "_shape_inspector",
    "gradient_flow": "_gradient_flow",
    "layer_histograms": "_layer_histograms",
    "unrolled_gradient": "_unrolled_gradient",
    "Descent": "_descent",
    "descent": "_descent",
    "race": "_descent",
    "Gears": "_gears",
    "secant": "_secant",
    "path_count": "_tape_stepper",
    "TapeStepper": "_tape_stepper",
    "TapeList": "_tape_list",
    "grad_fn_graph": "_grad_fn_graph",
    "GraphStepper": "_graph_stepper",
    "TraceStepper": "_trace_stepper",
    "trace_network": "_trace_stepper",
    "sigmoid_network": "_sigmoid_stepper",
    "training_loop": "_training_loop",
    "LearningRate": "_learning_rate",
    "learning_rate": "_learning_rate",
    "loss_curve": "_loss_curve",
    "LiveLoss": "_live_loss",
    "live": "_live",
    "training_fit": "_training_fit",
    "delta_recursion": "_delta_recursion",
    "line_plot": "_line_plot",
    "MatchingQuiz": "_matching_quiz",
    "TraceTable": "_trace_table",
    "trace_table": "_trace_table",
    "sigmoid_table": "_trace_table",
}
__all__ = list(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"no widget is called {name!r}; there are: {', '.join(sorted(_HOME))}")
    return getattr(import_module(f"backprop.widgets.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *_HOME])
