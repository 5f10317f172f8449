// Live documents in the library: our C against yjs and ywasm on the same trace in the same run. The trace is one
// author typing, going back and correcting; JIBEI_BENCH_TRACE names a file with another (u32le length, update, …).
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import * as Y from 'yjs'
import { LOAD_CPU, median, root, row, run as sh, tmp } from './lib.mjs'

const EDITS = Number(process.env.JIBEI_BENCH_EDITS ?? 259778)
const RUNS = 3

function rng(seed) {
  let a = seed
  return () => {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0
    return a / 4294967296
  }
}

// Updates of somebody who writes: runs of keys, now and then a place further up, a third of the keys take back.
function typed() {
  const next = rng(20250901)
  const doc = new Y.Doc()
  doc.clientID = 1234567
  const updates = []
  doc.on('update', (u) => updates.push(u))
  const text = doc.getText('text')
  let at = 0
  while (updates.length < EDITS) {
    if (next() < 0.3) at = Math.max(0, Math.min(text.length, Math.floor(next() < 0.5 ? next() * text.length : text.length - next() * 200)))
    for (let n = 1 + Math.floor(next() * 30); n > 0 && updates.length < EDITS; n--) {
      if (at > 0 && next() < 0.28) text.delete(--at, 1)
      else text.insert(at++, String.fromCharCode(97 + Math.floor(next() * 26)))
    }
  }
  return updates
}

function given(file) {
  let bytes = fs.readFileSync(file)
  if (file.endsWith('.gz')) bytes = zlib.gunzipSync(bytes)
  const updates = []
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) updates.push(bytes.subarray(at + 4, at + 4 + bytes.readUInt32LE(at)))
  return updates
}

function write(file, updates) {
  const length = (u) => {
    const b = Buffer.alloc(4)
    b.writeUInt32LE(u.length)
    return b
  }
  fs.writeFileSync(file, Buffer.concat(updates.flatMap((u) => [length(u), u])))
  return file
}

// Merging pairwise would take minutes in Yjs: in a tree.
function mergedOf(updates) {
  while (updates.length > 1) {
    const next = []
    for (let i = 0; i < updates.length; i += 100) next.push(Y.mergeUpdates(updates.slice(i, i + 100)))
    updates = next
  }
  return updates[0]
}

const pinned = (argv) => JSON.parse(sh(['taskset', '-c', LOAD_CPU, ...argv]))
const ours = (what, file) => pinned([path.join(root, 'build/crdt_run'), what, file, '3'])
const peer = (lib, what, file, runs = '3') => pinned(['node', '--expose-gc', path.join(root, 'tests/bench/crdt_peer.mjs'), lib, what, file, runs])

// One after the other, so that a noisy minute hits all; medians of the best.
function measure(what, file, libs) {
  const t = { ours: [], yjs: [], ywasm: [] }
  const heap = { ours: [], yjs: [], ywasm: [] }
  for (let i = 0; i < RUNS; i++) {
    for (const who of ['ours', ...libs]) {
      const r = who === 'ours' ? ours(what, file) : peer(who, what, file, what === 'apply' ? '1' : '3')
      t[who].push(r.us)
      heap[who].push(r.heap)
    }
  }
  const ms = (who) => median(t[who]) / 1000
  return { times: (who) => median(t[who]) / median(t.ours), heaps: (who) => median(heap[who]) / median(heap.ours), ms, kb: (who) => Math.round(median(heap[who]) / 1024) }
}

const say = (m, libs) => ['ours', ...libs].map((w) => `${w} ${m.ms(w).toFixed(m.ms(w) < 10 ? 2 : 0)} ms`).join('，')

export async function run() {
  const dir = tmp('crdt')
  const updates = process.env.JIBEI_BENCH_TRACE ? given(process.env.JIBEI_BENCH_TRACE) : typed()
  const doc = new Y.Doc()
  for (const u of updates) Y.applyUpdate(doc, u)
  const each = write(path.join(dir, 'each'), updates)
  const state = write(path.join(dir, 'state'), [Y.encodeStateAsUpdate(doc)])
  const merged = write(path.join(dir, 'merged'), [mergedOf(updates)])
  const some = write(path.join(dir, 'some'), updates.slice(0, 4000))
  const both = ['yjs', 'ywasm']
  const rows = []
  try {
    const a = measure('apply', each, both)
    const note = `${updates.length} 条，每条 ${((a.ms('ours') * 1000) / updates.length).toFixed(2)} µs；${say(a, both)}`
    rows.push(row('逐条应用，yjs / 我们', a.times('yjs'), '>=', 10, note))
    rows.push(row('逐条应用，ywasm / 我们', a.times('ywasm'), '>=', 3))
    const s = measure('answer', state, both)
    rows.push(row('载入状态并答复新客户端，yjs / 我们', s.times('yjs'), '>=', 5, say(s, both)))
    rows.push(row('内存，yjs / 我们', s.heaps('yjs'), '>=', 5, `${s.kb('ours')} 与 ${s.kb('yjs')} KB`))
    const m = measure('answer', merged, ['yjs'])
    rows.push(row('载入合并的更新，yjs / 我们', m.times('yjs'), '>=', 5, say(m, ['yjs'])))
    for (const [what, file, name] of [['merge', some, '合并 4000 条'], ['diff', merged, '差异'], ['sv', merged, '状态向量']]) {
      const r = measure(what, file, ['yjs'])
      rows.push(row(`${name}，yjs / 我们`, r.times('yjs'), '>=', 5, say(r, ['yjs'])))
    }
  } finally {
    fs.rmSync(dir, { recursive: true })
  }
  return rows
}
