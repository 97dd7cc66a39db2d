"""Measures the product beside other ways to sign people in by phone, in turns on one machine."""
