// The agenda's timer: the host runs it, all see the same, it can be made longer, and it ends with the discussion.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cookie, Ear } from './ear.mjs'
import { MINUTE, prepCounty, session } from './prep_county.mjs'

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
after(() => k?.server.stop())

const timer = async (c, id) => (await c.get(`/api/preps/${id}/timer`)).json
const none = { words: '', ms: 0, passed: 0 }

test('what the host starts all see, made longer and ended', async () => {
  const { host, part, guest, member, stranger } = who
  const { id } = await session(k, 'discussion')
  assert.deepEqual(await timer(part, id), none)
  const ear = new Ear(k.server.base, '', { cookie: cookie(guest), origin: k.server.base })
  await ear.hello()
  await host.want(409, 'POST', `/api/preps/${id}/timer`, { json: { minutes: 5 } })
  const began = (await host.post(`/api/preps/${id}/timer`, { words: ' 集体研讨 ', minutes: 40 })).json
  assert.deepEqual([began.words, began.ms], ['集体研讨', 40 * MINUTE])
  await ear.heard((m) => m.noun === 'prep_timer' && m.id === id)
  for (const c of [part, guest, member]) {
    const seen = await timer(c, id)
    assert.deepEqual([seen.words, seen.ms], ['集体研讨', 40 * MINUTE])
    assert.ok(seen.passed >= began.passed && seen.passed < MINUTE, String(seen.passed))
  }
  const longer = (await host.post(`/api/preps/${id}/timer`, { minutes: 5 })).json
  assert.deepEqual([longer.words, longer.ms], ['集体研讨', 45 * MINUTE])
  const other = (await host.post(`/api/preps/${id}/timer`, { words: '小结', minutes: 3 })).json
  assert.deepEqual([other.words, other.ms], ['小结', 3 * MINUTE])
  await part.want(403, 'DELETE', `/api/preps/${id}/timer`)
  await stranger.want(404, 'GET', `/api/preps/${id}/timer`)
  await host.want(204, 'DELETE', `/api/preps/${id}/timer`)
  assert.deepEqual(await timer(guest, id), none)
  await host.want(204, 'DELETE', `/api/preps/${id}/timer`)
  ear.ws.close()
})

test('nothing wrong starts; behind 定稿 none runs', async () => {
  const { host, part } = who
  const { id } = await session(k, 'presentation')
  const refused = (json) => host.want(400, 'POST', `/api/preps/${id}/timer`, { json })
  for (const json of [{ words: '说课' }, { words: ' ', minutes: 5 }, { words: '说课', minutes: 0 }, { words: '说课', minutes: 241 }, { words: '长'.repeat(101), minutes: 5 }]) await refused(json)
  await host.post(`/api/preps/${id}/timer`, { words: '说课', minutes: 240 })
  await host.post(`/api/preps/${id}/timer`, { minutes: 240 })
  await refused({ minutes: 5 })
  assert.equal((await timer(part, id)).ms, 480 * MINUTE)
  await host.post(`/api/preps/${id}/acts`, { act: 'move', stage: 'personal', note: '试' })
  assert.deepEqual(await timer(part, id), none)
})

test('over is told as over; forgotten is not shown for ever', async () => {
  const { host, part } = who
  const { id } = await session(k, 'discussion')
  await host.post(`/api/preps/${id}/timer`, { words: '研讨', minutes: 10 })
  const back = (minutes) => k.server.sql(`UPDATE prep_timer SET began_at = began_at - ${minutes * MINUTE} WHERE session_id = ${id}`)
  back(12)
  const over = await timer(part, id)
  assert.ok(over.ms === 10 * MINUTE && over.passed >= 12 * MINUTE, JSON.stringify(over))
  const longer = (await host.post(`/api/preps/${id}/timer`, { minutes: 5 })).json
  assert.ok(longer.ms - longer.passed > 4 * MINUTE && longer.ms - longer.passed <= 5 * MINUTE, 'five minutes from now on')
  back(140)
  assert.deepEqual(await timer(part, id), none)
  await host.want(409, 'POST', `/api/preps/${id}/timer`, { json: { minutes: 5 } })
})

test('in another stage, or called off, none runs, nor comes back', async () => {
  const { host, part } = who
  const { id } = await session(k, 'discussion')
  const start = () => host.want(200, 'POST', `/api/preps/${id}/timer`, { json: { words: '研讨', minutes: 10 } })
  const act = (act, more) => host.want(200, 'POST', `/api/preps/${id}/acts`, { json: { act, ...more } })
  await start()
  await act('cancel', { note: '停电' })
  assert.deepEqual(await timer(part, id), none)
  await act('resume')
  assert.deepEqual(await timer(part, id), none)
  await start()
  await act('move', { stage: 'draft', note: '重写' })
  await act('move', { stage: 'discussion', note: '再议' })
  assert.deepEqual(await timer(part, id), none)
})
