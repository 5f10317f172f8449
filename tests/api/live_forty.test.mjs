// Forty teachers of four schools in one common plan: all write at the same time, some lose their lines, the server is
// killed in the middle. Afterwards all read the same, and whatever was told saved is in it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { client } from './client.mjs'
import { Room } from './room.mjs'
import { start } from './server.mjs'

const FORTY = 40
const WORDS = 12

let server, logins, tokens, id
const rooms = []

before(async () => {
  server = await start({ demo: true })
  const wang = await (await client(server.base)).login('wang')
  id = (await wang.post('/api/docs', { title: '共案', kind: 'blank', scope: 'group' })).json.id
  logins = server.sql(`SELECT DISTINCT p.login FROM person p JOIN viewer_key v ON v.person_id = p.id
    JOIN doc d ON d.read_key = v.akey WHERE d.id = ${id} ORDER BY p.login LIMIT ${FORTY}`)
  tokens = logins.map((login) => server.command('token', '--login', login, '--scopes', 'read,write').stdout.trim().split('\n').at(-1))
})
after(async () => {
  for (const r of rooms) r.leave()
  await server.stop()
})

const word = (who, n) => `[${who}.${n}]`
const words = (room) => room.doc.getArray('words')
const put = (room, w) => words(room).insert(Math.floor(Math.random() * (words(room).length + 1)), [w])
const same = (a, b) => words(a).length === words(b).length && JSON.stringify(words(a)) === JSON.stringify(words(b))

test('forty write, lose their lines, are killed, and agree', { timeout: 180_000 }, async () => {
  // The four schools' teachers are fewer than forty: some sit at two machines.
  for (let i = 0; i < FORTY; i++)
    rooms.push(await Room.open({ base: server.base }, id, { headers: { Authorization: `Bearer ${tokens[i % tokens.length]}` } }))
  const saved = new Set()
  const write = async (i, n) => {
    const room = rooms[i]
    put(room, word(i, n))
    if (n % 3 === 0 && room.provider.wsconnected) await room.saved().then(() => saved.add(word(i, n)))
  }
  const some = (from, to) => Promise.all(rooms.map(async (_, i) => {
    for (let n = from; n < to; n++) await write(i, n)
  }))
  await some(0, WORDS / 2)
  for (const r of rooms.slice(0, 10)) r.provider.disconnect()
  server.keep = true
  await server.stop({ signal: 'SIGKILL' })
  rooms.forEach((r, i) => put(r, word(i, 'offline')))
  server.args = [...server.args, '--listen', `127.0.0.1:${server.port}`]
  server = await server.again()
  server.keep = false
  for (const r of rooms) r.provider.connect()
  await Promise.all(rooms.map((r) => r.until(() => r.provider.synced && r.sent > 0 && r.told >= r.sent, 'back and saved')))
  await some(WORDS / 2, WORDS)
  await Promise.all(rooms.map((r) => r.saved()))
  await Promise.all(rooms.map((r) => r.until(() => same(r, rooms[0]), 'the same')))
  const there = new Set(words(rooms[0]).toArray())
  for (const w of saved) assert.ok(there.has(w), `${w} was told saved`)
  assert.equal(there.size, FORTY * (WORDS + 1))
  const schools = server.sql(`SELECT count(DISTINCT p.school_id) FROM doc_client c JOIN person p ON p.id = c.person WHERE c.doc_id = ${id}`)
  assert.equal(schools[0], '4')
  assert.equal(server.command('check', '--quick').status, 0)
})
