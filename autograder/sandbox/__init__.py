"""Confine learners' code: namespaces, a read-only file tree, Landlock, seccomp, limits, and no way to fail open.

`layout` says what can be seen inside, `inside` runs there, `kernels` starts it, `provisioner` brings it to Jupyter.
"""
