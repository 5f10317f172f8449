// Quick votes: who sees how many, changing one's mind until the end, what stays of it in the record.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cookie, Ear } from './ear.mjs'
import { prepCounty, session } from './prep_county.mjs'

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
after(() => k?.server.stop())

const ask = (id, question = '导入用哪一个？', options = ['看图', '读诗', '讲故事']) => who.host.post(`/api/preps/${id}/votes`, { question, options }).then((r) => r.json)
const votes = async (c, id) => (await c.get(`/api/preps/${id}/votes`)).json.items
const counts = (v) => v.options.map((o) => o.count)

test('whoever chose sees how many, everybody when it is closed; nobody who', async () => {
  const { host, lead, part, guest, member } = who
  const { id } = await session(k, 'discussion', { silent: false })
  const ear = new Ear(k.server.base, '', { cookie: cookie(guest), origin: k.server.base })
  await ear.hello()
  const vote = await ask(id)
  await ear.heard((m) => m.noun === 'prep_vote' && m.id === id)
  ear.ws.close()
  assert.deepEqual([vote.question, vote.person_name, vote.mine, vote.cast, vote.closed_at], ['导入用哪一个？', '韩主持', 0, 0, 0])
  assert.deepEqual(counts(vote), [undefined, undefined, undefined])
  const ballot = (c, option) => c.post(`/api/preps/${id}/votes/${vote.id}/ballot`, { option }).then((r) => r.json)
  assert.deepEqual(counts(await ballot(part, 2)), [0, 1, 0])
  assert.deepEqual(counts(await ballot(lead, 2)), [0, 2, 0])
  const [unseen] = await votes(host, id)
  assert.deepEqual([unseen.cast, ...counts(unseen)], [2, undefined, undefined, undefined], 'the host, too, chooses first')
  const changed = await ballot(part, 1)
  assert.deepEqual([changed.mine, changed.cast, ...counts(changed)], [1, 2, 1, 1, 0])
  await part.want(400, 'POST', `/api/preps/${id}/votes/${vote.id}/ballot`, { json: { option: 4 } })
  await member.want(403, 'POST', `/api/preps/${id}/votes/${vote.id}/ballot`, { json: { option: 1 } })
  assert.ok(!(await host.get(`/api/preps/${id}/record`)).json.lines.some((l) => l.kind === 'vote'))

  await lead.want(403, 'POST', `/api/preps/${id}/votes/${vote.id}/close`)
  const closed = (await host.post(`/api/preps/${id}/votes/${vote.id}/close`)).json
  assert.ok(closed.closed_at > 0)
  for (const c of [host, guest, member]) assert.deepEqual(counts((await votes(c, id))[0]), [1, 1, 0])
  await guest.want(409, 'POST', `/api/preps/${id}/votes/${vote.id}/ballot`, { json: { option: 1 } })
  await host.want(409, 'POST', `/api/preps/${id}/votes/${vote.id}/close`)
  assert.deepEqual(Object.keys(closed.options[0]).sort(), ['count', 'text'])

  await host.post(`/api/preps/${id}/chat`, { body: '就这样' })
  const record = (await member.get(`/api/preps/${id}/record`)).json
  assert.deepEqual(record.lines.map((l) => l.kind), ['vote', 'chat'])
  assert.deepEqual(record.lines[0].options.map((o) => [o.text, o.count]), [['看图', 1], ['读诗', 1], ['讲故事', 0]])
  assert.equal(record.fields.find((f) => f.name === 'talk').text, '韩主持：表决 导入用哪一个？——看图 1 票；读诗 1 票；讲故事 0 票\n韩主持：就这样')
  assert.ok(record.attendance.find((a) => a.person === part.id).present, 'who chose was there')
  const mine = (await part.get('/api/me/export')).json
  assert.deepEqual(mine.said.map((s) => [s.kind, s.body]), [['choice', '导入用哪一个？ 看图']])
})

test('a question needs different options; past 定稿 no vote is open', async () => {
  const { host, part } = who
  const { id } = await session(k, 'presentation')
  const refused = (question, options) => host.want(400, 'POST', `/api/preps/${id}/votes`, { json: { question, options } })
  await refused(' ', ['一', '二'])
  await refused('？', ['一'])
  await refused('？', ['一', ' 一 '])
  await refused('？', ['一', ' '])
  await refused('？', Array.from({ length: 9 }, (_, i) => String(i)))
  const eight = await ask(id, '几？', Array.from({ length: 8 }, (_, i) => String(i)))
  const other = await session(k, 'presentation')
  await part.want(404, 'POST', `/api/preps/${other.id}/votes/${eight.id}/ballot`, { json: { option: 8 } })
  assert.equal((await part.post(`/api/preps/${id}/votes/${eight.id}/ballot`, { option: 8 })).json.mine, 8)
  const move = (stage) => host.post(`/api/preps/${id}/acts`, { act: 'move', stage, note: '试' })
  await move('finalize')
  assert.equal((await votes(part, id))[0].closed_at, 0)
  await move('personal')
  assert.ok((await votes(part, id))[0].closed_at > 0)
  await move('discussion')
  await part.want(409, 'POST', `/api/preps/${id}/votes/${eight.id}/ballot`, { json: { option: 1 } })
})
