"""Posts with every construct that a post may have, for books before the judges: HTML in three scripts, and Markdown."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from tests.posts import PNG

_PICTURE = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" role="img"><title>A bar</title>'
    '<rect width="120" height="40" fill="#2a7"/></svg>'
)

ENGLISH = f"""---
title: Everything that a post may hold
author: Ann Author
date: 2020-02-29T10:00:00+01:00
lang: en
tags: [all, of, it]
categories: [Tests, Books]
permalink: https://example.org/everything/
---
<p id="top"><strong>Strong</strong>, <em>stressed</em>, <u>under</u>, <s>struck</s>, H<sub>2</sub>O, x<sup>2</sup>,
<mark>marked</mark>, <kbd>Ctrl</kbd>, <samp>out</samp>, <var>v</var>, <code>a &lt; b</code>, <small>small</small>,
<abbr title="HyperText Markup Language">HTML</abbr>, <dfn>term</dfn>, <cite>A Book</cite>, <q>quoted <q>twice</q></q>,
<time datetime="2020-02-29">leap day</time>, <bdo dir="rtl">abc</bdo>, <span lang="zh-CN">中文</span>,
<span style="font-variant: small-caps">Small Capitals</span>, a<br>break, &amp;amp; and a no-break&nbsp;space.</p>
<h2>Links</h2>
<p><a href="chinese.html">a post</a>, <a href="arabic.html#hal">a place in a post</a>,
<a href="#tables">a place here</a>, <a href="#nowhere">nowhere</a>,
<a href="https://example.com/?a=1&amp;b=2">the web</a>,
<a href="mailto:a@example.org">mail</a>, <a href="javascript:alert(1)">no script</a>.</p>
<h2>Notes</h2>
<p>A note<sup><a href="#fn1" id="ref1">1</a></sup> and another<sup><a href="#fn2" id="ref2">2</a></sup>.</p>
<h2 id="tables">Tables</h2>
<table><caption>Cups of tea, a table with a head over two columns</caption>
<colgroup><col><col align="right"><col align="right"></colgroup>
<thead><tr><th rowspan="2">Kind</th><th colspan="2">Cups</th></tr>
<tr><th style="text-align:right">Morning</th><th style="text-align:right">Evening</th></tr></thead>
<tbody><tr><th scope="row">Green</th><td style="text-align:right">2</td><td style="text-align:right">13</td></tr>
<tr><th scope="row" rowspan="2">Black</th><td style="text-align:right">1</td><td style="text-align:right">4</td></tr>
<tr><td colspan="2">none, and a long remark that needs more room than a number does, so that columns differ</td></tr>
</tbody><tfoot><tr><td>Sum</td><td style="text-align:right">3</td><td style="text-align:right">17</td></tr></tfoot>
</table>
<table><tr><td>Lists<ul><li>in</li><li>cells</li></ul></td><td><pre><code>code = 1</code></pre></td>
<td><img src="{_PICTURE}" alt="A dot in a cell"></td></tr></table>
<h2>Lists</h2>
<ol start="3" type="i"><li>three<ul><li>inside<ol type="A"><li>and deeper<ul><li>to the end</li></ul></li></ol></li>
</ul></li><li><p>four</p><p>with a second paragraph</p></li></ol>
<ul class="contains-task-list"><li class="task-list-item"><input type="checkbox" checked disabled> done</li>
<li class="task-list-item"><input type="checkbox" disabled> to do<ul class="contains-task-list">
<li class="task-list-item"><input type="checkbox" disabled> below</li></ul></li></ul>
<ul><li>one item is a task <pre><code>code in an item</code></pre></li>
<li><blockquote><p>a quotation</p></blockquote></li></ul>
<dl><dt>Tea</dt><dd>leaves in water</dd><dt>Cup</dt><dt>Mug</dt><dd><p>a vessel</p><ul><li>of clay</li></ul></dd></dl>
<h2>Quotations</h2>
<blockquote><p>Quoted.</p><blockquote><p>Quoted within.</p><ul><li>a list in it</li></ul><blockquote><p>A third.</p>
</blockquote></blockquote><ol><li>numbered</li></ol><pre>code in it</pre><p>— <cite>Somebody</cite></p></blockquote>
<div class="markdown-alert markdown-alert-note"><p class="markdown-alert-title">Note</p><p>An alert.</p></div>
<h2>Code</h2>
<pre><code class="language-python">def cup(tea: str) -&gt; None:
    print("tea", tea)  # a comment that is rather long, longer than a line of a page, so that it must be wrapped

\tcup("green &amp; black")
</code></pre>
<h2>Formulas</h2>
<p>Inline <math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>, TeX
<span class="math">\\(\\sqrt[3]{{a^2+b^2}}\\)</span>, and displayed:</p>
<p><span class="math display">\\[\\sum_{{i=1}}^n i = \\frac{{n(n+1)}}{{2}}\\]</span></p>
<h2>Pictures</h2>
<p>In a line <img src="{_PICTURE}" alt="A dot">, without words <img src="{_PICTURE}">, not there
<img src="gone.png" alt="A picture that is gone">, on the web <img src="https://example.org/a.png" alt="Remote">.</p>
<figure><img src="{_PICTURE}" alt="A dot" width="300"><figcaption>A dot, <em>larger</em></figcaption></figure>
<figure>{_DRAWING}<figcaption>A drawing</figcaption></figure>
<figure><pre><code>x = 1</code></pre><figcaption>A listing</figcaption></figure>
<h2>Films and frames</h2>
<video src="https://example.org/film.mp4" controls>A film</video>
<audio src="https://example.org/sound.mp3" controls></audio>
<iframe src="https://www.youtube.com/embed/abc" title="A talk"></iframe>
<h2>The rest</h2>
<hr>
<details><summary>More</summary><p>Hidden at first.</p></details>
<aside><p>Beside the text.</p></aside>
<address>Street 1, <a href="https://example.org">home</a></address>
<p style="text-align:center">In the middle</p><p style="text-align:right">To the right</p>
<p class="verse">Roses are red,<br>&nbsp;&nbsp;violets are blue</p>
<form action="/x"><input name="q"><button onclick="x()">Go</button></form>
<h6>A deep heading</h6>
<p><a href="#top">Up</a></p>
<ol class="footnotes"><li id="fn1">The text of the note. <a href="#ref1">↩</a></li>
<li id="fn2"><p>Another, with code:</p><pre><code>x = 1</code></pre><a href="#ref2">↩</a></li></ol>
"""
CHINESE = f"""---
title: 山中一日：从清晨到黄昏
author: 李明
date: 2021-04-15 08:30:00
lang: zh-CN
tags: [山, all]
---
<p>　　清晨的雾还没有散，山路上只听得见自己的脚步声。走到半山腰，
<em>忽然</em>有人在林子里唱歌<sup><a href="#n1">[1]</a></sup>。</p>
<p>　　<ruby>漢字<rt>hànzì</rt></ruby>与
<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp>京<rt>きょう</rt></ruby>，
“引号”与《书名》——还有English和123。</p>
<h2>第一节　上山</h2>
<blockquote><p>茶者，南方之嘉木也。</p><ul><li>一尺</li><li>二尺</li></ul></blockquote>
<ul><li>第一条</li><li>第二条<ol><li>其一</li></ol></li></ul>
<table><tr><th>茶</th><th>价格</th></tr><tr><td>龙井</td><td>三百元一斤，春天的时候还要更贵一些</td></tr></table>
<figure><img src="{_PICTURE}" alt="一个点"><figcaption>图一：山色</figcaption></figure>
<pre><code>print("你好")</code></pre>
<p>见<a href="everything.html#tables">表格</a>。</p>
<ol class="footnotes"><li id="n1">出自话本。</li></ol>
"""
ARABIC = """---
title: مرحبا بالعالم
author: كاتب
date: 2022-01-02
lang: ar
tags: [all]
---
<p>هذا نص <strong>عربي</strong> مع English و 123.</p>
<h2 id="hal">الحال</h2>
<ul><li>واحد</li><li>اثنان</li></ul>
<blockquote><p>اقتباس</p></blockquote>
<table><tr><th>شاي</th><th>ثمن</th></tr><tr><td>أخضر</td><td>٣</td></tr></table>
<p dir="ltr">A line from left to right.</p>
"""
MARKDOWN = """---
title: "Markdown, too"
author: {name: Bob Builder}
date: 2022-03-01
lang: en
tags: [markdown]
---
Some *text* with `code`, ~~struck~~ words, a note[^1] and $a^2 + b^2$.

- [x] done
- [ ] not done
  1. one
  2. two

| left | right | middle |
|:-----|------:|:------:|
| a    |     1 |   x    |
| b    |    22 |   y    |

> [!WARNING]
> An alert.

> Quoted
>
> > Twice
> >
> > - a list

```js
const tea = 1;
```

$$
\\int_0^1 x\\,dx = \\frac12
$$

See [the other post](everything.html).

[^1]: The text of the note.
"""

POSTS: Mapping[str, str] = {
    "everything.html": ENGLISH,
    "chinese.html": CHINESE,
    "arabic.html": ARABIC,
    "markdown.md": MARKDOWN,
}
"""By the names of their files."""
