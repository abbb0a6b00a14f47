"""The patient's own words, marked."""

from hypothesis import given
from hypothesis import strategies as st

from console.marks import marked, trigger


def finding(start: int, end: int, counted: bool = True, cue: str | None = None) -> dict:
    return {"start": start, "end": end, "counted": counted, "cue": cue}


spans = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.booleans()), max_size=6)


@given(st.text(max_size=300), spans)
def test_marking_never_changes_a_word(text: str, found: list[tuple[int, int, bool]]) -> None:
    findings = [finding(min(a, b), max(a, b), counted) for a, b, counted in found]
    assert "".join(piece.text for piece in marked(text, findings)) == text


@given(st.text(min_size=221, max_size=600), st.integers(0, 200), st.integers(1, 20))
def test_the_counted_words_are_always_in_the_excerpt(text: str, start: int, length: int) -> None:
    found = trigger(text, [finding(start, start + length)])
    heavy = "".join(piece.text for piece in found if piece.kind == "counted")
    assert heavy == text[start : start + length]


def test_counted_words_show_where_both_kinds_overlap() -> None:
    pieces = marked("I want to die", [finding(2, 13), finding(7, 13, counted=False, cue="x")])
    assert [(piece.text, piece.kind) for piece in pieces] == [("I ", ""), ("want to die", "counted")]


def test_a_long_entry_is_cut_to_the_sentences_that_count() -> None:
    text = "First, a walk. " * 20 + "I want to die. " + "Then soup. " * 20
    start = text.index("want")
    found = "".join(piece.text for piece in trigger(text, [finding(start, start + 11)]))
    assert found == "… I want to die. "
