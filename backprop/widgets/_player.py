"""The frame player: pictures drawn in Python, stepped in the browser."""

import traitlets

from backprop.widgets._card import Card


class FramePlayer(Card):
    """Frames with one sentence each: `FramePlayer(frames=[svg], captions=["Here."], title="Demo", alt="...")`."""

    _scripts = ("steps.js", "player.js")

    frames = traitlets.List(traitlets.Unicode())
    captions = traitlets.List(traitlets.Unicode())
    step = traitlets.Int(0)
    interval = traitlets.Int(2000, help="milliseconds between frames while it plays")

    def __init__(self, **traits):
        super().__init__(**traits)
        if len(self.frames) != len(self.captions) or not self.frames:
            found = f"{len(self.frames)} frames and {len(self.captions)} captions"
            raise ValueError(f"expected a sentence for each frame, got {found}; give as many captions as frames")

    def static_picture(self):
        """The last frame: every number is on it."""
        return self.frames[-1]

    def static_caption(self):
        """The last sentence, after what the picture shows."""
        return f"{self.alt} {self.captions[-1]}"
