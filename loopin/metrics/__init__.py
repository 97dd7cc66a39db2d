"""Counts and measures what the processes do, and shows it to Prometheus; what there is to count,
each subject declares."""
