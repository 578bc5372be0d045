// A ballot: slider and number move together, keys 1-9 and 0 give 10-90 and 100 % of an aspect's points.
const digits = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 })

for (const form of document.querySelectorAll('[data-ballot]')) {
  const aspects = [...form.querySelectorAll('[data-aspect]')].map(box => {
    const points = box.querySelector('[data-points]')
    return { box, points, slider: box.querySelector('[data-slider]'), max: +points.max || 100, weight: +box.dataset.weight || 0 }
  })
  const totals = form.querySelectorAll('[data-total]')
  const drawer = form.querySelector('details.ballot-scale')
  let current = aspects[0]

  const sum = () => {
    for (const { slider, points } of aspects) slider?.toggleAttribute('data-unset', points.value === '')
    const given = aspects.filter(a => a.points.value !== '')
    const all = aspects.reduce((t, a) => t + a.weight, 0) || 1
    const total = given.reduce((t, a) => t + a.weight * (+a.points.value / a.max) * 100, 0) / all
    for (const out of totals) {
      out.textContent = given.length ? digits.format(total) : '–'
      out.dataset.complete = given.length === aspects.length
    }
    for (const out of form.querySelectorAll('[data-given]')) out.textContent = `${given.length}/${aspects.length}`
  }
  const choose = aspect => {
    current = aspect
    for (const a of aspects) a.box.classList.toggle('current', a === aspect)
  }
  const set = (aspect, value) => {
    aspect.points.value = value
    if (aspect.slider) aspect.slider.value = value
    aspect.points.dispatchEvent(new Event('input', { bubbles: true }))
    aspect.points.dispatchEvent(new Event('change', { bubbles: true }))
  }

  for (const aspect of aspects) {
    const { box, points, slider } = aspect
    box.addEventListener('focusin', () => choose(aspect))
    points.addEventListener('input', () => { if (slider && points.value !== '') slider.value = points.value; sum() })
    if (!slider) continue
    slider.hidden = false
    if (points.value !== '') slider.value = points.value
    slider.addEventListener('input', () => { points.value = slider.value; points.dispatchEvent(new Event('input', { bubbles: true })) })
    slider.addEventListener('change', () => points.dispatchEvent(new Event('change', { bubbles: true })))
  }

  document.addEventListener('keydown', event => {
    const at = event.target
    const typing = at.matches('textarea,select,[contenteditable],input:not([type=range],[type=radio],[type=checkbox])')
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return
    if (!current || (!at.contains(form) && !form.contains(at))) return
    event.preventDefault()
    set(current, Math.round((event.key === '0' ? 10 : +event.key) * current.max) / 10)
    choose(current)
  })

  const wide = matchMedia('(min-width: 60rem)')
  const fit = () => { if (drawer && wide.matches) drawer.open = true }
  wide.addEventListener('change', fit)
  fit()
  if (current) choose(current)
  sum()
}
