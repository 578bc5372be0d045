// Loaded before the page is drawn, so that a chosen theme never flashes.
(() => {
  const root = document.documentElement
  const store = {
    get: () => { try { return localStorage.getItem('theme') } catch { return null } },
    set: value => { try { value ? localStorage.setItem('theme', value) : localStorage.removeItem('theme') } catch { /* the choice lasts for this page */ } }
  }
  const system = matchMedia('(prefers-color-scheme: dark)')
  const chosen = store.get()
  if (chosen === 'dark' || chosen === 'light') root.dataset.theme = chosen
  const dark = () => (root.dataset.theme || (system.matches ? 'dark' : 'light')) === 'dark'

  document.addEventListener('DOMContentLoaded', () => {
    for (const button of document.querySelectorAll('[data-theme-toggle]')) {
      button.hidden = false
      button.setAttribute('aria-pressed', dark())
      button.addEventListener('click', () => {
        const next = dark() ? 'light' : 'dark'
        // Choosing what the system says already means following the system again.
        if (next === (system.matches ? 'dark' : 'light')) { delete root.dataset.theme; store.set(null) } else { root.dataset.theme = next; store.set(next) }
        button.setAttribute('aria-pressed', dark())
      })
    }
  })
})()
