"""On which line things stand in a TOML text."""

import tomllib

from spaces_tui.store.tomlplaces import line_of, places

TEXT = '''\
# a comment with [brackets] and "quotes
theme = "nord" # theme = "other"

long = """
[not.a.table]
no = "key"
"""
[keys]
"space.pause" = "P"
many = [ # comment ]
  "a", "]", # "[
  'b',
]
after.dotted = 1
[ budget . "ada@http://h:1" ]
soft = {a = 1, b = "}"}
hard = \'\'\'x
[y]
\'\'\'
"quo\\"ted" = 2
[[list]]
x = 1
'''


def test_every_kind_of_statement_is_found_on_its_line() -> None:
    tomllib.loads(TEXT)
    assert places(TEXT) == {
        ("theme",): 2,
        ("long",): 4,
        ("keys",): 8,
        ("keys", "space.pause"): 9,
        ("keys", "many"): 10,
        ("keys", "after"): 14,
        ("keys", "after", "dotted"): 14,
        ("budget", "ada@http://h:1"): 15,
        ("budget", "ada@http://h:1", "soft"): 16,
        ("budget", "ada@http://h:1", "hard"): 17,
        ("budget", "ada@http://h:1", 'quo"ted'): 20,
        ("list",): 21,
        ("list", "x"): 22,
    }


def test_what_has_no_line_of_its_own_is_where_its_holder_is() -> None:
    assert line_of(TEXT, "budget", "ada@http://h:1", "soft", "b") == 16
    assert line_of(TEXT, "nowhere") is None


def test_line_ends_of_windows_and_no_last_line_end_change_nothing() -> None:
    assert places("a = 1\r\n\r\n[b]\r\nc = [\r\n1]\r\nd = 2") == {
        ("a",): 1,
        ("b",): 3,
        ("b", "c"): 4,
        ("b", "d"): 6,
    }
