"""Small posts of our own for tests in Python; what a case file can say stands in `tests/cases`."""

from __future__ import annotations

import base64

PLAIN = """---
title: 'Tea at noon'
author: Ada Lin
date: Fri, 15 Apr 2022 23:22:12 GMT
categories:
 - notes
---
<div><p>Water first.</p><p>Then the leaves.</p></div>
"""

CHINESE = """
---
title: '午后的茶：先烧水'
author: 林一
date: Fri, 15 Apr 2022 23:22:12 GMT
---
<div><p>\u3000\u3000先烧水，再放茶叶。水开以后等上半分钟。</p><p>\u3000\u3000第二泡最香，第三泡最淡。</p></div>
"""

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel."""
