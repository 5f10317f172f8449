// Walks tests/api/rights.matrix: every line, every role. What stands there was written by hand, so that a slip in
// the program's own table of rights shows here.
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { start, root, DEMO_PASSWORD } from './server.mjs'
import { client } from './client.mjs'
import { append, create, text } from './tus.mjs'

const roles = ['nobody', 'wang', 'lin', 'other', 'school', 'lead', 'keeper', 'audit', 'county']
const people = {}
const names = {}
let server

before(async () => {
  server = await start({ demo: true })
  const nobody = await client(server.base)
  for (const r of roles) people[r] = r === 'nobody' ? nobody : await nobody.fresh().login(r, DEMO_PASSWORD)
  const { wang, lin, other } = people
  names.draft = (await wang.post('/api/resources', { title: '草稿', kind: 'lesson_plan', scope: 'school' })).json.id
  const bytes = text(3000)
  const made = await create(wang, bytes.length, '教案.txt')
  await append(wang, made.headers.location, 0, bytes)
  await wang.post(`/api/resources/${names.draft}/files`, { upload_id: made.headers.location.split('/').pop() })
  names.file = (await wang.get(`/api/resources/${names.draft}`)).json.files[0].id
  const mine = (await wang.get('/api/resources?view=mine&limit=100')).json.items
  const seen = new Set((await other.get('/api/resources?limit=100')).json.items.map((r) => r.id))
  names.county = mine.find((r) => r.state === 'published' && r.scope === 'county' && r.files > 0 && seen.has(r.id)).id
  names.open = (await wang.get(`/api/resources/${names.county}`)).json.files[0].id
  names.wang = (await wang.get('/api/me')).json.id
  names.lin = (await lin.get('/api/me')).json.id
  names.school = (await wang.get('/api/me')).json.school.id
})
after(() => server.stop())

const lines = fs.readFileSync(path.join(root, 'tests/api/rights.matrix'), 'utf8').split('\n')
  .filter((l) => l && !l.startsWith('#'))
  .map((l) => {
    const [ask, expected] = l.split(' | ')
    const [, method, target, body] = /^(\S+) (\S+)(?: (.*))?$/.exec(ask)
    return { ask, method, target, body, expected: expected.trim().split(/\s+/) }
  })

let n = 0
const fill = (s) => s.replace(/\$(\w+)/g, (_, k) => (k === 'n' ? String(++n) : names[k]))

for (const line of lines) {
  test(line.ask, async () => {
    assert.equal(line.expected.length, roles.length, 'a word for every role')
    for (const [i, role] of roles.entries()) {
      if (line.expected[i] === 'skip') continue // would change what the next lines stand on
      const options = { headers: ['PATCH', 'PUT'].includes(line.method) ? { 'if-match': '"999999"' } : {} }
      if (line.body) options.json = JSON.parse(fill(line.body))
      const r = await people[role].ask(line.method, fill(line.target), options)
      const kept = [401, 403, 404].includes(r.status) ? String(r.status) : 'ok'
      assert.equal(kept, line.expected[i], `${role}: ${r.status} ${r.text.slice(0, 200)}`)
    }
  })
}
