"""The examples in the docstrings of what people import."""

import doctest

import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport


@pytest.mark.parametrize("documented", [Sandbox, SandboxTransport])
def test_the_example_in_a_docstring_does_what_it_shows(documented: type) -> None:
    (example,) = doctest.DocTestFinder(recurse=False).find(documented)
    assert example.examples
    report: list[str] = []
    doctest.DocTestRunner().run(example, out=report.append)
    assert not report, "".join(report)
