// The audit log: only the auditor reads it, the export can be verified by anybody with SHA-256.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { county, enter } from './people_county.mjs'
import { binary } from './server.mjs'

let server, nobody, admin, auditor
before(async () => {
  ;({ server, nobody, admin } = await county())
  auditor = await enter(admin, nobody, { name: '审计员', phone: '13800000009' })
  await admin.post(`/api/persons/${auditor.id}/roles`, { role: 'auditor', scope_kind: 'county' })
})
after(() => server?.stop())

test('administrators are not auditors', async () => {
  await admin.want(403, 'GET', '/api/audit')
  await admin.want(403, 'GET', '/api/audit/verify')
  await admin.want(403, 'GET', '/api/audit/export')
  await auditor.want(403, 'POST', '/api/schools', { json: { code: 'x', name: 'x' } })
})

test('what was done is listed, filtered and paged', async () => {
  const rows = (await auditor.get('/api/audit?action=role.grant')).json.items
  assert.deepEqual([rows[0].who, rows[0].noun, rows[0].noun_id, rows[0].detail], ['李管理', 'person', auditor.id, 'auditor@county:1'])
  const first = (await auditor.get('/api/audit?limit=3')).json
  const second = (await auditor.get(`/api/audit?limit=3&cursor=${first.next}`)).json
  assert.equal(second.items[0].seq, first.items[2].seq - 1)
  assert.ok((await auditor.get(`/api/audit?person=${auditor.id}`)).json.items.every((r) => r.person === auditor.id))
})

test('the chain holds, and an export is verified without the server', async () => {
  assert.equal((await auditor.get('/api/audit/verify')).json.bad, 0)
  const lines = (await auditor.get('/api/audit/export')).text.trim().split('\n').map((l) => JSON.parse(l))
  assert.ok(lines.length > 5)
  let before = Buffer.alloc(32)
  for (const r of lines) {
    const h = crypto.createHash('sha256').update(before)
    for (const v of [r.seq, r.at, r.person, r.session, r.ip, r.action, r.noun, r.noun_id, r.detail]) {
      const bytes = Buffer.from(String(v))
      h.update(`${bytes.length}:`).update(bytes).update(',')
    }
    before = h.digest()
    assert.equal(r.hash, before.toString('hex'), `seq ${r.seq}`)
  }
})

test('jibei audit verifies an export and sees a changed byte, a missing line, a foreign line', async () => {
  const text = (await auditor.get('/api/audit/export')).text
  const file = path.join(server.data, 'audit.ndjson')
  const verify = (content) => {
    fs.writeFileSync(file, content)
    return spawnSync(binary, ['audit', file], { encoding: 'utf8' }).status
  }
  const lines = text.trim().split('\n')
  assert.equal(verify(text), 0)
  assert.equal(verify(lines.slice(3).join('\n')), 0)
  assert.equal(verify(text.replace('role.grant', 'role.grand')), 1)
  assert.equal(verify(lines.filter((_, i) => i !== 2).join('\n')), 1)
  assert.equal(verify(lines.concat('{"seq":1}').join('\n')), 1)
  assert.equal(verify(''), 1)
  const rest = (await auditor.get('/api/audit/export?from=4&limit=2')).text.trim().split('\n')
  assert.deepEqual(rest.map((l) => JSON.parse(l).seq), [4, 5])
})

// Last: rows that are on record stay, and these are no chain.
test('an export holds all that is on record, however much', async () => {
  const [last] = server.sql('SELECT seq FROM audit_head')
  server.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
    INSERT INTO audit_log(seq, at, person_id, session_id, ip, action, noun, noun_id, detail, hash)
    SELECT ${last} + i, at, person_id, session_id, ip, action, noun, noun_id, detail, hash FROM n, audit_log WHERE seq = 1`)
  server.sql(`UPDATE audit_head SET seq = ${last} + 100001`)
  const lines = (await auditor.get('/api/audit/export')).text.trim().split('\n')
  assert.equal(lines.length, Number(last) + 100002, 'and the export itself')
  assert.equal(JSON.parse(lines.at(-1)).action, 'audit.export')
})
