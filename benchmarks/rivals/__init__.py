"""Every rival of remit on one workload: who decides, how fast, and whether rightly."""
