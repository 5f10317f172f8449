// What every page begins with: the first page of a teacher, the dictionaries, what the program says of itself.
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { start, DEMO_PASSWORD } from './server.mjs'
import { client } from './client.mjs'

let server, nobody, wang

before(async () => {
  server = await start({ demo: true })
  nobody = await client(server.base)
  wang = await nobody.fresh().login('wang', DEMO_PASSWORD)
})
after(() => server.stop())

test('the first page knows my lessons, in the order of their books', async () => {
  const home = (await wang.get('/api/home')).json
  assert.ok(home.courses.length > 0)
  assert.ok(home.recent.length > 0)
  for (const course of home.courses) {
    const path = (await wang.get(`/api/taxa/${course.taxon}`)).json
    assert.ok(path, 'the book is there')
    assert.ok(course.lesson.path.startsWith(course.path))
    assert.ok(course.before || course.after)
    for (const card of course.items) assert.equal((await wang.get(`/api/resources/${card.id}`)).json.state, 'published')
  }
  await nobody.fresh().want(401, 'GET', '/api/home')
})

test('the dictionaries hold the five kinds of the policy first', async () => {
  const all = (await wang.get('/api/dicts')).json
  const kinds = all.items.find((d) => d.name === 'resource_kind')
  assert.deepEqual(kinds.rows.slice(0, 5).map((r) => r.name), ['教学设计', '微课', '教学案例', '教学录像', '试题库'])
})

test('the program says what it is and how it is', async () => {
  assert.equal((await nobody.get('/api/version')).json.name, 'jibei')
  assert.equal((await nobody.get('/api/openapi.json')).json.openapi, '3.1.0')
  await nobody.get('/livez')
  await nobody.get('/readyz')
  const metrics = (await nobody.get('/metrics')).text
  assert.match(metrics, /^# TYPE jibei_/m)
})
