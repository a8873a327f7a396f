"""Draws lines and dots on two axes as SVG: what the documents' pictures need, and no more."""
import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

GREY, LIGHT, INK = "#777", "#e4e4e4", "#333"


@dataclass
class Axis:
    """From `low` to `high`, with lines at `ticks`: (value, text)."""
    label: str
    low: float
    high: float
    ticks: list
    is_log: bool = False

    def part(self, value):
        """0 at the low end, 1 at the high one."""
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear(label, high, low=0.0, form="{:g}"):
    """An axis from `low` to a round number at or above `high`, with four to eight ticks."""
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= 8)
    count = math.ceil((high - low) / step - 1e-9)
    return Axis(label, low, low + count * step, [(low + i * step, form.format(low + i * step)) for i in range(count + 1)])


def logarithmic(label, low, high, ticks=None):
    """Ticks at 1, 2 and 5 times the powers of ten, unless others are given."""
    if ticks is None:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        ticks = [digit * 10.0 ** power for power in powers for digit in (1, 2, 5)]
    return Axis(label, low, high, [(tick, f"{tick:g}") for tick in ticks if low * 0.999 <= tick <= high * 1.001], True)


class Plot:
    def __init__(self, title, x, y, width=720, height=400, right=24):
        self.x_axis, self.y_axis, self.width, self.height = x, y, width, height
        self.left, self.top, self.right, self.bottom = 58, 44, right, 48
        self.parts = [f'<rect width="{width}" height="{height}" fill="#fff"/>']
        for value, text in y.ticks:
            self._segment(x.low, value, x.high, value, LIGHT)
            self._text(self.left - 8, self.y(value) + 4, text, GREY, "end")
        for value, text in x.ticks:
            self._segment(value, y.low, value, y.high, LIGHT)
            self._text(self.x(value), height - self.bottom + 18, text, GREY, "middle")
        self._text((self.left + width - right) / 2, height - 10, x.label, INK, "middle")
        self._text(self.left, self.top - 10, y.label, INK)
        self._text(self.left, 18, title, INK, weight="bold")

    def x(self, value):
        return self.left + (self.width - self.left - self.right) * self.x_axis.part(value)

    def y(self, value):
        return self.height - self.bottom - (self.height - self.top - self.bottom) * self.y_axis.part(value)

    def line(self, points, colour, dashes="", width=2):
        corners = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.parts.append(f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>')

    def dot(self, x, y, colour, radius=3.5, opacity=1.0, hint=""):
        inside = f"<title>{escape(hint)}</title>" if hint else ""
        self.parts.append(f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="{radius:.1f}" fill="{colour}" '
                          f'fill-opacity="{opacity:g}" stroke="#fff" stroke-width="0.8">{inside}</circle>')

    def curve(self, points, colour, dashes=""):
        self.line(points, colour, dashes)
        for x, y in points:
            self.dot(x, y, colour)

    def note(self, x, y, text, colour=INK, anchor="start", dx=0, dy=0):
        """Text beside the place (x, y), moved by pixels."""
        self._text(self.x(x) + dx, self.y(y) + dy, text, colour, anchor)

    def legend(self, entries, x, y):
        """(text, colour) in rows, at pixels."""
        for row, (text, colour) in enumerate(entries):
            self.parts.append(f'<circle cx="{x}" cy="{y + 18 * row - 4}" r="5" fill="{colour}"/>')
            self._text(x + 12, y + 18 * row, text, INK)

    def end_labels(self, ends):
        """`ends`: (x, y, text, colour) of where lines end. The names stand there, moved apart where they would touch."""
        last = -100.0
        for x, y, text, colour in sorted(ends, key=lambda end: self.y(end[1])):
            last = max(self.y(y), last + 15)
            self._text(self.x(x) + 8, last + 4, text, colour)

    def svg(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
                f'font-family="sans-serif" font-size="12">\n' + "\n".join(self.parts) + "\n</svg>\n")

    def _segment(self, x1, y1, x2, y2, colour):
        self.parts.append(f'<line x1="{self.x(x1):.1f}" y1="{self.y(y1):.1f}" x2="{self.x(x2):.1f}" '
                          f'y2="{self.y(y2):.1f}" stroke="{colour}"/>')

    def _text(self, x, y, text, colour, anchor="start", weight=""):
        bold = f' font-weight="{weight}"' if weight else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"{bold}>'
                          f'{escape(text)}</text>')
