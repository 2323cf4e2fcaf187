"""A counter's view as its page holds it: the same folding as in static/counter-feed.js."""

from typing import Any

View = dict[str, Any]
LISTS = ("waiting", "called", "parked", "missed", "finished")


def fold(view: View, change: View) -> View:
    """The whole view after a change; neither of the two is touched."""
    known = {ticket["id"]: ticket for name in LISTS for ticket in view[name]}
    known |= {ticket["id"]: ticket for ticket in change.get("tickets", ())}
    apart = {"type", "tickets", "lists", "current", "next"}
    folded = view | {name: value for name, value in change.items() if name not in apart}
    orders = change.get("lists", {})
    for name in LISTS:
        ids = orders.get(name, [ticket["id"] for ticket in view[name]])
        folded[name] = [known[ticket_id] for ticket_id in ids]
    called = change["current"] if "current" in change else view["current"] and view["current"]["id"]
    folded["current"] = None if called is None else known[called]
    following = change["next"] if "next" in change else view["next"]
    if following is not None:
        ticket = following["ticket"]
        ticket_id = ticket if isinstance(ticket, int) else ticket["id"]
        following = following | {"ticket": known[ticket_id]}
    folded["next"] = following
    return folded
