"""Ratios against other programs, printed as tables. Nothing here is asserted: a busy machine fails no test."""
