"""The clinic of lesson 04: deep nets to measure, and sick training runs to diagnose. It imports NumPy only."""

from backprop.clinic._measure import measure, memory
from backprop.clinic._ward import BEDS, TREATMENTS, Patient, UnknownTreatment, case_in, visitors, ward

__all__ = ["BEDS", "TREATMENTS", "Patient", "UnknownTreatment", "case_in", "measure", "memory", "visitors", "ward"]
