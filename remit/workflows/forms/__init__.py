"""Forms of the Incident Command System, filled from the ledger."""
