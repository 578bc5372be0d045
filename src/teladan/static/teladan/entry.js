// The form of an entry: its check list follows what was saved, and its links open what is folded.
const form = document.querySelector('form[data-entry]')
const list = document.querySelector('[data-checklist]')

const show = lacks => {
  for (const row of list.querySelectorAll('[data-place]')) {
    const words = lacks[row.dataset.place]
    row.className = words ? 'bad' : 'ok'
    row.querySelector('[data-ok]').toggleAttribute('hidden', !!words)
    row.querySelector('[data-bad]').toggleAttribute('hidden', !words)
    const place = row.querySelector('[data-words]')
    place.replaceChildren(...(words ? [document.createElement('br'), words] : []))
  }
  const n = Object.keys(lacks).length
  const head = list.querySelector('[data-lacks]')
  head.textContent = n ? head.dataset.t.replace('{n}', n) : head.dataset.tNone
  for (const count of document.querySelectorAll('[data-lacks-count]')) count.textContent = n ? ` (${n})` : ''
}

if (form) {
  form.addEventListener('autosaved', event => { if (event.detail.lacks) show(event.detail.lacks) })
  // What the page saved by itself is the text that the buttons compare with.
  const texts = [...form.querySelectorAll('textarea[data-version]')]
  const first = new Map(texts.map(field => [field, field.dataset.version]))
  form.addEventListener('submit', () => {
    for (const field of texts) {
      if (field.dataset.version === first.get(field)) continue
      const code = field.name.replace('answer-', '')
      form.elements[`version-${code}`].value = field.dataset.version
      form.elements[`was-${code}`].value = ''
    }
  })
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-checklist] a[href^="#id_"]')
    const target = link && document.getElementById(link.hash.slice(1))
    if (!target) return
    event.preventDefault()
    const fold = target.closest('details')
    if (fold) fold.open = true
    target.focus()
    target.scrollIntoView({ block: 'center' })
  })
}
