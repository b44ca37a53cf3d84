"""Thirty days at a fictional software company, told in the product's own verbs; and bulk data for measuring."""
