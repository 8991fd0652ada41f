"""One module per kind of answer: bytes to rows of text.

Put here: parsing that stays true to the source: nothing is merged, dropped, renamed or turned into a number.
Not here: units, areas, indicators (`pipelines/harmonise.py`).
"""
