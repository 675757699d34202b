// Opens a page of ours in Chromium and prints as JSON what was wrong with it and what its script does.
//
//     node open_page.mjs NODE_MODULES CHROMIUM PAGE.html OUT
//
// The page is opened as a file, in light and dark, wide, narrow and with scripts off. Each time axe-core looks at it,
// and OUT gets a screenshot. A request for anything but the page itself is refused and reported.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, chromium, file, out] = process.argv.slice(2)
const require = createRequire(join(modules, 'x.js'))
const axe = await readFile(require.resolve('@daisy/axe-core-for-ace/axe.js'), 'utf8')
const address = pathToFileURL(file).href
const browser = await require('puppeteer-core').launch({ executablePath: chromium, args: ['--no-sandbox'] })
const problems = []

async function open({ scheme = 'light', width = 1280, scripts = true }) {
  const page = await browser.newPage()
  await page.setJavaScriptEnabled(scripts)
  await page.setViewport({ width, height: 900 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.setRequestInterception(true)
  page.on('request', request => {
    const own = request.url().split('#')[0] === address
    if (!own) problems.push(`asks for ${request.url()}`)
    return own ? request.continue() : request.abort()
  })
  page.on('console', message => problems.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => problems.push(`error: ${error.message}`))
  page.on('dialog', dialog => { problems.push(`dialog: ${dialog.message()}`); return dialog.dismiss() })
  await page.goto(address, { waitUntil: 'load', timeout: 120_000 })
  await page.screenshot({ path: join(out, `${scheme}-${width}-${scripts ? 'scripts' : 'plain'}.png`) })
  return page
}

async function judge(setting) {
  const page = await open(setting)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  if (overflow) problems.push(`wider than a screen of ${setting.width}`)
  await page.evaluate(axe) // by the debugger, which the page's policy does not bind
  const violations = await page.evaluate(async () => (await axe.run(document, { resultTypes: ['violations'] })).violations)
  for (const found of violations) {
    for (const node of found.nodes) problems.push(`${setting.scheme} ${found.impact} ${found.id}: ${node.html}`)
  }
  await page.close()
}

async function use() {
  const page = await open({})
  const told = await page.evaluate(() => {
    const table = document.querySelector('table.posts')
    if (!table) return {}
    const column = number => [...table.tBodies[0].rows].map(row => row.cells[number].dataset.value ?? row.cells[number].firstChild.textContent)
    const heads = [...table.tHead.rows[0].cells]
    const size = heads.findIndex(head => head.textContent === 'Size')
    const press = number => heads[number].querySelector('button').click()
    press(size)
    const falling = column(size).map(Number)
    press(size)
    const rising = column(size).map(Number)
    press(0)
    const titles = column(0)
    const field = document.querySelector('#posts input')
    field.value = 'TEA 关于'
    field.dispatchEvent(new Event('input'))
    const shown = [...table.tBodies[0].rows].filter(row => !row.hidden).map(row => row.cells[0].firstChild.textContent)
    return { falling, rising, titles, shown, said: document.querySelector('#posts output').value, sorted: heads[0].ariaSort }
  })
  await page.close()
  return told
}

async function words(scripts) {
  const page = await open({ scripts })
  const session = await page.createCDPSession() // reads the page where its scripts are off
  const { root } = await session.send('DOM.getDocument')
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'body' })
  const { outerHTML } = await session.send('DOM.getOuterHTML', { nodeId })
  await page.close()
  return outerHTML
}

for (const scheme of ['light', 'dark']) {
  for (const width of [1280, 390]) await judge({ scheme, width })
}
const told = await use()
const plain = await words(false)
await browser.close()
console.log(JSON.stringify({ problems, ...told, plain }))
