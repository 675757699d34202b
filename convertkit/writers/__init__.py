"""Clean trees to bytes: a file or folder a format; beside them what several formats share."""
