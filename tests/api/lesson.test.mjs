// From upload to download over HTTP: a resource with files, ranges, packs compared byte for byte, one-time links,
// and what somebody of another school gets to see.
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { start, DEMO_PASSWORD } from './server.mjs'
import { client, request } from './client.mjs'
import { append, create, text } from './tus.mjs'

let server, nobody, wang, lin, other, resource
const files = new Map() // name → bytes

before(async () => {
  server = await start({ demo: true })
  nobody = await client(server.base)
  wang = await nobody.fresh().login('wang', DEMO_PASSWORD)
  lin = await nobody.fresh().login('lin', DEMO_PASSWORD)
  other = await nobody.fresh().login('other', DEMO_PASSWORD)
})
after(() => server.stop())

// Uploads bytes and gives the upload's id.
async function bring(who, name, bytes) {
  const made = await create(who, bytes.length, name)
  assert.equal(made.status, 201, made.text)
  const sent = await append(who, made.headers.location, 0, bytes)
  assert.equal(sent.status, 204, sent.text)
  return made.headers.location.split('/').pop()
}

const rangeOf = (who, target, from, to) => who.ask('GET', target, { headers: { range: `bytes=${from}-${to}` } })

test('a resource takes files, and they come back byte for byte', async () => {
  const made = await wang.post('/api/resources', { title: '荷花（测试课）', kind: 'lesson_plan', scope: 'school' })
  resource = made.json
  assert.equal(made.status, 201)
  for (const [name, size] of [['教案.txt', 5000], ['活动单.txt', 123456], ['空.txt', 1]]) {
    const bytes = text(size)
    files.set(name, bytes)
    const added = await wang.post(`/api/resources/${resource.id}/files`, { upload_id: await bring(wang, name, bytes) })
    assert.equal(added.status, 201)
  }
  resource = (await wang.get(`/api/resources/${resource.id}`)).json
  assert.deepEqual(resource.files.map((f) => f.name), [...files.keys()])
  for (const f of resource.files) {
    const got = await wang.get(`/api/files/${f.id}/content`)
    assert.ok(got.body.equals(files.get(f.name)))
    assert.equal(got.headers['x-content-type-options'], 'nosniff')
    assert.match(got.headers['content-disposition'], /^attachment; .*filename\*=UTF-8''%/)
  }
})

test('ranges, conditions and HEAD', async () => {
  const f = resource.files[1]
  const target = `/api/files/${f.id}/content`
  const whole = files.get(f.name)
  const head = await wang.ask('HEAD', target)
  assert.equal(head.status, 200)
  assert.equal(Number(head.headers['content-length']), whole.length)
  assert.equal(head.body.length, 0)
  const etag = head.headers.etag
  const middle = await rangeOf(wang, target, 1000, 1999)
  assert.equal(middle.status, 206)
  assert.equal(middle.headers['content-range'], `bytes 1000-1999/${whole.length}`)
  assert.ok(middle.body.equals(whole.subarray(1000, 2000)))
  const past = await rangeOf(wang, target, whole.length, whole.length + 5)
  assert.equal(past.status, 416)
  assert.equal(past.headers['content-range'], `bytes */${whole.length}`)
  const same = await wang.ask('GET', target, { headers: { 'if-none-match': etag } })
  assert.equal(same.status, 304)
  const stale = await wang.ask('GET', target, { headers: { range: 'bytes=0-9', 'if-range': '"old"' } })
  assert.equal(stale.status, 200)
  assert.ok(stale.body.equals(whole))
  const shown = await wang.get(`${target}?show=true`)
  assert.match(shown.headers['content-disposition'], /^inline/)
  assert.match(shown.headers['content-security-policy'], /sandbox/)
})

test('old versions stay', async () => {
  const f = resource.files[0]
  const renewed = text(7000)
  const r = await wang.post(`/api/files/${f.id}/versions`, { upload_id: await bring(wang, '教案第二稿.txt', renewed) })
  assert.equal(r.status, 201)
  const now = await wang.get(`/api/files/${f.id}/content`)
  assert.ok(now.body.equals(renewed))
  const before = await wang.get(`/api/files/${f.id}/content?version=1`)
  assert.ok(before.body.equals(files.get(f.name)))
  const versions = (await wang.get(`/api/files/${f.id}/versions`)).json
  assert.equal(versions.items.length, 2)
  files.set('now', renewed)
})

// Unpacks a zip with a program of others and gives name → bytes.
function unpack(bytes, program = ['unzip', '-q', '-o']) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-pack-'))
  fs.writeFileSync(path.join(dir, 'p.zip'), bytes)
  fs.mkdirSync(path.join(dir, 'out'))
  if (program[0] === 'unzip') execFileSync('unzip', ['-q', '-o', 'p.zip', '-d', 'out'], { cwd: dir, env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  else execFileSync('bsdtar', ['-x', '-f', '../p.zip'], { cwd: path.join(dir, 'out'), env: { ...process.env, LC_ALL: 'C.UTF-8' } })
  const out = new Map(fs.readdirSync(path.join(dir, 'out')).map((n) => [n, fs.readFileSync(path.join(dir, 'out', n))]))
  fs.rmSync(dir, { recursive: true })
  return out
}

test('a pack holds the same bytes, and goes on where it broke', async () => {
  const target = `/api/resources/${resource.id}/pack`
  const pack = await wang.get(target)
  assert.equal(pack.headers['content-type'], 'application/zip')
  assert.equal(Number(pack.headers['content-length']), pack.body.length)
  const wanted = [files.get('now'), files.get('活动单.txt'), files.get('空.txt')]
  for (const program of [['unzip'], ['bsdtar']]) {
    const out = [...unpack(pack.body, program).values()]
    assert.equal(out.length, 3)
    for (const bytes of wanted) assert.ok(out.some((o) => o.equals(bytes)))
  }
  const cut = Math.floor(pack.body.length / 3)
  const rest = await wang.ask('GET', target, { headers: { range: `bytes=${cut}-`, 'if-range': pack.headers.etag } })
  assert.equal(rest.status, 206)
  assert.ok(Buffer.concat([pack.body.subarray(0, cut), rest.body]).equals(pack.body))
  const some = await wang.get(`/api/packs?files=${resource.files[1].id},${resource.files[2].id}&names=gbk`)
  assert.equal([...unpack(some.body).values()].length, 2)
})

test('a lesson as one pack: what is published there, for whoever may see it', async () => {
  const page = (await lin.get('/api/resources?limit=20')).json
  const card = page.items.find((r) => r.taxon && r.files > 0)
  const pack = await lin.get(`/api/taxa/${card.taxon}/pack`)
  const names = [...unpack(pack.body).keys()]
  assert.ok(names.length >= card.files)
  assert.ok(names.every((n) => n.includes('-')), names.join())
})

test('a draft is nobody else\'s', async () => {
  const f = resource.files[0]
  for (const who of [lin, other]) {
    await who.want(404, 'GET', `/api/resources/${resource.id}`)
    await who.want(404, 'GET', `/api/files/${f.id}/content`)
    await who.want(404, 'GET', `/api/files/${f.id}/content?version=1`)
    await who.want(404, 'GET', `/api/resources/${resource.id}/pack`)
    await who.want(404, 'GET', `/api/packs?files=${f.id}`)
    await who.want(404, 'POST', '/api/links', { json: { kind: 'file', id: f.id } })
  }
  await nobody.fresh().want(401, 'GET', `/api/files/${f.id}/content`)
})

test('a one-time link: one browser, no cookie, a hint in a chat program', async () => {
  const f = resource.files[1]
  const whole = files.get(f.name)
  const { url } = (await wang.post('/api/links', { kind: 'file', id: f.id })).json
  const target = new URL(url).pathname
  const ask = (headers, method = 'GET') => nobody.fresh().ask(method, target, { headers })
  const chat = await ask({ 'user-agent': 'Mozilla/5.0 MicroMessenger/8.0' })
  assert.equal(chat.status, 200)
  assert.match(chat.text, /在浏览器打开/)
  assert.equal((await ask({ 'user-agent': 'A' }, 'HEAD')).status, 200)
  const first = await ask({ 'user-agent': 'A', range: 'bytes=0-999' })
  assert.equal(first.status, 206)
  const rest = await ask({ 'user-agent': 'A', range: 'bytes=1000-' })
  assert.ok(Buffer.concat([first.body, rest.body]).equals(whole))
  const thief = await ask({ 'user-agent': 'B' })
  assert.equal(thief.status, 410)
  assert.match(thief.json.detail, /只能用一次/)
  const page = await ask({ 'user-agent': 'B', accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
  assert.equal(page.status, 410)
  assert.match(page.headers['content-type'], /^text\/html/)
  assert.match(page.text, /<h1>链接只能用一次[^]*href="\/"/)
  const forged = await request(server.base, 'GET', target.slice(0, -1) + (target.endsWith('0') ? '1' : '0'))
  assert.equal(forged.status, 404)
  const whole2 = (await wang.post('/api/links', { kind: 'resource', id: resource.id })).json
  const pack = await nobody.fresh().ask('GET', new URL(whole2.url).pathname)
  assert.equal(pack.headers['content-type'], 'application/zip')
})

test('the author sees who took it', async () => {
  const page = (await lin.get('/api/resources?limit=50')).json
  const card = page.items.find((r) => r.owner_name.startsWith('王晓荷') && r.files > 0)
  assert.ok(card, 'the demo gives wang something that lin may see')
  await lin.get(`/api/resources/${card.id}/pack`)
  const uses = (await wang.get(`/api/resources/${card.id}/uses`)).json
  const me = (await lin.get('/api/me')).json
  assert.ok(uses.items.some((u) => u.person_name === me.name || u.person === me.id), JSON.stringify(uses.items[0]))
  await lin.want(404, 'GET', `/api/resources/${resource.id}/uses`)
})

test('files are renamed, reordered, removed and found again', async () => {
  const [a, b, c] = resource.files
  await wang.ask('PATCH', `/api/files/${b.id}`, { json: { name: '学习单.txt' } })
  await wang.post(`/api/resources/${resource.id}/order`, { ids: [c.id, b.id, a.id] })
  let now = (await wang.get(`/api/resources/${resource.id}`)).json
  assert.deepEqual(now.files.map((f) => f.id), [c.id, b.id, a.id])
  assert.equal(now.files[1].name, '学习单.txt')
  await wang.delete(`/api/files/${c.id}`)
  now = (await wang.get(`/api/resources/${resource.id}`)).json
  assert.deepEqual(now.files.map((f) => f.id), [b.id, a.id])
  await wang.post(`/api/files/${c.id}/restore`)
  now = (await wang.get(`/api/resources/${resource.id}`)).json
  assert.equal(now.files.length, 3)
})
