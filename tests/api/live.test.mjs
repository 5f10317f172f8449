// Live documents over real sockets, by the provider everybody uses: what one writes the others read, what was said to
// be saved is there after kill -9, who may not write is told so, who lost the right is sent away.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import { Room } from './room.mjs'
import { DEMO_PASSWORD, start } from './server.mjs'
import { client } from './client.mjs'

let server, wang, lin, other, county
const rooms = new Set()
const enter = async (...args) => {
  const room = await Room.open(...args)
  rooms.add(room)
  return room
}

before(async () => {
  server = await start({ demo: true, args: ['--rest-seconds', '1'] })
  await login()
})
after(async () => {
  for (const r of rooms) r.leave()
  await server.stop()
})

async function login() {
  const nobody = await client(server.base)
  const by = (name) => nobody.fresh().login(name, DEMO_PASSWORD)
  ;[wang, lin, other, county] = await Promise.all(['wang', 'lin', 'other', 'county'].map(by))
}

// kill -9, and the same server again at the same address.
async function killed() {
  server.keep = true
  await server.stop({ signal: 'SIGKILL' })
}
async function back() {
  const { port } = server
  server.args = [...server.args, '--listen', `127.0.0.1:${port}`]
  server = await server.again()
  server.keep = false
}

const make = async (form) => (await wang.post('/api/docs', { title: '试', kind: 'blank', scope: 'group', ...form })).json.id

test('two write at once and read the same; each is told when it is saved', async () => {
  const id = await make()
  const [a, b] = [await enter(wang, id), await enter(lin, id)]
  a.text.insert(0, '荷花开了')
  b.text.insert(0, '清晨，')
  await Promise.all([a.saved(), b.saved()])
  await a.until(() => a.text.length === 7 && a.text.toString() === b.text.toString(), 'the same')
  const log = server.sql(`SELECT seq - folded FROM doc_head WHERE doc_id = ${id}`)
  assert.ok(Number(log[0]) >= 1)
  const who = (await lin.get(`/api/docs/${id}/authors`)).json.items
  assert.deepEqual(new Map(who.map((w) => [w.client, w.name.slice(0, 1)])), new Map([[a.doc.clientID, '王'], [b.doc.clientID, '林']].sort(([x], [y]) => x - y)))
})

test('a document begins as its template says, and opening it writes nothing', async () => {
  const id = await make({ kind: 'plan' })
  const a = await enter(wang, id)
  assert.ok(a.body.toString().includes('教学反思'))
  a.leave()
  assert.deepEqual(server.sql(`SELECT seq FROM doc_head WHERE doc_id = ${id}`), ['1'])
})

test('names are those of the sessions, whatever a client says', async () => {
  const id = await make()
  const [a, b] = [await enter(wang, id), await enter(lin, id)]
  b.provider.awareness.setLocalState({ user: { name: '冒充的人', id: 1 }, cursor: { at: 3 } })
  await a.until(() => a.present().length === 1 && a.present()[0], 'somebody there')
  assert.match(a.present()[0], /^林/)
  const state = [...a.provider.awareness.getStates().values()].find((s) => s.cursor)
  assert.deepEqual(state.cursor, { at: 3 })
  b.leave()
  await a.until(() => a.present().length === 0, 'alone')
})

test('what was said to be saved is there after kill -9, and the line comes back by itself', async () => {
  const id = await make()
  const a = await enter(wang, id)
  for (let i = 0; i < 50; i++) a.text.insert(i, '字')
  await a.saved()
  await killed()
  a.text.insert(0, '断线时写的。')
  await back()
  await a.until(() => a.provider.synced && a.told >= a.sent && a.sent > 0, 'saved again')
  const b = await enter(lin, id)
  await b.says('断线时写的。' + '字'.repeat(50))
})

test('a room that rests is folded, and comes back as it was', async () => {
  const id = await make()
  const a = await enter(wang, id)
  for (let i = 0; i < 20; i++) {
    a.text.insert(i, '课')
    await a.saved()
  }
  a.leave()
  for (let left = '1'; left !== '0'; ) left = server.sql(`SELECT count(*) FROM doc_log WHERE doc_id = ${id}`)[0]
  const versions = (await wang.get(`/api/docs/${id}/versions`)).json.items
  assert.deepEqual(versions.map((v) => v.automatic), [true])
  const b = await enter(lin, id)
  await b.says('课'.repeat(20))
})

test('what is written is found when the room rests, by those who may read it', async () => {
  const id = await make()
  const a = await enter(wang, id)
  a.doc.transact(() => {
    const p = new Y.XmlElement('paragraph')
    p.insert(0, [new Y.XmlText('映日荷花别样红')])
    a.body.insert(0, [p])
  })
  await a.saved()
  a.leave()
  const find = async (who) => (await who.get(`/api/docs/search?q=${encodeURIComponent('别样红')}`)).json.items
  let found = []
  while (!found.length) found = await find(wang)
  assert.deepEqual(found.map((h) => h.doc.id), [id])
  assert.equal(found[0].snippet.replace(/[\x02\x03]/g, ''), '映日荷花别样红')
  assert.equal((await find(lin)).length, 1)
  assert.equal((await find(other)).length, 0)
  assert.equal((await wang.get(`/api/search?q=${encodeURIComponent('别样红')}`)).json.items.length, 0)
})

test('who may only read is refused, told so, and stays', async () => {
  const id = await make()
  server.sql(`UPDATE doc SET write_key = 0 WHERE id = ${id}`)
  const [a, b] = [await enter(wang, id), await enter(lin, id)]
  b.text.insert(0, '我来改')
  await b.until(() => b.denied.length === 1, 'denied')
  a.text.insert(0, '原文')
  await a.saved()
  await b.until(() => b.text.toString().includes('原文'), 'read on')
  assert.equal(a.text.toString(), '原文')
  assert.equal(b.provider.wsconnected, true)
})

test('nobody who may not read gets in, by whatever he shows', async () => {
  const id = await make()
  const code = async (person, options) => {
    const room = new Room(person, id, options)
    rooms.add(room)
    await room.until(() => room.code, 'closed')
    room.leave()
    return room.code
  }
  assert.equal(await code(other), 4404)
  assert.equal(await code(wang, { headers: { Origin: wang.base } }), 4401)
  assert.equal(await code(wang, { headers: { Authorization: 'Bearer nonsense' } }), 4401)
  assert.equal(await code(wang, { query: { ticket: 'nonsense' }, headers: {} }), 4401)
})

test('a program gets in by Bearer or ticket', async () => {
  const id = await make()
  const { token } = (await wang.post('/api/tokens', { name: '脚本', scopes: ['read', 'write'] })).json
  const a = await enter(wang, id, { headers: { Authorization: `Bearer ${token}` } })
  const { ticket } = (await lin.post('/api/ticket', {})).json
  const b = await enter(lin, id, { headers: {}, query: { ticket } })
  a.text.insert(0, '一')
  await b.says('一')
  const reads = (await wang.post('/api/tokens', { name: '只读', scopes: ['read'] })).json.token
  const c = await enter(wang, id, { headers: { Authorization: `Bearer ${reads}` } })
  c.text.insert(0, '二')
  await c.until(() => c.denied.length === 1, 'denied')
})

test('a right that was taken away ends the connection', async () => {
  const id = await make()
  const b = await enter(lin, id)
  const lins = (await lin.get('/api/me')).json.id
  await county.post(`/api/persons/${lins}/disable`)
  await b.until(() => b.code === 4401 || b.code === 4403, 'sent away')
})

test('a branch has what its parent had; a new version of the parent merges into it while it is open', async () => {
  const parent = await make()
  const a = await enter(wang, parent)
  a.text.insert(0, '共同的内容')
  await a.saved()
  await wang.post(`/api/docs/${parent}/versions`, { name: '定稿' })
  const branch = (await wang.post(`/api/docs/${parent}/branch`, { title: '我的个案' })).json
  assert.deepEqual([branch.parent, branch.base, branch.right], [parent, 1, 'write'])
  assert.deepEqual((await wang.get(`/api/docs?parent=${parent}`)).json.items.map((d) => d.id), [branch.id])
  const b = await enter(wang, branch.id)
  assert.equal(b.text.toString(), '共同的内容')
  b.text.insert(0, '我的导入。')
  await b.saved()
  a.text.insert(a.text.length, '，第二版')
  await a.saved()
  assert.equal((await wang.get(`/api/docs/${branch.id}/base`)).json.newest, 1)
  await wang.post(`/api/docs/${parent}/versions`, { name: '再定稿' })
  assert.equal((await wang.get(`/api/docs/${branch.id}/base`)).json.newest, 2)
  const base = (await wang.post(`/api/docs/${branch.id}/follow`, {})).json
  assert.deepEqual([base.version, base.newest], [2, 2])
  await b.says('我的导入。共同的内容，第二版')
  b.text.insert(0, '三')
  await b.saved()
  // What the base does not know is mine.
  const known = Y.decodeStateVector(Buffer.from(base.state_vector, 'base64'))
  assert.equal(known.has(b.doc.clientID), false)
  const kept = (await wang.get(`/api/docs/${branch.id}/versions`)).json.items
  assert.deepEqual(kept.map((v) => v.name), ['跟随共案第 2 版之前'])
  b.leave()
  for (let left = '1'; left !== '0'; ) left = server.sql(`SELECT count(*) FROM doc_log WHERE doc_id = ${branch.id}`)[0]
  const again = await enter(wang, branch.id)
  await again.says('三我的导入。共同的内容，第二版')
  assert.equal((await wang.ask('POST', `/api/docs/${parent}/follow`, { json: {} })).status, 409)
})

test('a large paste goes to everybody and is saved; others in other documents do not wait', async () => {
  const [big, small] = [await make(), await make()]
  const [a, b, c] = [await enter(wang, big), await enter(wang, big), await enter(wang, small)]
  a.text.insert(0, '长'.repeat(1_000_000))
  c.text.insert(0, '短')
  await c.saved()
  await a.saved()
  await b.until(() => b.text.length === 1_000_000, 'all of it')
})
