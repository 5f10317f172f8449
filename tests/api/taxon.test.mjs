// The textbook spine: browsing, a lesson's whole path, editing, taking in a table of contents; the dictionaries.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { county, enter, school } from './people_county.mjs'

let server, nobody, admin, teacher, volume, lesson
const make = async (parent, name, more = {}) => (await admin.post('/api/taxa', { ...(parent ? { parent } : {}), name, ...more })).json.self

before(async () => {
  ;({ server, nobody, admin } = await county())
  const a = await school(admin, 'S01', '第一小学')
  teacher = await enter(admin, nobody, { name: '教师', staff_no: '2', school: a.id })
  let at
  for (const name of ['小学', '语文', '统编版', '三年级下册']) at = await make(at?.id, name)
  volume = at
  lesson = await make((await make(volume.id, '第一单元')).id, '3 荷花')
})
after(() => server?.stop())

test('dictionaries come with codes and words, the five kinds of the policy first', async () => {
  const { items } = (await teacher.get('/api/dicts')).json
  const kinds = items.find((d) => d.name === 'resource_kind').rows.map((r) => r.code)
  assert.deepEqual(kinds.slice(0, 5), ['lesson_plan', 'micro_lesson', 'case', 'lesson_video', 'question'])
  await nobody.want(401, 'GET', '/api/dicts')
})

test('grade and subject follow from the path; a lesson shows all above it in one call', async () => {
  const v = (await teacher.get(`/api/taxa/${lesson.id}`)).json
  assert.deepEqual(v.path.map((t) => t.name), ['小学', '语文', '统编版', '三年级下册', '第一单元', '3 荷花'])
  assert.deepEqual([v.self.stage, v.self.subject, v.self.grade, v.self.kind], ['primary', 'chinese', 'P3', 'lesson'])
  assert.equal(v.self.path, '语文 · 统编版 · 三年级下册 · 第一单元 · 3 荷花')
  const top = (await teacher.get('/api/taxa')).json.items
  assert.deepEqual(top.map((t) => t.name), ['小学'])
  assert.equal(top[0].children, 1)
  await teacher.want(404, 'GET', '/api/taxa/999999')
})

test('a rename reaches every path below; a stale revision, a double name and a new parent are refused', async () => {
  const unit = (await teacher.get(`/api/taxa?parent=${volume.id}`)).json.items[0]
  await admin.want(428, 'PATCH', `/api/taxa/${unit.id}`, { json: { name: '某' } })
  const done = (await admin.patch(`/api/taxa/${unit.id}`, unit.rev, { name: '第一单元（新）' })).json
  assert.equal(done.self.rev, unit.rev + 1)
  assert.ok((await teacher.get(`/api/taxa/${lesson.id}`)).json.self.path.includes('第一单元（新）'))
  await admin.want(412, 'PATCH', `/api/taxa/${unit.id}`, { json: { name: '某' }, headers: { 'if-match': `"${unit.rev}"` } })
  await admin.want(400, 'PATCH', `/api/taxa/${unit.id}`, { json: { parent: lesson.id }, headers: { 'if-match': `"${done.self.rev}"` } })
  const twice = await admin.want(409, 'POST', '/api/taxa', { json: { parent: unit.id, name: '3 荷花' } })
  assert.equal(twice.json.field, 'name')
  await admin.patch(`/api/taxa/${unit.id}`, done.self.rev, { name: '第一单元' })
})

test('what is out of use is hidden, and comes back', async () => {
  const extra = await make(volume.id, '多余的单元')
  await admin.patch(`/api/taxa/${extra.id}`, extra.rev, { disabled: true })
  const names = async (all) => (await teacher.get(`/api/taxa?parent=${volume.id}${all ? '&all=true' : ''}`)).json.items.map((t) => t.name)
  assert.ok(!(await names(false)).includes('多余的单元'))
  assert.ok((await names(true)).includes('多余的单元'))
})

test('a pasted table of contents: dry run, errors, all or nothing', async () => {
  const text = '单元\t课题\n第二单元\t5 守株待兔\n\t6 陶罐和铁罐\n第一单元\t3 荷花\n'
  const dry = (await admin.post('/api/taxa/import', { parent: volume.id, text, dry_run: true })).json
  assert.deepEqual([dry.units, dry.lessons, dry.known, dry.errors], [1, 2, 1, 0])
  assert.equal((await teacher.get(`/api/taxa?parent=${volume.id}`)).json.items.length, 1)
  await admin.post('/api/taxa/import', { parent: volume.id, text })
  const units = (await teacher.get(`/api/taxa?parent=${volume.id}`)).json.items
  assert.deepEqual(units.map((t) => [t.name, t.children]), [['第一单元', 1], ['第二单元', 2]])
  const bad = await admin.want(400, 'POST', '/api/taxa/import', { json: { parent: volume.id, text: '没有单元的课\n' } })
  assert.match(bad.json.detail, /1 行不对/)
  await teacher.want(403, 'POST', '/api/taxa/import', { json: { parent: volume.id, text } })
  await teacher.want(403, 'POST', '/api/taxa', { json: { name: '高中' } })
})
