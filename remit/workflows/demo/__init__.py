"""The demo: a made-up alert, a community, people who are a script, a clock that jumps."""
