// Odd requests: whatever arrives is answered or refused, and the server goes on as if nothing had been.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Raw } from './raw.mjs'
import { folder, start } from './server.mjs'

const BIG = 64 * 1024 * 1024
let server
let web

before(async () => {
  web = folder()
  fs.mkdirSync(path.join(web, 'assets'))
  fs.writeFileSync(path.join(web, 'index.html'), '<!doctype html><p>集备')
  fs.writeFileSync(path.join(web, 'assets/app-1.js'), 'export default 1\n')
  fs.writeFileSync(path.join(web, 'assets/app-1.js.gz'), Buffer.from('1f8b', 'hex'))
  fs.writeFileSync(path.join(web, 'assets/big-1.bin'), Buffer.alloc(BIG, 7))
  server = await start({ args: ['--web', web, '--head-seconds', '1', '--idle-seconds', '2', '--drain-seconds', '2'] })
})
after(async () => {
  await server.stop()
  fs.rmSync(web, { recursive: true })
})

const ask = (target, { method = 'GET', host = 'x', head = '', body = '' } = {}) => `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${head}\r\n${body}`
const live = ask('/livez')
const post = (body, head = '', host = 'x') => ask('/api/session', { method: 'POST', host, head: `Content-Type: application/json\r\n${head}`, body })
const sized = (body, extra = '') => post(body, `Content-Length: ${Buffer.byteLength(body)}\r\n${extra}`)
// A login from the page of that server.
const knock = (base, login) => {
  const body = JSON.stringify({ login, password: 'wrong-password' })
  return post(body, `Content-Length: ${Buffer.byteLength(body)}\r\nOrigin: ${base}\r\n`, new URL(base).host)
}
const upload = (head, body = '') => ask('/api/uploads/0123456789abcdef0123456789abcdef', { method: 'PATCH', head: `Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n${head}`, body })
const handshake = (target = '/ws/events', head = '') =>
  ask(target, { head: `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${head}` })

// name, what is sent, statuses in order; end: the server must end the line
const cases = [
  ['a plain request', [live], [200]],
  ['two in one segment', [live + live], [200, 200]],
  ['a hundred in one segment', [live.repeat(100)], Array(100).fill(200)],
  ['byte by byte', [...live], [200]],
  ['leading empty lines', ['\r\n\r\n' + live], [200]],
  ['HTTP/1.0 ends the line', ['GET /livez HTTP/1.0\r\n\r\n'], [200], { end: true }],
  ['Connection: close', [ask('/livez', { head: 'Connection: close\r\n' })], [200], { end: true }],
  ['HEAD', [ask('/livez', { method: 'HEAD' }) + live], [200, 200], { headless: true }],
  ['absolute form', [ask('http://x/livez')], [200]],
  ['absolute form without a path', [ask('http://x')], [200]],
  ['no such API path', [ask('/api/nope')], [404]],
  ['a method the path does not have', [ask('/livez', { method: 'DELETE' })], [405]],
  ['a method nobody knows', [ask('/livez', { method: 'BREW' })], [405]],
  ['PROPFIND on a page', [ask('/x', { method: 'PROPFIND' })], [404]],
  ['a page of the client', [ask('/library/3')], [200]],
  ['an asset', [ask('/assets/app-1.js')], [200]],
  ['an asset that is not there', [ask('/assets/old-9.js')], [404], { page: true }],
  ['out of the folder', [ask('/../../etc/passwd')], [200]],
  ['out of the folder, encoded', [ask('/%2e%2e/%2e%2e/etc/passwd')], [200]],
  ['a NUL in the path', [ask('/a%00b')], [400]],
  ['a bad escape', [ask('/a%zz')], [400]],
  ['an escape cut short', [ask('/a%4')], [400]],
  ['bad UTF-8 in the path', [ask('/%ff%fe')], [400]],
  ['overlong UTF-8', [ask('/%c0%af')], [400]],
  ['a path without a slash', [ask('livez')], [400], { end: true }],
  ['no Host', ['GET /livez HTTP/1.1\r\n\r\n'], [400], { end: true }],
  ['two Hosts', [ask('/livez', { head: 'Host: y\r\n' })], [400], { end: true }],
  ['a space before the colon', ['GET /livez HTTP/1.1\r\nHost : x\r\n\r\n'], [400], { end: true }],
  ['a space before the colon of a length', [ask('/api/session', { method: 'POST', head: 'Content-Length : 5\r\n', body: 'hello' })], [400], { end: true }],
  ['a header name with brackets', [ask('/livez', { head: 'A(b): c\r\n' })], [400], { end: true }],
  ['a control character in a value', [ask('/livez', { head: 'A: b\x01c\r\n' })], [400], { end: true }],
  ['two lengths that differ', [post('hello!', 'Content-Length: 5\r\nContent-Length: 6\r\n')], [400], { end: true }],
  ['two lengths that agree', [post('hello', 'Content-Length: 5\r\nContent-Length: 5\r\n')], [400], { end: true }],
  ['a negative length', [post('hello', 'Content-Length: -5\r\n')], [400], { end: true }],
  ['a signed length', [post('hello', 'Content-Length: +5\r\n')], [400], { end: true }],
  ['a list of lengths', [post('hello', 'Content-Length: 5, 5\r\n')], [400], { end: true }],
  ['a length of 2^64', [post('hello', 'Content-Length: 18446744073709551616\r\n')], [413], { end: true }],
  ['a hexadecimal length', [post('hello', 'Content-Length: 0x5\r\n')], [400], { end: true }],
  ['length and coding', [post('0\r\n\r\n' + live, 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')], [400], { end: true }],
  ['coding and length', [post('0\r\n\r\n' + live, 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n')], [400], { end: true }],
  ['gzip, chunked', [post('0\r\n\r\n' + live, 'Transfer-Encoding: gzip, chunked\r\n')], [501], { end: true }],
  ['identity', [post('hello', 'Transfer-Encoding: identity\r\n')], [501], { end: true }],
  ['chunked twice', [post('0\r\n\r\n', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n')], [501], { end: true }],
  ['chunked in HTTP/1.0', ['POST /api/session HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'], [400], { end: true }],
  ['a chunked body', [post('2\r\n{}\r\n0\r\n\r\n' + live, 'Transfer-Encoding: chunked\r\n')], [400, 200]],
  ['chunks byte by byte', [...post('1\r\n{\r\n1;x=y\r\n}\r\n0\r\nT: v\r\n\r\n' + live, 'Transfer-Encoding: chunked\r\n')], [400, 200]],
  ['a malformed chunk', [post('zz\r\nhello\r\n', 'Transfer-Encoding: chunked\r\n')], [400], { end: true }],
  ['a chunk of 2^68', [post('fffffffffffffffff\r\nhello\r\n', 'Transfer-Encoding: chunked\r\n')], [413], { end: true }],
  ['a body that is no JSON, and another request', [sized('hello') + live], [400, 200]],
  ['an empty body', [sized('') + live], [400, 200]],
  ['a body and an extra line end', [sized('{}') + '\r\n' + live], [400, 200]],
  ['a body where none is wanted', [ask('/livez', { head: 'Content-Length: 5\r\n', body: 'hello' }) + live], [200, 200]],
  ['bad UTF-8 in a body', [Buffer.concat([Buffer.from(post('', 'Content-Length: 4\r\n')), Buffer.from([0x22, 0xff, 0xfe, 0x22])])], [400]],
  ['deep JSON', [sized('['.repeat(100000)) + live], [400, 200]],
  ['2 MB declared', [post('', 'Content-Length: 2000000\r\n')], [413], { end: true }],
  ['2 MB declared and expected', [post('', 'Content-Length: 2000000\r\nExpect: 100-continue\r\n')], [413], { end: true, never: /100 Continue/ }],
  ['2 MB in chunks', [post(('10000\r\n' + 'x'.repeat(65536) + '\r\n').repeat(30) + '0\r\n\r\n', 'Transfer-Encoding: chunked\r\n')], [413]],
  ['Expect: 100-continue', [post('', 'Content-Length: 2\r\nExpect: 100-continue\r\n'), '{}'], [400], { also: /100 Continue/ }],
  ['an upload nobody may make', [upload('Content-Length: 90000000\r\n', 'x'.repeat(20000))], [401], { end: true }],
  ['the same, expected', [upload('Content-Length: 90000000\r\nExpect: 100-continue\r\n')], [401], { end: true, never: /100 Continue/ }],
  ['the same, in chunks', [upload('Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n')], [401], { end: true }],
  ['the same, without a body', [upload('Content-Length: 0\r\n') + live], [401, 200]],
  ['headers of 15 kB', [ask('/livez', { head: `A: ${'a'.repeat(15000)}\r\n` })], [200]],
  ['headers of 100 kB', [ask('/livez', { head: `A: ${'a'.repeat(100000)}\r\n` })], [431], { end: true }],
  ['a thousand headers', [ask('/livez', { head: Array.from({ length: 1000 }, (_, i) => `X-${i}: y\r\n`).join('') })], [431], { end: true }],
  ['a path of 100 kB', [ask('/' + 'a'.repeat(100000))], [414], { end: true }],
  ['HTTP/2', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], [505], { end: true }],
  ['Upgrade: h2c is not taken up', [ask('/livez', { head: 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n' })], [200]],
  ['/ws/events without an upgrade', [ask('/ws/events')], [426], { end: true }],
  ['/ws/events by POST', [ask('/ws/events', { method: 'POST', head: 'Content-Length: 0\r\n' })], [426], { end: true }],
  ['another upgrade', [ask('/ws/events', { head: 'Connection: Upgrade\r\nUpgrade: foo\r\n' })], [426], { end: true }],
  ['an upgrade with a body', [handshake('/ws/events', 'Content-Length: 5\r\n') + 'hello'], [426], { end: true }],
  ['an upgrade on a used line', [live, handshake()], [200, 426], { end: true }],
  ['an upgrade elsewhere', [handshake('/ws/nowhere')], [404], { end: true }],
  ['an upgrade from another page', [handshake('/ws/events', 'Origin: http://evil.example\r\n')], [403], { end: true }],
  ['a cookie without an origin', [handshake('/ws/events', 'Cookie: jibei=x\r\n')], [403, 426], { end: true, anyOf: true }],
  ['two origins', [handshake('/ws/events', 'Origin: http://a\r\nOrigin: http://b\r\n')], [403], { end: true }],
  ['a handshake byte by byte', [...handshake()], [101], { end: true }],
  ['a WebSocket of nobody', [handshake()], [101], { end: true, also: /\x88\x02\x11\x31/ }],
  ['garbage', ['\xff'.repeat(65536)], [400], { end: true }],
  ['garbage that begins well', ['G' + '\xff'.repeat(65536)], [414], { end: true }],
  ['TLS', [Buffer.concat([Buffer.from('160301020001000001fc0303', 'hex'), Buffer.alloc(500)])], [400], { end: true }],
  ['words', ['hello there\r\n\r\n'], [400], { end: true }],
]

const alive = async () => {
  const one = new Raw(server.port)
  await (await one.send(live)).replies(1)
  assert.deepEqual(one.statuses(), [200])
  one.destroy()
}

// Every refusal, whoever makes it, is a problem that says in Chinese what to do.
function isProblem(reply) {
  const [head, body] = reply.split('\r\n\r\n')
  assert.match(head, /^content-type: application\/problem\+json/im)
  const problem = JSON.parse(Buffer.from(body, 'latin1').toString())
  assert.equal(problem.status, Number(reply.slice(9, 12)))
  assert.ok(problem.code && /[一-龥]/.test(problem.detail), body)
}

for (const [name, parts, wanted, { end, also, never, headless, anyOf, page } = {}] of cases) {
  test(`transport: ${name}`, async () => {
    const line = new Raw(server.port)
    line.headless = headless
    await line.send(...parts)
    await line.replies(anyOf ? 1 : wanted.length)
    if (also) await line.until(() => also.test(line.text), String(also))
    if (end) await line.end()
    if (anyOf) assert.ok(wanted.includes(line.statuses()[0]))
    else assert.deepEqual(line.statuses(), wanted)
    if (also) assert.match(line.text, also)
    if (never) assert.doesNotMatch(line.text, never)
    if (!headless && !page) line.text.split(/(?=HTTP\/1\.1 \d{3} )/).filter((reply) => /^HTTP\/1\.1 [45]/.test(reply)).forEach(isProblem)
    line.destroy()
    await alive()
  })
}

// ---- lines that break or stand still

test('transport: a client that leaves while its request is worked on', async () => {
  const lines = Array.from({ length: 40 }, () => new Raw(server.port))
  for (const [i, line] of lines.entries()) {
    await line.send(knock(server.base, `nobody${i}`))
    if (i % 3 === 0) line.destroy()
    if (i % 3 === 1) line.reset()
    if (i % 3 === 2) line.socket.end() // half-closed: the answer still comes
  }
  await Promise.all(lines.map((line, i) => (i % 3 === 2 ? line.replies(1) : null)))
  for (const line of lines.filter((_, i) => i % 3 === 2)) assert.deepEqual(line.statuses(), [401])
  await alive()
})

test('transport: who says that he sends no more is answered, though others are on the line', async () => {
  const other = await new Raw(server.port).send(live)
  await other.replies(1)
  for (const text of [knock(server.base, 'nobody'), ask('/api/session'), live]) {
    const line = await new Raw(server.port).send(text)
    line.socket.end()
    await line.replies(1)
    assert.equal(line.statuses().length, 1)
  }
  other.destroy()
})

test('transport: a body that breaks off', async () => {
  for (const how of ['destroy', 'reset']) {
    const line = new Raw(server.port)
    await line.send(post('{"login":', 'Content-Length: 500\r\n'))
    line[how]()
  }
  await alive()
})

test('transport: silence, half a line, half a head and half a body are ended', async () => {
  const silent = new Raw(server.port)
  const word = await new Raw(server.port).send('GET /w')
  const head = await new Raw(server.port).send('GET /livez HTTP/1.1\r\nHo')
  const again = await new Raw(server.port).send(live)
  await again.replies(1)
  await again.send('GET /livez HTTP/1.1\r\nHo')
  const body = await new Raw(server.port).send(post('{', 'Content-Length: 9\r\n'))
  await Promise.all([silent, word, head, again, body].map((line) => line.end()))
  assert.equal(silent.text, '')
  assert.deepEqual(word.statuses(), [408])
  assert.deepEqual(head.statuses(), [408])
  assert.deepEqual(again.statuses(), [200])
  for (const line of [silent, word, head, again, body]) line.destroy()
})

test('transport: a head that drips is ended, on a new line and on a used one', async () => {
  const fresh = new Raw(server.port)
  const used = await new Raw(server.port).send(live)
  await used.replies(1)
  await used.send('GET /livez HTTP/1.1\r\n')
  await fresh.send('GET /livez HTTP/1.1\r\n')
  const drip = setInterval(() => [fresh, used].forEach((line) => line.closed || line.socket.write('A: b\r\n')), 300)
  await Promise.all([fresh.end(), used.end()])
  clearInterval(drip)
  assert.deepEqual(fresh.statuses(), [408])
  assert.deepEqual(used.statuses(), [200])
})

test('transport: a download that nobody reads costs nothing and harms nobody', async () => {
  const line = await new Raw(server.port).send(ask('/assets/big-1.bin'))
  line.socket.pause()
  await line.send(live.repeat(5))
  await alive()
  line.socket.resume()
  await line.until(() => line.bytes > BIG, 'the whole file')
  await line.until(() => line.bytes > BIG + 5 * 100, 'what was pipelined')
  line.destroy()
})

test('transport: pages have their policies, assets are kept, compressed and asked again', async () => {
  const page = await fetch(server.base + '/')
  assert.match(page.headers.get('content-security-policy'), /script-src 'self'[^;]*;/)
  assert.doesNotMatch(page.headers.get('content-security-policy'), /script-src[^;]*unsafe-inline/)
  assert.match(page.headers.get('content-security-policy'), /frame-ancestors 'none'/)
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  const again = await fetch(server.base + '/', { headers: { 'if-none-match': page.headers.get('etag') } })
  assert.equal(again.status, 304)
  const line = await new Raw(server.port).send(ask('/assets/app-1.js', { head: 'Accept-Encoding: gzip;q=0\r\n' }) + ask('/assets/app-1.js', { head: 'Accept-Encoding: br, gzip\r\n' }))
  await line.replies(2)
  assert.equal(line.text.match(/content-encoding: gzip/gi).length, 1)
  assert.match(line.text, /immutable/)
  line.destroy()
})

test('transport: beyond the limit of connections there is a 503, and room again when they leave', async () => {
  const small = await start({ args: ['--connections', '20'] })
  const lines = Array.from({ length: 20 }, () => new Raw(small.port))
  for (const line of lines) await (await line.send(live)).replies(1)
  const extra = await new Raw(small.port).send(live)
  await extra.end()
  assert.deepEqual(extra.statuses(), [503])
  assert.match(extra.text, /Retry-After: \d/)
  assert.equal(JSON.parse(Buffer.from(extra.text.split('\r\n\r\n')[1], 'latin1').toString()).code, 'busy')
  for (const line of lines) line.destroy()
  for (let ok = false; !ok; ) {
    const next = await new Raw(small.port).send(live)
    await next.replies(1)
    ok = next.statuses()[0] === 200
    next.destroy()
  }
  await small.stop()
})

test('transport: idle, the process does nothing', async () => {
  await Promise.all(Array.from({ length: 3 }, alive))
  await new Promise((resolve) => setTimeout(resolve, 3000)) // lets keep-alive lines of other tests run out
  const before = server.cpu()
  await new Promise((resolve) => setTimeout(resolve, 2000)) // measured, not waited for
  assert.ok(server.cpu() - before <= 0.04, `${server.cpu() - before} s of processor in 2 s`)
})

// ---- the one folder, the one process

test('serve: a second process on the folder says so and ends', () => {
  const second = server.command('serve', '--listen', '127.0.0.1:0')
  assert.equal(second.status, 1)
  assert.match(second.stderr, /正在使用数据目录/)
  assert.match(second.stderr, new RegExp(`pid ${server.pid}`))
  assert.doesNotMatch(second.stderr, /冲突/)
})

test('serve: an address that is taken is told as that', () => {
  const r = server.command('serve', '--listen', `127.0.0.1:${server.port}`)
  assert.equal(r.status, 1)
  assert.match(r.stderr, /不能监听.*--listen/)
  assert.doesNotMatch(r.stderr, /磁盘/)
  assert.equal(r.stderr.split('占用').length, 2, r.stderr)
})

test('a command without its words tells its use, once', () => {
  for (const name of ['token', 'user', 'init', 'import', 'export', 'restore', 'db', 'tell']) {
    const r = server.command(name)
    assert.equal(r.status, 2, name)
    assert.equal(r.stderr.split('用法').length, 2, r.stderr)
    assert.match(r.stderr, new RegExp(`用法：jibei ${name} .+\n.*jibei help`))
  }
})

test('tell: the control socket answers beside, and says when nobody serves', async () => {
  assert.match(server.command('tell', 'ping').stdout, new RegExp(`pid ${server.pid}\n${server.base}`))
  assert.match(server.command('tell', 'status').stdout, /jibei_http_requests_total\{route="livez",class="2xx"\}/)
  assert.equal(server.command('tell', 'nonsense').status, 1)
  const other = await start()
  await other.stop()
  assert.equal(other.command('tell', 'ping').status, 1)
})

test('metrics: in the text format, for nobody in particular', async () => {
  const text = await (await fetch(server.base + '/metrics')).text()
  for (const line of text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[^}]*\})? -?[0-9.e+]+)$/)
  for (const name of ['jibei_http_connections', 'jibei_pool_waiting', 'jibei_gate_passed_total', 'jibei_live_sockets', 'jibei_disk_free_bytes', 'jibei_http_seconds_bucket'])
    assert.ok(text.includes(name), name)
})

// ---- stopping

test('serve: SIGTERM under load cuts no request that is short, and ends with 0', async () => {
  const busy = await start({ args: ['--web', web, '--drain-seconds', '2'] })
  const stalled = await new Raw(busy.port).send(ask('/assets/big-1.bin'))
  stalled.socket.pause()
  const half = await new Raw(busy.port).send(post('{"a":', 'Content-Length: 500\r\n'))
  const silent = new Raw(busy.port)
  await silent.connected
  const socket = await new Raw(busy.port).send(handshake('/ws/events', 'Authorization: Bearer x\r\n'))
  const login = (i) => knock(busy.base, `nobody${i}`)
  const working = await Promise.all(Array.from({ length: 60 }, (_, i) => new Raw(busy.port).send(login(i))))
  const stopped = busy.stop()
  await Promise.all(working.map((line) => line.end()))
  for (const line of working) assert.ok([401, 503].includes(line.statuses()[0]) || line.text === '', line.text.slice(-300))
  assert.ok(working.some((line) => line.statuses()[0] === 401))
  assert.equal(await stopped, 0)
  for (const line of [stalled, half, silent, socket]) line.destroy()
})

test('serve: requests keep coming while it stops', async () => {
  const busy = await start()
  let going = true
  const clients = Array.from({ length: 8 }, async () => {
    let answered = 0
    while (going) {
      const line = new Raw(busy.port)
      const refused = await Promise.race([line.connected.then(() => false), line.end().then(() => true)])
      if (refused) break
      await line.send(live.repeat(10)).catch(() => {})
      await line.replies(10)
      answered += line.statuses().length
      line.destroy()
    }
    return answered
  })
  await new Promise((resolve) => setTimeout(resolve, 300)) // load, then stop
  const code = await busy.stop()
  going = false
  assert.equal(code, 0)
  assert.ok((await Promise.all(clients)).every((n) => n > 0))
})
