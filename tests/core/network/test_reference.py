"""The reference: its example runs. Its gradient is tested with the fast one's, in test_gradients."""

import doctest

from core.network import reference


def test_the_example_of_the_docstring_runs() -> None:
    found = doctest.testmod(reference)
    assert found.attempted == 5 and found.failed == 0
