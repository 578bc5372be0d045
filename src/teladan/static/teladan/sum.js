// The weights of a rule sheet, summed while they are typed. The server sums them again.
const box = document.querySelector('[data-sum-of]')
const form = box?.closest('form')
const figure = n => String(+n.toFixed(4))

const draw = () => {
  let sum = 0
  for (const field of form.querySelectorAll(`[name$="-${box.dataset.sumOf}"]`)) {
    const out = form.elements[field.name.replace(/-\w+$/, '-DELETE')]
    if (!out?.checked) sum += +field.value || 0
  }
  const gap = +box.dataset.sumTo - sum
  const right = Math.abs(gap) < 1e-9
  const text = right ? box.dataset.t : gap > 0 ? box.dataset.tShort : box.dataset.tOver
  box.textContent = text.replace('{sum}', figure(sum)).replace('{gap}', figure(Math.abs(gap)))
  box.className = right ? 'chip' : 'chip alarm'
  box.hidden = false
}

if (form) {
  form.addEventListener('input', draw)
  form.addEventListener('change', draw)
  draw()
}
