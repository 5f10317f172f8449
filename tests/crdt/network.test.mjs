// Random networks: whatever Yjs makes of a sequence of updates, this program makes the same of it, byte for byte.
// CRDT_SEED and CRDT_STORIES choose others.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { plainDoc, shuffled, story } from './editors.mjs'
import { ydoc } from './filter.mjs'

const SEED = Number(process.env.CRDT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const STORIES = Number(process.env.CRDT_STORIES ?? 40)

// What Yjs says after these updates. Of what waits, only what the state has not got: where a number is taken, by a GC for
// one, Yjs lets the struct that waits stand in its place (README.md of server/crdt, "What differs from Yjs").
function expected(updates, opts) {
  const doc = plainDoc(opts)
  for (const u of updates) Y.applyUpdate(doc, u)
  const waits = doc.store.pendingStructs
  if (waits) waits.update = Y.diffUpdateV2(waits.update, Y.encodeStateVector(doc))
  const sv = {}
  Y.decodeStateVector(Y.encodeStateVector(doc)).forEach((clock, client) => (sv[client] = clock))
  return { sv, state: Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64') }
}

export function sequences(seed) {
  const { r, heard, all } = story(seed, { peers: 5 + (seed % 3), rounds: 30 + (seed % 90) })
  const merged = []
  for (let i = 0; i < heard.length; ) {
    const n = 1 + r.below(6)
    merged.push(Y.mergeUpdates(heard.slice(i, i + n)))
    i += n
  }
  const twice = [...heard, ...heard.filter(() => r.chance(0.3))]
  return [
    heard,
    heard.slice(0, r.below(heard.length)),
    [...heard].reverse(),
    shuffled(r, twice),
    shuffled(r, twice).slice(0, r.below(twice.length)),
    shuffled(r, merged),
    [...shuffled(r, merged).slice(0, 5), ...all],
    [all[0]],
    shuffled(r, all),
  ]
}

function compare(opts, ...options) {
  for (let k = 0; k < STORIES; k++) {
    const seed = SEED + k
    const docs = sequences(seed)
    const lines = ydoc(docs, '--check', ...options)
    docs.forEach((d, i) => {
      const got = JSON.parse(lines[i])
      const want = expected(d, opts)
      assert.equal(got.error, undefined, `seed ${seed}, sequence ${i}: ${got.error}`)
      assert.deepEqual(got.sv, want.sv, `seed ${seed}, sequence ${i}`)
      assert.ok(got.state === want.state, `seed ${seed}, sequence ${i}`)
    })
  }
}

test(`the same bytes as Yjs after every sequence (seed ${SEED})`, () => compare({}))
test(`the same with deleted content kept (seed ${SEED})`, () => compare({ gc: false }, '--keep-deleted'))
