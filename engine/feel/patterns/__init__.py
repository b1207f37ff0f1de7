"""Regular expressions as XPath has them, matched in time linear in the text: no pattern can stall a server."""
