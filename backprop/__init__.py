"""Backpropagation by hand: the engine, the exercises, their checks and the widgets of the course."""
