"""The programmable face of the pages: /api/v1, the same commands, the same permissions."""
