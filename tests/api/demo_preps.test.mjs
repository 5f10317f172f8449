// What the demo county has of joint preparation, at days of both halves of the year: the plan, three sessions at
// different stages, remarks that stand where they say, a record, timetables.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as Y from 'yjs'
import { client } from './client.mjs'
import { binary, database, DEMO_PASSWORD, folder, start } from './server.mjs'
import fs from 'node:fs'
import { spawnSync } from 'node:child_process'

const iso = (t) => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10)

async function county(today) {
  const data = folder(), db = database()
  const made = spawnSync(binary, ['demo', '--data', data, ...db, '--password', DEMO_PASSWORD, '--today', today], { encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  const leader = /(t\d\d) 三年级语文备课组组长/.exec(made.stdout)[1]
  const server = await start({ data, db })
  const nobody = await client(server.base)
  return { server, wang: await nobody.fresh().login('wang'), lin: await nobody.fresh().login('lin'), leader: await nobody.fresh().login(leader) }
}

for (const [today, lesson, next] of [
  ['2025-11-12', '秋天的雨', '2025-11-19'],
  ['2026-04-15', '荷花', '2026-04-22'],
])
  test(`on ${today}`, async () => {
    const { server, wang, lin, leader } = await county(today)
    try {
      const items = (await wang.get('/api/preps')).json.items
      assert.deepEqual(items.map((p) => p.stage), ['plan', 'discussion', 'archive'])
      const [coming, now, past] = items
      assert.equal(iso(coming.starts_at), next)
      assert.equal(now.title, lesson)
      assert.match(now.spot, new RegExp(`三年级.册.*${lesson}$`))

      const [doc] = (await lin.get(`/api/preps/${now.id}/docs`)).json.items
      assert.equal(doc.right, 'write')
      const y = new Y.Doc()
      Y.applyUpdate(y, (await lin.ask('GET', `/api/docs/${doc.id}/state`)).body)
      const text = y.getXmlFragment('body').toString().replace(/<[^>]*>/g, '')
      assert.ok(text.length > 600 && text.length < 1200, `${text.length} characters`)
      const opinions = (await lin.get(`/api/preps/${now.id}/opinions`)).json.items
      assert.deepEqual(opinions.map((o) => [o.kind, o.decision]), [['opinion', 'adopted'], ['comment', ''], ['suggestion', '']])
      assert.ok(opinions[0].reason)
      for (const o of opinions.slice(1)) {
        const [from, to] = ['from', 'to'].map((end) => Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(JSON.parse(o.anchor)[end]), y))
        assert.equal(from.type.toString().slice(from.index, to.index), o.quote)
      }
      assert.deepEqual((await lin.get(`/api/docs/${doc.id}/authors`)).json.items.map((a) => a.name), ['林思远（演示）'])
      assert.ok((await wang.get(`/api/preps/${now.id}/chat`)).json.items.length >= 3)
      assert.equal((await wang.get(`/api/preps/${now.id}/votes`)).json.items[0].cast, 1)

      const record = (await wang.get(`/api/preps/${past.id}/record`)).json
      assert.equal(record.came, record.invited)
      assert.ok(record.signed_name && record.summary && record.agreed)
      assert.equal((await wang.get(`/api/preps/${past.id}/reflections`)).json.items.length, 2)
      assert.ok(past.resource)
      const plans = (await wang.get(`/api/prep-plans?dept=${now.dept}`)).json.items
      assert.equal((await leader.get(`/api/prep-plans/${plans[0].id}`)).json.edit, true)
      const plan = (await wang.get(`/api/prep-plans/${plans[0].id}`)).json
      assert.equal(plan.rows.filter((r) => r.session).length, 3)
      assert.ok((await lin.get('/api/timetables')).json.items.length >= 8)
      assert.equal(server.command('check', '--quick').status, 0)
    } finally {
      await server.stop()
      fs.rmSync(server.data, { recursive: true, force: true })
    }
  })
