// What those who keep the machine must know comes by the bell: a job that was given up, backups that cannot be made, a
// disk that fills up. Told once while it lasts, to them alone, and settled when it is well again. Times that would
// be waited for are moved in the database.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test, before, after } from 'node:test'
import { client } from './client.mjs'
import { enter } from './people_county.mjs'
import { start } from './server.mjs'

const password = 'Demo-2025-pass'
let server, county, keepers, teacher

before(async () => {
  server = await start({ keep: true })
  const made = server.command('init', '--county', '测试县', '--name', '管理员', '--login', 'county', '--password', password)
  assert.equal(made.status, 0, made.stderr)
  const nobody = await client(server.base)
  county = await nobody.fresh().login('county', password)
  keepers = [await enter(county, nobody, { name: '系统管理员' }), await enter(county, nobody, { name: '值班员' })]
  for (const k of keepers) await county.post(`/api/persons/${k.id}/roles`, { role: 'sysadmin', scope_kind: 'county' })
  teacher = await enter(county, nobody, { name: '王老师' })
})
after(async () => {
  await server.stop()
  fs.rmSync(server.data, { recursive: true, force: true })
})

const told = async (c, kind) => (await c.get('/api/notices')).json.items.filter((n) => n.kind === kind)
const unread = async (c, kind) => (await told(c, kind)).filter((n) => !n.read_at)

async function until(what, ask) {
  for (let i = 0; i < 3000; i++) {
    const r = await ask()
    if (r) return r
  }
  assert.fail(`never seen: ${what}`)
}

// A job that is due now and was tried so often before; resolves when that try has ended, well or not.
async function runs(kind, tries = 0) {
  server.sql(`DELETE FROM job WHERE kind = '${kind}' AND state = 0`)
  const columns = 'kind, arg_id, arg, state, run_at, tries, lease, process, error, made_at, done_at'
  const [id] = server.sql(`INSERT INTO job(${columns}) VALUES('${kind}', 0, '', 0, 0, ${tries}, 0, '', '', 0, 0) RETURNING id`)
  await until(`${kind} ran`, () => server.sql(`SELECT count(*) FROM job WHERE id = ${id} AND state <> 1 AND tries > ${tries}`)[0] === '1')
}

async function set(name, value) {
  const { rev } = (await keepers[0].get('/api/settings')).json
  await keepers[0].patch('/api/settings', rev, { changes: [{ name, value }] })
}

async function onlyKeepersKnow(kind, text) {
  for (const k of keepers) {
    const list = await told(k, kind)
    assert.equal(list.length, 1, JSON.stringify(list))
    assert.match(list[0].text, text)
    assert.equal(list[0].read_at, 0)
  }
  for (const c of [teacher, county]) assert.deepEqual(await told(c, kind), [])
}

test('a job that was given up is told; another of its kind is not told again', async () => {
  for (const n of [1, 2]) {
    await runs('from_the_future')
    assert.equal((await keepers[0].get('/api/jobs?state=failed')).json.items.length, n)
    await onlyKeepersKnow('job_failed', /from_the_future.*多次失败.*没有这种任务/)
  }
})

test('backups that cannot be made are told once, and settled when one was made', async () => {
  const blocked = path.join(server.data, 'not-a-folder')
  fs.writeFileSync(blocked, '')
  await set('backup_dir', path.join(blocked, 'backups'))
  server.sql("INSERT INTO counter(name, value) VALUES('backup_made', 1), ('backup', 1)") // the last one was long ago
  for (const tries of [0, 1]) {
    await runs('nightly_backup', tries)
    for (const k of keepers) assert.deepEqual(await told(k, 'backup_failed'), [], 'it is tried again first')
  }
  for (let i = 0; i < 2; i++) {
    await runs('nightly_backup', 2)
    await onlyKeepersKnow('backup_failed', /备份没有成功：.*not-a-folder/)
  }
  await set('backup_dir', '')
  await runs('nightly_backup')
  for (const k of keepers) assert.deepEqual(await unread(k, 'backup_failed'), [])
  assert.ok(!(await keepers[0].get('/api/status')).json.problems.some((p) => /备份/.test(p)))
})

test('a disk that is low is told once, settled when there is room, and told anew the next time', async () => {
  await set('disk_low_percent', '1')
  await runs('watch_disk') // where this machine's own disk is low, that was known before there was anybody to tell
  await set('disk_low_percent', '100')
  for (let i = 0; i < 2; i++) {
    await runs('watch_disk')
    await onlyKeepersKnow('disk_low', /磁盘剩余 \d+%/)
  }
  await set('disk_low_percent', '1')
  await runs('watch_disk')
  for (const k of keepers) assert.deepEqual(await unread(k, 'disk_low'), [])
  await set('disk_low_percent', '100')
  await runs('watch_disk')
  for (const k of keepers) assert.deepEqual([(await told(k, 'disk_low')).length, (await unread(k, 'disk_low')).length], [2, 1])
})
