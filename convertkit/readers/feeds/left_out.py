"""What a file holds and no entry has, told once it was gone through."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from convertkit.losses import Removed, Report


@dataclass(slots=True)
class LeftOut:
    """Counts what is passed over on purpose. Drafts are told one by one, since somebody wrote them."""

    report: Report
    kinds: Counter[str] = field(default_factory=Counter)
    comments: int = 0

    def entry(self, title: str, reason: str) -> None:
        """A post that is not published."""
        self.report(Removed(title, f"entries that are not public ({reason})", f"[{title}]"))

    def tell(self) -> None:
        """Report what was only counted."""
        if self.kinds:
            counts = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
            self.report(Removed("", "what is no post and no page", f"[{counts}]"))
        if self.comments:
            self.report(Removed("", "comments, which --comments would keep", f"[{self.comments} comments]"))
