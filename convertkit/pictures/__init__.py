"""Pictures as books can hold them: what they really are, how large, and made into what every reader shows.

`prepare` is pure: the same bytes give the same picture. It believes no name and no header of a server, undoes no
lossy coding without need, and takes out what a camera wrote about the person behind it.
"""

from convertkit.pictures.failures import PictureError
from convertkit.pictures.kinds import Kind, kind_of
from convertkit.pictures.preparing import prepare
from convertkit.pictures.size import MAX_PIXELS, pixel_size

__all__ = ["MAX_PIXELS", "Kind", "PictureError", "kind_of", "pixel_size", "prepare"]
