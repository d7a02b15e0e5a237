"""What each kind of file may hold: the one source of the loader's model and the JSON Schema.

Every `Type` both reads a node into a value, with errors at their places, and yields its JSON
Schema.
"""
