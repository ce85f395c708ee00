"""Where the nodes of any small graph go: inputs left, output right, as few crossings as a few sweeps can find."""

from dataclasses import dataclass, field

_DEEPEST = 7  # more columns than this shrink the labels past reading


@dataclass
class Spot:
    """A place in a column: a node, or a point that a long edge passes through."""

    key: object
    column: int
    before: list = field(default_factory=list)
    after: list = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0


def layout(inputs, margin=66, column=148, row=92, top=46):
    """Places for `inputs`, {node: [its inputs]} in topological order; returns (places, bends, (width, height)).

    `places[node]` is (x, y); `bends[source, target]` lists the points a long edge passes through.
    """
    spots = _columns(inputs)
    bends = _bends(spots, inputs)
    columns = [[s for s in spots.values() if s.column == c] for c in range(max(s.column for s in spots.values()) + 1)]
    if len(columns) > _DEEPEST:
        raise ValueError(f"expected at most {_DEEPEST} steps from left to right, got {len(columns)}: try less at once")
    _untangle(columns)
    width = max(780, column * len(columns))
    tallest = max(len(column) for column in columns)
    for stack in columns:
        for k, spot in enumerate(stack):
            spot.x = margin + spot.column * (width - 2 * margin) / max(len(columns) - 1, 1)
            spot.y = top + row * (k + (tallest - len(stack)) / 2)
    places = {node: (spots[node].x, spots[node].y) for node in inputs}
    corners = {edge: [(s.x, s.y) for s in chain] for edge, chain in bends.items()}
    return places, corners, (width, top + row * (tallest - 1) + 64)


def _columns(inputs):
    """The longest way from an input decides the column; an input itself stands just before its first use."""
    depth = {}
    for node, sources in inputs.items():
        depth[node] = 1 + max((depth[source] for source in sources), default=-1)
    for node, sources in inputs.items():
        users = [depth[user] for user, used in inputs.items() if node in used]
        depth[node] = min(users) - 1 if users and not sources else depth[node]
    return {node: Spot(node, column) for node, column in depth.items()}


def _bends(spots, inputs):
    """Give a long edge a point in each column it crosses, so that it keeps clear of the cards there."""
    bends = {}
    for target, sources in inputs.items():
        for source in dict.fromkeys(sources):
            columns = range(spots[source].column + 1, spots[target].column)
            bends[source, target] = [Spot((source, target, column), column) for column in columns]
            chain = [spots[source], *bends[source, target], spots[target]]
            for left, right in zip(chain, chain[1:], strict=False):
                left.after.append(right)
                right.before.append(left)
    spots.update({spot.key: spot for chain in bends.values() for spot in chain})
    return bends


def _untangle(columns, sweeps=6):
    """Order each column by the middle of its neighbours, from the left, then from the right, and again."""
    for sweep in range(sweeps):
        forward = sweep % 2 == 0
        rank = {}
        for column in columns if forward else columns[::-1]:
            old = {id(spot): k - (len(column) - 1) / 2 for k, spot in enumerate(column)}
            side = "before" if forward else "after"
            column.sort(key=lambda spot: _middle(getattr(spot, side), rank, old[id(spot)]))
            rank |= {id(spot): k - (len(column) - 1) / 2 for k, spot in enumerate(column)}


def _middle(neighbours, rank, otherwise):
    known = [rank[id(spot)] for spot in neighbours if id(spot) in rank]
    return sum(known) / len(known) if known else otherwise
