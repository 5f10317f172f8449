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
  assert.equal(bad.applied, false)
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
  assert.equal((await bring(k.admin, b.id, rows(',王参备,周三,第2节,五1班,语文,'))).json.applied, true)
})

const at = (day, minute) => Date.parse(`${day}T00:00:00+08:00`) + minute * 60_000

test('free together: lessons by each school’s bells, odd and even weeks, holidays, moved days', async () => {
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
