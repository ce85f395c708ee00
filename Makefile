# Each command sets up .venv first if it is not there, or if the requirements have changed since.
#   make lab                            open the course in JupyterLab        PORT=8899
#   make test                           all tests                            ARGS="-k restore -x"
#   make lessons                        build lessons/ from solutions/
#   make verify                         untouched lessons score 0, solutions full points
#   make grade LESSON=02-two-layer-trace                                     ARGS="--student ada"
#   make mutants                        break every reference answer and see its check notice
#   make bench                          time the engine beside its peers
#   make bench-grading                  time the grader beside its peers     ARGS="--submissions 100"

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8888
LESSON ?=
ARGS ?=

BIN := $(VENV)/bin
READY := $(VENV)/.ready
FIRST := lessons/00-start-here/start_here.ipynb

.PHONY: help lab test lessons verify grade named mutants bench bench-grading

help:
	@sed -n 's/^#   //p' Makefile

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; choose one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

lab: $(READY)
	$(BIN)/jupyter-lab --port $(PORT) --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/$(FIRST) $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lessons: $(READY)
	$(BIN)/python -m autograder build $(ARGS)

verify: $(READY)
	$(BIN)/python -m autograder verify $(LESSON) $(ARGS)

grade: named $(READY)
	$(BIN)/python -m autograder grade $(LESSON) $(ARGS)

named:
	@test -n "$(LESSON)" || { echo "Which lesson? As in: make grade LESSON=02-two-layer-trace"; exit 2; }

mutants: $(READY)
	$(BIN)/python tests/exercises/mutants.py $(ARGS)

bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(BIN)/python benchmarks/engine.py $(ARGS)

bench-grading: $(READY)
	$(BIN)/python benchmarks/grading.py $(ARGS)
