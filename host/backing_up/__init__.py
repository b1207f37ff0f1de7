"""Backups: one file with the database as it was at one moment and the attachments it names; and back again, compared."""
