"""The one declarative source of the policy language: what each file may hold, read and published
from the same values.

Every `Type` both reads a node into a value, with errors at their places, and yields its JSON
Schema.
"""
