// The walk for writers tells of random documents what Yjs has in them, and which part of it a state did not know.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { plainDoc, story } from './editors.mjs'
import { tool } from './filter.mjs'

const SEED = Number(process.env.CRDT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const STORIES = Number(process.env.CRDT_STORIES ?? 40)

const json = (v) => (v instanceof Uint8Array ? Buffer.from(v).toString('base64') : Array.isArray(v) ? v.map(json) : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, json(x)])) : v)
const plain = (v) => JSON.parse(JSON.stringify(json(v)) ?? 'null')
const known = (since, item) => (since ? Math.max(0, (since.get(item.id.client) ?? 0) - item.id.clock) : Infinity)

// The events of a type; text unit by unit, so that it does not matter how it is cut. 0: as it was, 1: mine, 2: gone.
function events(type, since, gone, out = []) {
  const marks = {}
  const kept = (item) => gone && (item.content instanceof Y.ContentString || item.content instanceof Y.ContentType) && known(since, item) > 0
  const what = (item, at = 1) => (item.deleted ? 2 : at > known(since, item) ? 1 : 0)
  const open = (item) => {
    const t = item.content.type
    if (t instanceof Y.XmlElement && !(t instanceof Y.XmlHook)) {
      const value = (i) => i.content.getContent().at(-1)
      const attrs = [...t._map].filter(([, i]) => (!i.deleted || item.deleted) && value(i) !== undefined)
      out.push(['open', t.nodeName, Object.fromEntries(attrs.map(([k, i]) => [k, plain(value(i))])), what(item)])
      events(t, since, gone, out)
      out.push(['close', t.nodeName])
    } else if (t instanceof Y.Text || t instanceof Y.XmlFragment) events(t, since, gone, out)
    else out.push(['other'])
  }
  for (let item = type._start; item; item = item.right) {
    if (item.deleted && !kept(item)) continue
    const c = item.content
    if (c instanceof Y.ContentType) open(item)
    else if (c instanceof Y.ContentFormat) {
      if (c.value === null) delete marks[c.key]
      else marks[c.key] = plain(c.value)
    } else if (c instanceof Y.ContentString && type instanceof Y.Text) [...c.str].reduce((at, char) => (out.push(['text', char, { ...marks }, what(item, at + char.length)]), at + char.length), 0)
    else if (item.countable) out.push(['other'])
  }
  return out
}

const told = (bytes) =>
  bytes.toString().split('\n').slice(0, -1).map((l) => JSON.parse(l)).flatMap(([what, s, pairs, mine]) => {
    const o = pairs && Object.fromEntries(pairs)
    if (what === 'text') return [...s].map((char) => [what, char, o, mine])
    return [what === 'open' ? [what, s, o, mine] : what === 'close' ? [what, s] : [what]]
  })

test(`elements, attributes, marks, and what is mine (seed ${SEED})`, () => {
  const want = [], calls = []
  for (let seed = SEED; seed < SEED + STORIES; seed++) {
    const { r, heard } = story(seed, { rounds: 30 + (seed % 80), typing: 0 })
    const doc = plainDoc(), base = plainDoc()
    heard.forEach((u, k) => {
      Y.applyUpdate(doc, u)
      if (k < heard.length / 2) Y.applyUpdate(base, u)
    })
    const since = r.below(3) ? Y.encodeStateVector(base) : null
    want.push(events(doc.getXmlFragment('body'), since && Y.decodeStateVector(since), false))
    calls.push([...(since ? ['walk_since', since] : ['walk']), Y.encodeStateAsUpdate(doc)])
  }
  assert.ok(want.flat().some((e) => e[3] === 1) && want.flat().some((e) => e[0] === 'text' && Object.keys(e[2]).length))
  tool(calls).forEach((got, k) => assert.deepEqual(told(got), want[k], `seed ${SEED + k}`))
})

test(`what was deleted since a version is told where that has been kept (seed ${SEED})`, () => {
  const want = [], calls = []
  for (let seed = SEED; seed < SEED + STORIES; seed++) {
    const { heard } = story(seed, { rounds: 30 + (seed % 80), typing: 0 })
    const base = plainDoc(), now = plainDoc(), kept = plainDoc({ gc: false })
    heard.forEach((u, k) => {
      Y.applyUpdate(now, u)
      if (k < heard.length / 2) Y.applyUpdate(base, u)
    })
    const updates = [Y.encodeStateAsUpdate(base), Y.encodeStateAsUpdate(now)]
    updates.forEach((u) => Y.applyUpdate(kept, u))
    want.push(events(kept.getXmlFragment('body'), Y.decodeStateVector(Y.encodeStateVectorFromUpdate(updates[0])), true))
    calls.push(['walk_gone', ...updates])
  }
  assert.ok(want.flat().some((e) => e[3] === 2 && e[0] === 'text'))
  tool(calls).forEach((got, k) => assert.deepEqual(told(got), want[k], `seed ${SEED + k}`))
})

test('what cannot be walked is refused, what is not there is empty', () => {
  const doc = new Y.Doc()
  let at = doc.getXmlFragment('body')
  for (let k = 0; k < 501; k++) {
    const inner = new Y.XmlElement('blockquote')
    at.insert(0, [inner])
    at = inner
  }
  const update = Y.encodeStateAsUpdate(doc)
  const [deep, wrong, empty] = tool([['walk', update], ['walk_since', Buffer.from([5]), update], ['walk', Y.encodeStateAsUpdate(new Y.Doc())]])
  assert.match(String(deep), /^error/)
  assert.equal(wrong, 'error: no state vector')
  assert.equal(empty.length, 0)
})
