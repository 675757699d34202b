"""Many posts into one book, or several volumes of one: choose, arrange, write."""
