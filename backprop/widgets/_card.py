"""The card every widget is: a name, a picture that survives without a kernel, and a browser half kept in files."""

import base64
import json
from functools import cache
from html import escape
from pathlib import Path

import anywidget
import traitlets

SLOT = '<g class="bp-overlay"></g>'  # where a picture changes

_HERE = Path(__file__).parent
_PLAIN = (str, int, float, list, dict)  # not the layout, which is a widget of its own


@cache
def asset(*names):
    """The text of files beside this one, joined: `asset("card.js", "player.js")`."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


class Card(anywidget.AnyWidget):
    """A widget with a title, a picture's description and a static fallback."""

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)

    def static_picture(self):
        """The SVG shown where no widget can run."""
        return self.picture

    def static_caption(self):
        """The sentence under that picture."""
        return self.alt

    def static_html(self):
        """A figure whose image is inside it, so that it survives GitHub, nbconvert and untrusted notebooks."""
        image = base64.b64encode(self.static_picture().encode()).decode()
        return (
            f'<figure style="max-width:780px;margin:0"><img alt="{escape(self.alt)}" '
            f'src="data:image/svg+xml;base64,{image}" style="max-width:100%;background:#fff">'
            f"<figcaption>{escape(f'{self.title}. {self.static_caption()}')}</figcaption></figure>"
        )

    def offline_script(self):
        """What turns that figure into the living widget where scripts run but no kernel does."""
        names = [name for name in self.trait_names(sync=True) if not name.startswith("_")]
        state = {name: getattr(self, name) for name in names if isinstance(getattr(self, name), _PLAIN)}
        module = base64.b64encode(self._esm.encode()).decode()
        content = json.dumps([state, self._css, module]).replace("</", "<\\/")  # "</script" would end the script
        return f"<script>{asset('offline.js').replace('CONTENT', content, 1)}</script>"

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:  # no front end to speak to
            return None
        data, metadata = bundle
        return {**data, "text/html": self.static_html() + self.offline_script()}, metadata
