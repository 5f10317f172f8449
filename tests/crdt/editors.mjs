// Yjs peers that edit at random, over a network that loses, repeats and reorders. Everything comes from one seed.
import * as Y from 'yjs'

export function rng(seed) {
  let a = seed >>> 0
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n) => Math.floor(next() * n)
  return { below, chance: (p) => next() < p, pick: (a) => a[below(a.length)] }
}

const WORDS = ['教学目标', 'a', 'lesson ', '😀', '背影👨‍👩‍👧', '\n', 'é', '𠀀𠀁', 'x'.repeat(40), '第一课时 ']
const KEYS = ['标题', 'level', 'k1', 'k2', '__proto', 'a b']
const MARKS = [{ bold: true }, { bold: null }, { italic: {} }, { link: { href: 'https://例.cn/?a="b"' } }, { color: 'red' }, { color: null }, { 'comment--1': { id: 'c' } }]

function anyValue(r, depth = 0) {
  const plain = [0, -1, 1, 63, 64, -65, 2 ** 31, -(2 ** 31), 2 ** 40, 0.5, 1e-7, Math.PI, 1e300, true, false, null, undefined, '', '值', '😀', 'long'.repeat(30)]
  const k = r.below(depth > 2 ? 10 : 13)
  if (k < 10) return r.pick(plain)
  if (k === 10) return Array.from({ length: r.below(4) }, () => anyValue(r, depth + 1))
  if (k === 11) return Object.fromEntries(Array.from({ length: r.below(4) }, (_, i) => [`键${i}`, anyValue(r, depth + 1)]))
  return new Uint8Array(Array.from({ length: r.below(6) }, () => r.below(256)))
}

function topValue(r) {
  const v = anyValue(r)
  return v === undefined ? null : v
}

function newType(r) {
  switch (r.below(7)) {
    case 0: return new Y.Text(r.pick(WORDS))
    case 1: return new Y.Array()
    case 2: return new Y.Map([[r.pick(KEYS), topValue(r)]])
    case 3: return new Y.XmlElement(r.pick(['paragraph', 'Heading', '表格']))
    case 4: return new Y.XmlText(r.pick(WORDS))
    case 5: return new Y.XmlFragment()
    default: return new Y.Doc({ guid: `sub-${r.below(100)}`, autoLoad: r.chance(0.5) })
  }
}

const xmlNode = (r) => (r.chance(0.5) ? new Y.XmlElement(r.pick(['paragraph', 'heading', 'TableCell'])) : new Y.XmlText(r.chance(0.7) ? r.pick(WORDS) : ''))

function editText(r, t) {
  const n = t.length
  switch (r.below(6)) {
    case 0:
    case 1: return t.insert(r.below(n + 1), r.pick(WORDS), r.chance(0.4) ? { ...r.pick(MARKS) } : undefined)
    case 2: return n && t.delete(r.below(n), 1 + r.below(Math.min(6, n)))
    case 3: return n && t.format(r.below(n), 1 + r.below(Math.min(8, n)), { ...r.pick(MARKS) })
    case 4: return t.insertEmbed(r.below(n + 1), r.chance(0.8) ? { image: '/f/插图.png', w: r.below(900) / 7 } : xmlNode(r))
    default: return r.chance(0.3) ? t.setAttribute(r.pick(KEYS), topValue(r)) : t.insert(n, 'typed ')
  }
}

function editMap(r, m) {
  const k = r.below(5)
  if (k === 0) m.delete(r.pick(KEYS))
  else if (k === 1) m.set(r.pick(KEYS), newType(r))
  else m.set(r.pick(KEYS), topValue(r))
}

function editArray(r, a) {
  const n = a.length
  const k = r.below(5)
  if (k === 0 && n) {
    const at = r.below(n)
    a.delete(at, 1 + r.below(Math.min(3, n - at)))
  } else if (k === 1) a.insert(r.below(n + 1), [newType(r)])
  else a.insert(r.below(n + 1), Array.from({ length: 1 + r.below(4) }, () => topValue(r)))
}

function editXml(r, x) {
  const n = x.length
  const k = r.below(5)
  if (k === 0 && n) x.delete(r.below(n), 1)
  else if (k === 1 && x instanceof Y.XmlElement) {
    if (r.chance(0.2)) x.removeAttribute(r.pick(KEYS))
    else x.setAttribute(r.pick(KEYS), topValue(r))
  } else x.insert(r.below(n + 1), [xmlNode(r)])
}

function edit(r, t) {
  if (t instanceof Y.Text) editText(r, t)
  else if (t instanceof Y.Map) editMap(r, t)
  else if (t instanceof Y.Array) editArray(r, t)
  else if (t instanceof Y.XmlFragment) editXml(r, t)
}

// A type that is in the document, nested ones included.
function someType(r, doc) {
  let t = r.pick([() => doc.getText('text'), () => doc.getArray('list'), () => doc.getMap('meta'), () => doc.getXmlFragment('body')])()
  while (r.chance(0.6)) {
    const inside = []
    t._map.forEach((item) => !item.deleted && item.content.type && inside.push(item.content.type))
    for (let i = t._start; i; i = i.right) if (!i.deleted && i.content.type) inside.push(i.content.type)
    if (!inside.length) break
    t = r.pick(inside)
  }
  return t
}

export function randomEdit(r, doc) {
  const n = r.chance(0.2) ? 1 + r.below(4) : 1
  doc.transact(() => {
    for (let i = 0; i < n; i++) edit(r, someType(r, doc))
  })
}

// A document that does only what updates say: a browser would also clean up formats after others' edits.
export function plainDoc(opts) {
  const doc = new Y.Doc(opts)
  doc.on('afterTransaction', (tr) => {
    tr._needFormattingCleanup = false
  })
  return doc
}

// Peers edit; what a server would hear of it comes back: updates in some order, some twice, some merged, some late.
export function story(seed, { peers = 5, rounds = 60, typing = 0.3 } = {}) {
  const r = rng(seed)
  const heard = []
  const docs = Array.from({ length: peers }, (_, i) => {
    const doc = new Y.Doc()
    doc.clientID = r.chance(0.2) ? r.below(300) + i * 300 + 1 : r.below(2 ** 32)
    return doc
  })
  const queues = docs.map(() => [])
  docs.forEach((doc, i) =>
    doc.on('update', (u, origin) => {
      if (origin === 'net') return
      heard.push(u)
      queues.forEach((q, k) => k !== i && q.push(u))
    }),
  )
  for (let n = 0; n < rounds; n++) {
    const i = r.below(peers)
    if (r.chance(typing)) {
      const t = docs[i].getText('text')
      let at = r.below(t.length + 1)
      for (const c of r.pick(['hello', '备课组', 'a😀b'])) {
        t.insert(at, c)
        at += c.length
      }
    } else randomEdit(r, docs[i])
    for (let k = 0; k < peers; k++) {
      if (r.chance(0.02)) {
        // Away for a while: what was on its way is lost, then asks by state vector.
        queues[k].length = 0
        const other = docs[r.below(peers)]
        const diff = Y.encodeStateAsUpdate(other, Y.encodeStateVector(docs[k]))
        heard.push(diff)
        Y.applyUpdate(docs[k], diff, 'net')
      }
      while (queues[k].length && r.chance(0.5)) {
        const at = r.chance(0.8) ? 0 : r.below(queues[k].length)
        const u = queues[k][at]
        Y.applyUpdate(docs[k], u, 'net')
        if (!r.chance(0.1)) queues[k].splice(at, 1)
      }
    }
  }
  for (let again = 0; again < 3; again++)
    for (let k = 0; k < peers; k++)
      for (const other of docs) Y.applyUpdate(docs[k], Y.encodeStateAsUpdate(other, Y.encodeStateVector(docs[k])), 'net')
  const all = docs.map((d) => Y.encodeStateAsUpdate(d))
  return { r, docs, heard, all }
}

export function shuffled(r, a) {
  const b = [...a]
  for (let i = b.length - 1; i > 0; i--) {
    const k = r.below(i + 1)
    ;[b[i], b[k]] = [b[k], b[i]]
  }
  return b
}
