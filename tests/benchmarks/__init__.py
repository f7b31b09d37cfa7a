"""Benchmarks: run by hand, never by pytest; figures name machine and versions."""
