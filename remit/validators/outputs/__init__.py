"""One file an output format that is data; the text format is drawn by the command line."""
