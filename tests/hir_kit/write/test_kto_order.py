"""Rows are ordered so that neighbours share neither prompt nor response."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hir_kit.write.kto_order import interleaved

Row = tuple[int, str, str]


def _order(rows: list[Row], window: int = 4, pool: int = 64) -> list[Row]:
    return list(
        interleaved(
            ((row, row[0], (("prompt", row[1]), ("completion", row[2]))) for row in rows),
            window=window,
            pool=pool,
        )
    )


def _shared_neighbours(rows: list[Row], distance: int = 1) -> int:
    return sum(a[1] == b[1] or a[2] == b[2] for a, b in zip(rows, rows[distance:], strict=False))


def _group(g: int, originals: int, replays: int) -> list[Row]:
    rows = [(g, f"x{g}", f"y{g}.{i}") for i in range(originals)]
    return rows + [(g, f"x{g}'{i}", f"y{g}.{i}") for i in range(replays)]


def test_neighbours_share_nothing_within_the_window() -> None:
    rows = [row for g in range(12) for row in _group(g, 6, 2)]
    ordered = _order(rows)
    assert sorted(ordered) == sorted(rows)
    for distance in (1, 2, 3, 4):
        assert _shared_neighbours(ordered[: len(ordered) - 8], distance) == 0
    assert _shared_neighbours(ordered) == 0


def test_uneven_groups_leave_no_shared_neighbours_where_that_is_possible() -> None:
    rows = [row for g, n in enumerate((9, 1, 1, 5, 3, 2)) for row in _group(g, n, min(n, 2))]
    assert _shared_neighbours(_order(rows)) == 0


def test_a_single_group_is_kept_whole() -> None:
    rows = _group(0, 6, 2)
    assert sorted(_order(rows)) == sorted(rows)


def test_groups_with_the_same_prompt_are_kept_apart_too() -> None:
    rows = [(g, "same prompt" if g < 2 else f"x{g}", f"y{g}") for g in range(8)]
    assert _shared_neighbours(_order(rows)) == 0


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 3)), max_size=12), st.integers(1, 80))
def test_nothing_is_lost_and_the_order_is_a_function_of_the_rows(
    sizes: list[tuple[int, int]], pool: int
) -> None:
    rows = [row for g, (n, k) in enumerate(sizes) for row in _group(g, n, min(n, k))]
    ordered = _order(rows, pool=pool)
    assert sorted(ordered) == sorted(rows)
    assert ordered == _order(rows, pool=pool)
