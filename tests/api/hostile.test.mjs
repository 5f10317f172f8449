// Hostile input, at the whole program: every refusal is a problem in Chinese, nothing is half-done, the next one is served.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { spawn, spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { client } from './client.mjs'
import { Raw } from './raw.mjs'
import { binary, folder, start } from './server.mjs'
import { append, create, head, text } from './tus.mjs'
import { zip } from './zip.mjs'

let server, wang, clerk, stranger
before(async () => {
  server = await start({ demo: true })
  wang = await (await client(server.base)).login('wang')
  clerk = await (await client(server.base)).login('county')
  stranger = await (await client(server.base)).login('other')
})
after(() => server.stop())

const refused = async (status, method, target, options) => {
  const r = await wang.want(status, method, target, options)
  assert.match(r.headers['content-type'], /^application\/problem\+json/)
  assert.ok(r.json.code && /[一-龥]/.test(r.json.detail), r.text)
  return r.json
}
const operations = async () => {
  const api = (await wang.get('/api/openapi.json')).json
  const all = Object.entries(api.paths).flatMap(([route, methods]) => Object.entries(methods).map(([method, op]) => ({ route, method: method.toUpperCase(), op })))
  return { api, all, at: (route) => route.replace(/\{[^}]+\}/g, '1') }
}

// ---- input

test('a field that nobody knows is refused by its name, in every shape', async () => {
  const problem = await refused(400, 'POST', '/api/resources', { json: { title: '荷花', kind: 'lesson_plan', tilte: '荷' } })
  assert.equal(problem.field, 'tilte')
  const { api } = await operations()
  const open = Object.entries(api.components.schemas).filter(([, s]) => s.type === 'object' && s.additionalProperties !== false)
  assert.deepEqual(open.map(([name]) => name), [])
  assert.equal((await refused(400, 'GET', '/api/resources?limti=3')).field, 'limti')
})

test('text that is no text is refused: bad UTF-8, NUL, half a surrogate pair, in a body and in a query', async () => {
  const send = (bytes) => refused(400, 'POST', '/api/resources', { body: bytes, headers: { 'content-type': 'application/json' } })
  const around = (middle) => Buffer.concat([Buffer.from('{"kind":"lesson_plan","title":"'), Buffer.from(middle), Buffer.from('"}')])
  for (const bad of [[0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0], ...['\\u0000', '\\ud800', '\\udc00x'].map((s) => [...Buffer.from(s)])]) await send(around(bad))
  for (const bad of ['%ff', '%c0%af', '%ed%a0%80', '%00', '%zz', '%4']) await refused(400, 'GET', `/api/search?q=${bad}`)
  await wang.want(201, 'POST', '/api/resources', { body: around('荷花 😀'), headers: { 'content-type': 'application/json' } })
})

test('JSON that is no JSON, or the wrong kind of it', async () => {
  const odd = ['', '[]', 'null', '1', '"x"', '{', '{"title":1e999}', '{"title":"a","title":"b","kind":"lesson_plan"}', '{"title":{},"kind":"lesson_plan"}', '{"title":null,"kind":[]}', '[' .repeat(50_000), '{"a":'.repeat(50_000)]
  for (const body of odd) await refused(400, 'POST', '/api/resources', { body, headers: { 'content-type': 'application/json' } })
  await refused(415, 'POST', '/api/resources', { body: 'title=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } })
})

test('a cursor of nobody, or of another list, is refused by every list', async () => {
  const { all, at } = await operations()
  const lists = all.filter(({ method, op }) => method === 'GET' && op.parameters?.some((p) => p.name === 'cursor'))
  assert.ok(lists.length > 3)
  const cursors = ['abc', '1.-5', '-1', '0x10', '9'.repeat(30), '1.2.3.4.5', '..', '%F0%9F%98%80', "1'--", '1'.repeat(500)]
  for (const { route, op } of lists)
    for (const cursor of cursors) {
      const needed = op.parameters.filter((p) => p.in === 'query' && p.required).map((p) => `&${p.name}=x`).join('')
      let r = await wang.ask('GET', `${at(route)}?cursor=${cursor}${needed}`)
      if (r.status === 403) r = await clerk.ask('GET', `${at(route)}?cursor=${cursor}${needed}`)
      assert.ok([400, 403, 404].includes(r.status), `${route}?cursor=${cursor}: ${r.status} ${r.text.slice(0, 200)}`)
    }
})

test('every route of the API, asked with nonsense, answers with a problem of the asker', async () => {
  const { all } = await operations()
  const odd = ['%F0%9F%98%80', '-1', '99999999999999999999', '..%2f..%2fetc', "1'%20OR%201=1"]
  for (const { route, method, op } of all) {
    if (['backup_now', 'logout', 'session_delete', 'setup'].includes(op.operationId)) continue
    for (const bad of odd) {
      const target = route.replace(/\{[^}]+\}/g, bad)
      if (target === route && bad !== odd[0]) continue
      if (route === '/api/session' && method === 'DELETE') continue
      const json = ['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method) ? undefined : { 甲: [bad] }
      const r = await wang.ask(method, target, { json, headers: { 'tus-resumable': '1.0.0' } })
      assert.ok(r.status < 500 || r.status === 503, `${method} ${target}: ${r.status} ${r.text.slice(0, 200)}`)
      if (r.status >= 400 && method !== 'HEAD' && r.headers['content-type']?.includes('json')) assert.match(r.json.detail, /[一-龥]/)
    }
  }
})

// ---- files

async function uploaded(name, bytes) {
  const made = await create(wang, bytes.length, name)
  assert.equal(made.status, 201, made.text)
  return { url: made.headers.location, sent: await append(wang, made.headers.location, 0, bytes) }
}

async function attached(name, bytes) {
  const { url, sent } = await uploaded(name, bytes)
  assert.equal(sent.status, 204, sent.text)
  const resource = (await wang.post('/api/resources', { title: name, kind: 'lesson_plan' })).json
  return wang.ask('POST', `/api/resources/${resource.id}/files`, { json: { upload_id: url.split('/').pop() } })
}

// What a look into the file showed, when the job has looked.
async function preview(id) {
  for (;;) {
    const p = (await wang.get(`/api/files/${id}/preview`)).json
    if (p.state !== 'waiting') return p
    await new Promise((resolve) => setTimeout(resolve, 20)) // between two looks
  }
}

test('an svg with a script comes as an attachment in a sandbox', async () => {
  const file = (await attached('图.svg', Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"))).json
  const r = await wang.get(`/api/files/${file.id}/content`)
  assert.match(r.headers['content-disposition'], /^attachment/)
  assert.match(r.headers['content-security-policy'], /sandbox/)
  assert.equal(r.headers['x-content-type-options'], 'nosniff')
  const page = (await attached('页.html', Buffer.from('<!doctype html><script>alert(1)</script>'))).json
  if (page.id) assert.match((await wang.get(`/api/files/${page.id}/content?inline=1`).catch(() => wang.get(`/api/files/${page.id}/content`))).headers['content-disposition'], /^attachment/)
})

test('two formats in one file: kept from everybody, with the reason', async () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108020000009077 53de'.replace(/ /g, ''), 'hex'), Buffer.from('0000000049454e44ae426082', 'hex')])
  for (const [name, bytes] of [
    ['图.png', Buffer.concat([png, zip([{ name: 'evil.txt', bytes: Buffer.from('x') }])])],
    ['图.gif', Buffer.from('GIF89a\x0a\0\x14\0\0\0\0<script>alert(1)</script>', 'latin1')],
  ]) {
    const done = (await attached(name, bytes)).json
    const file = (await wang.get(`/api/resources/${done.resource_id}`)).json.files[0]
    assert.equal(file.state, 'refused')
    assert.match(file.reason, /夹带/)
    assert.match((await wang.get(`/api/files/${done.id}/content`)).headers['content-disposition'], /^attachment/)
    await stranger.want(404, 'GET', `/api/files/${done.id}/content`)
  }
})

test('macros: taken in, shown, and said to whoever looks', async () => {
  const types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
  const done = (await attached('模板.docm', zip([
    { name: '[Content_Types].xml', bytes: Buffer.from(types) },
    { name: 'word/document.xml', bytes: Buffer.from('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>') },
    { name: 'word/vbaProject.bin', bytes: Buffer.from('macro') },
  ]))).json
  const file = (await wang.get(`/api/resources/${done.resource_id}`)).json.files[0]
  assert.deepEqual([file.state, /含有宏/.test(file.reason)], ['ok', true])
})

test('links, tricks with paths and bombs in archives: listed and marked, never unpacked', async () => {
  const file = (await attached('包.zip', zip([
    { name: '教案.txt', bytes: Buffer.from('荷花') },
    { name: 'link', bytes: Buffer.from('/etc/passwd'), mode: 0o120777 },
    { name: '../../etc/cron.d/x', bytes: Buffer.from('x') },
    { name: '/abs.txt', bytes: Buffer.from('x') },
    { name: 'C:\\x.txt', bytes: Buffer.from('x') },
    { name: '内层.zip', bytes: zip([{ name: 'tief.txt', bytes: Buffer.from('y') }]) },
  ]))).json
  const { entries } = await preview(file.id)
  assert.equal(entries.length, 6)
  assert.ok(!entries.some((e) => /tief/.test(e.name)), 'one layer deep, no more')
  assert.deepEqual(entries.filter((e) => e.dangerous).map((e) => e.name).sort(), ['link', '../../etc/cron.d/x', '/abs.txt', 'C:/x.txt'].sort())
  for (const [name, bytes] of [
    ['炸弹.zip', zip([{ name: 'zero', bytes: Buffer.alloc(64 << 20) }])],
    ['多.zip', zip(Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}` })))],
  ]) {
    const done = (await attached(name, bytes)).json
    const looked = await preview(done.id)
    assert.ok(looked.more && looked.entries.length <= 10_000, `${name}: ${looked.entries.length} entries, more: ${looked.more}`)
  }
  await wang.get('/livez')
})

test('5 GB declared and 1 KB sent: the offset tells what came, and nothing is reserved on the disk', async () => {
  const made = await create(wang, 4 * 1024 ** 3, '大.mp4')
  const url = made.headers.location
  const cookie = [...wang.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
  const send = async (length) => {
    const line = await new Raw(server.port).send(
      `PATCH ${url} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${server.base}\r\nCookie: ${cookie}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${length}\r\n\r\n`,
      Buffer.alloc(1024, 7)
    )
    return line
  }
  const large = await send(5 * 1024 ** 3)
  await large.replies(1)
  assert.deepEqual(large.statuses(), [413])
  large.destroy()
  let r
  do {
    const line = await send(4 * 1024 ** 3)
    line.destroy()
    r = await head(wang, url) // takes the upload over from the broken line, maybe before its bytes were read: then again
  } while (r.status === 503 || r.headers['upload-offset'] === '0')
  assert.equal(r.headers['upload-offset'], '1024')
  const spool = path.join(server.data, 'spool')
  const used = fs.readdirSync(spool).reduce((sum, f) => sum + fs.statSync(path.join(spool, f)).blocks * 512, 0)
  assert.ok(used < 1 << 20, `${used} bytes of the spool are taken`)
})

// ---- a database that somebody else holds

test('a locked database: reading goes on, writing says that it is busy, and works when the lock is gone', { skip: !!process.env.JIBEI_TEST_DB }, async () => {
  const file = fs.readdirSync(server.data).find((f) => f.endsWith('.db'))
  const script = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute('BEGIN IMMEDIATE')\nprint('held',flush=True)\nsys.stdin.read()\nc.execute('ROLLBACK')\n"
  const holder = spawn('python3', ['-c', script, path.join(server.data, file)], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  const gone = new Promise((resolve) => holder.once('exit', resolve))
  try {
    const write = wang.ask('POST', '/api/resources', { json: { title: '锁', kind: 'lesson_plan' } })
    await wang.get('/api/resources')
    const r = await write
    assert.equal(r.status, 503, r.text)
    assert.match(r.json.detail, /繁忙/)
    assert.ok(r.headers['retry-after'])
  } finally {
    holder.stdin.end()
    await gone
  }
  await wang.post('/api/resources', { title: '锁', kind: 'lesson_plan' })
})

test('whoever does not own the data folder is told to become its owner', { skip: process.getuid() !== 0 }, async () => {
  const own = await start({ demo: true, keep: true })
  await own.stop()
  const nobody = 65534
  fs.chownSync(path.join(own.data, 'secret'), nobody, nobody)
  for (const words of [['check'], ['backup', folder()], ['import', folder(), '--login', 'wang'], ['user', 'list'], ['serve', '--listen', '127.0.0.1:0']]) {
    const r = own.command(...words)
    assert.notEqual(r.status, 0, words.join(' '))
    assert.match(r.stderr, /属于用户.*runuser/, words.join(' '))
  }
  const into = folder()
  fs.chownSync(into, nobody, nobody)
  fs.chownSync(path.join(own.data, 'secret'), 0, 0)
  const store = folder()
  assert.equal(own.command('backup', store).status, 0)
  const r = spawnSync(binary, ['restore', store, '--data', into], { encoding: 'utf8' })
  assert.equal(r.status, 1)
  assert.match(r.stderr, /属于用户.*runuser/)
  assert.deepEqual(fs.readdirSync(into), [])
  for (const d of [own.data, into, store]) fs.rmSync(d, { recursive: true })
})

test('a folder that is no county, or is damaged, is told in Chinese', () => {
  const dir = folder()
  fs.writeFileSync(path.join(dir, 'jibei.db'), 'this is no database, but long enough to be taken for one '.repeat(100))
  const r = spawnSync(process.env.JIBEI_BINARY ?? path.join(import.meta.dirname, '../../build/jibei'), ['serve', '--data', dir, '--listen', '127.0.0.1:0'], { encoding: 'utf8' })
  assert.notEqual(r.status, 0)
  assert.match(r.stderr, /[一-龥]/)
  fs.rmSync(dir, { recursive: true })
})
