"""Places to mount a share at."""

HOSTILE = [
    "/mnt/a b",
    "/mnt/ a",
    "/mnt/$(touch x)`touch y`$HOME/$",
    "/mnt/a'; touch x; '",
    '/mnt/a"; touch x; "',
    "/mnt/a\\040b\\n\\c\\'x",
    "/-o remount,exec/--help",
    "/mnt/%n%%i%h",
    "/mnt/%h-%i",
    "/mnt/$(id)",
    "/mnt/#;a # b: c, [d] {e} &f *g !h |i >j",
    "/mnt/<<EOF/~/*/?",
    "/.hidden/...",
    "/mnt/```/a",
    "/mnt/été/名/😀☕",
    "/" + "a" * 200,
]
"""Each would do something else than be a name somewhere, if it were not escaped."""

WITHOUT_COLON = [mount_point.replace(":", "") for mount_point in HOSTILE]
"""Neither Kubernetes nor Docker Compose takes a colon."""

EXPANDED = ["/mnt/${HOME}", "/mnt/a${b", "/mnt/a$$b"]
"""What systemd would take for variables, however it is written."""

HOSTILE_SOURCES = [
    ("fd00::5", "/1/%a b\\c"),
    ("10.128.0.6", "/1/$(touch x) '\"b"),
    ("10.128.0.6", "/1/été/名/😀☕"),
]
"""The same for the host and the path of a share."""
