// Views of random documents are what Yjs prints of the same.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { plainDoc, story } from './editors.mjs'
import { ydocView } from './filter.mjs'

const SEED = Number(process.env.CRDT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const STORIES = Number(process.env.CRDT_STORIES ?? 40)

// JSON as toJSON would be, but for what JSON has no word for: bytes are base64, a subdocument is its name.
function plain(v) {
  if (v instanceof Uint8Array) return Buffer.from(v).toString('base64')
  if (v instanceof Y.Doc) return { guid: v.guid }
  if (v instanceof Y.Text || v instanceof Y.XmlFragment) return v.toString()
  if (v instanceof Y.Map) return plain(Object.fromEntries(v.entries()))
  if (v instanceof Y.Array) return v.toArray().map(plain)
  if (Array.isArray(v)) return v.map(plain)
  if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]))
  return v
}

function views(doc) {
  const delta = doc.getText('text').toDelta().map((op) => (typeof op.insert === 'string' ? op : { ...op, insert: plain(op.insert) }))
  const roots = [doc.getText('text'), doc.getArray('list'), doc.getMap('meta')]
  return {
    text: doc.getText('text').toString(),
    xml: doc.getXmlFragment('body').toString(),
    delta: JSON.parse(JSON.stringify(delta)),
    json: JSON.parse(JSON.stringify(roots.map(plain))),
  }
}

test(`text, delta, XML and JSON (seed ${SEED})`, () => {
  for (let seed = SEED; seed < SEED + STORIES; seed++) {
    const { heard } = story(seed, { rounds: 20 + (seed % 80) })
    const doc = plainDoc()
    for (const u of heard) Y.applyUpdate(doc, u)
    const want = views(doc)
    const view = (...options) => ydocView([Y.encodeStateAsUpdate(doc)], ...options)
    const json = JSON.parse(view('--json'))
    const empty = ['', [], {}]
    // Nothing tells an array of elements from a fragment, nor an array without anything.
    if (doc.getArray('list').toArray().every((v) => v instanceof Y.XmlText || v instanceof Y.XmlFragment)) json.list = want.json[1]
    assert.deepEqual(JSON.parse(view('--delta', 'text')), want.delta, `seed ${seed}`)
    assert.deepEqual(['text', 'list', 'meta'].map((k, i) => json[k] ?? empty[i]), want.json, `seed ${seed}`)
    assert.equal(view('--text', 'text'), want.text, `seed ${seed}`)
    assert.equal(view('--xml', 'body'), want.xml, `seed ${seed}`)
  }
})
