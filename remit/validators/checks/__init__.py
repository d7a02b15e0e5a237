"""One file a check, with its page beside it; `remit.validators.registry` lists them."""
