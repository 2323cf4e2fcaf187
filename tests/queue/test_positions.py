"""Everybody's place in the line, reckoned in one walk, is what each would reckon alone."""

from hypothesis import given
from hypothesis import strategies as st

from aufruf.queue.rules import count_ahead
from aufruf.queue.state import in_order
from aufruf.queue.watching.positions import count_everybody_ahead
from tests.queue.line import desk, ticket

DESKS = (desk(1, 1, 2), desk(2, 2, 3), desk(3, 4, accessible=False))

people = st.tuples(
    st.integers(0, 20), st.sets(st.integers(1, 5), min_size=1, max_size=2), st.booleans()
)


@given(st.lists(people, max_size=30))
def test_everybody_ahead_is_each_one_ahead(drawn: list[tuple[int, set[int], bool]]) -> None:
    line = in_order(
        ticket(n, rank, offers=tuple(offers), step_free=step)
        for n, (rank, offers, step) in enumerate(drawn, 1)
    )
    alone = {one.id: count_ahead(one, line, DESKS) for one in line}
    assert count_everybody_ahead(line, DESKS) == alone
