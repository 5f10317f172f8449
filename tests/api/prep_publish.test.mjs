// 定稿 while the plan is written: who may write no more has nothing in the document that the fixed version has not.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import { prepCounty, session } from './prep_county.mjs'
import { Room } from './room.mjs'

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
const rooms = []
const timers = []
after(() => {
  timers.forEach(clearInterval)
  rooms.forEach((r) => r.leave())
  return k?.server.stop()
})
const open = async (c, doc) => {
  rooms.push(await Room.open(c, doc))
  return rooms.at(-1)
}

const plan = async (title) => {
  const { id } = await session(k, 'draft', { title })
  const doc = (await who.lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  await move(id, 'finalize')
  return { id, doc: doc.id }
}
const move = (id, stage) => who.host.post(`/api/preps/${id}/acts`, { act: 'move', stage, note: '再改' })
const publish = (id, more) => who.host.ask('POST', `/api/preps/${id}/publish`, { json: { scope: 'dept', scope_ref: k.dept.id, ...more } })
const fixed = async (doc) => (await who.lead.get(`/api/docs/${doc}/versions?limit=100`)).json.items.filter((v) => v.name === '定稿')
const textOf = ({ body }) => {
  const d = new Y.Doc()
  Y.applyUpdate(d, body)
  return d.getText('text').toString()
}
const now = async (doc) => textOf(await who.lead.get(`/api/docs/${doc}/state`))
const at = async (doc, n) => textOf(await who.lead.get(`/api/docs/${doc}/versions/${n}/state`))

// Types on and on, a letter at a time, until it is told to stop.
const typist = (room, letter) => {
  const timer = setInterval(() => room.text.insert(room.text.length, letter), 1)
  timers.push(timer)
  return () => clearInterval(timer)
}

test('nothing is written between the version and the end of the right to write', async () => {
  const { id, doc } = await plan('边写边定')
  const two = [await open(who.lead, doc), await open(who.host, doc)]
  const stop = two.map((r, i) => typist(r, 'ab'[i]))
  await two[0].until(() => two[0].text.length > 50, 'under way')
  const said = await publish(id)
  assert.equal(said.status, 200, said.text)
  await Promise.all(two.map((r) => r.until(() => r.denied.length > 0, 'told that the right is over')))
  stop.forEach((s) => s())
  const [v] = await fixed(doc)
  assert.ok((await at(doc, v.number)).length > 0)
  assert.equal(await now(doc), await at(doc, v.number))
  assert.match(said.json.resource ? (await who.lead.get(`/api/resources/${said.json.resource}`)).json.files[0].name : '', new RegExp(`第${v.number}版`))
})

test('three presses at once are one version and one file', async () => {
  const { id, doc } = await plan('连按三下')
  const room = await open(who.lead, doc)
  room.text.insert(0, '荷花')
  await room.saved()
  const all = await Promise.all([1, 2, 3].map(() => publish(id)))
  assert.deepEqual(all.map((r) => r.status).sort(), [200, 409, 409])
  assert.equal((await fixed(doc)).length, 1)
  const { resource } = all.find((r) => r.status === 200).json
  assert.equal((await who.lead.get(`/api/resources/${resource}`)).json.files.length, 1)
  assert.equal((await publish(id)).status, 409)
  assert.equal((await fixed(doc)).length, 1)
})

test('what was not published leaves no version, and who was writing writes on', async () => {
  const { id, doc } = await plan('没有定成')
  const room = await open(who.lead, doc)
  const stop = typist(room, 'a')
  await room.until(() => room.text.length > 20, 'under way')
  assert.equal((await publish(id, { scope: 'dept', scope_ref: 999 })).status, 400)
  const had = room.text.length
  await room.until(() => room.text.length > had + 20, 'still typing')
  stop()
  await room.saved()
  assert.deepEqual(room.denied, [])
  assert.equal(await now(doc), room.text.toString())
  assert.deepEqual(await fixed(doc), [])
  assert.equal((await publish(id)).status, 200)
  assert.equal(await at(doc, (await fixed(doc))[0].number), room.text.toString())
})

test('a plan that is final, which nobody writes any more, is offered as a template by its lead author or host', async () => {
  const { id, doc } = await plan('定稿作模板')
  assert.equal((await publish(id)).status, 200)
  const row = async (c) => (await c.get(`/api/docs/${doc}`)).json
  const patch = async (c, json) => c.ask('PATCH', `/api/docs/${doc}`, { json, headers: { 'if-match': `"${(await row(c)).rev}"` } })
  const templates = async (c) => (await c.get('/api/docs?template=true')).json.items.map((d) => d.id)
  assert.deepEqual([(await row(who.lead)).right, (await row(who.lead)).offers, (await row(who.part)).offers], ['read', true, false])
  assert.equal((await patch(who.part, { template: true })).status, 403)
  assert.equal((await patch(who.lead, { title: '改名' })).status, 403)
  assert.equal((await patch(who.lead, { template: true, title: '改名' })).status, 403)
  const on = await patch(who.lead, { template: true })
  assert.deepEqual([on.status, on.json.template, on.json.right, on.json.offers, on.json.title], [200, true, 'read', true, '定稿作模板'])
  assert.deepEqual([await templates(who.member), await templates(who.stranger)], [[doc], []])
  const begun = (await who.member.post('/api/docs', { title: '照着写', kind: 'plan', from: doc })).json
  assert.equal(begun.right, 'write')
  await who.stranger.want(400, 'POST', '/api/docs', { json: { title: '照着写', kind: 'plan', from: doc } })
  assert.equal((await patch(who.host, { template: false })).json.template, false)
  assert.deepEqual(await templates(who.member), [])
})

test('who comes while it is fixed waits, then reads', async () => {
  const { id, doc } = await plan('中途进来')
  const going = publish(id)
  const [lead] = await Promise.all(['lead', 'host', 'part', 'guest'].map((w) => open(who[w], doc)))
  assert.equal((await going).status, 200)
  lead.text.insert(0, '晚了')
  await lead.until(() => lead.denied.length > 0 || lead.told > 0, 'answered')
  const [v] = await fixed(doc)
  assert.equal(await now(doc), await at(doc, v.number))
})

test('what is published is shown to whom it opens; a person alone is no audience; two presses make one plan', async () => {
  const { host, lead, part, recorder } = k.who
  const { id } = await session(k, 'draft', { title: '谁能看' })
  const made = await Promise.all([host, lead, host, lead].map((c) => c.ask('POST', `/api/preps/${id}/docs`, { json: { kind: 'plan' } })))
  assert.deepEqual(made.map((r) => r.status).sort(), [201, 409, 409, 409])
  await lead.want(201, 'POST', `/api/preps/${id}/docs`, { json: { kind: 'plan', title: '谁能看（第二课时）' } })
  await host.post(`/api/preps/${id}/acts`, { act: 'move', stage: 'finalize', note: '试' })
  assert.equal((await host.want(400, 'POST', `/api/preps/${id}/publish`, { json: { scope: 'person' } })).json.field, 'scope')
  // The lead author's school: the participant of the other school has the plan in the session, and no link that leads nowhere.
  const view = (await host.want(200, 'POST', `/api/preps/${id}/publish`, { json: { scope: 'school' } })).json
  assert.equal(view.resource_state, 'published')
  assert.ok(view.resource > 0)
  const other = (await part.get(`/api/preps/${id}`)).json
  assert.deepEqual([other.resource, other.resource_state], [0, 'published'])
  await part.want(404, 'GET', `/api/resources/${view.resource}`)
  assert.equal((await part.get(`/api/preps/${id}/docs`)).json.items.length, 2)
  // For the whole group it waits for an approval: nobody but its author is led to it.
  await host.post(`/api/preps/${id}/acts`, { act: 'move', stage: 'finalize', note: '再来' })
  const wide = (await host.want(200, 'POST', `/api/preps/${id}/publish`, { json: { scope: 'group', scope_ref: k.group.id } })).json
  assert.deepEqual([wide.resource, wide.resource_state], [0, 'submitted'])
  assert.equal((await lead.get(`/api/preps/${id}`)).json.resource, view.resource)
  assert.equal((await recorder.get(`/api/preps/${id}`)).json.resource, 0)
})

test('a session’s document has in its form what was arranged', async () => {
  const { host, lead } = k.who
  const { id } = await session(k, 'draft', { title: '填好的表' })
  const doc = (await lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  const paper = (await host.get(`/api/docs/${doc.id}/export?format=md`)).text
  for (const cell of ['课题', '填好的表', '三年级语文', '林主备', '王参备']) assert.ok(paper.includes(cell), `${cell} in ${paper.slice(0, 400)}`)
  assert.ok(!paper.includes('顾教研'), 'a guest is not among the teachers who prepare')
  const blank = (await lead.post('/api/docs', { title: '自己的', kind: 'plan' })).json
  assert.ok(!(await lead.get(`/api/docs/${blank.id}/export?format=md`)).text.includes('林主备'))
})
