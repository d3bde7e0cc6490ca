"""The one symbol and the one sentence that the public meets for a protected cell, and how symbols are spoken.

The same for every protected cell: nobody outside learns whether it is hidden for its own sake or for another's.
"""

SYMBOL = "▪"
SAID = f"{SYMBOL} betyder att siffran skyddas, så att ingen enskild kan kännas igen."
SPOKEN = {SYMBOL: "skyddad uppgift", "–": "uppgift saknas", ".": "kan inte förekomma"}
"""What a screen reader says where a sighted reader sees the symbol."""
