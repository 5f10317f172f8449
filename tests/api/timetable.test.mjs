// Timetables taken in school by school, and when people of two schools are free together.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { prepCounty } from './prep_county.mjs'

let k, principal, part, host, lead, term
before(async () => {
  k = await prepCounty()
  ;({ principal, part, host, lead } = k.who)
  // 2031-09-01 is a Monday of week 1; in week 1 Saturday runs as Wednesday; Tuesday of week 2 is a holiday
  const changes = [
    { day: '2031-09-06', kind: 'work', weekday: 3, name: '补课' },
    { day: '2031-09-09', kind: 'holiday', weekday: 0, name: '放假' },
  ]
  term = (await k.admin.post('/api/terms', { key: '2031-1', name: '二〇三一', first_day: '2031-09-01', last_day: '2031-12-31', changes })).json
  const periods = [1, 2, 3, 4].map((n) => ({ name: String(n), lesson: true, start_min: 480 + (n - 1) * 60, end_min: 520 + (n - 1) * 60 }))
  await k.admin.post(`/api/schools/${k.schools[0].id}/bells`, { name: '作息', from_day: '2031-09-01', periods })
})
after(() => k?.server.stop())

const bring = (c, school, text, apply = true) =>
  c.ask('POST', `/api/schools/${school}/timetable?name=a.csv&term=${term.id}&apply=${apply}`, { body: text, headers: { 'content-type': 'application/octet-stream' } })
const rows = (...lines) => ['工号,姓名,星期,节次,班级,学科,单双周', ...lines].join('\n')

test('a sheet is checked, then takes the place of what was there', async () => {
  const [a, b] = k.schools
  const bad = (await bring(principal, a.id, rows('1,韩主持,周八,1,,,', '77,谁,周一,1,,,', ',林主备,周一,第0节,,,', ',林主备,周一,1,,,三', '1,,周一,1,,,', '1,,周一,第1节,,,单'))).json
  assert.deepEqual([bad.applied, bad.rows, bad.lessons, bad.wrong_rows], [false, 6, 1, 5])
  assert.deepEqual(bad.wrong[0], { sheet: 1, row: 2, who: '韩主持', error: '星期没有看懂，请写成“周三”或“3”。' })
  assert.deepEqual(bad.strangers, [{ name: '谁', staff_no: '77', rows: 1 }])
  assert.deepEqual(bad.wrong.map((w) => w.row), [2, 3, 4, 5, 7])
  assert.equal((await host.get('/api/timetables?term=' + term.id)).json.items.length, 0)
  const dry = (await bring(principal, a.id, rows('1,韩主持,周一,1,三2班,语文,'), false)).json
  assert.deepEqual([dry.applied, dry.lessons, dry.people], [false, 1, 1])
  const done = (await bring(principal, a.id, rows('1,韩主持,周一,第1节,三2班,语文,', '1,韩主持,星期二,2,三2班,语文,单', ',林主备,3,三,三1班,语文,双周'))).json
  assert.deepEqual([done.applied, done.lessons, done.people], [true, 3, 2])
  const mine = (await host.get('/api/timetables?term=' + term.id)).json.items
  assert.deepEqual(mine.map((l) => [l.weekday, l.period, l.weeks, l.class_name]), [[1, 1, 0, '三2班'], [2, 2, 1, '三2班']])
  const again = (await bring(principal, a.id, rows('1,韩主持,周一,第1节,三2班,语文,', ',林主备,3,三,三1班,语文,双周'))).json
  assert.equal(again.lessons, 2)
  assert.equal((await principal.get(`/api/timetables?term=${term.id}&school=${a.id}`)).json.items.length, 2)
  assert.equal((await bring(principal, b.id, rows(',王参备,周一,5,,,'))).status, 403)
  await part.want(403, 'GET', `/api/timetables?term=${term.id}&person=${host.id}`)
  assert.equal((await bring(principal, a.id, '没有,表头')).status, 400)
  assert.equal((await bring(principal, a.id, '')).status, 400)
  assert.equal((await bring(principal, a.id, rows())).status, 400, 'a sheet without lessons does not clear what is there')
  assert.equal((await bring(k.admin, b.id, rows(',王参备,周三,第2节,五1班,语文,'))).json.applied, true)
})

test('who is meant is told by number and name together; spaces between do not count; each sheet has heads of its own', async () => {
  const [a] = k.schools
  const none = (await bring(principal, a.id, rows('1,林主备,周一,1,,,', '1,林主备,周一,2,,,', ',,周一,1,,,', '1,韩　主 持,周一,1,,,'), false)).json
  assert.deepEqual(none.wrong.map((w) => [w.row, w.who]), [[2, '林主备'], [3, '林主备'], [4, '']])
  assert.deepEqual(none.strangers, [{ name: '林主备', staff_no: '1', rows: 2 }])
  assert.equal(none.lessons, 1)
  const lines = Array.from({ length: 130 }, (_, i) => `${900 + i},某${i},周一,1,,,`)
  const many = (await bring(principal, a.id, rows(...lines), false)).json
  assert.deepEqual([many.rows, many.wrong_rows, many.wrong.length, many.strangers.length], [130, 130, 100, 100])
})

test('what a school has is told, given as a sheet that can be taken in again, taken away', async () => {
  const [a, b] = k.schools
  const school = `/api/schools/${a.id}/timetable`
  const sheet = async (query = '') => (await principal.want(200, 'GET', `${school}/sheet${query}`)).body
  const take = (bytes, apply) => principal.ask('POST', `${school}?name=a.xlsx&term=${term.id}&apply=${apply}`, { body: bytes, headers: { 'content-type': 'application/octet-stream' } })
  await bring(principal, a.id, rows('1,韩主持,周一,第1节,三2班,语文,', ',林主备,3,三,三1班,语文,双周'))
  const held = (await principal.get(`${school}?term=${term.id}`)).json
  assert.deepEqual(held, { term: term.id, lessons: 2, items: [{ person: host.id, name: '韩主持', staff_no: '1', lessons: 1 }, { person: lead.id, name: '林主备', staff_no: '2', lessons: 1 }] })
  assert.equal((await principal.get(school)).json.lessons, 0, 'this term')
  const kept = await sheet(`?term=${term.id}`)
  await bring(principal, a.id, rows('1,韩主持,周五,第1节,三2班,语文,'))
  const back = (await take(kept, true)).json
  assert.deepEqual([back.applied, back.lessons, back.wrong], [true, 2, []])
  assert.deepEqual((await lead.get(`/api/timetables?term=${term.id}`)).json.items.map((l) => [l.weekday, l.period, l.weeks, l.class_name, l.subject]), [[3, 3, 2, '三1班', '语文']])
  assert.equal((await take(await sheet(), false)).json.detail, '表头下面没有课，请一行写一节课，再上传一次。')
  assert.equal((await principal.get(`${school}/sheet`)).headers['content-disposition'].includes('attachment'), true)
  await principal.want(404, 'GET', `${school}/sheet?term=999`)
  await principal.want(400, 'DELETE', school)
  await principal.want(403, 'DELETE', `/api/schools/${b.id}/timetable?term=${term.id}`)
  assert.deepEqual((await lead.get('/api/me/export')).json.lessons, [{ term: term.id, school: '第一小学', weekday: 3, period: 3, weeks: 2, class: '三1班', subject: '语文' }])
  await principal.want(204, 'DELETE', `${school}?term=${term.id}`)
  await principal.want(204, 'DELETE', `${school}?term=${term.id}`)
  assert.deepEqual((await host.get(`/api/timetables?term=${term.id}`)).json.items, [])
  assert.equal((await k.admin.get(`/api/schools/${b.id}/timetable?term=${term.id}`)).json.lessons, 1, 'the other school keeps its own')
  assert.equal((await host.get('/api/timetables')).json.week, 6)
  assert.equal((await host.get(`/api/timetables?term=${term.id}`)).json.week, 0)
})

const at = (day, minute) => Date.parse(`${day}T00:00:00+08:00`) + minute * 60_000

test('free together: lessons by each school’s bells, odd and even weeks, holidays, moved days', async () => {
  await bring(principal, k.schools[0].id, rows('1,韩主持,周一,第1节,三2班,语文,', ',林主备,3,三,三1班,语文,双周'))
  await bring(k.admin, k.schools[1].id, rows(',王参备,周三,第2节,五1班,语文,'))
  const ask = async (from, until, more = '') => (await part.get(`/api/depts/${k.dept.id}/free-times?from=${from}&until=${until}&people=${[host.id, lead.id, part.id]}${more}`)).json
  const busy = (t, when) => t.items.find((i) => i.starts_at <= when && when <= i.last_start_at)?.busy
  const monday = await ask('2031-09-01', '2031-09-01')
  assert.deepEqual(monday.people.map((p) => [p.name, p.lessons]).sort(), [['林主备', 1], ['王参备', 1], ['韩主持', 1]].sort())
  assert.deepEqual(monday.items.map((i) => i.busy), [[], [host.id]], 'the fewest busy first')
  assert.deepEqual(monday.items[0], { starts_at: at('2031-09-01', 520), last_start_at: at('2031-09-01', 1010), busy: [] })
  // Wednesday: the lead author in even weeks by his bells (10:00), the other school's second hour at 9:10 as taken
  const odd = await ask('2031-09-03', '2031-09-03')
  assert.deepEqual(busy(odd, at('2031-09-03', 600)), [])
  assert.deepEqual(busy(odd, at('2031-09-03', 550)), [part.id])
  const even = await ask('2031-09-10', '2031-09-10')
  assert.deepEqual(busy(even, at('2031-09-10', 610)), [lead.id])
  // a Saturday that runs as Wednesday, a Sunday and a holiday on which nobody is asked to come
  assert.deepEqual(busy(await ask('2031-09-06', '2031-09-06'), at('2031-09-06', 550)), [part.id])
  assert.deepEqual((await ask('2031-09-07', '2031-09-07')).items, [])
  assert.deepEqual((await ask('2031-09-09', '2031-09-09')).items, [])
  // a joint preparation that one is in already
  await host.post('/api/preps', { dept: k.dept.id, title: '已约', participants: [part.id], starts_at: at('2031-09-04', 900), ends_at: at('2031-09-04', 960) })
  assert.deepEqual(busy(await ask('2031-09-04', '2031-09-04'), at('2031-09-04', 930)).sort(), [host.id, part.id].sort())
  await part.want(400, 'GET', `/api/depts/${k.dept.id}/free-times?from=2031-09-01&until=2031-12-01`)
  await k.who.stranger.want(404, 'GET', `/api/depts/${k.dept.id}/free-times?from=2031-09-01&until=2031-09-02`)
})
