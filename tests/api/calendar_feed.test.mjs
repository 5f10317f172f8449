// The secret address of somebody's calendar: opens it without a login, nothing else, and only as long as its owner wants.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { prepCounty, session } from './prep_county.mjs'

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
after(() => k?.server.stop())

const path = (feed) => new URL(feed.url).pathname
const make = async (c) => (await c.want(201, 'POST', '/api/me/calendar')).json

test('it opens the calendar of who made it, as it is at that moment', async () => {
  const { part, member } = who
  assert.deepEqual((await part.get('/api/me/calendar')).json, { url: '', made_at: 0 })
  const feed = await make(part)
  assert.match(feed.url, /^http:\/\/127\.0\.0\.1:\d+\/calendar\/\d+-[0-9a-f]{32}\.ics$/)
  assert.deepEqual((await part.get('/api/me/calendar')).json, feed)
  assert.equal((await part.get('/api/me/export')).json.person.calendar_made_at, feed.made_at)
  const empty = await k.nobody.want(200, 'GET', path(feed))
  assert.match(empty.headers['content-type'], /^text\/calendar/)
  assert.doesNotMatch(empty.text, /BEGIN:VEVENT/)
  const { title } = await session(k, 'plan', { title: '荷花订阅' })
  assert.match((await k.nobody.want(200, 'GET', path(feed))).text, new RegExp(`SUMMARY:集体备课：${title}`))
  const other = await make(member)
  assert.doesNotMatch((await k.nobody.want(200, 'GET', path(other))).text, /BEGIN:VEVENT/)
  assert.equal((await k.nobody.ask('HEAD', path(feed))).status, 200)
})

test('a token that was changed opens nothing; an address opens nothing but the calendar', async () => {
  const feed = await make(who.part)
  const at = path(feed)
  const [, id, seal] = /(\d+)-([0-9a-f]+)/.exec(at)
  const flip = seal.replace(/.$/, (c) => (c === '0' ? '1' : '0'))
  for (const wrong of [`${id}-${flip}.ics`, `${id}-${seal.slice(2)}.ics`, `${Number(id) + 1}-${seal}.ics`, `${id}-${seal}`, `${id}-.ics`, `-${seal}.ics`, `${id}.ics`, `0-${seal}.ics`, `${id}-${seal}.ics.ics`, `99999999999999999999-${seal}.ics`, '.ics-1'])
    assert.equal((await k.nobody.ask('GET', `/calendar/${wrong}`)).status, 404, wrong)
  for (const other of ['/api/me', '/api/preps', '/api/me/preps.ics']) await k.nobody.want(401, 'GET', other, { headers: { authorization: `Bearer ${id}-${seal}` } })
})

test('made anew, ended, made again: what was before opens nothing', async () => {
  const { guest } = who
  const first = await make(guest)
  const second = await make(guest)
  assert.notEqual(first.url, second.url)
  await k.nobody.want(404, 'GET', path(first))
  await k.nobody.want(200, 'GET', path(second))
  await guest.want(204, 'DELETE', '/api/me/calendar')
  await k.nobody.want(404, 'GET', path(second))
  assert.deepEqual((await guest.get('/api/me/calendar')).json, { url: '', made_at: 0 })
  const third = await make(guest)
  assert.equal(new Set([first.url, second.url, third.url]).size, 3)
  await k.nobody.want(200, 'GET', path(third))
  for (const old of [first, second]) await k.nobody.want(404, 'GET', path(old))
})

test('with its owner’s account it ends', async () => {
  const { recorder, lead } = who
  const [one, two] = [await make(recorder), await make(lead)]
  await k.admin.want(204, 'POST', `/api/persons/${recorder.id}/disable`)
  await k.nobody.want(404, 'GET', path(one))
  await k.admin.want(200, 'POST', '/api/persons/passwords', { json: { persons: [lead.id] } })
  await k.nobody.want(404, 'GET', path(two))
})
