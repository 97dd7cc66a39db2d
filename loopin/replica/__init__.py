"""Sends long reads to a read replica that has caught up, and everything else to the primary."""
