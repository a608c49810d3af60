"""Measures of the connection check: what it withstands, how many it serves, what it is worth."""
