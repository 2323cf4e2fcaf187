"""Starting a coroutine here and now, without a task, as long as it does not have to wait."""

from collections.abc import Coroutine, Generator


class Rest:
    """What is left of a coroutine that had to wait: to be awaited once, or closed."""

    def __init__(self, coroutine: Coroutine[object, None, None], waits_for: object) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[object, None, None]:
        # The task that awaits us is given the future the coroutine has already asked for, and
        # then drives the coroutine as if it had started it.
        try:
            yield self._waits_for
            yield from self._coroutine.__await__()
        finally:
            self._coroutine.close()

    def close(self) -> None:
        """Give it up."""
        self._coroutine.close()


def start(coroutine: Coroutine[object, None, None]) -> Rest | None:
    """Run the coroutine until it first waits; None when it has come to its end.

    Raises what it raises. Python 3.12 has this as eager tasks.
    """
    try:
        waits_for = coroutine.send(None)
    except StopIteration:
        return None
    return Rest(coroutine, waits_for)
