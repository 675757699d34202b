"""A catalogue of finished books that readers browse from any web server: OPDS 2, OPDS 1.2, and a page for people.

`reading.py` opens books, `arranging.py` is pure and gives the shelves, `opds1.py`, `opds2.py` and `page.py` write them,
`building.py` does all.
"""
