// What is written from C, Yjs takes for its own: update by update it comes to the same bytes.
import assert from 'node:assert/strict'
import test from 'node:test'
import * as Y from 'yjs'
import { plainDoc } from './editors.mjs'
import { tool, ydoc } from './filter.mjs'

const SEED = Number(process.env.CRDT_SEED ?? Math.floor(Math.random() * 2 ** 31))
const STORIES = Number(process.env.CRDT_STORIES ?? 60)

test(`edits from C (seed ${SEED})`, () => {
  for (let seed = SEED; seed < SEED + STORIES; seed++) {
    const le = Buffer.alloc(4)
    le.writeUInt32LE(seed >>> 0)
    const [bytes] = tool([['edit', le]])
    assert.notEqual(typeof bytes, 'string', `seed ${seed}: ${bytes}`)
    const parts = []
    for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) parts.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)))
    const state = parts.pop()
    const doc = plainDoc()
    const updates = parts.filter((u) => u.length)
    for (const u of updates) Y.applyUpdate(doc, u)
    assert.equal(Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64'), state.toString('base64'), `seed ${seed}`)
    assert.equal(JSON.parse(ydoc([updates], '--check')[0]).state, state.toString('base64'), `seed ${seed}`)
    assert.equal(doc.store.pendingStructs, null)
  }
})
