"""The strict reader: what nodes a text makes, where they lie, and what is refused where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from remit.engine.language.sources import Source
from remit.engine.language.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode
from remit.engine.language.yaml_reader import DEEPEST
from remit.engine.language.yaml_scalars import plain_value
from tests.loading import node_of


@pytest.fixture(params=["libyaml", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run every test with the C parser and with the one that stands in for it."""
    if request.param == "libyaml" and not yaml.__with_libyaml__:
        pytest.skip("this build of PyYAML has no libyaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param == "libyaml")
    return request.param


def read(text: str) -> Node:
    node, errors = node_of(text)
    assert errors == ()
    assert node is not None
    return node


def at(text: str, *path: str | int) -> Node:
    node = read(text)
    for step in path:
        if isinstance(step, int):
            assert isinstance(node, SequenceNode)
            node = node.items[step]
        else:
            assert isinstance(node, MappingNode)
            node = node.entries[step][1]
    return node


def covered(text: str, *path: str | int) -> str:
    """Return the characters that a node covers."""
    node = at(text, *path)
    return text[node.start : node.end]


def refused(text: str) -> list[tuple[str, str]]:
    """Return each message, with the place it points at."""
    _, errors = node_of(text)
    return [(str(error.span), error.message) for error in errors]


def test_maps_lists_and_scalars_become_plain_documents() -> None:
    text = "a: [1, -2, 2.50, x]\nb: {c: true, d: false, e: , f: null, g: ~}\nh:\n- i\n- [j]\n"
    assert {
        "a": [1, -2, pytest.approx(2.5), "x"],
        "b": {"c": True, "d": False, "e": None, "f": None, "g": None},
        "h": ["i", ["j"]],
    } == plain_value(read(text))


def test_words_that_older_yaml_takes_for_something_else_are_text() -> None:
    words = (
        "yes no on off y n True FALSE Null 010 0x1F 0o7 1_000 12:30 12:30:45 1e3 .5 5. .inf .nan"
    )
    words += " 2020-01-24 2020-01-24T08:00:00Z = <"
    assert words.split() == plain_value(read(f"[{', '.join(words.split())}]"))


def test_quoted_numbers_and_words_are_text() -> None:
    assert ["1", "true", "null", ""] == plain_value(read("['1', \"true\", 'null', '']"))


@pytest.mark.parametrize(
    "text, path, expected",
    [
        ("a: bc\n", ("a",), "bc"),
        ("a: 'b c'\n", ("a",), "'b c'"),
        ("社区: 街道办 # 注\n", ("社区",), "街道办"),
        ("a: 🏠 b\nc: d\n", ("c",), "d"),
        ("a: {b: [1, 22]}\n", ("a",), "{b: [1, 22]}"),
        ("a: {b: [1, 22]}\n", ("a", "b"), "[1, 22]"),
        ("a:\n  b: 1\n  c: 2\n\n\nd: 3\n", ("a",), "b: 1\n  c: 2"),
        ("a:\n- 1\n- 2\n# end\n\nb: 3\n", ("a",), "- 1\n- 2"),
        ("a: |\n  one\n  two\n\nb: 1\n", ("a",), "|\n  one\n  two"),
        ("a:\r\n  b: 1\r\nc: 2\r\n", ("c",), "2"),
        ("a: one\n  two\nb: 1\n", ("a",), "one\n  two"),
        ("a:\nb: 1\n", ("a",), "a"),
        ("a: {b: , c: 1}\n", ("a", "b"), "b"),
        ("a:\n-\n- 1\n", ("a", 0), "-"),
    ],
)
def test_a_node_covers_what_was_written(
    text: str, path: tuple[str | int, ...], expected: str
) -> None:
    assert expected == covered(text, *path)


def test_lines_and_columns_count_from_one_in_code_points_whatever_the_line_breaks() -> None:
    text = "a: 1\r\n街道: 🏠x\rb: 2\n"
    spans = []
    for path in ("街道", "b"):
        node = at(text, path)
        span = Source("f", text).span(node.start, node.end)
        spans.append((span.line, span.column, span.end_line, span.end_column))
    assert [(2, 5, 2, 7), (3, 4, 3, 5)] == spans


def test_an_alias_stands_for_its_anchor() -> None:
    text = "a: &when {b: [1, 2]}\nc: *when\nd: [*when, &x 5, *x]\n"
    when = {"b": [1, 2]}
    assert {"a": when, "c": when, "d": [when, 5, 5]} == plain_value(read(text))


def test_a_map_ends_before_an_alias_that_lies_elsewhere() -> None:
    text = "a: &x {b: 1}\nc:\n  d: *x\n"
    assert "d" == covered(text, "c")


@pytest.mark.parametrize(
    "text, place, message",
    [
        ("a: 1\nb: 2\na: 3\n", "file.yaml:3:1", "key `a` is written twice"),
        ("{a: 1, 'a': 2}\n", "file.yaml:1:8", "key `a` is written twice"),
        ("a: &x {b: 1}\n<<: *x\n", "file.yaml:2:1", "merge keys are not part of the language"),
        ("a: !!str 1\n", "file.yaml:1:4", "tags are not part of the language: `!!str`"),
        ("a: !x {b: 1}\n", "file.yaml:1:4", "tags are not part of the language: `!x`"),
        (
            "%TAG !x! tag:x,2000:\n---\na: 1\n",
            "file.yaml:1:1",
            "tag directives are not part of the language",
        ),
        ("? [a]\n: 1\n", "file.yaml:1:3", "a key must be one word"),
        ("? {a: 1}\n: 1\n", "file.yaml:1:3", "a key must be one word"),
        ("a: &x b\n*x : 1\n", "file.yaml:2:1", "an alias cannot be a key"),
        ("a: 1\n---\nb: 2\n", "file.yaml:2:1", "a second document begins here"),
        ("a: *x\n", "file.yaml:1:4", "`*x` stands for nothing yet"),
        ("a: &x [*x]\n", "file.yaml:1:8", "`*x` stands for nothing yet"),
        ("? \n: 1\n", "file.yaml:1:1", "a key is missing before `:`"),
        ("{: 1}\n", "file.yaml:1:2", "something is missing here"),
        ("a:\n\tb: 1\n", "file.yaml:2:1", "a tab cannot indent"),
        ("a: b: c\n", "file.yaml:1:5", "a `:` is not allowed here"),
        ('a: "b\n', "file.yaml:1:4", 'the `"` that begins here is not closed'),
        ("a: [1, 2\n", "file.yaml:1:4", "the `[` that begins here is not closed"),
        ("a: {b: 1\n", "file.yaml:1:4", "the `{` that begins here is not closed"),
        ("a: {b: 1 c: 2}\n", "file.yaml:1:11", "a `,` or `}` is missing"),
        ("a: @b\n", "file.yaml:1:4", "this character cannot start a value"),
        (
            "a: 'b' c\n",
            "file.yaml:1:8",
            "this is neither a key in line with those above nor part of a value",
        ),
        ("a: - b\n", "file.yaml:1:4", "a list item cannot begin here"),
        ("a: *\n", "file.yaml:1:5", "this has no name"),
        ('a: "\\0"\n', "file.yaml:1:4", "this text holds a control character, U+0000"),
        ('a: "\\u2028"\n', "file.yaml:1:4", "this text holds a control character, U+2028"),
    ],
)
def test_what_is_no_part_of_the_language_is_refused_at_its_place(
    text: str, place: str, message: str
) -> None:
    assert [(place, message)] == refused(text)


def test_a_lone_surrogate_cannot_come_in_by_an_escape() -> None:
    assert 1 == len(refused('a: "\\ud800"\n'))


def test_a_key_written_twice_points_at_both_places_and_does_not_hide_the_next() -> None:
    _, errors = node_of("a: 1\na: 2\nb: 3\nb: 4\n")
    assert [("file.yaml:2:1", "file.yaml:1:1"), ("file.yaml:4:1", "file.yaml:3:1")] == [
        (str(error.span), str(error.related[0].span)) for error in errors
    ]


def test_nesting_up_to_the_limit_is_read_and_one_more_is_refused() -> None:
    assert isinstance(read("[" * DEEPEST + "]" * DEEPEST), SequenceNode)
    deeper = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)
    assert [
        (f"file.yaml:1:{DEEPEST + 1}", "lists and maps are nested more than 64 deep")
    ] == refused(deeper)


def test_aliases_cannot_nest_deeper_than_the_limit_either() -> None:
    half = DEEPEST // 2
    text = f"a: &a {'[' * half}{']' * half}\nb: {'[' * half}*a{']' * half}\n"
    assert [(f"file.yaml:2:{4 + half}", "lists and maps are nested more than 64 deep")] == refused(
        text
    )


def test_a_text_without_a_document_is_nothing() -> None:
    assert [(None, ()), (None, ())] == [node_of(""), node_of("# only a comment\n")]


def test_a_scalar_document_is_a_scalar() -> None:
    node = read("hello\n")
    assert isinstance(node, ScalarNode)
    assert "hello" == node.text
