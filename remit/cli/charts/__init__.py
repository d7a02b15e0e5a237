"""Responsibility charts: what is asked for, what stands in a field, and five ways to draw it."""
