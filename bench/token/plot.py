"""The scaling charts as one SVG: three panels, a legend under each."""

import html
import math

COLOURS = ["#0b6e99", "#c4501b", "#5a8f29", "#7d4fa3"]
WIDTH, HEIGHT = 330, 230  # of a panel's plot area
LEFT, TOP, GAP, LINE = 58, 46, 84, 19


def text(x, y, words, anchor="middle", size=12, extra=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{extra}>'
            f"{html.escape(words)}</text>")


def rounded_up(value):
    """The next of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    steps = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return next(step * power for step in steps if step * power >= value)


def short(value):
    return f"{value:,.0f}".replace(",", " ") if value >= 100 else f"{value:.2g}"


class Panel:
    """One chart; `series` is name → [(x, y)], `scale` what an x is mapped with."""

    def __init__(self, title, y_title, x_title, series, scale=lambda x: x):
        self.title, self.y_title, self.x_title, self.series = title, y_title, x_title, series
        self.scale = scale
        points = [point for line in series.values() for point in line]
        self.x_max = max(scale(x) for x, _ in points)
        self.y_max = rounded_up(1.02 * max(y for _, y in points))

    def at(self, x, y):
        return self.scale(x) / self.x_max * WIDTH, HEIGHT - y / self.y_max * HEIGHT

    def axes(self, x_ticks):
        parts = [text(WIDTH / 2, -22, self.title, size=14, extra=' font-weight="bold"'),
                 text(0, -6, self.y_title, "start", 11),
                 text(WIDTH / 2, HEIGHT + 38, self.x_title, size=11)]
        for step in range(6):
            value = self.y_max * step / 5
            y = HEIGHT - HEIGHT * step / 5
            parts.append(f'<line x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
            parts.append(text(-8, y + 4, short(value), "end", 11))
        for x, label in x_ticks:
            at = self.at(x, 0)[0]
            parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{HEIGHT}" y2="{HEIGHT + 5}" '
                         'stroke="#555"/>')
            parts.append(text(at, HEIGHT + 20, label, size=11))
        return parts

    def lines(self):
        parts = []
        for number, (name, points) in enumerate(self.series.items()):
            colour = COLOURS[number]
            dash = ' stroke-dasharray="5 4"' if name.startswith("limit") else ""
            places = [self.at(x, y) for x, y in points]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                         f'stroke-width="2"{dash}/>')
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
                      for x, y in places]
            below = HEIGHT + 62 + number * LINE
            parts.append(f'<line x1="10" x2="40" y1="{below}" y2="{below}" stroke="{colour}" '
                         f'stroke-width="2"{dash}/>')
            parts.append(text(48, below + 4, name, "start"))
        return parts

    def draw(self, x_ticks):
        return "\n".join(self.axes(x_ticks) + self.lines())


def to_first(all_series):
    """Each series as multiples of its first value."""
    return {name: [(x, y / points[0][1]) for x, y in points] for name, points in all_series.items()}


def throughput(all_series):
    """Relative to one thread."""
    return {name: [(x, points[0][1] / ns) for x, ns in points]
            for name, points in all_series.items()}


def one_limit(all_series):
    """The limit does not care what the bytes say, so one line of it is enough."""
    return {name.split(",")[0] if name.startswith("limit") else name: points
            for name, points in all_series.items()}


def scaling(charts):
    panels = [
        Panel("Keys in the set", "cost, one key = 1", "keys", to_first(charts["keys"]), math.log)
        .draw([(1, "1"), (10, "10"), (100, "100"), (1000, "1 000")]),
        Panel("Size of an HS256 token", "ns per verification", "KiB", one_limit(charts["size"]))
        .draw([(1024 * kib, str(kib)) for kib in (0, 2, 4, 6, 8)]),
        Panel("Threads", "verifications a second, one thread = 1", "threads",
              throughput(charts["threads"]), lambda x: x - 1).draw([(1, "1"), (2, "2")]),
    ]
    width = LEFT + len(panels) * (WIDTH + GAP)
    height = TOP + HEIGHT + 62 + 4 * LINE
    lefts = range(LEFT, width, WIDTH + GAP)
    groups = "\n".join(f'<g transform="translate({left},{TOP})">\n{panel}\n</g>'
                       for left, panel in zip(lefts, panels))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="DejaVu Sans, sans-serif" fill="#222">\n'
            f'<rect width="{width}" height="{height}" fill="white"/>\n{groups}\n</svg>\n')
