"""Rehearsing: many incidents on a virtual clock, with people who are a model or a recording."""
