"""Duties as rules of another engine, and its matches judged again, with nothing of the map's."""
