"""Right answers in different styles, for every function an exercise asks for: the STYLES of every module here."""

from importlib import import_module
from pkgutil import iter_modules

MODULES = [import_module(f"styles.{found.name}") for found in iter_modules(__path__)]
STYLES = {id: styles for module in MODULES for id, styles in module.STYLES.items()}
