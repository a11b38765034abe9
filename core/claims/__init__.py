"""What the labs claim, each claim with its check: a statement, a measured value and the tolerance that it must keep.

One module for each lab. A check computes; it is what a screen, a notebook and a test call, so that none of them can
show a verdict that nobody measured.
"""

from core.claims.claim import Claim

__all__ = ["Claim"]
