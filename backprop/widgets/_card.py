"""The card every widget is: a name, a picture that survives without scripts, and a browser half kept in files.

A card is plain HTML: a figure, and a script that turns it into the living card wherever scripts run. It speaks to no
kernel, so a saved notebook, a trusted one that is opened again and nbconvert's page are as alive as a running lesson;
where scripts do not run (GitHub, a notebook not trusted yet) the figure stays. Nothing comes back to Python, and what
was slid or filled in is not saved: a card that is opened again stands at its beginning.
"""

import base64
import json
import re
import secrets
from functools import cache
from html import escape
from pathlib import Path

import traitlets

SLOT = '<g class="bp-overlay"></g>'  # where a picture changes

_TAG = re.compile(r"<[^<]*")
_HERE = Path(__file__).parent


@cache
def asset(*names):
    """The text of files beside this one, joined: `asset("card.js", "player.js")`."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


def in_pieces(frames):
    """Each different tag once, and each frame as places among them: frames differ little, and notebooks save them.

    `in_pieces(["<a><b>", "<a><c>"]) == (["<a>", "<b>", "<c>"], [[0, 1], [0, 2]])`
    """
    places = {}
    listed = [[places.setdefault(piece, len(places)) for piece in _TAG.findall(frame)] for frame in frames]
    return list(places), listed


class Card(traitlets.HasTraits):
    """A title, a picture, its description; the traits are what the browser half is given."""

    _scripts = ()  # files that define render({ model, el }) between them
    _styles = ("card.css",)

    title = traitlets.Unicode()
    alt = traitlets.Unicode()
    picture = traitlets.Unicode()

    def static_picture(self):
        """The SVG shown where no script can run."""
        return self.picture

    def static_caption(self):
        """The sentence under that picture."""
        return self.alt

    def static_html(self, place=""):
        """A figure whose image is inside it, so that it survives GitHub, nbconvert and untrusted notebooks."""
        image = base64.b64encode(self.static_picture().encode()).decode()
        return (
            f'<figure id="{place}" style="max-width:780px;margin:0"><img alt="{escape(self.alt)}" '
            f'src="data:image/svg+xml;base64,{image}" style="max-width:100%;background:#fff">'
            f"<figcaption>{escape(str(self))}</figcaption></figure>"
        )

    def script(self, place):
        """What turns the figure of that id into the living card."""
        state = self.trait_values()
        if "frames" in state:
            state["pieces"], state["frames"] = in_pieces(state["frames"])
        content = json.dumps([place, state, asset(*self._styles)])
        start = asset("start.js").replace("CONTENT", content.replace("</", "<\\/"), 1)  # "</script" would end it
        return f"(() => {{\n{asset('card.js', *self._scripts)}\n{start}}})();"

    def _repr_html_(self):
        place = f"bp-{secrets.token_hex(8)}"  # VS Code runs scripts elsewhere: only a name finds the figure
        return f"{self.static_html(place)}<script>{self.script(place)}</script>"

    def __str__(self):
        return f"{self.title}. {self.static_caption()}"

    __repr__ = __str__
