"""Reports of incidents: what happened, who answered, and by which clause. See `view.py`."""
