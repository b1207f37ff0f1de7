"""What can be wrong with a filled sheet."""

from engine.errors import InvalidInput


class SheetUnreadable(InvalidInput):
    """The file is not a sheet of this form, or cannot be read at all; nothing was taken over."""

    code = "sheet.unreadable"


def refuse(kind: str, text: str) -> SheetUnreadable:
    """Make the error for a file that `archive.require_harmless` refuses."""
    return SheetUnreadable(text, code=f"sheet.{kind}")
