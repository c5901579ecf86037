"""Measurements, each a program of its own: `python -m tests.benchmarks.<name>`.

They print a ratio against a plain baseline of the same run, and assert nothing about time.
"""
