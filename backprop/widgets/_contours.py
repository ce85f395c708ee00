"""Contour lines of a surface, by marching squares."""

from backprop.widgets import _svg as svg


def contours(plot, height, levels=12, columns=70, rows=44):
    """Lines of equal height over a plot, denser where the surface is low: `contours(plot, lambda x, y: x*y)`."""
    xs = [plot.across[0] + (plot.across[1] - plot.across[0]) * i / columns for i in range(columns + 1)]
    ys = [plot.up[0] + (plot.up[1] - plot.up[0]) * j / rows for j in range(rows + 1)]
    grid = [[height(x, y) for x in xs] for y in ys]
    low, high = min(map(min, grid)), max(map(max, grid))
    drawn = []
    for k in range(1, levels):
        level = low + (high - low) * (k / levels) ** 2.5
        d = "".join(_segments(plot, xs, ys, grid, level))
        shade = f"hsl(205 {20 + 2 * k}% {88 - 3 * k}%)"
        drawn.append(f'<path d="{d}" fill="none" stroke="{shade}" stroke-width="1.4"/>')
    return svg.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top, 0, "#fbfcfd") + "".join(drawn)


def _segments(plot, xs, ys, grid, level):
    """In each cell, join the points where its sides cross the level."""
    for j in range(len(ys) - 1):
        for i in range(len(xs) - 1):
            corners = [(xs[i], ys[j], grid[j][i]), (xs[i + 1], ys[j], grid[j][i + 1]),
                       (xs[i + 1], ys[j + 1], grid[j + 1][i + 1]), (xs[i], ys[j + 1], grid[j + 1][i])]  # fmt: skip
            cut = [_crossing(a, b, level) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
            points = [plot.point(*point) for point in cut if point]
            for (x0, y0), (x1, y1) in zip(points[::2], points[1::2], strict=False):
                yield f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"


def _crossing(a, b, level):
    (x0, y0, h0), (x1, y1, h1) = a, b
    if (h0 < level) == (h1 < level):
        return None
    share = (level - h0) / (h1 - h0)
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)
