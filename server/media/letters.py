"""Capital letters, digits and a few signs in 5 by 7 dots: text for a picture, without fonts.

Not here: the picture (`picture`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

WIDE, HIGH = 5, 7
_COLUMNS: Final = {
    "0": "3E5149453E", "1": "00427F4000", "2": "4261514946", "3": "2141454B31", "4": "1814127F10",
    "5": "2745454539", "6": "3C4A494930", "7": "0171090503", "8": "3649494936", "9": "064949291E",
    "A": "7E1111117E", "B": "7F49494936", "C": "3E41414122", "D": "7F4141221C", "E": "7F49494941",
    "F": "7F09090901", "G": "3E4149497A", "H": "7F0808087F", "I": "00417F4100", "J": "2040413F01",
    "K": "7F08142241", "L": "7F40404040", "M": "7F020C027F", "N": "7F0408107F", "O": "3E4141413E",
    "P": "7F09090906", "Q": "3E4151215E", "R": "7F09192946", "S": "4649494931", "T": "01017F0101",
    "U": "3F4040403F", "V": "1F2040201F", "W": "3F4038403F", "X": "6314081463", "Y": "0708700807",
    "Z": "6151494543", ":": "0036360000", ".": "0060600000", "-": "0808080808", "'": "0005030000",
}  # fmt: skip
"""Five columns of each sign from the left, a byte each; its lowest bit is the topmost dot."""


def dots(text: str, scale: int) -> NDArray[np.bool_]:
    """The text as dots, each `scale` pixels a side. What has no shape here is a gap."""
    signs = [_sign(each) for each in text.upper()]
    gap = np.zeros((HIGH, 1), dtype=np.bool_)
    line = np.hstack([part for sign in signs for part in (sign, gap)] or [gap])
    return np.kron(line, np.ones((scale, scale), dtype=np.bool_))


def _sign(sign: str) -> NDArray[np.bool_]:
    columns = bytes.fromhex(_COLUMNS.get(sign, "00" * WIDE))
    return np.array([[bool(column >> row & 1) for column in columns] for row in range(HIGH)])
