// Stored updates without a document, snapshots and the second format, against what Yjs makes of the same bytes.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { plainDoc, shuffled, story } from './editors.mjs'
import { tool } from './filter.mjs'

const SEED = Number(process.env.CRDT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const STORIES = Number(process.env.CRDT_STORIES ?? 30)

const b64 = (u) => (typeof u === 'string' ? u : Buffer.from(u).toString('base64'))

function each(name, make) {
  test(`${name} (seed ${SEED})`, () => {
    for (let seed = SEED; seed < SEED + STORIES; seed++) {
      const s = story(seed, { rounds: 20 + (seed % 60) })
      const asked = make(s)
      const got = tool(asked.map((a) => a.call))
      asked.forEach((a, i) => assert.equal(b64(got[i]), b64(a.want()), `seed ${seed}, call ${i} ${a.call[0]}`))
    }
  })
}

const two = (r, a) => [r.pick(a), r.pick(a)]

each('merging two is merging as Yjs does', ({ r, heard, all }) =>
  Array.from({ length: 40 }, () => two(r, [...heard, ...all])).map((us) => ({ call: ['merge', ...us], want: () => Y.mergeUpdates(us) })),
)

each('merging a few dozen is merging as Yjs does', ({ r, heard, all }) =>
  Array.from({ length: 6 }, () => shuffled(r, [...heard, ...all]).slice(0, 3 + r.below(60))).map((us) => ({ call: ['merge', ...us], want: () => Y.mergeUpdates(us) })),
)

// Of an item and a GC with the same id either may be taken: it makes no difference once all is there.
each('merging all gives the document all of them give', ({ r, heard, all }) =>
  [heard, shuffled(r, [...heard, ...all]), [...heard].reverse()].map((us) => ({
    call: ['answer', new Uint8Array([0]), ...all, tool([['merge', ...us]])[0]],
    want: () => {
      const doc = plainDoc()
      for (const u of [...all, Y.mergeUpdates(us)]) Y.applyUpdate(doc, u)
      return Y.encodeStateAsUpdate(doc)
    },
  })),
)

each('differences of stored updates and how far they bring somebody', ({ r, heard, all, docs }) => {
  const svs = [...docs.map((d) => Y.encodeStateVector(d)), ...heard.map((u) => Y.encodeStateVectorFromUpdate(u))]
  const merged = Y.mergeUpdates(shuffled(r, heard).slice(0, 12))
  return [...all, merged, ...heard.slice(0, 9)].flatMap((u) => {
    const sv = r.pick(svs)
    return [
      { call: ['diff', sv, u], want: () => Y.diffUpdate(u, sv) },
      { call: ['sv', u], want: () => Y.encodeStateVectorFromUpdate(u) },
    ]
  })
})

each('answers to whoever has a part', ({ r, heard, docs }) => {
  const half = shuffled(r, heard).slice(0, 20)
  const doc = plainDoc()
  for (const u of half) Y.applyUpdate(doc, u)
  const svs = [...docs.map((d) => Y.encodeStateVector(d)), ...heard.slice(0, 20).map((u) => Y.encodeStateVectorFromUpdate(u))]
  return svs.map((sv) => ({ call: ['answer', sv, ...half], want: () => Y.encodeStateAsUpdate(doc, sv) }))
})

each('snapshots and what they bring back', ({ heard, r }) => {
  const doc = plainDoc({ gc: false })
  const n = 1 + r.below(heard.length)
  for (const u of heard.slice(0, n)) Y.applyUpdate(doc, u)
  const snapshot = Y.encodeSnapshot(Y.snapshot(doc))
  const before = Y.encodeStateAsUpdate(doc)
  for (const u of heard.slice(n)) Y.applyUpdate(doc, u)
  const restored = () => Y.encodeStateAsUpdate(Y.createDocFromSnapshot(doc, Y.decodeSnapshot(snapshot), plainDoc({ gc: false })))
  const [bytes] = tool([['restore', snapshot, ...heard]])
  const mine = plainDoc({ gc: false })
  assert.notEqual(typeof bytes, 'string', `${bytes}`)
  Y.applyUpdate(mine, bytes)
  return [
    { call: ['snapshot', ...heard.slice(0, n)], want: () => snapshot },
    { call: ['merge', Y.encodeStateAsUpdate(mine)], want: restored },
    { call: ['merge', before], want: () => before },
  ]
})

each('the second format, there and back', ({ heard, all, r }) => {
  const merged = Y.mergeUpdates(shuffled(r, heard).slice(0, 12))
  return [...heard, ...all, merged].flatMap((u) => {
    const v2 = Y.convertUpdateFormatV1ToV2(u)
    return [
      { call: ['v1to2', u], want: () => v2 },
      { call: ['v2to1', v2], want: () => Y.convertUpdateFormatV2ToV1(v2) },
    ]
  })
})
