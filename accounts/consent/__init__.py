"""Whether a person may be contacted: asked here, and kept by whoever listens to the signal."""
