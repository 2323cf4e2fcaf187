"""How a reference is said on the phone: the German spelling table, city by city. No I/O."""

from ..core.texts import T

# DIN 5009:2022-06. Umlauts and ß never stand in a reference.
TABLE = {
    city[0]: city
    for city in (
        *("Aachen", "Berlin", "Chemnitz", "Düsseldorf", "Essen", "Frankfurt", "Goslar"),
        *("Hamburg", "Ingelheim", "Jena", "Köln", "Leipzig", "München", "Nürnberg"),
        *("Offenbach", "Potsdam", "Quickborn", "Rostock", "Salzwedel", "Tübingen"),
        *("Unna", "Völklingen", "Wuppertal", "Xanten", "Ypsilon", "Zwickau"),
    )
}


def spell(t: T, signs: str) -> list[tuple[str, str]]:
    """(sign, word) one after the other: cities for letters, digits in the reader's language."""
    return [(sign, TABLE.get(sign) or t(f"hold.digit.{sign}")) for sign in signs]


def spoken(t: T, signs: str) -> str:
    """What a voice reads, with a pause after each sign. `t` speaks the voice's language."""
    return ", ".join(word for _, word in spell(t, signs)) + "."
