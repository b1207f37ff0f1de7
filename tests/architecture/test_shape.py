"""One reader, one sitting, one file."""

import ast
from statistics import median, quantiles

from tests.architecture.sources import ROOMS, ROOT, functions, sources

FILE_MOST, FILE_MEDIAN, FILE_P90, FUNCTION_MOST = 300, 80, 200, 50


def test_no_file_is_longer_than_one_sitting() -> None:
    lengths = {str(source): source.text.count("\n") for source in sources()}

    assert not {path: length for path, length in lengths.items() if length > FILE_MOST}
    assert median(lengths.values()) <= FILE_MEDIAN
    assert quantiles(lengths.values(), n=10)[-1] <= FILE_P90


def test_no_function_is_longer_than_a_screen() -> None:
    found = {
        f"{source}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for source in sources()
        for function in functions(source)
    }

    assert not {place: length for place, length in found.items() if length > FUNCTION_MOST}


def test_nothing_is_imported_inside_a_function() -> None:
    found = [
        f"{source}:{node.lineno}"
        for source in sources(*ROOMS, "tests")
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not found


def test_every_package_says_what_it_is_for_and_nothing_else() -> None:
    wrong = [
        str(source)
        for source in sources()
        if source.path.name == "__init__.py"
        if len(source.tree.body) != 1 or ast.get_docstring(source.tree) is None
    ]

    assert not wrong


def test_every_folder_with_python_is_a_package_except_the_numbered_migrations() -> None:
    folders = {source.path.parent for source in sources()}

    missing = [str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()]

    assert missing == ["host/migrations/versions"]


def test_every_file_begins_with_what_it_is_for() -> None:
    exempt = "host/migrations/versions"

    assert not [str(s) for s in sources() if ast.get_docstring(s.tree) is None and exempt not in str(s)]
