// Nothing typed is lost. Every change is kept on the device at once and sent to the server within
// two seconds; the device forgets a text only when the server has confirmed exactly that text.
const WAIT = 1200
const now = () => new Date().toLocaleTimeString('id-ID', { hour: '2-digit', minute: '2-digit' })
const fill = (text, values) => (text || '').replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '')
const make = (tag, cls, text) => Object.assign(document.createElement(tag), { className: cls || '', textContent: text || '' })
const same = (a, b) => a.join('\0') === b.join('\0')

const device = {
  ok: true,
  get (key) { try { return JSON.parse(localStorage.getItem(key)) } catch { return null } },
  set (key, value) { try { localStorage.setItem(key, JSON.stringify(value)); this.ok = true } catch { this.ok = false } },
  drop (key) { try { localStorage.removeItem(key) } catch { /* nothing was kept */ } }
}

class Autosave {
  constructor (form) {
    this.form = form
    this.url = form.dataset.autosave
    this.key = `draft:${form.dataset.autosaveKey || this.url}:`
    this.version = form.dataset.version || '0'
    this.dirty = new Map()
    this.stuck = new Map()
    this.sent = new Map()
    this.tries = 0
    this.signs = [...form.querySelectorAll('[data-saved]')]
    this.text = (this.signs[0] || form).dataset
    form.addEventListener('input', e => this.typed(e.target, WAIT))
    form.addEventListener('change', e => this.typed(e.target, 0))
    addEventListener('online', () => this.soon(0))
    addEventListener('focus', () => this.expired ? this.renew() : this.soon(0))
    form.addEventListener('submit', () => { clearTimeout(this.timer); this.submitted = true })
    document.addEventListener('visibilitychange', () => document.hidden && this.send(true))
    addEventListener('beforeunload', e => { if (this.dirty.size && !device.ok) e.preventDefault() })
    this.found()
  }

  fields (name) { return [...this.form.elements].filter(el => el.name === name) }
  mine (el) { return el.name && el.form === this.form && !/^(hidden|file|password|submit|button)$/.test(el.type) && !('autosaveSkip' in el.dataset) }
  values (name, initial) {
    const out = []
    for (const el of this.fields(name)) {
      if (el.type === 'checkbox' || el.type === 'radio') { if (initial ? el.defaultChecked : el.checked) out.push(el.value) }
      else if (el.options) { for (const o of el.options) if (initial ? o.defaultSelected : o.selected) out.push(o.value) }
      else out.push(initial ? el.defaultValue : el.value)
    }
    return out
  }

  write (name, values) {
    for (const el of this.fields(name)) {
      if (el.type === 'checkbox' || el.type === 'radio') el.checked = values.includes(el.value)
      else if (el.options) { for (const o of el.options) o.selected = values.includes(o.value) }
      else el.value = values[0] ?? ''
      el.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }

  typed (el, wait) {
    if (!this.mine(el)) return
    const values = this.values(el.name)
    if (!wait && !this.dirty.has(el.name) && same(values, this.values(el.name, true))) return
    this.dirty.set(el.name, values)
    this.stuck.delete(el.name)
    this.submitted = false
    device.set(this.key + el.name, { values, base: this.values(el.name, true), at: now() })
    this.say(device.ok ? 'here' : 'unsafe', el.name)
    this.soon(wait)
  }

  soon (wait) {
    if (!this.dirty.size) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), wait)
  }

  async send (leaving) {
    if (this.expired || this.submitted || (this.busy && !leaving)) return
    const next = [...this.dirty].find(([name]) => !this.stuck.has(name))
    if (!next) return
    const [name, values] = next
    if (this.busy && same(values, this.sent.get(name)?.at(-1) || [])) return
    const field = this.fields(name)[0]
    const body = new URLSearchParams({ field: name, version: field?.dataset.version ?? this.version, csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken?.value || '' })
    for (const v of values.length ? values : ['']) body.append('value', v)
    this.sent.set(name, [...(this.sent.get(name) || []), values].slice(-5))
    this.busy = true
    this.say('saving', name)
    let answer, data
    try {
      answer = await fetch(this.url, { method: 'POST', body, redirect: 'manual', keepalive: !!leaving && String(body).length < 60000, headers: { Accept: 'application/json', 'X-Requested-With': 'fetch' } })
      data = /json/.test(answer.headers.get('content-type')) ? await answer.json() : {}
    } catch { answer = null }
    this.busy = false
    if (!answer || answer.status === 429 || answer.status >= 500) return this.later(name, answer)
    this.tries = 0
    if (answer.type === 'opaqueredirect' || answer.status === 401 || (answer.status === 403 && !data.code)) return this.out(name)
    const theirs = data.theirs === undefined ? null : [data.theirs].flat().map(String)
    if (answer.ok) { this.learn(field, data); this.done(name, values, data) }
    else if (theirs && this.sent.get(name).some(old => same(old, theirs))) this.learn(field, data)
    else if (theirs) this.clash(name, theirs, data)
    else { this.stuck.set(name, data); this.say('refused', name, { reason: data.reason || answer.status }) }
    if (this.dirty.size > this.stuck.size) this.soon(same(this.dirty.get(name) || values, values) ? 0 : 400)
  }

  learn (field, data) {
    if (data.version === undefined) return
    if (field?.dataset.version !== undefined) field.dataset.version = data.version
    else this.version = this.form.dataset.version = data.version
  }

  done (name, values, data) {
    for (const el of this.fields(name)) {
      if (el.type === 'checkbox' || el.type === 'radio') el.defaultChecked = values.includes(el.value)
      else if (el.options) { for (const o of el.options) o.defaultSelected = values.includes(o.value) }
      else el.defaultValue = values[0]
    }
    if (same(this.dirty.get(name), values)) { this.dirty.delete(name); device.drop(this.key + name) }
    this.say('server', name, { time: data.saved || now() })
    this.form.dispatchEvent(new CustomEvent('autosaved', { bubbles: true, detail: { name, ...data } }))
  }

  later (name, answer) {
    this.say(device.ok ? 'offline' : 'unsafe', name)
    const wait = +(answer?.headers.get('retry-after') || 0) || Math.min(60, 2 ** ++this.tries)
    this.soon(wait * 1000 * (0.8 + 0.4 * Math.random()))
  }

  out (name) {
    this.expired = true
    this.say('expired', name)
    for (const sign of this.signs) {
      if (sign.dataset.state !== 'expired' || !this.text.login) continue
      sign.append(' ', Object.assign(make('a', '', this.text.tExpiredLink), { href: this.text.login, target: '_blank', rel: 'noopener' }))
    }
  }

  // Back from signing in elsewhere: this page's own address gives a fresh token, if we may read it.
  async renew () {
    const answer = await fetch(location.href, { redirect: 'manual' }).catch(() => null)
    if (!answer?.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('form[data-autosave] [name=csrfmiddlewaretoken]')
    if (!fresh) return
    for (const el of document.getElementsByName('csrfmiddlewaretoken')) el.value = fresh.value
    this.expired = false
    this.soon(0)
  }

  say (state, name, values) {
    const text = fill(this.text[`t${state[0].toUpperCase()}${state.slice(1)}`], values || {})
    for (const sign of this.signs) {
      if (sign.dataset.saved && sign.dataset.saved !== name) continue
      if (sign.dataset.state === state && sign.textContent === text) continue
      sign.dataset.state = state
      sign.toggleAttribute('data-bad', /expired|conflict|refused|unsafe/.test(state))
      sign.textContent = text
    }
  }

  // Two texts for one field: both are shown, the reader chooses, the other one stays to be copied.
  clash (name, theirs, data) {
    const t = this.text
    const values = this.values(name)
    const last = this.fields(name).at(-1)
    const place = last.closest('.field,.aspect') || last
    const box = make('div', 'conflict')
    const pair = make('div', 'versus')
    for (const [title, side] of [[t.tMine, values], [t.tTheirs, theirs]]) {
      const half = make('div')
      half.append(make('p', 'head', title), make('div', 'text', side.join('\n')))
      pair.append(half)
    }
    const keep = Object.assign(make('button', 'btn', t.tKeep), { type: 'button' })
    const take = Object.assign(make('button', 'btn quiet', t.tTake), { type: 'button' })
    const row = make('div', 'row')
    row.append(keep, take)
    box.append(make('p', 'error', data.reason || t.tConflict), pair, row)
    box.setAttribute('role', 'alert')
    place.querySelector(':scope > .conflict')?.remove()
    place.append(box)
    this.stuck.set(name, data)
    this.say('conflict', name)
    const settle = chosen => {
      this.learn(this.fields(name)[0], data)
      if (chosen === theirs) {
        const kept = make('details')
        kept.append(make('summary', '', t.tKept), make('div', 'text', values.join('\n')))
        box.replaceChildren(kept)
      } else box.remove()
      this.write(name, chosen)
      this.fields(name)[0].focus()
      this.soon(0)
    }
    keep.onclick = () => settle(this.values(name))
    take.onclick = () => settle(theirs)
  }

  // After a crash: texts that this device still holds and the server has not confirmed.
  found () {
    // Kept apart until the reader chooses, so that new typing cannot overwrite them.
    const apart = this.key + '*'
    const drafts = (device.get(apart) || []).filter(([name, draft]) => !same(draft.values, this.values(name)))
    for (const name of new Set([...this.form.elements].filter(el => this.mine(el)).map(el => el.name))) {
      const draft = device.get(this.key + name)
      if (!draft) continue
      if (same(draft.values, this.values(name))) device.drop(this.key + name)
      else drafts.push([name, draft])
    }
    if (!drafts.length) return device.drop(apart)
    device.set(apart, drafts)
    for (const [name] of drafts) device.drop(this.key + name)
    const t = this.text
    const box = make('div', 'notice warning')
    box.setAttribute('role', 'status')
    const use = Object.assign(make('button', 'btn', t.tUse), { type: 'button' })
    const drop = Object.assign(make('button', 'btn quiet', t.tDrop), { type: 'button' })
    const body = make('div', 'stack-s')
    const row = make('div', 'row')
    row.append(use, drop)
    body.append(make('p', '', fill(t.tFound, { n: drafts.length, time: drafts.at(-1)[1].at })), row)
    box.append(make('span'), body)
    this.form.prepend(box)
    use.onclick = () => {
      box.remove()
      for (const [name, draft] of drafts) {
        const server = this.values(name)
        this.write(name, draft.values)
        if (!same(server, draft.base)) this.clash(name, server, {})
      }
      device.drop(apart)
      this.soon(0)
    }
    drop.onclick = () => { box.remove(); device.drop(apart) }
  }
}

for (const form of document.querySelectorAll('form[data-autosave]')) new Autosave(form)
