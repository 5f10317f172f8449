// The house itself: notices to a person, jobs, settings and the status page, and who may see them.
import assert from 'node:assert/strict'
import { test, before, after } from 'node:test'
import { client } from './client.mjs'
import { enter } from './people_county.mjs'
import { start } from './server.mjs'

const password = 'Demo-2025-pass'
let server, first, admin, nobody

// The first person appoints the system's administrator.
before(async () => {
  server = await founded()
  nobody = await client(server.base)
  first = await nobody.fresh().login('county', password)
  admin = await enter(first, nobody, { name: '系统管理员' })
  await first.post(`/api/persons/${admin.id}/roles`, { role: 'sysadmin', scope_kind: 'county' })
})
after(() => server.stop())

// A real county's first start: one administrator.
async function founded(options = {}) {
  const s = await start({ keep: true, ...options })
  const made = s.command('init', '--county', '测试县', '--name', '管理员', '--login', 'county', '--password', password)
  assert.equal(made.status, 0, made.stderr)
  return s
}

test('settings are read, changed within their bounds, and put back', async () => {
  const first = (await admin.get('/api/settings')).json
  const of = (v, name) => v.settings.find((s) => s.name === name)
  assert.equal(of(first, 'backup_keep').value, '7')
  const changed = (await admin.patch('/api/settings', first.rev, { changes: [{ name: 'backup_keep', value: '30' }] })).json
  assert.equal(of(changed, 'backup_keep').value, '30')
  assert.equal(of(changed, 'backup_keep').changed, true)
  assert.ok(changed.rev > first.rev)
  for (const [known, status] of [[`"${changed.rev}"`, 304], [`W/"${changed.rev}"`, 304], [`"1", W/"${changed.rev}"`, 304], ['*', 304], [`"${first.rev}"`, 200]])
    assert.equal((await admin.ask('GET', '/api/settings', { headers: { 'if-none-match': known } })).status, status, known)
  const late = await admin.want(412, 'PATCH', '/api/settings', { json: { changes: [] }, headers: { 'if-match': `"${first.rev}"` } })
  assert.equal(late.json.code, 'changed_meanwhile')
  for (const [name, value] of [['backup_keep', '0'], ['backup_keep', 'x'], ['backup_nightly', '2'], ['no_such', '1']]) {
    const r = await admin.want(400, 'PATCH', '/api/settings', { json: { changes: [{ name: 'backup_hour', value: '3' }, { name, value }] }, headers: { 'if-match': `"${changed.rev}"` } })
    assert.equal(r.json.code, 'bad_input')
  }
  const same = (await admin.get('/api/settings')).json
  assert.equal(of(same, 'backup_hour').value, '2', 'all or nothing')
  await admin.patch('/api/settings', changed.rev, { changes: [{ name: 'backup_keep', value: '7' }] })
  assert.equal(of((await admin.get('/api/settings')).json, 'backup_keep').changed, false)
  await admin.want(428, 'PATCH', '/api/settings', { json: { changes: [] } })
})

test('the status page says how the house is', async () => {
  const s = (await admin.get('/api/status')).json
  assert.equal(s.engine, process.env.JIBEI_TEST_DB ? 'postgresql' : 'sqlite')
  assert.ok(s.disk_total > s.disk_free && s.disk_free > 0)
  assert.equal(s.backup_at, undefined)
  assert.ok(s.backup_dir.endsWith('/backups'))
})

test('jobs are listed, and periodic ones run by themselves', async () => {
  let done
  for (let i = 0; i < 400 && !done?.length; i++) done = (await admin.get('/api/jobs?state=done')).json.items
  assert.ok(done.some((j) => j.kind === 'sweep_rows' && j.name === '清理过期记录' && j.tries === 1))
  const page = (await admin.get('/api/jobs?limit=1')).json
  assert.equal(page.items.length, 1)
  const next = (await admin.get(`/api/jobs?limit=1&cursor=${page.next}`)).json
  assert.ok(next.items[0].id < page.items[0].id)
  await admin.want(400, 'GET', '/api/jobs?cursor=x')
  await admin.want(400, 'GET', '/api/jobs?state=odd')
  await admin.want(404, 'POST', '/api/jobs/999999/retry')
  const r = await admin.want(409, 'POST', `/api/jobs/${done[0].id}/retry`)
  assert.equal(r.json.code, 'wrong_state')
})

test('the first person is asked to appoint the other administrators', async () => {
  const { items, unread } = (await first.get('/api/notices')).json
  assert.deepEqual([items.length, items[0].kind, unread], [1, 'appoint', 1])
  assert.match(items[0].text, /系统管理员.*审计管理员/)
})

test('the bell: mine alone, read once', async () => {
  const none = (await admin.get('/api/notices')).json
  assert.deepEqual(none.items, [])
  assert.equal(none.unread, 0)
  await admin.want(404, 'POST', '/api/notices/1/read')
  await admin.want(204, 'POST', '/api/notices/read', { json: { upto: 10 } })
  assert.equal((await admin.get('/api/notices?unread=true&limit=5')).json.unread, 0)
})

test('who is nobody sees none of it', async () => {
  for (const p of ['/api/settings', '/api/status', '/api/jobs', '/api/notices']) await nobody.want(401, 'GET', p)
  await nobody.want(401, 'PATCH', '/api/settings', { json: { changes: [] }, headers: { 'if-match': '"1"' } })
})
