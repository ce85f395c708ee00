"""Read a kernel's messages strictly: what a learner's code sends in their place must not stop the grader."""

from jupyter_client.session import Session

TEXT, LIST, DICT, NUMBER = str, list, dict, (int, type(None))
CONTENT = {  # what the content of a message must hold; other kinds are looked at by nobody
    "stream": {"name": TEXT, "text": TEXT},
    "display_data": {"data": DICT, "metadata": DICT},
    "update_display_data": {"data": DICT, "metadata": DICT},
    "execute_result": {"data": DICT, "metadata": DICT, "execution_count": NUMBER},
    "error": {"ename": TEXT, "evalue": TEXT, "traceback": LIST},
    "status": {"execution_state": TEXT},
    "execute_input": {"execution_count": NUMBER},
    "execute_reply": {"status": TEXT},
}


class StrictSession(Session):
    """Jupyter's session, which puts a stray message in the place of one that is damaged, forged or of unknown form."""

    def deserialize(self, *arguments, **settings) -> dict:
        """The message that came, or a stray one, which belongs to no request and is passed over."""
        try:
            message = super().deserialize(*arguments, **settings)
            return message if is_well_formed(message) else stray()
        except (Exception, RecursionError):
            return stray()


def stray() -> dict:
    """A message that answers nothing."""
    header = {"msg_id": "", "msg_type": "stray"}
    return {"header": header, **header, "parent_header": {}, "metadata": {}, "content": {}, "buffers": []}


def is_well_formed(message: dict) -> bool:
    """Are all parts of the types that the protocol names?"""
    parts = [message[name] for name in ("header", "parent_header", "metadata", "content")]
    if not all(isinstance(part, dict) for part in parts) or not isinstance(message["msg_type"], str):
        return False
    content = message["content"]
    expected = CONTENT.get(message["msg_type"], {})
    if not all(isinstance(content.get(name), kind) for name, kind in expected.items()):
        return False
    return _are_texts(content.get("data", {})) and all(isinstance(line, str) for line in content.get("traceback", []))


def _are_texts(data: object) -> bool:
    """Text by media type; JSON may be anything that JSON can be."""
    return isinstance(data, dict) and all(isinstance(v, str) or kind.endswith("json") for kind, v in data.items())
