// The drill: a house under load is backed up by the command, restored into another folder, checked, and compared with
// the ledger of what had been acknowledged before the backup began. Then the rows go to another database and back.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { execFile, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { Load } from '../fault/load.mjs'
import { binary, database, folder, start } from './server.mjs'

const password = 'Demo-2025-pass'

function jibei(...words) {
  return spawnSync(binary, words, { encoding: 'utf8' })
}

// The same without stopping our own clients meanwhile.
function beside(...words) {
  return new Promise((resolve) => execFile(binary, words, (e, out, err) => resolve({ e, out, err })))
}

function done(r) {
  assert.equal(r.status, 0, r.stdout + r.stderr)
  return r.stdout
}

async function founded() {
  const server = await start({ keep: true, env: { JIBEI_LOG: 'error' } })
  done(server.command('init', '--county', '测试县', '--name', '管理员', '--login', 'county', '--password', password))
  const token = done(server.command('token', '--login', 'county', '--scopes', 'read,write')).trim().split('\n').pop().trim()
  return { server, token }
}

async function judged(data, db, token, ledger) {
  const server = await start({ data, args: db, env: { JIBEI_LOG: 'error' } })
  const lost = await new Load(server.base, token, ledger).judge()
  await server.stop()
  assert.deepEqual(lost, [])
}

test('backup under load, restore, check, compare; then into another database', { timeout: 120_000 }, async () => {
  const { server, token } = await founded()
  const ledger = { uploads: [], resources: [], files: [] }
  const load = new Load(server.base, token, ledger)
  for (let i = 0; i < 5; i++) await load.one(Buffer.from(`第 ${i} 份教案 `.repeat(500)), 2, `教案 ${i}`)
  const before = { uploads: [], resources: [...ledger.resources], files: [...ledger.files] }

  const going = [load.run(1), load.run(2)] // goes on while the backup is made
  const store = folder()
  const first = await beside('backup', store, '--data', server.data, ...server.db)
  assert.equal(first.e, null, first.err)
  assert.match(first.out, /备份完成/)
  load.going = false
  await Promise.all(going)
  await server.stop()

  const again = done(server.command('backup', store))
  assert.match(again, /其中新复制/)
  const sets = fs.readdirSync(store).filter((n) => /^\d{8}-/.test(n)).sort()
  assert.equal(sets.length, 2)

  const db = database()
  const copy = path.join(folder(), 'house')
  done(jibei('restore', path.join(store, sets[0]), '--data', copy, ...db))
  assert.match(done(jibei('check', '--data', copy, ...db)), /没有发现问题/)
  await judged(copy, db, token, before)
  const over = jibei('restore', store, '--data', copy, ...db)
  assert.equal(over.status, 1, 'never over a house that is there')
  assert.match(over.stderr, /不是空的/)
  assert.match(over.stderr, /没有动过/)
  assert.doesNotMatch(over.stderr, /清空/, 'nobody is told to empty a house that lives')
  const papers = folder()
  fs.writeFileSync(path.join(papers, '教案.txt'), 'somebody else’s')
  assert.match(jibei('restore', store, '--data', papers, ...db).stderr, /不是空的/)
  assert.deepEqual(fs.readdirSync(papers), ['教案.txt'])
  fs.rmSync(papers, { recursive: true })

  // Into another database: every row is compared by the command itself.
  const target = `sqlite:${path.join(folder(), 'copy.db')}`
  assert.match(done(jibei('db', 'copy', '--to', target, '--data', copy, ...db)), /完全一致/)
  await judged(copy, ['--db', target], token, before)

  // What was damaged in the meantime is found.
  const sha = createHash('sha256').update(before.files[0].bytes).digest('hex')
  const file = path.join(copy, 'blobs', sha.slice(0, 2), sha)
  fs.chmodSync(file, 0o600)
  const fd = fs.openSync(file, 'r+')
  fs.writeSync(fd, '坏', 3)
  fs.closeSync(fd)
  const bad = jibei('check', '--data', copy, ...db)
  assert.equal(bad.status, 1)
  assert.match(bad.stdout, /文件缺失或损坏/)
  for (const d of [server.data, store, path.dirname(copy)]) fs.rmSync(d, { recursive: true, force: true })
})

test('a broken or unfinished backup is not restored', () => {
  const store = folder()
  const set = path.join(store, '20260101-020000-000')
  fs.mkdirSync(set)
  const r = jibei('restore', store, '--data', path.join(store, 'house'))
  assert.equal(r.status, 1)
  assert.match(r.stderr, /损坏|没有完整/)
  assert.doesNotMatch(r.stderr, /清空/)
  fs.writeFileSync(path.join(set, 'manifest'), 'jibei-backup 1\nmade 1\nend 00\n')
  assert.equal(jibei('restore', store, '--data', path.join(store, 'house')).status, 1)
  fs.rmSync(store, { recursive: true, force: true })
})
