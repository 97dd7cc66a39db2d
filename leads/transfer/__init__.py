"""Exports leads to CSV files and imports them from such files."""
