"""Graphs of a pack: the line of command, who does what, plans; as SVG, DOT and Mermaid."""
