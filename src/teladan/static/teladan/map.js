// A map without tiles: borders and points from our own addresses, colours from the style sheet.
const load = (src, css) => new Promise((resolve, reject) => {
  if (window.L) return resolve()
  document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: css }))
  document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject }))
})
const json = async url => {
  const answer = await fetch(url, { headers: { Accept: 'application/json' } })
  if (!answer.ok) throw new Error(answer.status)
  return answer.json()
}
const name = p => [p.title, p.count].filter(v => v !== undefined && v !== '').join(': ')
const LINKS = 60

const draw = async box => {
  const d = box.dataset
  const [, borders, points] = await Promise.all([load(d.leaflet, d.leafletCss), d.borders && json(d.borders), d.points && json(d.points)])
  const L = window.L
  box.replaceChildren()
  const map = L.map(box, { attributionControl: false, scrollWheelZoom: false, dragging: !matchMedia('(pointer: coarse)').matches, zoomControl: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 10, fadeAnimation: false, zoomAnimation: false })
  L.control.zoom({ zoomInTitle: d.tIn, zoomOutTitle: d.tOut }).addTo(map)
  if (d.attribution) {
    const note = document.createElement('span')
    note.textContent = d.attribution
    L.control.attribution({ prefix: false }).addAttribution(note.innerHTML).addTo(map)
  }
  const link = (layer, p, reachable) => {
    const text = name(p)
    if (text) layer.bindTooltip(document.createTextNode(text))
    if (!p.url) return
    const go = () => { location.href = p.url }
    layer.on('click', go)
    layer.on('add', () => {
      const el = layer.getElement()
      if (!el) return
      el.setAttribute('role', 'link')
      el.setAttribute('aria-label', text)
      if (reachable) el.setAttribute('tabindex', '0')
      el.addEventListener('keydown', event => { if (event.key === 'Enter') go() })
      el.addEventListener('focus', () => layer.openTooltip())
      el.addEventListener('blur', () => layer.closeTooltip())
    })
  }
  const few = set => set.features.length <= LINKS
  const seen = L.featureGroup()
  if (borders) {
    seen.addLayer(L.geoJSON(borders, {
      style: f => ({ className: `bd${f.properties.level ? ` lv${+f.properties.level}` : ''}`, weight: 0.7 }),
      onEachFeature: (f, layer) => link(layer, f.properties, few(borders))
    }))
  }
  if (points) {
    seen.addLayer(L.geoJSON(points, {
      pointToLayer: (f, at) => L.circleMarker(at, { className: 'pt', radius: 5 + Math.min(14, 2.2 * Math.sqrt(f.properties.count || 1)) }),
      onEachFeature: (f, layer) => link(layer, f.properties, few(points))
    }))
  }
  const edge = seen.getBounds()
  map.fitBounds(edge.isValid() ? edge : [[6, 95], [-11, 141]], { padding: [12, 12] })
  seen.addTo(map)
}

const start = box => draw(box).catch(() => {
  const p = document.createElement('p')
  p.className = 'small'
  p.textContent = box.dataset.tFail
  box.replaceChildren(p)
})
const near = new IntersectionObserver(entries => {
  for (const e of entries) if (e.isIntersecting) { near.unobserve(e.target); start(e.target) }
}, { rootMargin: '300px' })
for (const box of document.querySelectorAll('[data-map]')) near.observe(box)
