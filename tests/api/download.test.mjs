// From upload to download in the demo county: a file is attached, looked into, fetched in parts, packed, linked.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import zlib from 'node:zlib'
import { client } from './client.mjs'
import { start } from './server.mjs'
import { OCTETS, append, create, drop, meta, sha256, text } from './tus.mjs'

let server, wang, lin, other, county
let resource, file
const bytes = Buffer.concat([Buffer.from('第一课时：荷花的样子，叶圣陶。\n'), text(150_000)])

before(async () => {
  server = await start({ demo: true })
  const nobody = await client(server.base)
  ;[wang, lin, other, county] = await Promise.all(['wang', 'lin', 'other', 'county'].map((who) => nobody.fresh().login(who)))
  resource = (await wang.post('/api/resources', { title: '荷花（下载测试）', kind: await kind() })).json
  file = await attach('荷花 课时1.txt', bytes)
})
after(() => server.stop())

async function kind() {
  const row = (await wang.get('/api/resources?view=mine')).json.items[0]
  return row.kind
}
async function attach(name, content) {
  const made = await create(wang, content.length, name, { 'content-type': OCTETS }, content)
  assert.equal(made.status, 201, made.text)
  const r = await wang.want(201, 'POST', `/api/resources/${resource.id}/files`, { json: { upload_id: made.headers.location.split('/').pop() } })
  return r.json.id
}
async function until(what, ready) {
  for (let i = 0; i < 4000; i++) {
    const r = await what()
    if (ready(r)) return r
    await new Promise((done) => setTimeout(done, 25))
  }
  assert.fail('it did not come')
}
const content = (headers = {}, method = 'GET', more = '') => wang.ask(method, `/api/files/${file}/content${more}`, { headers })

test('the whole file, its name, its tag', async () => {
  const r = await content()
  assert.equal(r.status, 200)
  assert.ok(r.body.equals(bytes))
  assert.equal(r.headers.etag, `"${sha256(bytes)}"`)
  assert.equal(r.headers['accept-ranges'], 'bytes')
  assert.equal(r.headers['x-content-type-options'], 'nosniff')
  assert.match(r.headers['content-disposition'], /^attachment;.*filename\*=UTF-8''%E8%8D%B7%E8%8A%B1%20/)
  assert.match(r.headers['content-security-policy'], /sandbox|default-src 'none'/)
  const h = await content({}, 'HEAD')
  assert.equal(h.status, 200)
  assert.equal(h.headers['content-length'], String(bytes.length))
  assert.equal((await content({ 'if-none-match': r.headers.etag })).status, 304)
  const shown = await content({}, 'GET', '?show=true')
  assert.match(shown.headers['content-disposition'] ?? 'inline', /^inline/)
  assert.match(shown.headers['content-security-policy'], /sandbox/)
})

test('parts of it', async () => {
  const n = bytes.length
  const tag = `"${sha256(bytes)}"`
  const part = async (range, headers = {}) => content({ range, ...headers })
  for (const [range, from, to] of [['bytes=0-99', 0, 100], ['bytes=1000-', 1000, n], ['bytes=-500', n - 500, n], [`bytes=${n - 1}-${n + 50}`, n - 1, n]]) {
    const r = await part(range)
    assert.equal(r.status, 206, range)
    assert.ok(r.body.equals(bytes.subarray(from, to)), range)
    assert.equal(r.headers['content-range'], `bytes ${from}-${to - 1}/${n}`)
  }
  const none = await part(`bytes=${n}-`)
  assert.equal(none.status, 416)
  assert.equal(none.headers['content-range'], `bytes */${n}`)
  assert.equal((await part('bytes=0-9', { 'if-range': tag })).status, 206)
  assert.equal((await part('bytes=0-9', { 'if-range': '"another"' })).status, 200)
  assert.equal((await part('bytes=5-1')).status, 200)
})

test('who may not see it finds nothing', async () => {
  for (const who of [lin, other]) {
    for (const what of ['content', 'preview', 'text', 'thumbnail']) assert.equal((await who.ask('GET', `/api/files/${file}/${what}`)).status, 404)
    assert.equal((await who.ask('GET', `/api/packs?files=${file}`)).status, 404)
  }
  assert.equal((await wang.fresh().ask('GET', `/api/files/${file}/content`)).status, 401)
})

test('a look into it: text by pages, a thumbnail where there is one', async () => {
  const p = await until(() => wang.get(`/api/files/${file}/preview`), (r) => r.json.state === 'ready')
  assert.match(p.json.text, /荷花的样子/)
  assert.ok(p.json.more)
  const t = await wang.get(`/api/files/${file}/text`)
  assert.match(t.json.items[0].text, /叶圣陶/)
  assert.equal((await wang.ask('GET', `/api/files/${file}/thumbnail`)).status, 404)
})

test('every kind of the demo is looked into; a presentation has its picture', async () => {
  const kinds = new Map()
  let cursor = ''
  do {
    const page = (await wang.get(`/api/resources?limit=50${cursor}`)).json
    for (const row of page.items) {
      const full = (await wang.get(`/api/resources/${row.id}`)).json
      for (const f of full.files) kinds.has(f.kind) || kinds.set(f.kind, f)
    }
    cursor = page.next ? `&cursor=${page.next}` : ''
  } while (cursor && kinds.size < 6)
  assert.ok(kinds.size >= 3, [...kinds.keys()].join(' '))
  for (const [k, f] of kinds) {
    const p = await until(() => wang.get(`/api/files/${f.id}/preview`), (r) => r.json.state !== 'waiting')
    if (k === 'document' || k === 'slides') assert.ok(p.json.text.length > 0, `${k} ${f.name} has text`)
    if (p.json.thumbnail) {
      const r = await wang.get(`/api/files/${f.id}/thumbnail`)
      assert.match(r.headers['content-type'], /^image\/(png|jpeg|gif|webp)$/)
      assert.ok(r.body.length > 50)
      for (const known of [r.headers.etag, `W/${r.headers.etag}`, `"0", ${r.headers.etag}`, '*']) // a proxy that compresses weakens it
        assert.equal((await wang.ask('GET', `/api/files/${f.id}/thumbnail`, { headers: { 'if-none-match': known } })).status, 304, known)
    }
  }
})

// A workbook of Excel 97 with one sheet 名单 and 姓名 in its first cell, gzipped: as Excel and as WPS call it.
const OLD =
  'H4sIAAAAAAACA7twXvDBwo1SDxnQgB0DM8O//5wMbEhijFAMBgIMDCxQ/r/////DhP+PgiEF/gIxEzDemKHxCMOjYGSAIIZ8ICxhUGBwZcgD0k' +
  'UMlQykADEGVkaYWYxE6mEFEUwQdjjQ9iKGbIYksDuyGUgFQgxMjMj+IVafIwPVAFn2M4zaP2r/qP2j9g+w/bD22ygYmYCTg4OBgQ1cIzO0MvAA' +
  '2wHgypmRNyQ0mAvIgsgLgEVZmHihqYaJgfFyJG8IF8MoGOIAAPF1d/oADgAA'
test('old Office files and those of WPS have text and outline', async () => {
  for (const name of ['名单.xls', '名单.et']) {
    const id = await attach(name, zlib.gunzipSync(Buffer.from(OLD, 'base64')))
    const p = await until(() => wang.get(`/api/files/${id}/preview`), (r) => r.json.state === 'ready')
    assert.equal(p.json.text, '名单\n姓名')
    assert.deepEqual(p.json.outline, [{ level: 1, page: 1, text: '名单' }])
  }
})

test('a list of an archive, without unpacking it', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-zip-'))
  fs.mkdirSync(path.join(dir, '第一单元'))
  fs.writeFileSync(path.join(dir, '第一单元', '荷花.txt'), '荷花'.repeat(100))
  fs.writeFileSync(path.join(dir, '说明.txt'), '说明')
  const made = spawnSync('zip', ['-qr', 'a.zip', '.'], { cwd: dir })
  assert.equal(made.status, 0)
  const id = await attach('单元.zip', fs.readFileSync(path.join(dir, 'a.zip')))
  fs.rmSync(dir, { recursive: true })
  const p = await until(() => wang.get(`/api/files/${id}/preview`), (r) => r.json.state === 'ready')
  const names = p.json.entries.map((e) => e.name)
  assert.ok(names.some((n) => n.endsWith('第一单元/荷花.txt')), names.join(' '))
  assert.equal(p.json.entries.find((e) => e.name.endsWith('荷花.txt')).size, 600)
})

test('a pack: its length is told, it opens, it goes on by Range', async () => {
  const second = await attach('荷花 课时2.txt', text(70_000))
  const target = `/api/packs?files=${file},${second}`
  const whole = await wang.get(target)
  assert.equal(whole.headers['content-length'], String(whole.body.length))
  assert.ok(whole.headers.etag)
  const cut = Math.floor(whole.body.length / 3)
  const rest = await wang.ask('GET', target, { headers: { range: `bytes=${cut}-`, 'if-range': whole.headers.etag } })
  assert.equal(rest.status, 206)
  assert.ok(rest.body.equals(whole.body.subarray(cut)))
  const zip = path.join(os.tmpdir(), `jibei-pack-${process.pid}.zip`)
  fs.writeFileSync(zip, whole.body)
  const ok = spawnSync('unzip', ['-tq', zip], { encoding: 'utf8' })
  fs.rmSync(zip)
  assert.equal(ok.status, 0, ok.stdout + ok.stderr)
})

test('a title with a slash makes no folder, neither in a pack nor of its name', async () => {
  const { id } = (await wang.post('/api/resources', { title: '../1/2 的认识', kind: 'lesson_plan' })).json
  const made = await create(wang, 100, '教案.txt', { 'content-type': OCTETS }, text(100))
  await wang.post(`/api/resources/${id}/files`, { upload_id: made.headers.location.split('/').pop() })
  for (const names of ['utf8', 'gbk']) {
    const pack = await wang.get(`/api/resources/${id}/pack?names=${names}`)
    assert.doesNotMatch(decodeURIComponent(pack.headers['content-disposition']), /[/\\]/)
    const zip = path.join(os.tmpdir(), `jibei-slash-${process.pid}.zip`)
    fs.writeFileSync(zip, pack.body)
    const listed = spawnSync('unzip', ['-Z1', zip], { encoding: 'latin1' }).stdout.trim().split('\n')
    fs.rmSync(zip)
    assert.deepEqual(listed.map((name) => name.includes('/')), [false])
  }
})

test('the bytes count for the person who brought them', async () => {
  const before = sha256(bytes)
  const again = await attach('同一内容.txt', bytes)
  const r = await wang.get(`/api/files/${again}/content`)
  assert.equal(r.headers.etag, `"${before}"`, 'the same content is stored once')
  const gross = () => create(wang, 4 * 1024 ** 3, 'gross.mp4')
  const answers = []
  while (answers.length < 60 && answers.at(-1) !== 507) answers.push((await gross()).status)
  assert.equal(answers[0], 201)
  assert.equal(answers.at(-1), 507, 'the quota is asked at creation')
  for (const u of (await wang.get('/api/uploads')).json.items) await drop(wang, `/api/uploads/${u.id}`)
})

test('what came in and was added to nothing counts too, and what has no length yet as the longest there may be', async () => {
  const laid = (await create(wang, 5000, 'liegt.txt', { 'content-type': OCTETS }, text(5000))).headers.location
  const says = (length) => server.sql(`UPDATE upload SET length = ${length} WHERE id = '${laid.split('/').pop()}'`)
  says(20 * 1024 ** 3)
  assert.equal((await create(wang, 1000, 'noch.txt')).status, 507)
  says(5000)
  const open = () => wang.ask('POST', '/api/uploads', { headers: { 'tus-resumable': '1.0.0', 'upload-defer-length': '1', 'upload-metadata': meta('offen.txt') } })
  const answers = []
  while (answers.length < 10 && answers.at(-1) !== 507) answers.push((await open()).status)
  assert.equal(answers[0], 201)
  assert.equal(answers.at(-1), 507)
  for (const u of (await wang.get('/api/uploads')).json.items) await drop(wang, `/api/uploads/${u.id}`)
})

test('who has as many uploads open as he may can still tell the length of one of them', async () => {
  const system = await wang.fresh().login('system')
  const set = async (value) => system.patch('/api/settings', (await system.get('/api/settings')).json.rev, { changes: [{ name: 'upload_open_max', value }] })
  await set('4')
  const urls = []
  for (let i = 0; i < 4; i++) urls.push((await wang.ask('POST', '/api/uploads', { headers: { 'tus-resumable': '1.0.0', 'upload-defer-length': '1', 'upload-metadata': meta(`${i}.txt`) } })).headers.location)
  assert.equal((await create(wang, 10, 'fuenf.txt')).status, 429)
  assert.equal((await append(wang, urls[0], 0, text(3000), { 'upload-length': '3000' })).status, 204)
  await set('200')
  for (const u of (await wang.get('/api/uploads')).json.items) await drop(wang, `/api/uploads/${u.id}`)
})

test('the folders of a file lead nowhere else, whoever tells them', async () => {
  const paths = { '../../../etc': 'etc', 'C:\\x\\..\\..\\课件': 'C_/x/课件', '/第一单元//./课件/': '第一单元/课件', ['文'.repeat(165) + 'aa/..b']: undefined }
  for (const [said, kept] of Object.entries(paths)) {
    const made = await create(wang, 100, 'wo.txt', { 'content-type': OCTETS }, text(100))
    const json = { upload_id: made.headers.location.split('/').pop(), path: said }
    const { id } = (await wang.want(201, 'POST', `/api/resources/${resource.id}/files`, { json })).json
    const { path: is } = (await wang.get(`/api/resources/${resource.id}`)).json.files.find((f) => f.id === id)
    assert.ok(!is.split('/').some((part) => /^\.{0,2}$/.test(part)), is)
    if (kept !== undefined) assert.equal(is, kept)
  }
})

test('what is taken cannot be taken again', async () => {
  const made = await create(wang, 5000, 'einmal.txt', { 'content-type': OCTETS }, text(5000))
  const json = { upload_id: made.headers.location.split('/').pop() }
  await wang.want(404, 'POST', `/api/resources/${resource.id}/files`, { json: { upload_id: crypto.randomBytes(16).toString('hex') } })
  await lin.want(404, 'POST', `/api/resources/${resource.id}/files`, { json })
  await wang.want(201, 'POST', `/api/resources/${resource.id}/files`, { json })
  await wang.want(409, 'POST', `/api/resources/${resource.id}/files`, { json })
  const part = await create(wang, 5000, 'halb.txt')
  await wang.want(409, 'POST', `/api/resources/${resource.id}/files`, { json: { upload_id: part.headers.location.split('/').pop() } })
})
