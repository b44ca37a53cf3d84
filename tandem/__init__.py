"""Tandem: one case that customer, support and engineering share."""
