"""One target under atheris, which looks for inputs that reach new branches: `python -m tests.fuzz.guided TARGET …`."""

import sys

import atheris

with atheris.instrument_imports(include=["engine"]):
    from tests.fuzz.targets import guarded

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda data: guarded(name, data))
    atheris.Fuzz()
