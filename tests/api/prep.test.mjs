// 集体备课: from the plan to the archive, the silent round, decisions, the record that fills itself.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { cookie, Ear } from './ear.mjs'
import * as Y from 'yjs'
import { DAY, form, MINUTE, prepCounty, session } from './prep_county.mjs'
import { Room } from './room.mjs'

// The Monday weeks since the one with the term's first day.
const monday = (day) => day - ((day + 3) % 7)
const weekOf = (term, t) => (monday(Math.floor((t + 8 * 3_600_000) / DAY)) - monday(Date.parse(term.first_day) / DAY)) / 7 + 1

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
after(() => k?.server.stop())

const act = (c, id, word, more) => c.post(`/api/preps/${id}/acts`, { act: word, ...more })
// One member of a zip that is answered; '' when it has none.
async function partOf(c, target, name) {
  const file = path.join(k.server.data, 'answer.zip')
  fs.writeFileSync(file, (await c.get(target)).body)
  return spawnSync('unzip', ['-p', file, name], { encoding: 'utf8' }).stdout
}
const says = async (c) => (await c.get('/api/notices?limit=200')).json.items.map((n) => n.text)

test('from the plan to the archive', async () => {
  const { host, lead, recorder, part, guest, chief } = who
  const made = (await host.post('/api/preps', form(k, { agenda: '说课 15 分钟，研讨 40 分钟', deadlines: [{ stage: 'draft', at: Date.now() + 60 * MINUTE }] }))).json
  const at = `/api/preps/${made.id}`
  assert.equal(made.stage, 'plan')
  assert.equal(made.subject, 'chinese')
  assert.equal(made.week, weekOf(k.term, made.starts_at))
  assert.deepEqual(made.people.map((p) => [p.name, p.part]).sort(), [['韩主持', 'participant'], ['林主备', 'participant'], ['王参备', 'participant'], ['吴记录', 'participant'], ['顾教研', 'guest']].sort())
  assert.ok((await says(guest)).includes('请您参加集体备课“荷花”。'))
  await part.want(204, 'POST', `${at}/answer`, { json: { answer: 'no', reason: '外出学习' } })

  await act(host, made.id, 'next')
  const doc = (await lead.post(`${at}/docs`, { kind: 'plan' })).json
  assert.equal(doc.right, 'write')
  assert.equal((await guest.get(`/api/docs/${doc.id}`)).json.right, 'comment')
  assert.equal((await who.member.get(`/api/docs/${doc.id}`)).json.right, 'read')
  await who.stranger.want(404, 'GET', `/api/docs/${doc.id}`)
  assert.equal((await act(lead, made.id, 'hand_in')).json.stage, 'presentation')
  await act(host, made.id, 'next')

  const comment = (await guest.post(`${at}/opinions`, { kind: 'comment', doc: doc.id, anchor: '{"type":{"client":1,"clock":2}}', quote: '教学重点', body: '重点宜再集中', mentions: [lead.id] })).json
  await act(host, made.id, 'open')
  const suggestion = (await part.post(`${at}/opinions`, { kind: 'suggestion', doc: doc.id, anchor: '{}', quote: '朗读', instead: '有感情地朗读' })).json
  await part.post(`${at}/opinions`, { kind: 'reply', parent: comment.id, body: '同意' })
  await host.post(`${at}/chat`, { body: '先看重点' })
  const decided = (await lead.post(`${at}/opinions/${comment.id}/decision`, { decision: 'partly', reason: '保留两点' })).json
  assert.equal(decided.decided_name, '林主备')
  await lead.want(400, 'POST', `${at}/opinions/${suggestion.id}/decision`, { json: { decision: 'not' } })
  await lead.post(`${at}/opinions/${suggestion.id}/decision`, { decision: 'adopted' })
  const seen = (await who.recorder.get(`${at}/opinions`)).json.items.find((o) => o.id === comment.id)
  assert.equal(seen.reason, '保留两点')
  const beside = (query) => partOf(lead, `/api/docs/${doc.id}/export?format=docx${query}`, 'word/comments.xml')
  assert.match(await beside('&comments=true'), /顾教研.*重点宜再集中.*【部分采纳】保留两点/s)
  assert.match(await beside('&comments=true'), /建议改为：有感情地朗读/)
  assert.equal(await beside(''), '')

  await act(host, made.id, 'next')
  assert.equal((await part.get(`/api/docs/${doc.id}`)).json.right, 'comment')
  const published = (await host.post(`${at}/publish`, { scope: 'school' })).json
  assert.equal(published.stage, 'personal')
  assert.equal((await lead.get(`/api/docs/${doc.id}`)).json.right, 'read')
  const resource = (await lead.get(`/api/resources/${published.resource}`)).json
  assert.equal(resource.state, 'published')
  assert.equal(resource.kind, 'lesson_plan')
  assert.equal(resource.origin, 'team')
  assert.equal(resource.owner_name, '林主备')
  assert.deepEqual(resource.authors, ['林主备', '顾教研', '王参备'])
  assert.match(resource.files[0].name, /^荷花-共案-第1版\.docx$/)
  assert.equal((await lead.get(`/api/docs/${doc.id}/versions`)).json.items[0].name, '定稿')

  await part.want(204, 'POST', `${at}/reflections`, { json: { body: '时间偏紧' } })
  await act(host, made.id, 'close')
  assert.equal((await act(host, made.id, 'close')).json.stage, 'archive')

  const record = (await recorder.get(`${at}/record`)).json
  const field = Object.fromEntries(record.fields.map((f) => [f.name, f.text]))
  assert.deepEqual(field.present.split('、').sort(), ['韩主持', '林主备', '王参备', '顾教研'].sort())
  assert.equal(record.came, 4)
  assert.equal(record.invited, 5)
  assert.match(field.absent, /吴记录/)
  assert.match(field.decisions, /顾教研：“教学重点”重点宜再集中——部分采纳：保留两点/)
  assert.match(field.talk, /韩主持：先看重点/)
  const edit = { summary: '读中悟', attendance: [{ person: recorder.id, attended: 'present' }, { person: part.id, attended: 'absent', reason: '外出学习' }] }
  const filled = (await recorder.patch(`${at}/record`, record.rev, edit)).json
  assert.match(filled.fields.find((f) => f.name === 'absent').text, /^王参备（外出学习）$/)
  await recorder.want(412, 'PATCH', `${at}/record`, { json: edit, headers: { 'if-match': `"${record.rev}"` } })
  await host.want(403, 'POST', `${at}/record/sign`, { json: { sign: true } })
  assert.equal((await chief.post(`${at}/record/sign`, { sign: true, remark: '同意' })).json.signed_name, '陈组长')
  await recorder.want(409, 'PATCH', `${at}/record`, { json: edit, headers: { 'if-match': `"${filled.rev + 1}"` } })

  const log = (await part.get(`${at}/log`)).json.items.map((l) => `${l.act} ${l.was} ${l.became}`).reverse()
  assert.deepEqual(log, ['create plan plan', 'next plan draft', 'hand_in draft presentation', 'next presentation discussion', 'open discussion discussion', 'next discussion finalize', 'publish finalize personal', 'close personal reflection', 'close reflection archive'])

  const mine = (await part.get('/api/me/export')).json
  assert.deepEqual(mine.preps.map((p) => [p.title, p.part]), [['荷花', 'participant']])
  assert.deepEqual(mine.said.map((s) => s.kind).sort(), ['reflection', 'reply', 'suggestion'])

  const next = (await host.post('/api/preps', form(k, { title: '珍珠鸟', starts_at: Date.now() + 2 * MINUTE }))).json
  assert.deepEqual((await part.get(`/api/preps/${next.id}/reflections?before=true`)).json.items.map((r) => r.body), ['时间偏紧'])
})

test('who is connected to a document is present; rights go with the stage while he is', async () => {
  const { host, part, lead } = who
  const { id } = await session(k, 'draft', { title: '荷花/第一课时' })
  const doc = (await lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  const room = await Room.open(part, doc.id)
  const came = async () => (await host.get(`/api/preps/${id}/record`)).json.attendance.find((a) => a.person === part.id)
  assert.deepEqual([(await came()).present, (await came()).minutes], [true, 10])
  const heading = new Y.XmlElement('heading')
  heading.insert(0, [new Y.XmlText('荷叶挨挨挤挤的')])
  room.body.insert(0, [heading])
  await room.saved()
  await act(host, id, 'move', { stage: 'finalize', note: '试' })
  const published = (await host.post(`/api/preps/${id}/publish`, { scope: 'dept', scope_ref: k.dept.id })).json
  const [file] = (await lead.get(`/api/resources/${published.resource}`)).json.files
  const saved = path.join(k.server.data, 'published.docx')
  fs.writeFileSync(saved, (await lead.get(`/api/files/${file.id}/content`)).body)
  const paper = spawnSync('unzip', ['-p', saved, 'word/document.xml'], { encoding: 'utf8' }).stdout
  assert.match(paper, /荷叶挨挨挤挤的/, 'what was written live is in the paper')
  while (!room.denied.length) {
    room.body.insert(0, [new Y.XmlElement('paragraph')]) // refused as soon as the room has heard of it
    await new Promise((go) => setTimeout(go, 20))
  }
  room.leave()
})

test('a common plan can begin with what stands in another document', async () => {
  const { lead, guest } = who
  const { id } = await session(k, 'draft')
  const mine = (await lead.post('/api/docs', { title: '旧教案', kind: 'homework' })).json
  const doc = (await lead.post(`/api/preps/${id}/docs`, { kind: 'plan', from: mine.id })).json
  const body = async (of) => {
    const d = new Y.Doc()
    Y.applyUpdate(d, (await lead.ask('GET', `/api/docs/${of}/state`)).body)
    return d.getXmlFragment('body').toString()
  }
  assert.equal(await body(doc.id), await body(mine.id))
  const his = (await guest.post('/api/docs', { title: '别人的', kind: 'plan' })).json
  await lead.want(400, 'POST', `/api/preps/${id}/docs`, { json: { kind: 'plan', from: his.id } })
})

test('in the silent round nobody sees what others wrote, until the host opens the discussion', async () => {
  const { host, lead, part, guest, recorder } = who
  const { id } = await session(k, 'discussion')
  const at = `/api/preps/${id}/opinions`
  const one = (await part.post(at, { kind: 'opinion', body: '导入太长', mentions: [guest.id] })).json
  await guest.post(at, { kind: 'opinion', body: '板书可以更简' })
  const seen = async (c) => (await c.get(at)).json
  assert.deepEqual((await seen(part)).items.map((o) => o.body), ['导入太长'])
  assert.equal((await seen(part)).hidden, true)
  for (const c of [host, lead, recorder, who.chief, who.member]) assert.deepEqual((await seen(c)).items, [])
  assert.deepEqual((await lead.get(`/api/preps/${id}/record`)).json.lines, [])
  await lead.want(404, 'POST', `${at}/${one.id}/decision`, { json: { decision: 'adopted' } })
  await guest.want(400, 'POST', at, { json: { kind: 'reply', parent: one.id, body: '？' } })
  const mentioned = '王参备在集体备课“荷花”里提到了您。'
  assert.ok(!(await says(guest)).includes(mentioned))
  // the host knows who has not spoken; nobody else is told
  const spoke = (await host.get(`/api/preps/${id}`)).json.people.filter((p) => p.spoke).map((p) => p.name)
  assert.deepEqual(spoke.sort(), ['王参备', '顾教研'].sort())
  assert.ok((await lead.get(`/api/preps/${id}`)).json.people.every((p) => p.spoke === undefined))
  await part.want(403, 'POST', `/api/preps/${id}/acts`, { json: { act: 'open' } })
  await act(host, id, 'open')
  assert.equal((await seen(lead)).items.length, 2)
  assert.ok((await says(guest)).includes(mentioned))
  await host.want(409, 'POST', `/api/preps/${id}/acts`, { json: { act: 'open' } })
})

test('one changes and withdraws his own opinions, until they are decided', async () => {
  const { lead, part, guest } = who
  const { id } = await session(k, 'discussion', { silent: false })
  const at = `/api/preps/${id}/opinions`
  const one = (await part.post(at, { kind: 'opinion', body: '一' })).json
  const edited = (await part.patch(`${at}/${one.id}`, one.rev, { body: '二' })).json
  assert.equal(edited.body, '二')
  await part.want(412, 'PATCH', `${at}/${one.id}`, { json: { body: '三' }, headers: { 'if-match': `"${one.rev}"` } })
  await guest.want(403, 'PATCH', `${at}/${one.id}`, { json: { body: '三' }, headers: { 'if-match': `"${edited.rev}"` } })
  await guest.want(403, 'DELETE', `${at}/${one.id}`)
  await guest.want(403, 'POST', `${at}/${one.id}/decision`, { json: { decision: 'adopted' } })
  assert.ok((await part.post(`${at}/${one.id}/resolved`, { resolved: true })).json.resolved_at > 0)
  assert.equal((await lead.post(`${at}/${one.id}/resolved`, { resolved: false })).json.resolved_at, 0)
  await lead.post(`${at}/${one.id}/decision`, { decision: 'adopted' })
  await part.want(409, 'DELETE', `${at}/${one.id}`)
  const two = (await part.post(at, { kind: 'opinion', body: '四' })).json
  await part.want(204, 'DELETE', `${at}/${two.id}`)
  assert.deepEqual((await lead.get(at)).json.items.map((o) => o.body), ['二'])
  await part.want(404, 'DELETE', `${at}/${two.id}`)
  await part.want(400, 'POST', at, { json: { kind: 'suggestion', body: '无选区' } })
  await part.want(400, 'POST', at, { json: { kind: 'opinion', body: ' ' } })
  await part.want(400, 'POST', at, { json: { kind: 'opinion', body: '六', doc: 999999 } })
  await part.want(400, 'POST', at, { json: { kind: 'opinion', body: '五', mentions: [who.stranger.id] } })
  assert.equal((await lead.get(at)).json.items.length, 1, 'a refused opinion leaves nothing')
})

test('skipping and going back: the host’s alone, with a reason that all can read', async () => {
  const { host, lead, part } = who
  const { id } = await session(k)
  await host.want(400, 'POST', `/api/preps/${id}/acts`, { json: { act: 'move', stage: 'discussion' } })
  await lead.want(403, 'POST', `/api/preps/${id}/acts`, { json: { act: 'move', stage: 'discussion', note: '快' } })
  await act(host, id, 'move', { stage: 'discussion', note: '初稿早已发过' })
  await act(host, id, 'move', { stage: 'draft', note: '重写' })
  const log = (await part.get(`/api/preps/${id}/log`)).json.items
  assert.deepEqual([log[0].act, log[0].was, log[0].became, log[0].note], ['move', 'discussion', 'draft', '重写'])
  await host.want(400, 'POST', `/api/preps/${id}/acts`, { json: { act: 'cancel' } })
  await act(host, id, 'cancel', { note: '停电' })
  await part.want(409, 'POST', `/api/preps/${id}/opinions`, { json: { kind: 'opinion', body: '?' } })
  assert.equal((await lead.get(`/api/preps/${id}`)).json.right, 'read')
  // Two who call it off at the same moment call it off.
  await host.want(409, 'POST', `/api/preps/${id}/acts`, { json: { act: 'cancel', note: '停电了' } })
  assert.match((await part.get('/api/notices')).text, /停电/)
  await act(host, id, 'resume')
  await host.want(409, 'POST', `/api/preps/${id}/acts`, { json: { act: 'resume' } })
  assert.equal((await lead.get(`/api/preps/${id}`)).json.right, 'write')
})

test('people: members of the 备课组, guests from anywhere; who is host, lead or recorder takes part', async () => {
  const { host, member, guest, part, chief, stranger } = who
  await stranger.want(404, 'POST', '/api/preps', { json: form(k) })
  await host.want(400, 'POST', '/api/preps', { json: form(k, { participants: [stranger.id] }) })
  await host.want(400, 'POST', '/api/preps', { json: form(k, { lead: guest.id }) })
  await host.want(400, 'POST', '/api/preps', { json: form(k, { ends_at: 0 }) })
  const all = (await host.post('/api/preps', { dept: k.dept.id, title: '全组' })).json
  assert.equal(all.people.length, 6)
  assert.equal(all.lead, host.id)
  const p = await session(k)
  const edited = (await host.patch(`/api/preps/${p.id}`, p.rev, { host: member.id, participants: [guest.id, part.id].filter((x) => x !== guest.id), guests: [guest.id, part.id] })).json
  assert.deepEqual(edited.people.filter((x) => x.part === 'guest').map((x) => x.name), ['顾教研'])
  assert.ok(edited.people.some((x) => x.person === member.id))
  await host.want(403, 'POST', `/api/preps/${p.id}/acts`, { json: { act: 'next' } })
  await chief.want(412, 'PATCH', `/api/preps/${p.id}`, { json: { title: '旧' }, headers: { 'if-match': `"${p.rev}"` } })
  assert.equal((await chief.patch(`/api/preps/${p.id}`, edited.rev, { title: '新' })).json.title, '新')
  await part.want(403, 'PATCH', `/api/preps/${p.id}`, { json: { title: '不' }, headers: { 'if-match': `"${edited.rev + 1}"` } })
})

test('everybody in it hears of a change, a stranger does not', async () => {
  const { host, guest, member, stranger } = who
  const { id } = await session(k, 'discussion', { silent: false })
  const ears = [guest, member, stranger].map((c) => new Ear(k.server.base, '', { cookie: cookie(c), origin: k.server.base }))
  await Promise.all(ears.map((e) => e.hello()))
  await host.post(`/api/preps/${id}/chat`, { body: '开始' })
  for (const e of ears.slice(0, 2)) await e.heard((m) => m.noun === 'prep_chat' && m.id === id)
  await host.post(`/api/preps/${id}/opinions`, { kind: 'opinion', body: '一' })
  for (const e of ears.slice(0, 2)) await e.heard((m) => m.noun === 'prep_opinion' && m.id === id)
  assert.ok(!ears[2].messages.some((m) => m.noun?.startsWith('prep')))
  ears.forEach((e) => e.ws.close())
})

test('lists, counts, the sheet and the calendar', async () => {
  const { part, host, principal, stranger, chief } = who
  const mine = (await part.get('/api/preps?limit=2')).json
  assert.equal(mine.items.length, 2)
  assert.equal(mine.items[0].part, 'participant')
  const seen = new Set(mine.items.map((p) => p.id))
  for (let next = mine.next; next; ) {
    const page = (await part.get(`/api/preps?limit=2&cursor=${encodeURIComponent(next)}`)).json
    page.items.forEach((p) => assert.ok(!seen.has(p.id) && seen.add(p.id)))
    next = page.next
  }
  assert.equal((await stranger.get('/api/preps')).json.items.length, 0)
  await stranger.want(404, 'GET', `/api/preps?dept=${k.dept.id}`)
  assert.ok((await who.member.get(`/api/preps?dept=${k.dept.id}`)).json.items.length >= seen.size)
  await part.want(403, 'GET', `/api/preps?school=${k.schools[0].id}`)
  await principal.get(`/api/preps?school=${k.schools[0].id}`)
  await k.admin.get(`/api/preps?group=${k.group.id}&stage=archive`)
  const stats = (await chief.get(`/api/prep-stats?dept=${k.dept.id}`)).json
  const [row] = stats.items
  assert.ok(row.published >= 1)
  assert.ok(row.adopted >= 1 && row.partly >= 1 && row.present >= 4)
  assert.equal((await k.admin.get(`/api/prep-stats?group=${k.group.id}`)).json.items.length, 1)
  await part.want(403, 'GET', `/api/prep-stats?group=${k.group.id}`)
  const sheet = await chief.get(`/api/prep-stats/sheet?dept=${k.dept.id}`)
  assert.equal(sheet.body.subarray(0, 2).toString(), 'PK')
  assert.match(sheet.headers['content-disposition'], /filename\*=UTF-8''/)
  const ics = (await host.get('/api/me/preps.ics')).text
  assert.match(ics, /^BEGIN:VCALENDAR\r\n/)
  assert.match(ics, /SUMMARY:集体备课：荷花\r\n/)
  for (const line of ics.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75)
})

// Makes the job due, starts the house again and waits until the job has run.
async function jobAgain(kind) {
  const done = () => Number(k.server.sql(`SELECT coalesce(max(done_at), 0) FROM job WHERE kind = '${kind}'`)[0])
  const before = Date.now()
  k.server.sql(`UPDATE job SET done_at = 1, run_at = 1 WHERE kind = '${kind}'`)
  k.server.keep = true
  await k.server.stop()
  k.server = await k.server.again()
  k.server.keep = false
  for (const c of [k.admin, k.nobody, ...Object.values(who)]) c.base = k.server.base
  while (done() < before) await new Promise((go) => setTimeout(go, 50))
}

test('a day before, those who take part are reminded, once; the lead author of his draft', async () => {
  const { host, lead, part } = who
  const { id } = (await host.post('/api/preps', form(k, { title: '慈母情深', starts_at: Date.now() + 20 * MINUTE, deadlines: [{ stage: 'draft', at: Date.now() + 90 * MINUTE }] }))).json
  await act(host, id, 'next')
  const count = async (c, begin) => (await says(c)).filter((t) => t.includes('慈母情深') && t.startsWith(begin)).length
  await jobAgain('prep_remind')
  assert.equal(await count(part, '集体备课“慈母情深”将在'), 1)
  assert.deepEqual([await count(lead, '请在'), await count(part, '请在')], [1, 0])
  await jobAgain('prep_remind')
  assert.equal(await count(part, '集体备课“慈母情深”将在'), 1)
  assert.equal(await count(lead, '请在'), 1)
})
