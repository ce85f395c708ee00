"""Right answers in different styles, for every function an exercise asks for: one module a lesson."""

from styles import (
    autodiff_frameworks,
    chain_rule,
    gradient_pathologies,
    matrix_backprop,
    optimizers_and_scale,
    start_here,
    two_layer_trace,
)

LESSONS = (
    start_here,
    chain_rule,
    two_layer_trace,
    matrix_backprop,
    gradient_pathologies,
    autodiff_frameworks,
    optimizers_and_scale,
)
STYLES = {id: styles for lesson in LESSONS for id, styles in lesson.STYLES.items()}
