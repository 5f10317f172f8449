// Being in: setup, login by three names, first passwords, locks, sessions, tokens, cross-site writes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { client } from './client.mjs'
import { county, enter, PASSWORD, school } from './people_county.mjs'
import { DEMO_PASSWORD, start } from './server.mjs'

let server, nobody, admin, one
before(async () => {
  ;({ server, nobody, admin } = await county())
  const s = await school(admin, '2144000001', '第一小学')
  one = await enter(admin, nobody, { name: '黎小明', staff_no: 'A007', phone: '13800000001', school: s.id })
})
after(() => server?.stop())

test('setup is done once', async () => {
  assert.deepEqual((await nobody.fresh().get('/api/setup')).json, { needed: false, county: '测试县' })
  const again = { code: 'AAAA-AAAA', county: '', name: '某人', login: 'other', password: PASSWORD }
  assert.equal((await nobody.fresh().want(409, 'POST', '/api/setup', { json: again })).json.code, 'wrong_state')
})

test('one logs in by login name, staff number or phone', async () => {
  assert.equal(one.account, '2144000001-a007')
  for (const name of [one.account, one.account.toUpperCase(), 'A007', '13800000001', ' 13800000001 ']) {
    const c = nobody.fresh()
    const r = await c.ask('POST', '/api/session', { json: { login: name, password: PASSWORD } })
    assert.equal(r.status, 200, `${name}: ${r.text}`)
    assert.equal(r.json.name, '黎小明')
    assert.match(String(r.headers['set-cookie']), /jibei=[^;]{43}; Path=\/; HttpOnly; SameSite=Lax/)
  }
  await nobody.fresh().login('a007', PASSWORD)
})

test('a wrong password and an unknown name look alike', async () => {
  const wrong = await nobody.fresh().want(401, 'POST', '/api/session', { json: { login: one.account, password: 'No-such-1' } })
  const unknown = await nobody.fresh().want(401, 'POST', '/api/session', { json: { login: 'no-such', password: 'No-such-1' } })
  assert.equal(wrong.json.code, 'wrong_credentials')
  assert.equal(wrong.json.detail, unknown.json.detail)
})

test('the first password must be changed before anything else', async () => {
  const { json } = await admin.post('/api/persons', { name: '林晓敏' })
  const c = await nobody.fresh().login(json.slip.login, json.slip.password)
  assert.equal((await c.get('/api/me')).json.must_change_password, true)
  assert.equal((await c.want(403, 'GET', '/api/persons')).json.code, 'must_change_password')
  const change = (new_password) => c.ask('POST', '/api/me/password', { json: { old_password: json.slip.password, new_password } })
  for (const bad of ['Short-1', 'onlylower', 'Password1', 'Abc123456!', json.slip.password]) {
    const r = await change(bad)
    assert.equal(r.status, 400, `${bad}: ${r.text}`)
    assert.equal(r.json.field, 'new_password')
  }
  assert.equal((await change(PASSWORD)).status, 204)
  assert.equal((await c.get('/api/me')).json.must_change_password, false)
  await c.get('/api/persons')
})

test('five wrong ones lock the account, but not for a device that was in before', async () => {
  const { json } = await admin.post('/api/persons', { name: '陈一' })
  const known = await nobody.fresh().login(json.slip.login, json.slip.password)
  for (let i = 0; i < 5; i++) await nobody.fresh().want(401, 'POST', '/api/session', { json: { login: json.slip.login, password: 'Wrong-1-pass' } })
  const locked = await nobody.fresh().want(429, 'POST', '/api/session', { json: { login: json.slip.login, password: json.slip.password } })
  assert.equal(locked.json.code, 'account_locked')
  await known.login(json.slip.login, json.slip.password) // carries its device cookie
  for (let i = 0; i < 5; i++) await nobody.fresh().want(401, 'POST', '/api/session', { json: { login: 'nobody-at-all', password: 'Wrong-1-pass' } })
  await nobody.fresh().want(429, 'POST', '/api/session', { json: { login: 'nobody-at-all', password: 'Wrong-1-pass' } })
  const { status } = server.command('user', 'unlock', json.slip.login)
  assert.equal(status, 0)
  await nobody.fresh().login(json.slip.login, json.slip.password)
})

test('sessions are listed, ended one by one, all others, and by logging out', async () => {
  const a = await nobody.fresh().login(one.account, PASSWORD)
  const b = await nobody.fresh().login(one.account, PASSWORD)
  const rows = (await a.get('/api/sessions')).json.items
  assert.equal(rows.filter((s) => s.current).length, 1)
  const mine = (await b.get('/api/sessions')).json.items.find((s) => s.current)
  await a.delete(`/api/sessions/${mine.id}`)
  await b.want(401, 'GET', '/api/me')
  const c = await nobody.fresh().login(one.account, PASSWORD)
  await a.delete('/api/sessions')
  await c.want(401, 'GET', '/api/me')
  const adminSession = (await admin.get('/api/sessions')).json.items[0]
  await a.want(404, 'DELETE', `/api/sessions/${adminSession.id}`)
  const cookies = new Map(a.cookies)
  await a.delete('/api/session')
  a.cookies = cookies
  await a.want(401, 'GET', '/api/me')
})

test('the security administrator ends the sessions of others', async () => {
  const a = await nobody.fresh().login(one.account, PASSWORD)
  await a.want(403, 'GET', `/api/persons/${admin.id ?? 1}/sessions`)
  const rows = (await admin.get(`/api/persons/${one.id}/sessions`)).json.items
  await admin.delete(`/api/persons/${one.id}/sessions/${rows[0].id}`)
  await admin.delete(`/api/persons/${one.id}/sessions`)
  await a.want(401, 'GET', '/api/me')
})

test('a write from another site is refused, and one from nowhere', async () => {
  const a = await nobody.fresh().login(one.account, PASSWORD)
  const foreign = await a.ask('DELETE', '/api/session', { headers: { origin: 'http://evil.example' } })
  assert.equal(foreign.json.code, 'foreign_origin')
  assert.equal((await a.ask('DELETE', '/api/session', { origin: false })).json.code, 'foreign_origin')
  await a.get('/api/me')
})

test('tokens: shown once, with scopes, taken back', async () => {
  const a = await nobody.fresh().login(one.account, PASSWORD)
  const { json } = await a.post('/api/tokens', { name: '脚本', scopes: ['read'], days: 7 })
  const bot = nobody.fresh()
  bot.token = json.token
  assert.equal((await bot.get('/api/me')).json.id, one.id)
  assert.equal((await bot.want(403, 'POST', '/api/notices/read', { json: { upto: 1 }, origin: false })).json.code, 'forbidden')
  assert.deepEqual((await a.get('/api/tokens')).json.items.map((t) => [t.name, t.scopes]), [['脚本', ['read']]])
  const writer = nobody.fresh()
  writer.token = (await a.post('/api/tokens', { name: '写', scopes: ['read', 'write'] })).json.token
  await writer.want(204, 'POST', '/api/notices/read', { json: { upto: 1 }, origin: false })
  await writer.want(403, 'POST', '/api/tokens', { json: { name: 'x', scopes: ['read'] }, origin: false })
  await a.delete(`/api/tokens/${json.id}`)
  await bot.want(401, 'GET', '/api/me')
  await a.want(404, 'DELETE', `/api/tokens/${json.id}`)
})

test('the command line makes tokens that administer', async () => {
  const made = server.command('token', '--login', 'county')
  assert.equal(made.status, 0, made.stderr)
  const bot = nobody.fresh()
  bot.token = made.stdout.trim()
  await bot.post('/api/towns', { code: '001', name: '河口街道' }, { origin: false })
})

test('my data can be taken away', async () => {
  const a = await nobody.fresh().login(one.account, PASSWORD)
  const r = await a.get('/api/me/export')
  const data = JSON.parse(r.text)
  assert.equal(data.person.name, '黎小明')
  assert.ok(data.records.some((x) => x.action === 'session.enter'))
  assert.match(r.headers['content-disposition'], /attachment/)
})

test('behind a trusted proxy the last address counts, in however many lines it came', async () => {
  const behind = await start({ demo: true, args: ['--trust-proxy', '127.0.0.1/32'] })
  try {
    const c = await client(behind.base)
    for (const [said, meant] of [
      ['10.1.2.3', '10.1.2.3'],
      ['10.9.9.9, 10.1.2.4', '10.1.2.4'],
      [['10.9.9.9', '10.1.2.5'], '10.1.2.5'],
      [['10.9.9.9', '10.1.2.6', '127.0.0.1'], '10.1.2.6'],
    ]) {
      const wang = c.fresh()
      await wang.want(200, 'POST', '/api/session', { json: { login: 'wang', password: DEMO_PASSWORD }, headers: { 'x-forwarded-for': said } })
      const own = (await wang.get('/api/sessions')).json.items.find((s) => s.current)
      assert.equal(own.ip, meant)
    }
  } finally {
    await behind.stop()
  }
})
