"""Gradient Lab without its screens: networks, data, experiments, training and what is measured on them."""
