// Opens an EPUB in epub.js and in foliate-js, in Chromium, and prints as JSON what each made of it.
//
//     node open_in_readers.mjs NODE_MODULES CHROMIUM BOOK.epub OUT
//
// OUT gets a screenshot of every section: OUT/epubjs-1.png, OUT/foliate-1.png ... Nothing but this script's own
// server on 127.0.0.1 is ever asked for anything; a request to elsewhere is refused and reported.

import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'

const [modules, chromium, book, out] = process.argv.slice(2)
const puppeteer = createRequire(join(modules, 'x.js'))('puppeteer-core')

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html', '.css': 'text/css' }
const EPUBJS = `<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;background:white">
<div id="area" style="width:700px;height:900px"></div>
<script src="/modules/jszip/dist/jszip.min.js"></script><script src="/modules/epubjs/dist/epub.js"></script>
<script>
const book = ePub('/book.epub')
const rendition = book.renderTo('area', { width: 700, height: 900, flow: 'scrolled-doc' })
window.opened = book.ready.then(async () => ({
  metadata: book.packaging.metadata,
  sections: book.spine.length,
  toc: (await book.loaded.navigation).toc.map(function entry(e) {
    return { label: e.label.trim(), href: e.href, children: e.subitems.map(entry) }
  }),
}))
window.show = async index => { await rendition.display(book.spine.get(index).href) }
window.words = () => rendition.getContents().map(c => c.document.body.innerText).join('')
</script>`
const FOLIATE = `<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;background:white">
<script type="module">
import '/modules/foliate-js/view.js'
const view = document.createElement('foliate-view')
view.style.cssText = 'display:block;width:700px;height:900px'
document.body.append(view)
const words = {}
view.addEventListener('load', e => { words[e.detail.index] = e.detail.doc.body.innerText })
window.opened = (async () => {
  const blob = await (await fetch('/book.epub')).blob()
  await view.open(new File([blob], 'book.epub', { type: 'application/epub+zip' }))
  view.renderer.setAttribute('flow', 'scrolled')
  const { metadata, toc, sections, dir } = view.book
  return JSON.parse(JSON.stringify({ metadata, dir, sections: sections.length, toc }))
})()
window.show = async index => { await view.goTo(index); window.index = index }
window.words = () => words[window.index] ?? ''
</script>`

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://x').pathname)
  try {
    const page = { '/epubjs': EPUBJS, '/foliate': FOLIATE }[path]
    if (page) return response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    if (path === '/favicon.ico') return response.writeHead(204).end()
    const file = path === '/book.epub' ? book : join(modules, normalize(path.replace(/^\/modules\//, '/')))
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type }).end(await readFile(file))
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox'], headless: true })
const report = {}
for (const reader of ['epubjs', 'foliate']) {
  const page = await browser.newPage()
  const problems = []
  page.on('pageerror', error => problems.push(`${error}`))
  page.on('console', message => message.type() === 'error' && problems.push(message.text()))
  await page.setViewport({ width: 700, height: 900 })
  await page.setRequestInterception(true)
  page.on('request', request => {
    const url = request.url()
    if (url.startsWith(origin) || /^(blob|data|about):/.test(url)) return request.continue()
    problems.push(`request to ${url}`)
    return request.abort()
  })
  await page.goto(`${origin}/${reader}`)
  await page.waitForFunction('window.opened')
  const opened = await page.evaluate('window.opened')
  opened.words = []
  for (let index = 0; index < opened.sections; index++) {
    await page.evaluate(i => window.show(i), index)
    await new Promise(resolve => setTimeout(resolve, 500))
    opened.words.push(await page.evaluate('window.words()'))
    await page.screenshot({ path: join(out, `${reader}-${index + 1}.png`) })
  }
  report[reader] = { ...opened, problems }
  await page.close()
}
await browser.close()
server.close()
console.log(JSON.stringify(report, null, 1))
