// Live documents and what no decent client says: nobody else notices, nothing of it is kept, the next one is served.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import * as Y from 'yjs'
import { OP, Line, askAwareness, awareness, frame, sized, step1, step2, update, varuint } from './frames.mjs'
import { Room } from './room.mjs'
import { client } from './client.mjs'
import { DEMO_PASSWORD, start } from './server.mjs'

let server, wang, lin, other
const open = new Set()
const kept = (x) => (open.add(x), x)
const line = async (person, id, options) => kept(await Line.open(person, `/ws/doc/${id}`, options))
const enter = async (...args) => kept(await Room.open(...args))
const make = async (form) => (await wang.post('/api/docs', { title: '试', kind: 'blank', scope: 'group', ...form })).json.id

before(async () => {
  server = await start({ demo: true, args: ['--rest-seconds', '0'] })
  const nobody = await client(server.base)
  ;[wang, lin, other] = await Promise.all(['wang', 'lin', 'other'].map((name) => nobody.fresh().login(name, DEMO_PASSWORD)))
})
afterEach(() => {
  for (const x of open) (x.cut(), x.leave?.())
  open.clear()
})
after(() => server.stop())

// Somebody honest who was there before goes on as if nothing had happened.
async function unharmed(room) {
  const before = room.provider.ws
  room.text.insert(room.text.length, '好')
  await room.saved()
  assert.equal(room.provider.ws, before, 'the line of somebody else was lost')
}

// A text of so many characters by this client, as one update.
function typed(clientID, text, at = new Y.Doc()) {
  at.clientID = clientID
  const sv = Y.encodeStateVector(at)
  at.getText('text').insert(0, text)
  return Y.encodeStateAsUpdate(at, sv)
}
const saved = (l, n) => l.heard((m) => m[0] === 8 && m[1] >= n, `told that ${n} are saved`)
const whole = async (id) => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, (await wang.get(`/api/docs/${id}/state`)).body)
  return doc
}

// ---- messages

const nonsense = {
  'an empty message': [],
  'a message of no kind': [7],
  'a kind past 2^53': [255, 255, 255, 255, 255, 255, 255, 255, 127],
  'a kind that never ends': Array(64).fill(255),
  'a sync message of no kind': [0, 3, 0],
  'a sync message that ends early': [0],
  'a step 1 without a vector': [0, 0],
  'a step 1 cut off': [0, 0, 5, 1],
  'a vector that is none': [0, 0, 3, 9, 9, 9],
  'a vector that promises a million clients': [0, 0, 4, 192, 132, 61, 1],
  'a step 2 cut off': [0, 1, 9, 0],
  'an update without bytes': [0, 2, 0],
  'an update that is none': [0, 2, 4, 1, 1, 1, 1],
  'an update of random bytes': [0, 2, ...sized(crypto.randomBytes(300))],
  'an update that ends in its middle': [...update(typed(5, '半句话'))].slice(0, -3).map((b, i) => (i === 2 ? b - 3 : b)),
  'an update that promises a billion structs': [0, 2, 8, 1, 128, 148, 235, 220, 3, 1, 0],
  'a length past the end': [0, 2, 255, 255, 3, 0],
  'presence cut off': [1, 5, 1, 1],
  'presence of more than it holds': [1, 1, 9],
}

test('what is not Yjs closes its own line with 4400, and only that', async () => {
  const id = await make()
  const honest = await enter(lin, id)
  for (const [what, bytes] of Object.entries(nonsense)) {
    const l = await line(wang, id)
    l.say(Buffer.from(bytes))
    assert.equal(await l.closed(what), 4400, what)
    await unharmed(honest)
  }
  assert.equal((await whole(id)).getText('text').toString(), '好'.repeat(Object.keys(nonsense).length))
})

test('bytes behind a message, text frames and the handshake of others are no reason to close', async () => {
  const id = await make()
  const l = await line(wang, id)
  l.say(Buffer.from([2, 0, 1, 65]), Buffer.concat([update(typed(7, '一')), Buffer.from('behind')]))
  l.raw(frame(update(typed(8, '二')), { op: OP.text }))
  await saved(l, 2)
  assert.equal((await whole(id)).getText('text').length, 2)
})

// ---- frames

test('frames that RFC 6455 forbids end the line, and only that', async () => {
  const id = await make()
  const honest = await enter(lin, id)
  const wrong = {
    'a reserved opcode': frame(Buffer.from('x'), { op: 3 }),
    'a reserved bit': frame(Buffer.from('x'), { rsv: 4 }),
    'a long ping': frame(Buffer.alloc(126), { op: OP.ping }),
    'a ping in pieces': frame(Buffer.from('x'), { op: OP.ping, fin: false }),
    'a continuation of nothing': frame(Buffer.from('x'), { op: OP.more }),
    'a message within a message': Buffer.concat([frame(Buffer.from([0]), { fin: false }), frame(Buffer.from([0, 0, 1, 0]))]),
  }
  for (const [what, bytes] of Object.entries(wrong)) {
    const l = await line(wang, id)
    l.raw(bytes)
    const code = await l.closed()
    assert.ok([0, 1002, 1005, 4400].includes(code), `${what}: ${code}`)
    await unharmed(honest)
  }
})

test('a message may come in pieces, with pings between, byte by byte, or many at once', async () => {
  const id = await make()
  const l = await line(wang, id)
  const doc = new Y.Doc()
  const pieces = update(typed(11, '分成几段来', doc))
  const many = [...pieces].map((b, i) => Buffer.concat([frame(Buffer.from([b]), { op: i ? OP.more : OP.binary, fin: i === pieces.length - 1 }), frame(Buffer.from([i]), { op: OP.ping })]))
  l.raw(Buffer.concat(many))
  await saved(l, 1)
  await l.until(() => l.pongs.length > 0, 'a ping answered') // of many at once one is enough (RFC 6455, 5.5.3)
  for (const b of frame(update(typed(11, '再来', doc)))) {
    l.raw(Buffer.from([b]))
    await new Promise(setImmediate)
  }
  await saved(l, 2)
  l.say(...Array.from({ length: 200 }, () => update(typed(11, '字', doc))))
  await l.heard((m) => m[0] === 8 && m.length === 3 && (m[1] & 127) + m[2] * 128 === 202, 'all saved')
  assert.equal((await whole(id)).getText('text').toString(), doc.getText('text').toString())
})

test('100 MB: in one frame, in many, promised only', async () => {
  const id = await make()
  const honest = await enter(lin, id)
  const before = server.rss()
  const claimed = await line(wang, id)
  claimed.raw(frame(Buffer.alloc(100), { claim: 100 << 20 }))
  assert.equal(await claimed.closed(), 1009)
  const absurd = await line(wang, id)
  absurd.raw(frame(Buffer.alloc(100), { claim: 2 ** 52 }))
  assert.equal(await absurd.closed(), 1009)
  const flood = await line(wang, id)
  const piece = Buffer.alloc(1 << 20)
  for (let i = 0; i < 100 && !flood.over; i++) {
    flood.raw(frame(piece, { op: i ? OP.more : OP.binary, fin: i === 99 }))
    if (flood.socket.writableNeedDrain) await flood.until(() => !flood.socket.writableNeedDrain || flood.over, 'drained')
    await new Promise(setImmediate)
  }
  assert.ok([1009, 0].includes(await flood.closed()))
  await unharmed(honest)
  assert.ok(server.rss() - before < 150 << 20, `${(server.rss() - before) >> 20} MB more`)
})

test('nobody sends much before it is known who he is', async () => {
  const id = await make()
  const before = server.rss()
  const strangers = await Promise.all(Array.from({ length: 30 }, () => Line.open(wang, `/ws/doc/${id}`, { headers: { Authorization: 'Bearer nonsense' } })))
  for (const l of strangers) l.raw(frame(Buffer.alloc(8 << 20), { claim: 16 << 20 }))
  for (const l of strangers) assert.ok([4401, 0].includes(await l.closed()))
  assert.ok(server.rss() - before < 60 << 20, `${(server.rss() - before) >> 20} MB more`)
})

test('a subprotocol is not spoken here: the handshake ends, and at once', async () => {
  const id = await make()
  const l = kept(new Line(wang, `/ws/doc/${id}`, { also: 'Sec-WebSocket-Protocol: yjs, hocuspocus\r\n' }))
  await l.until(() => l.status || l.over, 'answered')
  if (l.status === 101) assert.ok(!/sec-websocket-protocol/i.test(l.head))
})

test('a path that names no document is no address', async () => {
  for (const path of ['/ws/doc/', '/ws/doc/0', '/ws/doc/-1', '/ws/doc/1x', '/ws/doc/99999999999999999999', '/ws/doc/1/2', '/ws/doc', '/ws/doc/%31', '/ws/docs/1']) {
    const l = kept(new Line(wang, path))
    await l.until(() => l.status || l.over, 'answered')
    assert.notEqual(l.status, 101, path)
  }
  const l = await line(wang, 999_999_999)
  assert.equal(await l.closed(), 4404)
})

// ---- clocks and clients

test('a vector that lies gets what it asks for, and the truth on the next question', async () => {
  const id = await make()
  const honest = await enter(lin, id)
  honest.text.insert(0, '实话')
  await honest.saved()
  const sv = (...pairs) => Buffer.concat([varuint(pairs.length), ...pairs.flatMap(([c, k]) => [varuint(c), varuint(k)])])
  const l = await line(wang, id)
  const answers = () => l.messages.filter((m) => m[0] === 0 && m[1] === 1)
  const asked = [sv([honest.doc.clientID, 4_000_000_000]), sv([123, 7], [124, 9]), sv(), sv([honest.doc.clientID, 1]), sv([honest.doc.clientID, 2])]
  for (const [i, v] of asked.entries()) {
    l.say(step1(v))
    await l.until(() => answers().length === i + 1, 'answered')
  }
  const [ahead, strangers, all, half, none] = answers().map((m) => m.subarray(3))
  assert.deepEqual([...ahead], [0, 0])
  assert.deepEqual([...strangers], [...all])
  assert.equal(Y.decodeUpdate(half).structs.reduce((n, s) => n + s.length, 0), 1)
  assert.deepEqual([...none], [0, 0])
})

test('an update from the future waits for what it needs, and is not lost by a rest', async () => {
  const id = await make()
  const doc = new Y.Doc()
  const [first, second] = [typed(21, '前', doc), typed(21, '后', doc)]
  const l = await line(wang, id)
  l.say(update(second))
  await saved(l, 1)
  l.cut()
  const again = await line(wang, id)
  again.say(update(first))
  await saved(again, 1)
  assert.equal((await whole(id)).getText('text').toString(), doc.getText('text').toString())
})

test('wrong clocks: far ahead, repeated, at the end of numbers', async () => {
  const id = await make()
  const honest = await enter(lin, id)
  const far = (clock) => Buffer.concat([Buffer.from([1, 1]), varuint(31), varuint(clock), Buffer.from([4, 1, 4]), Buffer.from('text'), sized(Buffer.from('远')), Buffer.from([0])])
  const l = await line(wang, id)
  l.say(update(far(1_000_000)), update(far(1_000_000)), update(far(2 ** 32 - 4)))
  await saved(l, 3)
  await unharmed(honest)
  l.say(update(far(2 ** 32 + 5)))
  assert.equal(await l.closed(), 4400)
  await unharmed(honest)
  assert.equal((await whole(id)).getText('text').toString(), '好好')
})

test('a client id that somebody else uses: the first one stands, all others agree', async () => {
  const id = await make()
  const [a, b] = [await enter(lin, id), await enter(lin, id)]
  a.text.insert(0, '原来的话')
  await a.saved()
  await b.says('原来的话')
  const liar = await line(wang, id)
  liar.say(update(typed(a.doc.clientID, '冒充的字')))
  await saved(liar, 1)
  a.text.insert(4, '，接着写')
  await Promise.all([a.saved(), b.says('原来的话，接着写')])
  assert.equal((await whole(id)).getText('text').toString(), '原来的话，接着写')
  const who = server.sql(`SELECT p.login FROM doc_client c JOIN person p ON p.id = c.person WHERE c.doc_id = ${id} AND c.client = ${a.doc.clientID}`)
  assert.deepEqual(who, ['lin'])
})

test('two tabs of one person are two presences; each leaves by itself', async () => {
  const id = await make()
  const [a, b, c] = [await enter(wang, id), await enter(wang, id), await enter(lin, id)]
  for (const [i, tab] of [a, b].entries()) tab.provider.awareness.setLocalStateField('tab', i)
  await c.until(() => c.present().length === 2, 'two of them')
  a.leave()
  await c.until(() => c.present().length === 1, 'one of them')
  const left = [...c.provider.awareness.getStates().values()].find((s) => s.tab !== undefined)
  assert.equal(left.tab, 1)
  b.text.insert(0, '还在')
  await Promise.all([b.saved(), c.says('还在')])
})

// ---- presence

const state = (room, who) => room.provider.awareness.getStates().get(who)

test('presence of others is theirs: neither taken over nor ended by somebody else', async () => {
  const id = await make()
  const [a, b] = [await enter(wang, id), await enter(lin, id)]
  a.provider.awareness.setLocalStateField('cursor', 1)
  await b.until(() => state(b, a.doc.clientID)?.cursor === 1, 'seen')
  const l = await line(lin, id)
  l.say(awareness([a.doc.clientID, 1_000_000, 'null']), awareness([a.doc.clientID, 1_000_000, '{"cursor":666}']))
  l.say(awareness([77, 1, '{"mark":1}']))
  await b.until(() => state(b, 77)?.mark === 1, 'heard what came after')
  assert.equal(state(b, a.doc.clientID).cursor, 1)
  a.provider.awareness.setLocalStateField('cursor', 2)
  await b.until(() => state(b, a.doc.clientID)?.cursor === 2, 'still moving')
  assert.match(state(b, a.doc.clientID).user.name, /^王/)
})

test('somebody who comes back by another line brings his presence along', async () => {
  const id = await make()
  const b = await enter(lin, id)
  const [old, now] = [await line(wang, id), await line(wang, id)]
  old.say(awareness([99, 1, '{"cursor":1}']))
  await b.until(() => state(b, 99)?.cursor === 1, 'seen')
  now.say(awareness([99, 2, '{"cursor":2}']))
  await b.until(() => state(b, 99)?.cursor === 2, 'moved')
  old.cut()
  old.closed()
  now.say(awareness([99, 3, '{"cursor":3}']))
  await b.until(() => state(b, 99)?.cursor === 3, 'still there')
})

test('presence that is no JSON, too large, too many, forged: what was seen before stays', async () => {
  const id = await make()
  const b = await enter(lin, id)
  const l = await line(wang, id)
  const forged = JSON.stringify({ user: { id: 1, name: '县教育局', school: '', color: '#000' }, at: 1 })
  l.say(awareness([50, 1, forged]))
  await b.until(() => state(b, 50)?.at === 1, 'seen')
  assert.match(state(b, 50).user.name, /^王/)
  const bad = ['', '{', '[1]', '"x"', '12', '{"a":"\\u0000"}', '{"a":1e999}', '\xff\xfe', `{"a":"${'x'.repeat(20_000)}"}`, `{"a":[${Array(4000).fill('0.1')}]}`, '['.repeat(10_000)]
  bad.forEach((text, i) => l.say(awareness([50, 10 + i, Buffer.from(text, 'latin1')])))
  l.say(awareness(...Array.from({ length: 600 }, (_, i) => [1000 + i, 1, '{"many":1}'])))
  l.say(awareness([50, 100, '{"at":2}']))
  await b.until(() => state(b, 50)?.at === 2, 'moved on')
  const many = [...b.provider.awareness.getStates().values()].filter((s) => s.many)
  assert.ok(many.length <= 8, `${many.length} presences of one line`)
  const again = await enter(lin, id)
  await again.until(() => state(again, 50)?.at === 2, 'told to who comes later')
  l.cut()
  await b.until(() => !state(b, 50) && ![...b.provider.awareness.getStates().values()].some((s) => s.many), 'all of them gone')
})

// ---- floods

async function latency(a, b, n = 40) {
  const times = []
  for (let i = 0; i < n; i++) {
    const t = performance.now()
    a.text.insert(0, '快')
    const want = a.text.toString()
    await b.says(want)
    times.push(performance.now() - t)
  }
  return times.sort((x, y) => x - y)[Math.floor(n * 0.9)]
}

// Says the same without end, as fast as it is read; over() says when to stop.
async function flood(l, message, going) {
  const block = Buffer.concat(Array.from({ length: 64 }, () => frame(message)))
  while (going() && !l.over) {
    l.raw(block)
    if (l.socket.writableNeedDrain) await new Promise((resolve) => (l.socket.once('drain', resolve), l.socket.once('close', resolve)))
    else await new Promise(setImmediate)
  }
}

test('floods of questions, of presence and of updates: other documents do not feel them, this one goes on', async () => {
  const [loud, quiet] = [await make(), await make()]
  const [a, b, c] = [await enter(wang, quiet), await enter(lin, quiet), await enter(lin, loud)]
  c.text.insert(0, '这里很吵。'.repeat(2000))
  await c.saved()
  const calm = await latency(a, b)
  const doc = new Y.Doc()
  const floods = { 'step 1': step1([0]), 'the question who is there': askAwareness, presence: awareness([60, 1, `{"a":"${'x'.repeat(1000)}"}`]), update: update(typed(61, '吵', doc)) }
  for (const [what, message] of Object.entries(floods)) {
    const l = await line(wang, loud)
    let going = true
    const end = flood(l, message, () => going)
    const noisy = await latency(a, b)
    going = false
    await Promise.race([end, l.closed()])
    l.cut()
    console.log(`# ${what}: p90 ${calm.toFixed(1)} ms before, ${noisy.toFixed(1)} ms beside it`)
    assert.ok(noisy < 250, `${what}: ${noisy} ms`)
    await unharmed(c)
  }
})

test('a reader who stalls has a bounded queue: he is sent away with 1013 and fetches it all again', async () => {
  const id = await make()
  const [writer, reader] = [await enter(wang, id), await enter(lin, id)]
  const stalled = await line(lin, id)
  stalled.say(awareness([70, 1, '{"stalled":1}']))
  await reader.until(() => state(reader, 70), 'seen')
  stalled.stall()
  const before = server.rss()
  for (let i = 0; i < 600 && state(reader, 70); i++) {
    writer.text.insert(0, crypto.randomBytes(45_000).toString('base64'))
    await writer.saved()
    await reader.until(() => reader.text.length === writer.text.length, 'in step')
  }
  await reader.until(() => !state(reader, 70), 'the stalled one gone')
  stalled.socket.resume()
  assert.ok([1013, 0].includes(await stalled.closed()))
  assert.ok(server.rss() - before < 250 << 20, `${(server.rss() - before) >> 20} MB more`)
  const again = await enter(lin, id)
  await again.until(() => again.text.length === writer.text.length, 'all of it')
  await unharmed(reader)
})

// ---- refused

test('what is refused is told, not kept, and counts as saved only when it is', async () => {
  const id = await make()
  server.sql(`UPDATE doc SET write_key = 0 WHERE id = ${id}`)
  const a = await enter(wang, id)
  const doc = new Y.Doc()
  const l = await line(lin, id)
  l.say(update(typed(80, '一', doc)), update(typed(80, '二', doc)))
  await l.until(() => l.messages.filter((m) => m[0] === 2).length === 2, 'refused twice')
  await unharmed(a)
  server.sql(`UPDATE doc SET write_key = read_key WHERE id = ${id}`)
  await wang.patch(`/api/docs/${id}`, (await wang.get(`/api/docs/${id}`)).json.rev, { title: '改名' })
  await l.heard((m) => m[0] === 0 && m[1] === 0, 'asked for what it has')
  assert.ok(!l.messages.some((m) => m[0] === 8))
  l.say(step2(Y.encodeStateAsUpdate(doc)))
  await saved(l, 3)
  assert.equal((await whole(id)).getText('text').length, 3)
})

test('a stranger gets in by no trick of the path, and hears nothing', async () => {
  const id = await make()
  for (const path of [`/ws/doc/${id}`, `/ws/doc/${id}?ticket=`, `/ws/doc/0${id}`]) {
    const l = kept(new Line(other, path))
    await l.until(() => l.over || l.code, 'sent away')
    assert.ok(!l.messages.length, path)
  }
})
