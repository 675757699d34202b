'use strict'

// Gives each long table a field to search in and headings to sort by. Without it the page is as complete, in the order
// that it was written in.
for (const table of document.querySelectorAll('table.list')) {
  const rows = [...table.tBodies[0].rows]
  nameRoles(table)
  if (rows.length < 2) continue
  addSearch(table, rows)
  addSorting(table, rows)
}

// Some browsers no longer take a table for one when its rows are grids.
function nameRoles(table) {
  const roles = { thead: 'rowgroup', tbody: 'rowgroup', tr: 'row', td: 'cell' }
  table.setAttribute('role', 'table')
  for (const [name, role] of Object.entries(roles)) {
    for (const element of table.querySelectorAll(name)) element.setAttribute('role', role)
  }
  for (const head of table.querySelectorAll('th')) head.setAttribute('role', head.scope === 'row' ? 'rowheader' : 'columnheader')
}

function addSearch(table, rows) {
  const scroll = table.parentElement
  const label = document.createElement('label')
  const field = document.createElement('input')
  const found = document.createElement('output')
  const bar = document.createElement('div')
  bar.className = 'tools'
  field.type = 'search'
  field.autocomplete = 'off'
  field.spellcheck = false
  label.append('Search', field)
  bar.append(label, found)
  scroll.before(bar)
  const plain = text => text.normalize('NFKC').toLowerCase()
  const number = new Intl.NumberFormat('en')
  let texts
  field.addEventListener('input', () => {
    texts ??= rows.map(row => plain(row.textContent))
    const words = plain(field.value).split(/\s+/).filter(Boolean)
    let shown = 0
    rows.forEach((row, place) => {
      row.hidden = !words.every(word => texts[place].includes(word))
      if (!row.hidden) shown++
    })
    found.value = words.length ? `${number.format(shown)} of ${number.format(rows.length)}` : ''
  })
}

function addSorting(table, rows) {
  const heads = [...table.tHead.rows[0].cells]
  const compare = new Intl.Collator('en', { numeric: true }).compare
  heads.forEach((head, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    const numbers = head.dataset.sort === 'number'
    let keys
    button.addEventListener('click', () => {
      keys ??= new Map(rows.map(row => [row, key(row.cells[column], numbers)]))
      const falling = head.ariaSort ? head.ariaSort === 'ascending' : numbers
      const sign = falling ? -1 : 1
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', falling ? 'descending' : 'ascending')
      const order = numbers ? (one, two) => keys.get(one) - keys.get(two)
        : (one, two) => compare(keys.get(one), keys.get(two))
      table.tBodies[0].append(...rows.toSorted((one, two) => sign * order(one, two)))
    })
  })
}

function key(cell, numbers) {
  const text = cell.dataset.value ?? cell.firstChild?.textContent ?? ''
  return numbers ? Number(text.replaceAll(',', '')) : text
}
