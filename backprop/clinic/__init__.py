"""The clinic of lesson 04: deep nets to measure, and sick training runs to diagnose. It imports NumPy only."""

from backprop.clinic._measure import gradient_norms, memory
from backprop.clinic._ward import BEDS, TREATMENTS, Patient, UnknownTreatment, case_in, ward

__all__ = ["BEDS", "TREATMENTS", "Patient", "UnknownTreatment", "case_in", "gradient_norms", "memory", "ward"]
