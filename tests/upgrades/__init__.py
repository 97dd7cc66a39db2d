"""Upgrades without downtime: the rules of migrations, and two versions of the code at work."""
