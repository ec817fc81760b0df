"""What a run prints: one line a figure, against its peer's, and whether its bound holds."""

from dataclasses import dataclass

HEAD = ("what", "ours", "peer", "ratio", "bound", "")
WIDTHS = (82, 12, 40, 8, 7, 6)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; without a bound it is only shown."""

    name: str
    figure: str
    peer: str = ""
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_missed(self) -> bool:
        if self.at_least is None and self.at_most is None:
            return False
        if self.ratio is None:
            return True
        if self.at_least is not None and self.ratio < self.at_least:
            return True
        return self.at_most is not None and self.ratio > self.at_most

    @property
    def bound(self) -> str:
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""

    @property
    def verdict(self) -> str:
        return "MISSED" if self.is_missed else "ok" if self.bound else ""

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:,.3g}"
        if self.ratio is not None and self.ratio >= 1000:
            ratio = f"{self.ratio:,.0f}"
        return row(self.name, self.figure, self.peer, ratio, self.bound, self.verdict)


def row(*words: str) -> str:
    """Return words in columns: the first to the left, numbers to the right."""
    name, *others = (word.ljust(width) for word, width in zip(words, WIDTHS, strict=True))
    return " ".join([name, *(word.strip().rjust(len(word)) for word in others)]).rstrip()


def ms(figure: float) -> str:
    return f"{figure:,.0f} ms" if figure >= 100 else f"{figure:.3g} ms"


def a_second(figure: float) -> str:
    return f"{figure:,.0f} /s"
