"""Bytes to rough trees: a file a format."""
