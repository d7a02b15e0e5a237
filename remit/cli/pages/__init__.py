"""Pages: one HTML file each, with nothing to fetch and nothing to run."""
