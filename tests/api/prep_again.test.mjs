// What is done twice, late, or after going back: pressing twice, publishing once more, a silent round switched off, talk
// after the signature.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { prepCounty, session } from './prep_county.mjs'

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
after(() => k?.server.stop())

const act = (status, c, id, word, more) => c.want(status, 'POST', `/api/preps/${id}/acts`, { json: { act: word, ...more } })
const prepOf = async (id) => (await who.host.get(`/api/preps/${id}`)).json
const says = async (c, title) => (await c.get('/api/notices?limit=200')).json.items.map((n) => n.text).filter((t) => t.includes(title))
const field = async (id, name) => (await who.host.get(`/api/preps/${id}/record`)).json.fields.find((f) => f.name === name).text

test('pressing twice goes on once, where it says where to', async () => {
  const { host } = who
  const { id } = await session(k, 'draft')
  const both = await Promise.all([1, 2].map(() => host.ask('POST', `/api/preps/${id}/acts`, { json: { act: 'next', stage: 'presentation' } })))
  assert.deepEqual(both.map((r) => r.status).sort(), [200, 409])
  assert.equal((await prepOf(id)).stage, 'presentation')
  await act(409, host, id, 'next', { stage: 'finalize' })
  assert.equal((await act(200, host, id, 'next')).json.stage, 'discussion')
})

test('published again after going back: in the scope now chosen, taken up when it was withdrawn, another one for another author', async () => {
  const { host, lead, part } = who
  const { id } = await session(k, 'draft', { title: '再定稿' })
  await lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })
  const publish = async (scope) => {
    await act(200, host, id, 'move', { stage: 'finalize', note: '再改' })
    await host.post(`/api/preps/${id}/publish`, { scope, ...(scope === 'dept' ? { scope_ref: k.dept.id } : {}) })
    const author = (await prepOf(id)).lead === part.id ? part : lead
    return (await author.get(`/api/preps/${id}`)).json.resource
  }
  const of = async (c, r) => (await c.get(`/api/resources/${r}`)).json
  const first = await publish('dept')
  assert.equal(await publish('school'), first)
  let r = await of(lead, first)
  assert.deepEqual([r.state, r.scope, r.files.length], ['published', 'school', 2])
  await lead.post(`/api/resources/${first}/acts`, { act: 'withdraw' })
  assert.equal(await publish('school'), first)
  assert.equal((await of(lead, first)).state, 'published')
  await host.patch(`/api/preps/${id}`, (await prepOf(id)).rev, { lead: part.id })
  const second = await publish('school')
  assert.notEqual(second, first)
  r = await of(part, second)
  assert.deepEqual([r.state, r.owner_name, r.files.length], ['published', '王参备', 1])
})

test('a silent round that is switched off has been opened, and is not begun again', async () => {
  const { host, lead, part } = who
  const { id } = await session(k, 'discussion', { title: '先写后看' })
  const edit = async (status, silent) => host.want(status, 'PATCH', `/api/preps/${id}`, { json: { silent }, headers: { 'if-match': `"${(await prepOf(id)).rev}"` } })
  const seen = async () => (await lead.get(`/api/preps/${id}/opinions`)).json.items.length
  await edit(200, false)
  await edit(200, true)
  await part.post(`/api/preps/${id}/opinions`, { kind: 'opinion', body: '再想想', mentions: [lead.id] })
  assert.equal(await seen(), 0)
  await edit(200, false)
  assert.equal(await seen(), 1)
  const told = '王参备在集体备课“先写后看”里提到了您。'
  assert.equal((await says(lead, '先写后看')).filter((t) => t === told).length, 1)
  assert.equal((await edit(400, true)).json.field, 'silent')
  assert.equal(await seen(), 1)
  await act(200, host, id, 'next')
  assert.equal((await says(lead, '先写后看')).filter((t) => t === told).length, 1)
})

test('a signed record says what it said when it was signed', async () => {
  const { host, lead, part, chief, guest } = who
  const { id } = await session(k, 'discussion', { title: '签字' })
  await act(200, host, id, 'open')
  await part.post(`/api/preps/${id}/chat`, { body: '签字前' })
  const o = (await part.post(`/api/preps/${id}/opinions`, { kind: 'opinion', body: '可再短些' })).json
  await chief.post(`/api/preps/${id}/record/sign`, { sign: true })
  const talk = await field(id, 'talk')
  const present = await field(id, 'present')
  while (Date.now() <= (await host.get(`/api/preps/${id}/record`)).json.signed_at) await new Promise((go) => setImmediate(go))
  await guest.post(`/api/preps/${id}/chat`, { body: '签字后' })
  await lead.post(`/api/preps/${id}/opinions/${o.id}/decision`, { decision: 'adopted' })
  assert.equal(await field(id, 'talk'), talk)
  assert.equal(await field(id, 'decisions'), '')
  await host.want(409, 'PATCH', `/api/preps/${id}`, { json: { title: '改名' }, headers: { 'if-match': `"${(await prepOf(id)).rev}"` } })
  await chief.post(`/api/preps/${id}/record/sign`, { sign: false })
  assert.match(await field(id, 'talk'), /签字后/)
  assert.match(await field(id, 'decisions'), /采纳/)
  assert.notEqual(await field(id, 'present'), present)
})

test('what was said before the signature is not changed after it; what was answered is not withdrawn', async () => {
  const { host, part, lead, chief } = who
  const { id } = await session(k, 'discussion', { title: '说过的话' })
  await act(200, host, id, 'open')
  const at = (o, more = '') => `/api/preps/${id}/opinions/${o.id}${more}`
  const opine = async (c, body, more) => (await c.post(`/api/preps/${id}/opinions`, { kind: 'opinion', body, ...more })).json
  const edit = (c, o, body) => c.ask('PATCH', at(o), { json: { body }, headers: { 'if-match': `"${o.rev}"` } })
  const sign = (yes) => chief.post(`/api/preps/${id}/record/sign`, { sign: yes })
  const [said, answered, decided] = [await opine(part, '先读后写'), await opine(part, '分两课时'), await opine(part, '删去一问')]
  const reply = await opine(lead, '同意', { kind: 'reply', parent: answered.id })
  await host.post(at(decided, '/decision'), { decision: 'adopted' })
  const refused = await part.want(409, 'DELETE', at(answered))
  assert.match(refused.json.detail, /回复/)
  assert.match((await part.want(409, 'DELETE', at(decided))).json.detail, /结论/)
  const signed = (await sign(true)).json.signed_at
  assert.equal((await prepOf(id)).signed_at, signed)
  const [talk, decisions] = [await field(id, 'talk'), await field(id, 'decisions')]
  for (const r of [await edit(part, said, '改了'), await edit(lead, reply, '改了'), await part.ask('DELETE', at(said)), await lead.ask('DELETE', at(reply))]) {
    assert.equal(r.status, 409)
    assert.match(r.json.detail, /组长撤回签字/)
  }
  while (Date.now() <= signed) await new Promise((go) => setImmediate(go))
  assert.match((await host.want(409, 'POST', at(decided, '/decision'), { json: { decision: 'partly', reason: '再想' } })).json.detail, /组长撤回签字/)
  const later = await opine(part, '签字后说的')
  assert.equal((await edit(part, later, '签字后说的，改了')).status, 200)
  await part.delete(at(later))
  assert.deepEqual([await field(id, 'talk'), await field(id, 'decisions')], [talk, decisions])
  await sign(false)
  assert.equal((await prepOf(id)).signed_at, 0)
  assert.equal((await edit(part, said, '改了')).status, 200)
  await lead.delete(at(reply))
  await part.delete(at(answered))
  assert.match(await field(id, 'talk'), /改了/)
})

test('however many opinions there are, a list ends with the last one, page by page, and so does the paper', async () => {
  const { host, part } = who
  const { id } = await session(k, 'discussion', { title: '意见很多' })
  await act(200, host, id, 'open')
  const doc = (await host.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json.id
  k.server.sql(`INSERT INTO prep_opinion(session_id, doc_id, kind, parent, person_id, at, anchor, quote, body, instead)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
    SELECT ${id}, ${doc}, 'comment', NULL, ${part.id}, i, '{}', '', '第' || i || '条', '' FROM n ORDER BY i`)
  const all = []
  let next
  do {
    const page = (await host.get(`/api/preps/${id}/opinions?limit=400${next ? `&cursor=${encodeURIComponent(next)}` : ''}`)).json
    assert.ok(page.items.length <= 400)
    all.push(...page.items)
    next = page.next
  } while (next)
  assert.deepEqual(all.map((o) => o.body), Array.from({ length: 2100 }, (_, i) => `第${i + 1}条`))
  assert.equal(new Set(all.map((o) => o.id)).size, 2100)
  const first = (await host.get(`/api/preps/${id}/opinions`)).json
  assert.ok(first.next, 'a list that is cut says so')
  await host.want(400, 'GET', `/api/preps/${id}/opinions?cursor=xyz`)
  const paper = await host.get(`/api/docs/${doc}/export?format=html&comments=true`)
  assert.match(paper.text, /第2100条/)
})

test('who left the 备课组 stays in what he was chosen for, and the rest can still be arranged', async () => {
  const { host, recorder, part, guest } = who
  const made = await session(k, 'draft', { title: '少一人' })
  await k.admin.delete(`/api/depts/${k.dept.id}/members/${recorder.id}`)
  await k.admin.delete(`/api/depts/${k.dept.id}/members/${part.id}`)
  const all = made.people.filter((p) => p.part === 'participant').map((p) => p.person)
  const body = { lead: made.lead, host: made.host, recorder: made.recorder, participants: all, guests: [guest.id], place: '二楼' }
  const kept = (await host.patch(`/api/preps/${made.id}`, made.rev, body)).json
  assert.equal(kept.place, '二楼')
  assert.equal(kept.people.length, made.people.length)
  const change = (json) => host.ask('PATCH', `/api/preps/${made.id}`, { json, headers: { 'if-match': `"${kept.rev}"` } })
  assert.equal((await change({ lead: part.id })).json.field, 'lead', 'a part he did not have is chosen now')
  assert.equal((await change({ participants: [...all, guest.id], guests: [] })).json.field, 'participants')
  const without = (await host.patch(`/api/preps/${made.id}`, kept.rev, { participants: all.filter((p) => p !== part.id) })).json
  const back = await host.ask('PATCH', `/api/preps/${made.id}`, { json: { participants: all }, headers: { 'if-match': `"${without.rev}"` } })
  assert.equal(back.json.field, 'participants')
})

test('a list of a school and a group is for who checks both', async () => {
  const { principal } = who
  const list = (query) => principal.ask('GET', `/api/preps?${query}`)
  assert.equal((await list(`school=${k.schools[0].id}`)).status, 200)
  await principal.want(403, 'GET', `/api/preps?group=${k.group.id}`)
  await principal.want(403, 'GET', `/api/preps?school=${k.schools[0].id}&group=${k.group.id}`)
})
