// What crdt_run.c does, by a library of the browser's: node --expose-gc crdt_peer.mjs yjs|ywasm WHAT FILE RUNS.
// Prints the best time and what the document takes on the heap.
import fs from 'node:fs'
import { createRequire } from 'node:module'

const [, , name, what, file, runs] = process.argv
const lib = name === 'yjs' ? await import('yjs') : createRequire(import.meta.url)('ywasm')
const bytes = fs.readFileSync(file)
const updates = []
for (let at = 0; at < bytes.length; ) {
  const n = bytes.readUInt32LE(at)
  updates.push(new Uint8Array(bytes.subarray(at + 4, at + 4 + n)))
  at += 4 + n
}
const newDoc = () => (name === 'yjs' ? new lib.Doc() : new lib.YDoc())
const apply = (d, u) => lib.applyUpdate(d, u)
const work = {
  apply: () => {
    const d = newDoc()
    for (const u of updates) apply(d, u)
    return d
  },
  answer: () => {
    const d = newDoc()
    apply(d, updates[0])
    lib.encodeStateAsUpdate(d)
    return d
  },
  merge: () => lib.mergeUpdates(updates),
  diff: () => lib.diffUpdate(updates[0], new Uint8Array([0])),
  sv: () => lib.encodeStateVectorFromUpdate(updates[0]),
}[what]

const heapNow = () => {
  for (let i = 0; i < 3; i++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

let best = Infinity
let heap = 0
for (let r = 0; r < Number(runs); r++) {
  const before = r === 0 ? heapNow() : 0
  const t = process.hrtime.bigint()
  globalThis.kept = work()
  best = Math.min(best, Number(process.hrtime.bigint() - t) / 1000)
  if (r === 0) heap = heapNow() - before
}
console.log(JSON.stringify({ us: best, heap }))
