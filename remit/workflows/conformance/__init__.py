"""Conformance: what happened in incidents held against what their policy said, entry by entry."""
