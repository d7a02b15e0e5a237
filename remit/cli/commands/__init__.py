"""One file a command, named after it; `remit.cli.app` lists them."""
