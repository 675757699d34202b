"""Many posts into one book, or several volumes of one: choose, arrange, link, write.

`planning.py` is the pure middle: from what `survey.py` read of each post to a `Plan` of volumes, parts and chapters.
`linking.py` gives a chapter's document as it stands in its volume; `epub.py` writes a volume; `building.py` does all.
"""
