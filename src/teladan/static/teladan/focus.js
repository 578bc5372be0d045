// After an answer, put the reader where the news is; close an open menu when leaving it.
const show = scope => {
  const box = scope.querySelector('.refusal[data-focus]')
  const wrong = scope.querySelector('[aria-invalid=true]')
  const target = box || wrong
  if (!target) return
  target.focus({ preventScroll: true })
  target.scrollIntoView({ block: box ? 'start' : 'center' })
}
show(document)

const menus = () => document.querySelectorAll('details[data-menu][open]')
document.addEventListener('click', event => { for (const m of menus()) if (!m.contains(event.target)) m.open = false })
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  for (const m of menus()) { m.open = false; m.querySelector('summary').focus() }
})
