// Terms with holidays and moved days, bells, who teaches what, and which editions are adopted.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { county, enter, school } from './people_county.mjs'

let server, nobody, admin, a, head, teacher, term
before(async () => {
  ;({ server, nobody, admin } = await county())
  a = await school(admin, 'S01', '第一小学')
  head = await enter(admin, nobody, { name: '校长', staff_no: '1', school: a.id })
  await admin.post(`/api/persons/${head.id}/roles`, { role: 'school_admin', scope_kind: 'school', scope_id: a.id })
  teacher = await enter(admin, nobody, { name: '教师', staff_no: '2', school: a.id })
  term = (
    await admin.post('/api/terms', {
      key: '2025-1',
      name: '2025—2026学年第一学期',
      first_day: '2025-09-01',
      last_day: '2026-01-23',
      changes: [
        { day: '2025-10-01', kind: 'holiday', weekday: 0, name: '国庆节' },
        { day: '2025-10-11', kind: 'work', weekday: 3, name: '补周三' },
      ],
    })
  ).json
})
after(() => server?.stop())

test('a term comes back as it was entered; days outside of it are refused', async () => {
  const [t] = (await teacher.get('/api/terms')).json.items
  assert.equal(t.changes[1].day, '2025-10-11')
  assert.equal(t.changes[1].weekday, 3)
  const bad = { changes: [{ day: '2026-05-01', kind: 'holiday', weekday: 0, name: '劳动节' }] }
  await admin.want(400, 'PATCH', `/api/terms/${term.id}`, { json: bad, headers: { 'if-match': `"${t.rev}"` } })
  const edited = (await admin.patch(`/api/terms/${term.id}`, t.rev, { changes: t.changes.slice(0, 1) })).json
  assert.equal(edited.changes.length, 1)
  assert.equal((await admin.patch(`/api/terms/${term.id}`, edited.rev, { name: '改名' })).json.changes.length, 1)
  await head.want(403, 'POST', '/api/terms', { json: { key: '2025-2', name: '二', first_day: '2026-02-20', last_day: '2026-07-01', changes: [] } })
  await admin.want(409, 'POST', '/api/terms', { json: { key: '2025-1', name: '重', first_day: '2026-02-20', last_day: '2026-07-01', changes: [] } })
})

test('bells: in the order of the day, by the school itself', async () => {
  const body = {
    name: '秋冬季作息',
    from_day: '2025-09-01',
    periods: [
      { name: '1', lesson: true, start_min: 500, end_min: 540 },
      { name: '大课间', lesson: false, start_min: 540, end_min: 570 },
    ],
  }
  await teacher.want(403, 'POST', `/api/schools/${a.id}/bells`, { json: body })
  const bell = (await head.post(`/api/schools/${a.id}/bells`, body)).json
  const clash = { periods: [body.periods[0], { ...body.periods[1], start_min: 530 }] }
  await head.want(400, 'PATCH', `/api/bells/${bell.id}`, { json: clash, headers: { 'if-match': `"${bell.rev}"` } })
  assert.equal((await head.patch(`/api/bells/${bell.id}`, bell.rev, { name: '夏季作息' })).json.periods.length, 2)
  assert.equal((await teacher.get(`/api/schools/${a.id}/bells`)).json.items.length, 1)
})

test('a teacher enters his own classes, the school everybody’s', async () => {
  const body = { term: term.id, person: teacher.id, school: a.id, grade: 'P3', class_no: 2, subject: 'chinese' }
  const t = (await teacher.post('/api/teachings', body)).json
  assert.equal(t.school_name, '第一小学')
  await teacher.want(409, 'POST', '/api/teachings', { json: body })
  await teacher.want(403, 'POST', '/api/teachings', { json: { ...body, person: head.id } })
  await head.post('/api/teachings', { ...body, class_no: 3 })
  assert.equal((await teacher.get('/api/teachings')).json.items.length, 2)
  assert.equal((await head.get(`/api/teachings?school=${a.id}`)).json.items.length, 2)
  await teacher.delete(`/api/teachings/${t.id}`)
  await teacher.want(404, 'DELETE', `/api/teachings/${t.id}`)
})

test('adoptions replace each other', async () => {
  const body = { school: a.id, year: 2025, grade: 'P3', subject: 'chinese', edition: 'tongbian' }
  await teacher.want(403, 'POST', '/api/adoptions', { json: body })
  await head.post('/api/adoptions', body)
  const two = (await head.post('/api/adoptions', { ...body, edition: 'renjiao' })).json
  assert.equal(two.rev, 2)
  const rows = (await teacher.get(`/api/adoptions?school=${a.id}&year=2025`)).json.items
  assert.deepEqual(rows.map((x) => x.edition), ['renjiao'])
  await head.want(400, 'POST', '/api/adoptions', { json: { ...body, edition: 'nobody' } })
})

test('who teaches without a book of his own has the one the school adopted, of this half of the year', async () => {
  const child = async (parent, name, more = {}) => {
    const there = (await admin.get(parent ? `/api/taxa?parent=${parent}` : '/api/taxa')).json.items.find((x) => x.name === name)
    return there ? there.id : (await admin.post('/api/taxa', { parent, name, ...more })).json.self.id
  }
  const subject = await child(await child(0, '小学', { code: 'primary' }), '英语', { code: 'english' })
  const volumes = {}
  for (const edition of ['外研社版', '人教版（PEP）'])
    for (const volume of ['四年级下册', '四年级上册']) {
      const id = await child(await child(subject, edition), volume, { grade: 'P4' })
      await child(await child(id, 'Unit 1'), `${edition} ${volume}`)
      volumes[`${edition} ${volume}`] = id
    }
  await teacher.post('/api/teachings', { term: term.id, person: teacher.id, school: a.id, grade: 'P4', class_no: 1, subject: 'english' })
  const course = async () => (await teacher.get('/api/home')).json.courses.find((x) => x.subject === 'english')
  assert.equal((await course()).lesson, undefined)
  await head.post('/api/adoptions', { school: a.id, year: 2025, grade: 'P4', subject: 'english', edition: 'renjiao' })
  const { taxon, edition, lesson } = await course()
  assert.deepEqual([taxon, edition, lesson.name], [volumes['人教版（PEP） 四年级上册'], '人教版（PEP）', '人教版（PEP） 四年级上册'])
})
