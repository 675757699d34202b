"""Judges that are not ours: EPUBCheck, Ace, the OOXML validator, LibreOffice, readers in Chromium."""
