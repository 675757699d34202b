"""A whole archive: what is to be done, by whom, what became of it; safe to kill, cheap to repeat."""
