"""The second engine in a process of its own, and its opinion held against the map's."""
