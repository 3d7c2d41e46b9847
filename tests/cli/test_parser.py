"""The parser that is made of a command's data."""

import pytest
from do_nfs_mcp.cli.parser import Argument, Command, did_you_mean, make_parser

FILE = Argument("--file", metavar="PATH", help="a file")
NAME = Argument("name", help="a name")
LISTED = Command("prog listed", purpose="to be read elsewhere", arguments=None)
PROG = Command("prog", arguments=(FILE,), commands=(Command("prog known", arguments=(NAME,)), LISTED))


def test_what_cannot_be_taken_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser(PROG).parse_args(["--fi\nle"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "prog: error: unrecognized arguments: --fi le\n"


def test_the_command_that_was_given_is_known_by_its_name() -> None:
    parser = make_parser(PROG)
    assert parser.parse_args([]).command is None
    known = parser.parse_args(["known", "ann"])
    assert (known.command, known.name) == ("known", "ann")


def test_what_follows_a_command_that_is_only_listed_is_left_to_it() -> None:
    listed = make_parser(PROG).parse_args(["--file", "f", "listed", "ann", "--help"])
    assert (listed.command, listed.arguments) == ("listed", ["ann", "--help"])


def test_of_exclusive_arguments_only_one_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    switches = tuple(Argument(name, action="store_true", help="") for name in ("--a", "--b", "--c"))
    parser = make_parser(Command("prog", arguments=switches, exclusive=("--a", "--b")))
    assert parser.parse_args(["--a", "--c"]).a
    with pytest.raises(SystemExit):
        parser.parse_args(["--a", "--b"])
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Curser", 'did you mean "cursor"? There is more'),
        ("cursor", 'did you mean "cursor"? There is more'),
        ("emacs", "there is more"),
    ],
)
def test_the_nearest_word_is_asked_for_before_the_rest_is_said(word: str, said: str) -> None:
    assert did_you_mean(word, ["cursor", "vscode"], "there is more") == said
