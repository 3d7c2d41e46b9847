"""What only a model should read: words about its person, and arguments as JSON has them."""

import re

FOR_A_MODEL = re.compile(
    r"""
    \bcall(?:ing)?\s(?:\w+\s)?again\b  # a person runs a command again, or tries it
    | \b\w+:\s(?:true|false|null)\b | \b\w+_\w+:\s\d+\b  # at a terminal an argument is NAME=VALUE
    | \bthe\s(?:person|user|host)\b | \b(?:ask|tell)\sthem\b | \bunless\sthey\b
    | \bto\sask\sone\b | \bwhoever\sruns\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
