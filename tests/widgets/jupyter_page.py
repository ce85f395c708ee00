"""A real JupyterLab with one notebook open in Chromium."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},  # else cells out of sight have no outputs
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


def chromium():
    """Where a Chromium lies, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def write_notebook(path, sources):
    """A notebook with these code cells."""
    cells = [
        dict(cell_type="code", id=f"cell-{k}", metadata={}, outputs=[], execution_count=None, source=source)
        for k, source in enumerate(sources)
    ]
    kernel = dict(kernelspec=dict(name="python3", display_name="Python 3", language="python"))
    path.write_text(json.dumps(dict(cells=cells, metadata=kernel, nbformat=4, nbformat_minor=5)))


@contextlib.contextmanager
def server(folder, command="lab"):
    """Start Jupyter on a free port, with no one's settings but ours; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyter", command, "--no-browser", "--allow-root", "--expose-app-in-browser",
         "--JupyterNotebookApp.expose_app_in_browser=True",
         f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password=",
         f"--ServerApp.root_dir={folder}"],
        env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/api", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def environment(folder):
    settings = folder / ".settings"
    for name, content in SETTINGS.items():
        place = settings / f"{name}.jupyterlab-settings"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(content))
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    places = {name: str(folder / f".{name.lower()}") for name in own}
    return os.environ | places | {"JUPYTERLAB_SETTINGS_DIR": str(settings), "PYTHONPATH": path, "PATH": tools}


def _wait_for(address, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        if process.poll() is not None:
            raise RuntimeError(f"Jupyter stopped with exit status {process.returncode}")
        time.sleep(0.2)
    raise RuntimeError(f"Jupyter did not answer within {seconds} s")


@contextlib.contextmanager
def browser(folder, width=1280, height=1000):
    """A Chromium with a fresh profile."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - absent where no browser test can run

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=chromium(), args=QUIET, viewport=dict(width=width, height=height)
        )
        yield context
        context.close()


def page_without_network(context):
    """A page that reads files and nothing else; `page.refused` lists what it asked for in vain."""
    page = context.new_page()
    page.refused = []

    def refuse(route):
        if route.request.url.startswith("file:"):
            return route.continue_()
        page.refused.append(route.request.url)
        return route.abort()

    page.route("**/*", refuse)
    return page


def open_notebook(page, address, name, view="lab/tree"):
    """Open a notebook in JupyterLab (or, as view="notebooks", in Notebook 7), with what was saved in it."""
    page.goto(f"{address}/{view}/{name}")
    page.wait_for_function("window.jupyterapp && document.querySelector('.jp-Notebook .jp-Cell')", timeout=60_000)


def run_notebook(page, address, name, cards, view="lab/tree"):
    """Open a notebook, run it, and wait for so many cards."""
    open_notebook(page, address, name, view)
    kernel = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"
    page.wait_for_function(f"{kernel}?.connectionStatus == 'connected' && {kernel}.status == 'idle'", timeout=60_000)
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    page.wait_for_function(f"document.querySelectorAll('.bp-card').length >= {cards}", timeout=90_000)
