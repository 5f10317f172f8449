// By which address one may work: without --public-url by any that is a number or localhost, as a school's people do who
// type the machine's address; with it by that one alone. The same for what HTTP writes and for the WebSocket's handshake.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test, before, after } from 'node:test'
import { client } from './client.mjs'
import { cookie, Ear } from './ear.mjs'
import { folder, start } from './server.mjs'
import { create, OCTETS, text } from './tus.mjs'

const password = 'Demo-2025-pass'
const FOREIGN = 'foreign_origin', UNKNOWN = 'unknown_address'
let web, open, named

before(async () => {
  web = folder()
  fs.writeFileSync(`${web}/index.html`, '<!doctype html><p>集备')
  open = await start({ keep: true, args: ['--web', web] })
  const made = open.command('init', '--county', '测试县', '--name', '管理员', '--login', 'county', '--password', password)
  assert.equal(made.status, 0, made.stderr)
  named = await start({ args: ['--web', web, '--public-url', 'http://jibei.test/'] })
})
after(async () => {
  await Promise.all([open.stop(), named.stop()])
  for (const dir of [web, open.data]) fs.rmSync(dir, { recursive: true, force: true })
})

// Host, Origin, what an open and what a named server says: undefined is yes.
const table = [
  ['192.168.1.5:8080', 'http://192.168.1.5:8080', undefined, UNKNOWN],
  ['192.168.1.5', 'http://192.168.1.5', undefined, UNKNOWN],
  ['localhost:8080', 'http://localhost:8080', undefined, UNKNOWN],
  ['[fe80::1]:8080', 'http://[fe80::1]:8080', undefined, UNKNOWN],
  ['jibei.test', 'http://jibei.test', UNKNOWN, undefined],
  ['127.0.0.1:8080', 'http://jibei.test', FOREIGN, undefined], // behind a proxy
  ['rebound.example:8080', 'http://rebound.example:8080', UNKNOWN, UNKNOWN],
  ['192.168.1.5.rebound.example', 'http://192.168.1.5.rebound.example', UNKNOWN, UNKNOWN],
  ['192.168.1.5:8080', 'https://192.168.1.5:8080', UNKNOWN, UNKNOWN],
  ['192.168.1.5:8080', 'http://192.168.1.5:9999', FOREIGN, FOREIGN],
  ['192.168.1.5:8080', 'http://evil.example', FOREIGN, FOREIGN],
  ['192.168.1.5:8080', 'null', FOREIGN, FOREIGN],
]

for (const [host, origin, ...wanted] of table) {
  test(`a page of ${origin} at ${host}`, async () => {
    for (const [server, code] of [[open, wanted[0]], [named, wanted[1]]]) {
      const c = await client(server.base)
      const r = await c.ask('POST', '/api/session', { json: { login: 'nobody', password }, headers: { host, origin } })
      assert.deepEqual([r.status, r.json.code], code ? [403, code] : [401, 'wrong_credentials'])
      if (code === UNKNOWN) assert.match(r.json.detail, /--public-url/)
      const ear = new Ear(server.base, '', { Host: host, Origin: origin, Cookie: 'jibei=x' })
      assert.equal(await (code ? ear.refused : ear.closed), code ? 403 : 4401)
    }
  })
}

test('an address is taken as browsers write it, and what is none is said at the start', async () => {
  const server = await start({ keep: true, args: ['--web', web, '--public-url', 'HTTPS://Jibei.Test:443/'] })
  const r = await (await client(server.base)).ask('POST', '/api/session', { json: { login: 'nobody', password }, headers: { origin: 'https://jibei.test' } })
  assert.equal(r.json.code, 'wrong_credentials')
  await server.stop()
  for (const url of ['jibei.test', 'https://', 'ftp://jibei.test', 'https://jibei.test/app', 'https://jibei.test:x', 'https://集备.中国', 'https://jibei.test; script-src *', 'https://a@b.test']) {
    const no = server.command('serve', '--listen', '127.0.0.1:0', '--public-url', url)
    assert.equal(no.status, 1, url)
    assert.match(no.stderr, /--public-url 的值不对.*https:\/\//, url)
  }
  fs.rmSync(server.data, { recursive: true })
})

test('who came by the number of the machine logs in, hears events and gives links that lead there', async () => {
  const host = '192.168.1.5:8080', headers = { host, origin: `http://${host}` }
  const me = (await client(open.base)).fresh()
  await me.post('/api/session', { login: 'county', password }, { headers })
  const ear = new Ear(open.base, '', { Host: host, Origin: `http://${host}`, Cookie: cookie(me) })
  await ear.hello()
  ear.end()
  const page = await me.ask('GET', '/library', { headers: { host } })
  assert.match(page.headers['content-security-policy'], /connect-src 'self' ws:\/\/192\.168\.1\.5:8080;/)
  const same = await me.ask('GET', '/library', { headers: { host, 'if-none-match': page.headers.etag } })
  assert.deepEqual([same.status, same.headers['content-security-policy']], [304, page.headers['content-security-policy']])
  const elsewhere = await me.ask('GET', '/library', { headers: { host: 'rebound.example' } })
  assert.match(elsewhere.headers['content-security-policy'], new RegExp(`ws://127.0.0.1:${open.port};`))

  const { json: r } = await me.post('/api/resources', { title: '荷花', kind: 'lesson_plan' }, { headers })
  const bytes = text(1000)
  const sent = await create(me, bytes.length, '荷花.txt', { ...headers, 'content-type': OCTETS }, bytes)
  await me.post(`/api/resources/${r.id}/files`, { upload_id: sent.headers.location.split('/').pop() }, { headers })
  const { url } = (await me.post('/api/links', { kind: 'resource', id: r.id }, { headers })).json
  assert.ok(url.startsWith(`http://${host}/d/`), url)
})
