"""The pages people see: Flask, Jinja, htmx; no rule of the field lives here."""
