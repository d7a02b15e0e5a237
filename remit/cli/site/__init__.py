"""A site that tells all of a pack: static pages that link to each other and fetch nothing."""
