// A live word count beside a text: words are what white space separates, as on the server.
export const count = text => text.split(/\s+/).filter(Boolean).length

const watch = box => {
  const field = document.getElementById(box.dataset.wordsOf)
  if (!field) return
  const limit = +(box.dataset.limit || field.dataset.wordLimit) || 0
  const draw = () => {
    const n = count(field.value)
    const over = limit > 0 && n > limit
    const text = over ? box.dataset.tOver : box.dataset.t
    box.textContent = (text || '{n} / {limit}').replace('{n}', n).replace('{limit}', limit).replace('{over}', n - limit)
    box.classList.toggle('over', over)
    box.classList.toggle('near', !over && limit > 0 && n > limit * 0.9)
  }
  field.addEventListener('input', draw)
  draw()
}

const start = scope => {
  for (const field of scope.querySelectorAll('[data-word-limit]')) {
    if (document.querySelector(`[data-words-of="${CSS.escape(field.id)}"]`)) continue
    const box = document.createElement('p')
    box.className = 'words'
    box.dataset.wordsOf = field.id
    field.after(box)
  }
  for (const box of scope.querySelectorAll('[data-words-of]')) watch(box)
}
start(document)
