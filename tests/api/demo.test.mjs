// The demo county: the same seed and day give the same rows (but for secrets, uuids and clocks), another seed others;
// a folder with people in it is left alone. What lies on PostgreSQL is copied into the folder first, to be dumped there.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { binary, database, folder } from './server.mjs'

const jibei = (...words) => spawnSync(binary, words, { encoding: 'utf8' })
const demo = ({ data, db }, seed) => jibei('demo', '--data', data, ...db, '--seed', seed, '--password', 'Demo-2025-pass', '--today', '2025-11-12')

// Every table as text, without what must differ.
function dump({ data, db }) {
  if (db.length) {
    const copied = jibei('db', 'copy', '--to', `sqlite:${data}/jibei.db`, '--data', data, ...db)
    assert.equal(copied.status, 0, copied.stdout + copied.stderr)
  }
  const skip = /^(password|schema_step|audit_|sqlite_|viewer_stale|search_fts|job$|outbox)/
  const sql = (q) => {
    const r = spawnSync('sqlite3', ['-cmd', '.mode list', path.join(data, 'jibei.db'), q], { encoding: 'utf8', maxBuffer: 1 << 28 })
    assert.equal(r.status, 0, r.stderr)
    return r.stdout
  }
  const out = {}
  for (const table of sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").trim().split('\n')) {
    if (skip.test(table)) continue
    const columns = sql(`SELECT name FROM pragma_table_info('${table}')`).trim().split('\n')
    const same = columns.filter((c) => !/uuid|hash|token/.test(c) && !(table === 'notice' && c === 'at') && !(table === 'setting' && c === 'at'))
    out[table] = sql(`SELECT ${same.map((c) => `"${c}"`).join(', ')} FROM "${table}" ORDER BY ${same.map((_, i) => i + 1).join(', ')}`)
  }
  return out
}

test('the same seed makes the same county', () => {
  const [a, b, c] = [1, 2, 3].map(() => ({ data: folder(), db: database() }))
  try {
    for (const [house, seed] of [[a, '5'], [b, '5'], [c, '6']]) {
      const made = demo(house, seed)
      assert.equal(made.status, 0, made.stderr)
    }
    const [first, second, third] = [a, b, c].map(dump)
    for (const table of Object.keys(first)) assert.equal(second[table], first[table], `table ${table} differs`)
    assert.notEqual(third.resource, first.resource)
    assert.deepEqual(fs.readdirSync(path.join(a.data, 'incoming')), [])
    const again = demo(a, '5')
    assert.equal(again.status, 1)
    assert.match(again.stderr, /已经有人员/)
  } finally {
    for (const { data } of [a, b, c]) fs.rmSync(data, { recursive: true, force: true })
  }
})
