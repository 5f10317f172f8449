// Bytes that were tampered with: each is refused by name or taken, and either way every invariant holds and the
// document goes on.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { story } from './editors.mjs'
import { tool, ydoc } from './filter.mjs'

const SEED = Number(process.env.CRDT_SEED ?? Math.floor(Math.random() * 2 ** 31))

function tampered(r, u) {
  const b = Buffer.from(u)
  for (let n = 1 + r.below(4); n > 0; n--) {
    const at = r.below(b.length)
    b[at] = r.pick([r.below(256), 0, 255, 127, 128, b[at] ^ (1 << r.below(8))])
  }
  return r.chance(0.2) ? b.subarray(0, r.below(b.length)) : b
}

test(`tampered updates (seed ${SEED})`, () => {
  const { r, heard, all } = story(SEED, { rounds: 80 })
  const bad = Array.from({ length: 3000 }, () => tampered(r, r.pick([...heard, ...heard, ...all])))
  let refused = 0
  const fine = []
  ydoc(bad.map((u) => [u]), '--check').forEach((line, i) => {
    const got = JSON.parse(line)
    if (got.error) {
      refused++
      assert.match(got.error, /^update 1: [a-zA-Z0-9 ,^-]+( \(byte \d+\))?$/, `seed ${SEED}`)
    } else fine.push(bad[i])
  })
  assert.ok(refused > 500, `only ${refused} refused`)
  // What was taken, all in one document, with the honest ones between.
  const mixed = fine.slice(0, 300).flatMap((u) => [u, r.pick(heard)])
  const one = JSON.parse(ydoc([mixed], '--check')[0])
  assert.equal(one.error, undefined, `seed ${SEED}`)
  for (const line of tool([['merge', ...fine.slice(0, 200)], ['v1to2', fine[0]], ['answer', Y.encodeStateVectorFromUpdate(heard[0]), ...fine.slice(0, 50)]]))
    assert.notEqual(typeof line, 'string', `seed ${SEED}: ${line}`)
})

test('what the filter is asked wrongly it says, and goes on', () => {
  const [a, b, c] = ydoc([['no base64'], [Buffer.from([0, 0])], []].map((d) => d.map((u) => u)))
  assert.match(JSON.parse(a).error, /update 1/)
  assert.deepEqual(JSON.parse(b), { sv: {}, state: 'AAA=' })
  assert.deepEqual(JSON.parse(c), { sv: {}, state: 'AAA=' })
})
