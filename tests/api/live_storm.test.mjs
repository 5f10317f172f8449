// Live documents in bad weather: crowds, comings and goings while a document opens and rests, rights taken away in the
// middle, lines that are cut, a server that stops or is killed. What was said to be saved is there, and all agree.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import * as Y from 'yjs'
import { randomEdit, rng } from '../crdt/editors.mjs'
import { Line, awareness, step1, update } from './frames.mjs'
import { Keeper, Ledger } from './ledger.mjs'
import { Room } from './room.mjs'
import { client } from './client.mjs'
import { DEMO_PASSWORD, start } from './server.mjs'

const SEED = Number(process.env.LIVE_SEED ?? Math.floor(Math.random() * 2 ** 31))
const ROUNDS = Number(process.env.LIVE_ROUNDS ?? 12)

let server, wang, lin
const open = new Set()
const kept = (x) => (open.add(x), x)
const line = async (person, id) => kept(await Line.open(person, `/ws/doc/${id}`))
const enter = async (...args) => kept(await Room.open(...args))
const make = async () => (await wang.post('/api/docs', { title: '试', kind: 'blank', scope: 'group' })).json.id
const stateOf = async (id) => (await wang.get(`/api/docs/${id}/state`)).body

async function login() {
  const nobody = await client(server.base)
  ;[wang, lin] = await Promise.all(['wang', 'lin'].map((name) => nobody.fresh().login(name, DEMO_PASSWORD)))
}
before(async () => {
  server = await start({ demo: true, args: ['--rest-seconds', '0'] })
  await login()
})
afterEach(() => {
  for (const x of open) (x.leave ?? x.cut).call(x)
  open.clear()
})
after(() => server.stop())

// The same folder at the same address after stop() or kill -9.
async function again(signal) {
  const { port } = server
  server.keep = true
  const code = await server.stop({ signal })
  server.args = [...server.args.filter((a) => !a.startsWith('127.0.0.1:') && a !== '--listen'), '--listen', `127.0.0.1:${port}`]
  server = await server.again()
  server.keep = false
  return code
}

async function metric(name) {
  const { text } = await wang.ask('GET', '/metrics')
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1])
}

test('a thousand sockets in one document: all get in, all hear one word', async () => {
  const id = await make()
  const a = await enter(wang, id)
  a.text.insert(0, '千人')
  await a.saved()
  const crowd = []
  for (let i = 0; i < 1000; i += 100) crowd.push(...(await Promise.all(Array.from({ length: 100 }, () => line(lin, id)))))
  for (const [i, l] of crowd.entries()) l.say(step1([0]), ...(i % 20 ? [] : [awareness([10_000 + i, 1, '{}'])]))
  for (const l of crowd) await l.heard((m) => m[0] === 0 && m[1] === 1, 'answered')
  await a.until(() => a.provider.awareness.getStates().size === 51, 'everybody who shows himself seen')
  a.text.insert(0, '听，')
  await a.saved()
  for (const l of crowd) await l.heard((m) => m[0] === 0 && m[1] === 2, 'told')
  for (const l of crowd) l.cut()
  await a.until(() => a.provider.awareness.getStates().size === 1, 'alone again')
})

test(`comings and goings while a document opens and rests: nothing is lost, nothing stays behind (seed ${SEED})`, async () => {
  const r = rng(SEED)
  const id = await make()
  const doc = new Y.Doc()
  let last = new Uint8Array()
  doc.on('update', (u) => (last = u))
  let written = 0
  for (let i = 0; i < 150; i++) {
    const l = r.chance(0.5) ? await line(wang, id) : kept(new Line(wang, `/ws/doc/${id}`))
    const fate = r.below(4)
    if (fate === 0) l.cut()
    else if (fate === 1 && l.status) l.say(step1([0]))
    else if (l.status) {
      doc.getText('text').insert(written, String.fromCharCode(0x4e00 + (written % 5000)))
      written++
      l.say(update(last))
      await l.heard((m) => m[0] === 8, 'saved')
    }
    if (r.chance(0.8)) l.cut()
  }
  for (const l of open) l.cut()
  const now = new Y.Doc()
  Y.applyUpdate(now, await stateOf(id))
  assert.equal(now.getText('text').toString(), doc.getText('text').toString())
  while ((await metric('jibei_live_documents')) > 0);
  assert.equal(await metric('jibei_live_sockets'), 0)
})

test('a right taken away while a paste is with a worker: sent away with 4403, and the paste is there wholly or not at all', async () => {
  const id = await make()
  const [a, b] = [await enter(wang, id), await enter(lin, id)]
  a.text.insert(0, '前')
  await b.says('前')
  b.text.insert(1, '长'.repeat(3_000_000))
  server.sql(`UPDATE doc SET write_key = 0, read_key = 0 WHERE id = ${id}`)
  const since = performance.now()
  await wang.patch(`/api/docs/${id}`, (await wang.get(`/api/docs/${id}`)).json.rev, { title: '收回' })
  await b.until(() => b.code, 'sent away')
  assert.equal(b.code, 4403)
  assert.ok(performance.now() - since < 5000)
  a.text.insert(0, '后')
  await a.saved()
  assert.ok([2, 3_000_002].includes(a.text.length), `${a.text.length}`)
  const c = await enter(wang, id)
  await c.until(() => c.text.toString() === a.text.toString(), 'the same')
})

test('a new title, and another, and another: nobody loses his line', async () => {
  const id = await make()
  const [a, b] = [await enter(wang, id), await enter(lin, id)]
  const lines = [a.provider.ws, b.provider.ws]
  for (let i = 0; i < 20; i++) {
    await wang.patch(`/api/docs/${id}`, (await wang.get(`/api/docs/${id}`)).json.rev, { title: `第${i}稿` })
    ;(i % 2 ? a : b).text.insert(0, '字')
  }
  await Promise.all([a.saved(), b.saved()])
  await a.until(() => a.text.length === 20 && b.text.length === 20, 'all there')
  assert.deepEqual([a.provider.ws, b.provider.ws], lines)
})

test('a stop in the middle: 1001 to everybody, and what anybody saw is there', async () => {
  for (let round = 0; round < 5; round++) {
    const ids = await Promise.all([make(), make(), make()])
    const ledger = new Ledger()
    const writers = ids.flatMap((id) => [wang, lin].map((p) => kept(new Keeper(p, id, { ledger }))))
    const readers = await Promise.all(ids.map((id) => line(wang, id)))
    await Promise.all(writers.map((w) => w.until(() => w.provider.synced, 'in step')))
    let going = true
    const typing = writers.map(async (w) => {
      while (going) {
        w.text.insert(w.text.length, '写')
        await new Promise(setImmediate)
      }
    })
    const seen = readers.map((l) => l.until(() => l.messages.filter((m) => m[0] === 0 && m[1] === 2).length > 20 + 50 * round, 'something to see'))
    await Promise.all(seen)
    for (const w of writers) w.provider.shouldConnect = false
    assert.equal(await again('SIGTERM'), 0)
    going = false
    await Promise.all(typing)
    for (const l of readers) assert.equal(await l.closed(), 1001)
    for (const w of writers) assert.equal(w.code, 1001)
    await login()
    for (const [i, id] of ids.entries()) {
      const state = await stateOf(id)
      assert.equal(ledger.missing(id, state), 0)
      const doc = new Y.Doc()
      Y.applyUpdate(doc, state)
      let brought = 0
      doc.on('update', () => brought++)
      for (const m of readers[i].messages.filter((x) => x[0] === 0 && x[1] === 2)) Y.applyUpdate(doc, m.subarray(m[2] < 128 ? 3 : 4))
      assert.equal(brought, 0, 'seen, but not kept')
    }
    for (const x of open) (x.leave ?? x.cut).call(x)
    open.clear()
  }
})

// What is in a document; a subdocument by its guid. Yjs writes U+FFFD over both halves of a surrogate pair when an
// edit looks between them, even if it then changes nothing and tells nobody: only that a pair stands there is compared.
function seen(doc) {
  const text = (s) => s.replace(/[\ud800-\udfff\ufffd]/g, '?')
  const plain = (type) => JSON.parse(JSON.stringify(type.toJSON(), (_, v) => (v instanceof Y.Doc ? v.guid : typeof v === 'string' ? text(v) : v)))
  return [text(doc.getText('text').toString()), plain(doc.getArray('list')), plain(doc.getMap('meta')), text(doc.getXmlFragment('body').toString())]
}

test(`everybody edits at random, lines are cut, the server is killed: what was promised is there, all agree (seed ${SEED})`, async () => {
  const r = rng(SEED)
  const id = await make()
  const ledger = new Ledger()
  const people = Array.from({ length: 6 }, (_, i) => kept(new Keeper(i % 2 ? lin : wang, id, { ledger })))
  await Promise.all(people.map((p) => p.until(() => p.provider.synced, 'in step')))
  // On a busy machine little is promised before it is killed: then it is killed more often.
  for (let round = 0; round < ROUNDS || (ledger.count <= 100 && round < 5 * ROUNDS); round++) {
    for (let n = 30 + r.below(60); n > 0; n--) {
      const p = r.pick(people)
      randomEdit(r, p.doc)
      if (r.chance(0.03)) p.provider.ws?.terminate()
      if (r.chance(0.3)) await new Promise(setImmediate)
    }
    if (r.chance(0.3)) continue
    if (r.chance(0.5)) await people[0].until(() => people[0].told > 0 && people[0].told >= people[0].sent, 'saved').catch(() => {})
    for (const p of people) p.offline()
    await again('SIGKILL')
    await login()
    assert.equal(ledger.missing(id, await stateOf(id)), 0, `round ${round}`)
    for (const p of people) p.connect()
  }
  for (const p of people) p.connect()
  for (const p of people) p.doc.on('update', () => setImmediate(() => people[0].look()))
  for (const p of people) await p.until(() => p.provider.synced && p.told >= p.sent, 'in step and saved')
  const snapshots = () => people.map((p) => Y.snapshot(p.doc))
  await people[0].until(() => snapshots().every((s, _, [first]) => Y.equalSnapshots(s, first)), 'the same everywhere')
  const stored = new Y.Doc()
  Y.applyUpdate(stored, await stateOf(id))
  assert.ok(Y.equalSnapshots(Y.snapshot(stored), snapshots()[0]), 'the server has something else')
  for (const [i, p] of people.entries()) assert.ok(isDeepStrictEqual(seen(p.doc), seen(stored)), `the ${i}. sees something else`)
  assert.ok(ledger.count > 100, `${ledger.count} promised`)
  assert.equal(server.command('check').status, 0)
})
