// /ws/events: who may connect, what is heard, and when a socket is closed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import WebSocket from 'ws'
import { client } from './client.mjs'
import { cookie, Ear } from './ear.mjs'
import { start } from './server.mjs'

const listen = (...shown) => new Ear(server.base, ...shown)
const browser = (person) => Ear.browser(person)
const PASSWORD = 'Kaiyuan-2025-pass'
let server
let admin

before(async () => {
  server = await start()
  const made = server.command('init', '--county', '测试县', '--name', '管理员', '--login', 'boss', '--password', PASSWORD)
  assert.equal(made.status, 0, made.stderr)
  admin = await (await client(server.base)).login('boss', PASSWORD)
})
after(() => server.stop())

test('events: nobody, a wrong cookie, a wrong token and a wrong ticket are closed with 4401', async () => {
  for (const ear of [listen(), listen('', { Origin: server.base, Cookie: 'jibei=wrong' }), listen('', { Authorization: 'Bearer wrong' }), listen('?ticket=wrong')]) {
    assert.equal(await ear.closed, 4401)
    assert.deepEqual(ear.messages, [])
  }
})

test('events: a cookie from a foreign page, or without an Origin, is refused before the upgrade', async () => {
  assert.equal(await listen('', { Origin: 'http://evil.example', Cookie: cookie(admin) }).refused, 403)
  assert.ok([403, 426].includes(await listen('', { Cookie: cookie(admin) }).refused))
})

test('events: a browser, a program with a token and one with a ticket hear the same change', async () => {
  const token = server.command('token', '--login', 'boss').stdout.trim().split('\n').pop()
  const ticket = (await admin.post('/api/ticket')).json.ticket
  const ears = [browser(admin), listen('', { Authorization: `Bearer ${token}` }), listen(`?ticket=${ticket}`)]
  await Promise.all(ears.map((e) => e.hello()))
  const again = listen(`?ticket=${ticket}`)
  assert.equal(await again.closed, 4401) // one use
  const made = (await admin.post('/api/schools', { code: 'S1', name: '第一小学' })).json
  const heard = await Promise.all(ears.map((e) => e.heard((m) => m.noun === 'school' && m.id === made.id)))
  for (const m of heard) assert.deepEqual(Object.keys(m).sort(), ['id', 'noun', 'rev'])
  ears.forEach((e) => e.end())
})

test('events: a ticket needs a session', async () => {
  await (await client(server.base)).want(401, 'POST', '/api/ticket')
})

test('events: who leaves loses the socket, and only that one', async () => {
  const other = await (await client(server.base)).login('boss', PASSWORD)
  const [mine, theirs] = [browser(admin), browser(other)]
  await Promise.all([mine.hello(), theirs.hello()])
  await other.delete('/api/session')
  assert.equal(await theirs.closed, 4401)
  assert.equal(mine.ws.readyState, WebSocket.OPEN)
  mine.end()
})

test('events: a client that talks too much is closed with 1009', async () => {
  const ear = browser(admin)
  await ear.hello()
  ear.ws.send('ping')
  ear.ws.send('x'.repeat(100_000))
  assert.equal(await ear.closed, 1009)
})

test('events: at the stop every socket is told 1001', async () => {
  const other = await start({ args: [] })
  other.command('init', '--county', '测试县', '--name', '管理员', '--login', 'boss', '--password', PASSWORD)
  const person = await (await client(other.base)).login('boss', PASSWORD)
  const sockets = Array.from({ length: 50 }, () => new WebSocket(`${other.base.replace('http', 'ws')}/ws/events`, { headers: { Origin: other.base, Cookie: cookie(person) } }))
  await Promise.all(sockets.map((ws) => new Promise((resolve) => ws.once('message', resolve))))
  const codes = Promise.all(sockets.map((ws) => new Promise((resolve) => ws.on('close', resolve))))
  await other.stop()
  assert.ok((await codes).every((code) => code === 1001))
})
