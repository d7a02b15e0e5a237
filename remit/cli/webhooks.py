"""Secrets of webhooks, from the environment: they are in no file of a pack and in no ledger."""

from __future__ import annotations

from collections.abc import Mapping

from remit.cli.exits import UsageError
from remit.engine.wording import tell
from remit.workflows.signatures import Secret, SignatureError

__all__ = ["VARIABLE", "webhook_secrets"]

VARIABLE = "REMIT_WEBHOOK_"
"""Begins the variable of each sender: `REMIT_WEBHOOK_GAUGES=whsec_...`; several by blanks."""


def webhook_secrets(environment: Mapping[str, str]) -> tuple[Secret, ...]:
    """Return what senders of webhooks sign with.

    Raises:
        UsageError: if one is no secret, or too short.
    """
    found: list[Secret] = []
    for variable, text in sorted(environment.items()):
        name = variable.removeprefix(VARIABLE)
        if name == variable or not name:
            continue
        try:
            found += [Secret.parse(name.lower(), each) for each in text.split()]
        except SignatureError as error:
            raise UsageError(
                str(error), tell("set `{variable}` to `whsec_` and base64", variable=variable)
            ) from error
    return tuple(found)
