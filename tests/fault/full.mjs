// The disk fills up in the middle of an upload and is emptied again: the offset stays true, every refusal is a problem
// that says what to do, reading goes on, and when there is room the upload goes on to the end, byte for byte. In live
// documents people go on writing with each other and are told that nothing is saved, until it is.
//   node tests/fault/full.mjs [--runs 10]
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { root } from '../api/server.mjs'
import { House, Load } from './load.mjs'
import { Writers } from './writers.mjs'

const runs = Number(process.argv[process.argv.indexOf('--runs') + 1]) || 10
const TUS = { 'tus-resumable': '1.0.0' }
const PIECE = { ...TUS, 'content-type': 'application/offset+octet-stream' }

const house = new House()
const flag = `${house.data}.full`
const server = await house.start({ LD_PRELOAD: path.join(root, 'build/full_disk.so'), FULL_DIR: house.data, FULL_FLAG: flag })
const load = new Load(server.base, house.token, house.ledger)
const said = new Set()

async function refused(method, target, options) {
  const r = await load.ask(method, target, options)
  assert.ok(r.status >= 500 && /[一-龥]/.test(r.json.detail), `${method} ${target} on a full disk: ${r.status} ${r.text}`)
  said.add(r.json.code)
}

async function offset(up) {
  for (;;) {
    const r = await load.ask('HEAD', up.target, { headers: TUS })
    if (r.status === 200) return Number(r.headers['upload-offset'])
    assert.equal(r.status, 503)
  }
}

async function oneRun(n) {
  const bytes = Buffer.from(`第 ${n} 份 ${Math.random()} `.repeat(20_000 + 5_000 * n))
  const name = Buffer.from(`满${n}.txt`).toString('base64')
  const made = await load.ask('POST', '/api/uploads', { headers: { ...TUS, 'upload-length': bytes.length, 'upload-metadata': `filename ${name}` } })
  assert.equal(made.status, 201, made.text)
  const up = { target: new URL(made.headers.location, server.base).pathname }
  const third = Math.floor(bytes.length / 3)
  const piece = (from, to) => ({ headers: { ...PIECE, 'upload-offset': from }, body: bytes.subarray(from, to) })
  assert.equal((await load.ask('PATCH', up.target, piece(0, third))).status, 204)

  fs.writeFileSync(flag, '')
  await refused('PATCH', up.target, piece(third, 2 * third))
  await refused('POST', '/api/resources', { json: { title: '满', kind: 'lesson_plan' } })
  assert.equal((await load.ask('GET', '/api/resources')).status, 200)
  fs.rmSync(flag)

  const at = await offset(up)
  assert.ok(at >= third && at <= 2 * third, `${at} is told after ${third} was`)
  const rest = await load.ask('PATCH', up.target, piece(at, bytes.length))
  assert.equal(rest.status, 204, rest.text)
  const resource = await load.ask('POST', '/api/resources', { json: { title: `满 ${n}`, kind: 'lesson_plan' } })
  assert.equal(resource.status, 201, resource.text)
  const file = await load.ask('POST', `/api/resources/${resource.json.id}/files`, { json: { upload_id: up.target.split('/').pop() } })
  assert.equal(file.status, 201, file.text)
  house.ledger.files.push({ id: file.json.id, bytes })
}

// Two write in one document, a third in another.
async function edits(n) {
  const writers = new Writers(server.base, house)
  await writers.open()
  const people = writers.enter()
  const [a, b] = people
  const c = people.find((p) => p.id !== a.id)
  const all = (test, what) => Promise.all([a, b, c].map((p) => p.until(() => test(p), what)))
  await all((p) => p.provider.synced && p.told >= p.sent, 'in step')
  a.text.insert(0, '有空间')
  await a.saved()

  fs.writeFileSync(flag, '')
  const told = [a, b, c].map((p) => p.told)
  for (let i = 0; i < 20; i++) a.text.insert(0, '满')
  c.text.insert(0, '满')
  await all((p) => p.failing, 'told that saving stands still')
  b.text.insert(0, `第${n}次还在写`)
  await b.until(() => b.text.toString() === a.text.toString(), 'goes on')
  assert.deepEqual([a, b, c].map((p) => p.told), told)
  const late = new Writers(server.base, house)
  await late.enter()[0].until(() => late.people[0].failing, 'told to who comes in')
  late.end()
  fs.rmSync(flag)

  await all((p) => !p.failing && p.told >= p.sent, 'saved, and told so')
  assert.deepEqual(await writers.judge(), [])
  writers.end()
}

for (let n = 0; n < runs; n++) {
  await oneRun(n)
  await edits(n)
}
assert.deepEqual(await load.judge(), [])
assert.deepEqual(await new Writers(server.base, house).judge(), [])
await server.stop()
assert.equal(house.check(), '')
house.remove()
console.log(`full: ${runs} uploads and as many documents met a full disk and ended whole; said ${[...said].join(' ')}`)
