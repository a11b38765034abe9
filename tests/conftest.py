"""A slow machine fails no property-based test, and CI draws the same examples every time.

`pytest --hypothesis-profile thorough` draws twenty times as many.
"""

import os

from hypothesis import settings

settings.register_profile("local", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("ci" if "CI" in os.environ else "local")
