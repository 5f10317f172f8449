// The term plan of a 备课组: written, proposed from the book, shifted over a holiday, made into sessions, copied.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { prepCounty } from './prep_county.mjs'

let k, chief, lead, part, term, next, lessons, volume
before(async () => {
  k = await prepCounty()
  ;({ chief, lead, part } = k.who)
  // 2031-09-01 is a Monday; week 5 is a holiday altogether
  const holiday = ['2031-09-29', '2031-09-30', '2031-10-01', '2031-10-02', '2031-10-03'].map((day) => ({ day, kind: 'holiday', weekday: 0, name: '国庆' }))
  term = (await k.admin.post('/api/terms', { key: '2031-1', name: '2031—2032学年第一学期', first_day: '2031-09-01', last_day: '2031-10-24', changes: holiday })).json
  next = (await k.admin.post('/api/terms', { key: '2032-1', name: '2032—2033学年第一学期', first_day: '2032-09-01', last_day: '2032-10-22', changes: [] })).json
  const under = async (parent, name, more) => (await k.admin.post('/api/taxa', { parent, name, ...more })).json.self
  const [stage] = (await k.admin.get('/api/taxa')).json.items.filter((t) => t.stage === 'primary')
  const primary = stage ?? (await k.admin.post('/api/taxa', { name: '小学', code: 'primary' })).json.self
  const chinese = (await k.admin.get(`/api/taxa?parent=${primary.id}`)).json.items.find((t) => t.subject === 'chinese') ?? (await under(primary.id, '语文', { code: 'chinese' }))
  const edition = await under(chinese.id, '试用版')
  volume = await under(edition.id, '三年级上册', { grade: 'P3' })
  const unit = await under(volume.id, '第一单元')
  lessons = []
  for (let i = 1; i <= 14; i++) lessons.push(await under(unit.id, `第${i}课`))
})
after(() => k?.server.stop())

const weeks = (p) => p.rows.map((r) => r.week)

test('a plan is proposed, written and read by the 备课组 alone', async () => {
  const wish = { dept: k.dept.id, term: term.id }
  await chief.want(400, 'POST', '/api/prep-plans/proposal', { json: wish }) // no adoption yet
  const proposal = (await chief.post('/api/prep-plans/proposal', { ...wish, volume: volume.id })).json
  assert.equal(proposal.rows.length, 14)
  assert.deepEqual([...new Set(proposal.rows.map((r) => r.week))], [1, 2, 3, 4, 6, 7, 8], 'the holiday week is left out')
  assert.deepEqual(proposal.rows.map((r) => r.taxon), lessons.map((l) => l.id))
  const led = proposal.rows.filter((r, i, all) => i === 0 || all[i - 1].week !== r.week).map((r) => r.lead)
  assert.ok(led.every((who, i) => i === 0 || who !== led[i - 1]), 'who leads a week is followed by somebody else')
  assert.ok(new Set(proposal.rows.map((r) => r.lead)).size > 1, 'members in turn')
  const short = (await chief.post('/api/prep-plans/proposal', { ...wish, volume: volume.id, from_week: 4, until_week: 6 })).json
  assert.deepEqual([...new Set(short.rows.map((r) => r.week))], [4, 6])
  await part.want(403, 'POST', '/api/prep-plans', { json: { ...wish, rows: proposal.rows } })
  const plan = (await chief.post('/api/prep-plans', { ...wish, rows: proposal.rows })).json
  assert.deepEqual(plan.weeks, [1, 2, 3, 4, 6, 7, 8])
  await chief.want(409, 'POST', '/api/prep-plans', { json: wish })
  assert.equal((await part.get(`/api/prep-plans/${plan.id}`)).json.edit, false)
  await k.who.stranger.want(404, 'GET', `/api/prep-plans/${plan.id}`)
  assert.equal((await part.get(`/api/prep-plans?dept=${k.dept.id}`)).json.items.length, 1)
  assert.equal((await k.who.stranger.get('/api/prep-plans')).json.items.length, 0)
  await chief.want(400, 'PATCH', `/api/prep-plans/${plan.id}`, { json: { rows: [{ week: 9, title: '过' }] }, headers: { 'if-match': `"${plan.rev}"` } })
  await chief.want(400, 'PATCH', `/api/prep-plans/${plan.id}`, { json: { rows: [{ week: 1, title: '外', lead: k.who.stranger.id }] }, headers: { 'if-match': `"${plan.rev}"` } })
})

test('shifted, made into sessions, shifted with them', async () => {
  const [{ id }] = (await chief.get(`/api/prep-plans?dept=${k.dept.id}&term=${term.id}`)).json.items
  let plan = (await chief.get(`/api/prep-plans/${id}`)).json
  const shift = (status, week, rev) => chief.want(status, 'POST', `/api/prep-plans/${id}/shift`, { json: { week }, headers: { 'if-match': `"${rev}"` } })
  await shift(409, 1, plan.rev)
  const line = (r, week = r.week) => ({ id: r.id, week, title: r.title, taxon: r.taxon, lead: r.lead })
  plan = (await chief.patch(`/api/prep-plans/${id}`, plan.rev, { rows: plan.rows.slice(0, 4).map((r, i) => ({ ...line(r, i + 1), lead: lead.id })) })).json
  assert.deepEqual(weeks(plan), [1, 2, 3, 4])
  await chief.want(412, 'PATCH', `/api/prep-plans/${id}`, { json: { rows: [] }, headers: { 'if-match': '"1"' } })
  const held = (await chief.post(`/api/prep-plans/${id}/sessions`, { rows: plan.rows.slice(0, 3).map((r) => r.id), weekday: 3, start_min: 14 * 60, end_min: 15 * 60 })).json
  assert.equal(held.sessions.length, 3)
  const one = (await lead.get(`/api/preps/${held.sessions[2]}`)).json
  assert.equal(new Date(one.starts_at).toISOString(), '2031-09-17T06:00:00.000Z')
  assert.deepEqual([one.week, one.term, one.lead, one.host], [3, term.id, lead.id, chief.id])
  assert.deepEqual(one.places.map((p) => p.id), [lessons[2].id])
  // the first has begun and stays where it is
  for (const act of ['next', 'next']) await chief.post(`/api/preps/${held.sessions[0]}/acts`, { act })
  // two press at once: one week is lost, not two
  const both = await Promise.all([1, 2].map(() => chief.ask('POST', `/api/prep-plans/${id}/shift`, { json: { week: 1 }, headers: { 'if-match': `"${plan.rev}"` } })))
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 412])
  plan = both.find((r) => r.status === 200).json
  assert.deepEqual(weeks(plan), [1, 3, 4, 6])
  const moved = (await lead.get(`/api/preps/${held.sessions[2]}`)).json
  assert.equal(new Date(moved.starts_at).toISOString(), '2031-09-24T06:00:00.000Z')
  assert.equal(moved.week, 4)
  assert.ok((await lead.get('/api/notices')).json.items.some((n) => n.text === '集体备课“第3课”改在2031年9月24日（周三）14:00。'))
  const again = (await chief.post(`/api/prep-plans/${id}/sessions`, { weekday: 3, start_min: 14 * 60, end_min: 15 * 60 })).json
  assert.equal(again.sessions.length, 1, 'only the row that has none')
  await chief.want(409, 'POST', `/api/prep-plans/${id}/sessions`, { json: { weekday: 3, start_min: 14 * 60, end_min: 15 * 60 } })
  await chief.want(400, 'POST', `/api/prep-plans/${id}/sessions`, { json: { weekday: 3, start_min: 14 * 60, end_min: 14 * 60 } })
  assert.deepEqual((await lead.get(`/api/preps?term=${term.id}&week=4`)).json.items.map((p) => p.title), ['第3课'])
})

test('copied to another term: the same teaching weeks, members who are members still, no sessions', async () => {
  const [{ id: from }] = (await chief.get(`/api/prep-plans?dept=${k.dept.id}&term=${term.id}`)).json.items
  const plan = (await chief.post('/api/prep-plans', { dept: k.dept.id, term: next.id, copy: from })).json
  assert.deepEqual(weeks(plan), [1, 3, 4, 5], 'week 6 there was the fifth teaching week')
  assert.ok(plan.rows.every((r) => r.session === 0 && r.lead === lead.id))
})
