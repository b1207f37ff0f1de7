"""The manual: a chapter for each kind of work, in Markdown. Pictures are in host/static/manual.

【…】 is a word of the page that stands there now: the browser tests look for it (`make pictures` takes the pictures anew).
"""
