"""`bihuan feel`: what an expression comes to."""

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import click

from engine.errors import InvalidInput
from engine.feel.compiling import compile_expression, spoken_names
from engine.feel.errors import FeelSyntaxError
from engine.feel.writing import to_json


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(feel)


@click.command("feel")
@click.argument("expression")
@click.option("--context", "context", default="{}", metavar="JSON", help="变量,一个 JSON 对象。")
def feel(expression: str, context: str) -> None:
    """Evaluate a FEEL expression and print its value as JSON; warnings go to standard error as `CODE line:col text`."""
    variables = _variables(context)
    try:
        compiled = compile_expression(expression, names=spoken_names(variables))
    except FeelSyntaxError as error:
        click.echo(f"{error.code} {error.line}:{error.column} {error.text}", err=True)
        sys.exit(1)
    outcome = compiled.explain(variables, now=datetime.now(UTC))
    for warning in outcome.warnings:
        click.echo(str(warning), err=True)
    click.echo(to_json(outcome.value))


def _variables(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"--context 应为 JSON 对象,收到的是“{text[:200]}”:{error}", code="context.not_json"
        ) from error
    if not isinstance(found, dict):
        raise InvalidInput(
            f'--context 应为 JSON 对象,例如 {{"x": 1}};收到的是“{text[:200]}”。', code="context.not_object"
        )
    return found
