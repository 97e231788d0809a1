"""Forecasts of load, sun and hydrogen demand, from history alone."""
