"""Forecast, plant model, peak optimisation and explanation: numbers in, a plan out."""
