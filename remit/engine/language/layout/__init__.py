"""The one layout of the files of a pack: how a text is written, comments too, and rewritten."""
