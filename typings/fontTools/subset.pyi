from collections.abc import Sequence

from fontTools.ttLib import TTFont

class Options:
    def __init__(
        self,
        *,
        hinting: bool = ...,
        notdef_outline: bool = ...,
        name_IDs: Sequence[int] = ...,
    ) -> None: ...

class Subsetter:
    class SubsettingError(Exception): ...

    def __init__(self, options: Options | None = ...) -> None: ...
    def populate(self, *, text: str = ...) -> None: ...
    def subset(self, font: TTFont) -> None: ...
