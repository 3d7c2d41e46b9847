"""Whatever is in a text, it stays one value in each file that says what to mount."""

import pytest
from do_nfs_mcp.storage.mounting.escaping import fstab_field


@pytest.mark.parametrize(
    ("character", "escaped"), [(" ", r"\040"), ("\t", r"\011"), ("\n", r"\012"), ("\\", r"\134"), ("é", "é")], ids=repr
)
def test_a_character_that_would_end_or_escape_a_field_of_fstab_is_its_octal_code(character: str, escaped: str) -> None:
    assert fstab_field(f"/a{character}b") == f"/a{escaped}b"
