// tus 1.0 as its text has it, with exact requests: what is answered, what is kept, what is refused.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import * as tus from 'tus-js-client'
import { first } from './first.mjs'
import { start } from './server.mjs'
import { OCTETS, append, broken, create, drop, head, meta, sha256, text } from './tus.mjs'

let server, wang

before(async () => {
  server = await start()
  wang = await first(server)
})
after(() => server.stop())

const blob = (bytes) => path.join(server.data, 'blobs', sha256(bytes).slice(0, 2), sha256(bytes))
const stored = (bytes) => assert.ok(fs.readFileSync(blob(bytes)).equals(bytes), 'the stored file is the one sent')
const madeBy = async (who, ...args) => {
  const r = await create(who, ...args)
  assert.equal(r.status, 201, r.text)
  return r.headers.location
}
const made = (...args) => madeBy(wang, ...args)
const offset = async (url, who = wang) => {
  let r
  do r = await head(who, url)
  while (r.status === 503)
  assert.equal(r.status, 200)
  return Number(r.headers['upload-offset'])
}
const spool = () => fs.readdirSync(path.join(server.data, 'spool'))

test('what the server can do is told without a session', async () => {
  const r = await wang.fresh().ask('OPTIONS', '/api/uploads', { origin: false })
  assert.equal(r.status, 204)
  assert.equal(r.headers['tus-resumable'], '1.0.0')
  assert.equal(r.headers['tus-version'], '1.0.0')
  assert.equal(r.headers['tus-max-size'], String(4096 * 1024 * 1024))
  assert.equal(r.headers['tus-checksum-algorithm'], 'sha1,sha256')
  for (const e of ['creation', 'creation-with-upload', 'creation-defer-length', 'checksum', 'expiration', 'termination'])
    assert.ok(r.headers['tus-extension'].split(',').includes(e), e)
})

test('a file in three pieces', async () => {
  const bytes = text(300_000)
  const url = await made(bytes.length, '教案.txt')
  assert.match(url, /^\/api\/uploads\/[0-9a-f]{32}$/)
  for (const [from, to] of [[0, 100_000], [100_000, 299_999], [299_999, 300_000]]) {
    const r = await append(wang, url, from, bytes.subarray(from, to))
    assert.equal(r.status, 204, r.text)
    assert.equal(r.headers['upload-offset'], String(to))
    assert.equal(r.headers['tus-resumable'], '1.0.0')
  }
  stored(bytes)
  const h = await head(wang, url)
  assert.equal(h.status, 200)
  assert.equal(h.headers['upload-offset'], '300000')
  assert.equal(h.headers['upload-length'], '300000')
  assert.equal(h.headers['upload-metadata'], meta('教案.txt'))
  assert.equal(h.headers['cache-control'], 'no-store')
  assert.ok(!spool().some((f) => f.startsWith(url.split('/').pop())), 'nothing is left in the spool')
})

test('creation with the first bytes, or with all of them', async () => {
  const bytes = text(50_000)
  const part = await create(wang, bytes.length, 'a.txt', { 'content-type': OCTETS }, bytes.subarray(0, 20_000))
  assert.equal(part.status, 201)
  assert.equal(part.headers['upload-offset'], '20000')
  assert.equal((await append(wang, part.headers.location, 20_000, bytes.subarray(20_000))).status, 204)
  stored(bytes)
  const other = text(10_000)
  const all = await create(wang, other.length, 'b.txt', { 'content-type': OCTETS }, other)
  assert.equal(all.status, 201)
  assert.equal(all.headers['upload-offset'], '10000')
  stored(other)
})

test('a length that is told later', async () => {
  const bytes = text(30_000)
  const r = await wang.ask('POST', '/api/uploads', { headers: { 'tus-resumable': '1.0.0', 'upload-defer-length': '1', 'upload-metadata': meta('c.txt') } })
  assert.equal(r.status, 201)
  const url = r.headers.location
  assert.equal((await append(wang, url, 0, bytes.subarray(0, 10_000))).status, 204)
  const h = await head(wang, url)
  assert.equal(h.headers['upload-defer-length'], '1')
  assert.equal(h.headers['upload-length'], undefined)
  assert.equal((await append(wang, url, 10_000, bytes.subarray(10_000), { 'upload-length': '30000' })).status, 204)
  stored(bytes)
})

test('a length that is told later: of the last upload that may be open, and one that is refused', async () => {
  const [first] = server.sql("SELECT count(*) FROM upload WHERE state = 1")
  server.sql(`INSERT INTO setting(name, value, at, person_id) VALUES('upload_open_max', '${Number(first) + 4}', 1, 0)`)
  const later = { 'tus-resumable': '1.0.0', 'upload-defer-length': '1', 'upload-metadata': meta('c.txt') }
  const urls = []
  for (let i = 0; i < 4; i++) urls.push((await wang.ask('POST', '/api/uploads', { headers: later })).headers.location)
  assert.equal((await wang.ask('POST', '/api/uploads', { headers: later })).status, 429)
  const bytes = text(20_000)
  assert.equal((await append(wang, urls[0], 0, bytes.subarray(0, 10_000))).status, 204)
  // What is refused tells nothing: neither beside a wrong offset nor when there is more already.
  assert.equal((await append(wang, urls[0], 0, bytes.subarray(0, 5), { 'upload-length': '5' })).status, 409)
  assert.equal((await append(wang, urls[0], 10_000, bytes.subarray(0, 0), { 'upload-length': '5' })).status, 413)
  assert.equal((await append(wang, urls[0], 10_000, bytes.subarray(10_000), { 'upload-length': String(6 * 1024 ** 3) })).status, 413)
  assert.equal((await head(wang, urls[0])).headers['upload-defer-length'], '1')
  assert.equal((await append(wang, urls[0], 10_000, bytes.subarray(10_000), { 'upload-length': '20000' })).status, 204)
  stored(bytes)
  for (const url of urls.slice(1)) assert.equal((await drop(wang, url)).status, 204)
  server.sql("DELETE FROM setting WHERE name = 'upload_open_max'")
})

test('a body nobody asked for is thrown away, up to a measure', async () => {
  const url = await made(1000, 'e.txt')
  const dropping = (n) => wang.ask('POST', url, { body: Buffer.alloc(n), headers: { 'tus-resumable': '1.0.0', 'x-http-method-override': 'DELETE' } })
  await assert.rejects(dropping(9 * 1024 * 1024), 'the line is cut')
  assert.equal(await offset(url), 0)
  assert.equal((await dropping(100_000)).status, 204)
  assert.equal((await head(wang, url)).status, 410)
})

test('what the protocol refuses', async () => {
  const url = await made(1000, 'd.txt')
  const status = async (r) => [(await r).status, (await r).json?.code]
  assert.deepEqual(await status(append(wang, url, 0, Buffer.alloc(10), { 'tus-resumable': '0.2.2' })), [412, 'tus_version'])
  const wrong = await create(wang, 10, 'd.txt', { 'tus-resumable': '2.0.0' })
  assert.equal(wrong.status, 412)
  assert.equal(wrong.headers['tus-version'], '1.0.0')
  assert.deepEqual(await status(append(wang, url, 0, Buffer.alloc(10), { 'content-type': 'application/octet-stream' })), [415, 'media_type'])
  assert.deepEqual(await status(append(wang, url, 5, Buffer.alloc(10))), [409, 'offset_mismatch'])
  assert.deepEqual(await status(append(wang, url, 'x', Buffer.alloc(10))), [400, 'bad_input'])
  assert.deepEqual(await status(append(wang, url, 0, Buffer.alloc(1001))), [413, 'too_large'])
  assert.equal(await offset(url), 0)
  assert.deepEqual(await status(create(wang, 5 * 1024 ** 3, 'gross.mp4')), [413, 'too_large'])
  assert.deepEqual(await status(create(wang, -1, 'd.txt')), [400, 'bad_input'])
  assert.deepEqual(await status(create(wang, 10, 'd.txt', { 'upload-metadata': 'filename §§§' })), [400, 'bad_input'])
  assert.deepEqual(await status(append(wang, '/api/uploads/' + '0'.repeat(32), 0, Buffer.alloc(10))), [404, 'not_found'])
  assert.deepEqual(await status(wang.ask('PATCH', url, { origin: false, body: Buffer.alloc(10), headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': OCTETS } })), [403, 'foreign_origin'])
  assert.equal((await head(wang.fresh(), url)).status, 401)
})

test('checksums: right, wrong, unknown, and a body that breaks off', async () => {
  const bytes = text(40_000)
  const url = await made(bytes.length, 'e.txt')
  const sum = (kind, b) => `${kind} ${crypto.createHash(kind).update(b).digest('base64')}`
  const a = bytes.subarray(0, 20_000)
  assert.equal((await append(wang, url, 0, a, { 'upload-checksum': sum('md5', a) })).status, 400)
  const wrong = await append(wang, url, 0, a, { 'upload-checksum': sum('sha1', bytes) })
  assert.equal(wrong.status, 460)
  assert.equal(wrong.json.code, 'checksum_mismatch')
  assert.equal(await offset(url), 0)
  assert.equal((await append(wang, url, 0, a, { 'upload-checksum': sum('sha1', a) })).status, 204)
  const b = bytes.subarray(20_000)
  const { gone } = await broken(wang, url, 20_000, b, 9_000, { headers: { 'upload-checksum': sum('sha256', b) } })
  await gone
  assert.equal(await offset(url), 20_000, 'of a body with a checksum all counts or nothing')
  assert.equal((await append(wang, url, 20_000, b, { 'upload-checksum': sum('sha256', b) })).status, 204)
  stored(bytes)
})

test('a broken line keeps what came; a stalled one is taken over', async () => {
  const bytes = text(2_000_000)
  const url = await made(bytes.length, 'f.txt')
  const line = await broken(wang, url, 0, bytes, 700_000, { stall: true })
  const seen = async () => (await wang.get('/api/uploads')).json.items.find((i) => url.endsWith(i.id)).offset
  while ((await seen()) < 300_000);
  line.req.destroy()
  await line.gone
  const at = await offset(url)
  assert.ok(at >= 300_000 && at <= 700_000, `${at} bytes were kept`)
  const old = await broken(wang, url, at, bytes.subarray(at), 300_000, { stall: true })
  while ((await seen()) <= at);
  const now = await offset(url)
  assert.ok(now >= at && now <= at + 300_000)
  await old.gone
  const silent = await broken(wang, url, now, bytes.subarray(now), 50_000, { stall: true })
  while ((await seen()) <= now);
  const r = await append(wang, url, now, bytes.subarray(now))
  const then = r.status === 409 ? await offset(url) : bytes.length
  if (r.status === 409) assert.equal((await append(wang, url, then, bytes.subarray(then))).status, 204)
  await silent.gone
  stored(bytes)
})

test('5 GB declared, 1 KB sent', async () => {
  const url = await made(4 * 1024 ** 3, 'klein.mp4')
  const r = await append(wang, url, 0, Buffer.alloc(1024))
  assert.equal(r.headers['upload-offset'], '1024')
  assert.equal((await drop(wang, url)).status, 204)
  assert.equal((await head(wang, url)).status, 410)
})

test('a body longer than its upload is not waited for', async () => {
  const url = await made(1000, 'g.txt')
  const r = await wang.ask('PATCH', url, {
    body: text(5000),
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': OCTETS, 'transfer-encoding': 'chunked', 'content-length': undefined },
  }).catch((e) => e)
  assert.ok(r instanceof Error || r.status === 413 || r.status === 400, `${r.status} ${r.text}`)
  assert.ok((await offset(url)) <= 1000)
})

test('another method by X-HTTP-Method-Override', async () => {
  const bytes = text(5000)
  const url = await made(bytes.length, 'h.txt')
  const as = (method, headers = {}, body) => wang.ask('POST', url, { body, headers: { 'tus-resumable': '1.0.0', 'x-http-method-override': method, ...headers } })
  assert.equal((await as('PATCH', { 'upload-offset': '0', 'content-type': OCTETS }, bytes.subarray(0, 2000))).headers['upload-offset'], '2000')
  assert.equal((await as('HEAD')).headers['upload-offset'], '2000')
  assert.equal((await as('TRACE')).status, 405)
  assert.equal((await as('DELETE')).status, 204)
  assert.equal((await head(wang, url)).status, 410)
})

test('names: tricks become plain names, metadata comes back as it was sent', async () => {
  const named = async (name, more) => {
    const r = await create(wang, 10, name, { 'upload-metadata': meta(name, more) })
    const id = r.headers.location.split('/').pop()
    const item = (await wang.get('/api/uploads')).json.items.find((i) => i.id === id)
    await drop(wang, r.headers.location)
    return item
  }
  assert.equal((await named('../../etc/passwd.txt')).name, 'passwd.txt')
  assert.equal((await named('C:\\fakepath\\课件.pptx')).name, '课件.pptx')
  for (const nothing of ['', '.', '..', 'a/', 'a/..', '第一课\\.']) assert.equal((await named(nothing)).name, '未命名')
  assert.equal((await named('荷'.repeat(121) + '.pptx')).name, '荷'.repeat(114) + '….pptx')
  assert.ok(!/[\u0000-\u001f\u202e/\\]/.test((await named('a\u202ecod\u0007.txt')).name))
  const deep = await named('练习.docx', { relative_path: '../第一单元//../课件/练习.docx' })
  assert.ok(!deep.path.split('/').includes('..') && !deep.path.startsWith('/'), deep.path)
  assert.match(deep.path, /课件$/)
})

test('what may not come in is refused with the reason, and leaves nothing', async () => {
  const exe = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(2000, 1)])
  for (const name of ['setup.exe', '教案.docx']) {
    const url = await made(exe.length, name)
    const r = await append(wang, url, 0, exe)
    assert.ok(r.status === 422 || r.status === 204, r.text)
    if (name === 'setup.exe') {
      assert.equal(r.status, 422)
      assert.match(r.json.detail, /不能上传/)
      assert.ok(!fs.existsSync(blob(exe)))
    }
  }
  const empty = await create(wang, 0, 'leer.txt')
  assert.equal(empty.status, 422)
})

test('my unfinished uploads, seen from another device', async () => {
  const url = await made(5000, '周三.txt')
  await append(wang, url, 0, text(1234))
  const item = (await wang.get('/api/uploads')).json.items.find((i) => url.endsWith(i.id))
  assert.equal(item.offset, 1234)
  assert.equal(item.length, 5000)
  assert.equal(item.name, '周三.txt')
})

test('after a restart the offset is true and the upload goes on', async () => {
  const own = await start({ keep: true })
  const li = await first(own)
  const bytes = text(1_500_000)
  const url = (await create(li, bytes.length, 'i.txt')).headers.location
  assert.equal((await append(li, url, 0, bytes.subarray(0, 900_000))).status, 204)
  await own.stop({ signal: 'SIGKILL' })
  const again = await own.again()
  li.base = again.base
  assert.equal((await head(li, url)).headers['upload-offset'], '900000')
  assert.equal((await append(li, url, 900_000, bytes.subarray(900_000))).status, 204)
  assert.ok(fs.readFileSync(path.join(again.data, 'blobs', sha256(bytes).slice(0, 2), sha256(bytes))).equals(bytes))
  await again.stop()
  fs.rmSync(again.data, { recursive: true, force: true })
})

test('the n-th call to the disk fails: the offset stays true, and in the end the file is whole', async () => {
  for (const nth of [519, 525, 531]) {
    const own = await start({ env: { JIBEI_FAULT: `disk:${nth}` } })
    const li = await first(own)
    const bytes = text(600_000)
    let url
    for (let tries = 0; !url && tries < 5; tries++) url = (await create(li, bytes.length, 'j.txt')).headers.location
    for (let tries = 0; tries < 20; tries++) {
      const h = await head(li, url)
      if (h.status !== 200) continue
      const at = Number(h.headers['upload-offset'])
      if (at === bytes.length) break
      await append(li, url, at, bytes.subarray(at, at + 200_000))
    }
    assert.equal(Number((await head(li, url)).headers['upload-offset']), bytes.length, `fault ${nth}`)
    assert.ok(fs.readFileSync(path.join(own.data, 'blobs', sha256(bytes).slice(0, 2), sha256(bytes))).equals(bytes), `fault ${nth}`)
    await own.stop()
  }
})

// One upload over lines that break: all of it, or only until `upTo` bytes have arrived; gives how often it was cut.
async function overBreakingLines(who, url, bytes, random, upTo = bytes.length) {
  let cuts = 0
  for (let at = 0; at < upTo; ) {
    const rest = bytes.subarray(at)
    if (upTo === bytes.length && random(3) === 0) {
      // a broken line's request may reach the server late and then cuts this one: the client tries again
      const r = await append(who, url, at, rest).catch((e) => ({ status: e.code }))
      assert.ok([204, 409, 503, 'ECONNRESET', 'EPIPE'].includes(r.status), `${r.status} ${r.text}`)
    } else {
      cuts++
      await (await broken(who, url, at, rest, random(rest.length))).gone
    }
    at = await offset(url, who)
  }
  return cuts
}

// Everything a server keeps made a year old, and its sweeper run: what is left is what somebody needs.
async function sweptAYearLater(own, who) {
  await own.stop()
  own.sql('UPDATE upload SET expires_at = 1')
  own.sql('UPDATE blob SET created_at = 1, seen_at = 1')
  own.sql("UPDATE job SET done_at = 1, run_at = 1 WHERE kind = 'sweep_files'") // one may wait for its next hour already
  const longAgo = new Date(Date.now() - 366 * 86_400_000)
  for (const name of fs.readdirSync(own.data, { recursive: true })) {
    const file = path.join(own.data, name)
    if (/^(blobs|spool)\//.test(name) && fs.statSync(file).isFile()) fs.utimesSync(file, longAgo, longAgo)
  }
  const again = await own.again()
  who.base = again.base
  const swept = () => Number(own.sql("SELECT max(done_at) FROM job WHERE kind = 'sweep_files'")[0]) > 1
  for (let i = 0; !swept(); i++) {
    assert.ok(i < 10_000, 'the sweeper ran')
    await who.ask('GET', '/livez') // its log is read meanwhile
  }
  return again
}

test('uploads cut at random and resumed, and after the sweep no orphan', async () => {
  const n = Number(process.env.JIBEI_CUTS ?? 120)
  const seed = process.env.JIBEI_SEED ?? String(Date.now())
  let state = crypto.createHash('sha256').update(seed).digest()
  const random = (below) => {
    state = crypto.createHash('sha256').update(state).digest()
    return state.readUInt32LE(0) % below
  }
  const own = await start({ keep: true })
  const li = await first(own)
  const resource = (await li.want(201, 'POST', '/api/resources', { json: { title: '断线', kind: 'courseware' } })).json
  const wanted = []
  let cut = 0
  const one = async (k) => {
    const bytes = text(20_000 + random(400_000), `${seed}-${k}`)
    const url = await madeBy(li, bytes.length, `k${k}.txt`)
    const givenUp = k % 8 === 3
    cut += await overBreakingLines(li, url, bytes, random, givenUp ? 1 + random(bytes.length >> 2) : bytes.length)
    if (givenUp) return
    assert.ok(fs.readFileSync(path.join(own.data, 'blobs', sha256(bytes).slice(0, 2), sha256(bytes))).equals(bytes), `upload ${k}`)
    if (k % 4 > 0) return
    await li.want(201, 'POST', `/api/resources/${resource.id}/files`, { json: { upload_id: url.split('/').pop(), name: `k${k}.txt` } })
    wanted.push(sha256(bytes))
  }
  try {
    for (let k = 0; k < n; k += 3) await Promise.all([0, 1, 2].map((j) => k + j < n && one(k + j)))
    assert.ok(cut > n / 2)
    const again = await sweptAYearLater(own, li)
    const kept = fs.readdirSync(path.join(own.data, 'blobs'), { recursive: true }).filter((f) => /[0-9a-f]{64}$/.test(f))
    assert.deepEqual(kept.map((f) => path.basename(f)).sort(), wanted.sort(), 'contents nobody took are gone, the others are not')
    assert.deepEqual(fs.readdirSync(path.join(own.data, 'spool')), [], 'what was given up is gone')
    await again.stop()
    assert.equal(own.command('check').status, 0)
  } catch (e) {
    e.message += ` (JIBEI_SEED=${seed})`
    throw e
  }
  fs.rmSync(own.data, { recursive: true, force: true })
})

test('tus-js-client, a stock peer, pauses and goes on', async () => {
  const bytes = text(3_000_000)
  const cookie = [...wang.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  const options = {
    endpoint: `${server.base}/api/uploads`,
    chunkSize: 400_000,
    headers: { cookie, origin: server.base },
    metadata: { filename: '微课.txt' },
    retryDelays: [0, 50, 100, 200],
  }
  const url = await new Promise((resolve, reject) => {
    const up = new tus.Upload(bytes, {
      ...options,
      onError: reject,
      onChunkComplete: (size, sent) => sent > 1_000_000 && up.abort().then(() => resolve(up.url)),
    })
    up.start()
  })
  await new Promise((resolve, reject) => new tus.Upload(bytes, { ...options, uploadUrl: url, onError: reject, onSuccess: resolve }).start())
  stored(bytes)
  const deferred = text(900_000)
  await new Promise((resolve, reject) =>
    new tus.Upload(deferred, { ...options, uploadLengthDeferred: true, uploadDataDuringCreation: true, onError: reject, onSuccess: resolve }).start()
  )
  stored(deferred)
})
