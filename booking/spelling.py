"""A reference as it is read out: the German spelling table of 2022 (DIN 5009, names of towns)."""

_SAID = {
    "A": "Aachen",
    "B": "Berlin",
    "C": "Chemnitz",
    "D": "Düsseldorf",
    "E": "Essen",
    "F": "Frankfurt",
    "G": "Goslar",
    "H": "Hamburg",
    "J": "Jena",
    "K": "Köln",
    "M": "München",
    "N": "Nürnberg",
    "P": "Potsdam",
    "Q": "Quickborn",
    "R": "Rostock",
    "S": "Salzwedel",
    "T": "Tübingen",
    "U": "Unna",
    "V": "Völklingen",
    "W": "Wuppertal",
    "X": "Xanten",
    "Y": "Ypsilon",
    "Z": "Zwickau",
    "2": "zwei",
    "3": "drei",
    "4": "vier",
    "5": "fünf",
    "6": "sechs",
    "7": "sieben",
    "8": "acht",
    "9": "neun",
}


def read_out(reference: str) -> tuple[tuple[str, str], ...]:
    """(sign, word) in order: `("K", "Köln"), ("7", "sieben")`, to be said as "K wie Köln, sieben".

    In German whatever the caller's language is: the table is the one clerks know by heart.
    """
    return tuple((sign, _SAID[sign]) for sign in reference)
