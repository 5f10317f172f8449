// A session of two stock clients, recorded on y-websocket's own server (record.mjs), said again to ours, frame by frame:
// what comes out is what they had.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import { client } from '../api/client.mjs'
import { Line } from '../api/frames.mjs'
import { DEMO_PASSWORD, start } from '../api/server.mjs'

const session = JSON.parse(fs.readFileSync(new URL('session.json', import.meta.url), 'utf8'))
const bytes = (text) => Buffer.from(text, 'base64')
let server, people
before(async () => {
  server = await start({ demo: true })
  const nobody = await client(server.base)
  people = await Promise.all(['wang', 'lin'].map((name) => nobody.fresh().login(name, DEMO_PASSWORD)))
})
after(() => server.stop())

test('a recorded session gives the same document, and everything both say is saved', async () => {
  const [wang] = people
  const { id } = (await wang.post('/api/docs', { title: '录下的', kind: 'blank', scope: 'group' })).json
  const lines = { 甲: await Line.open(people[0], `/ws/doc/${id}`), 乙: await Line.open(people[1], `/ws/doc/${id}`) }
  const counted = { 甲: 0, 乙: 0 }
  const saved = () => Promise.all(Object.entries(lines).map(([who, l]) => counted[who] && l.heard((m) => m[0] === 8 && m[1] === counted[who], 'all saved')))
  let now = 0
  for (const [moment, who, frame] of session.frames) {
    if (moment > now) await saved()
    now = moment
    const message = bytes(frame)
    counted[who] += message[0] === 0 && message[1] !== 0
    lines[who].say(message)
  }
  await saved()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, (await wang.get(`/api/docs/${id}/state`)).body)
  const recorded = new Y.Doc()
  Y.applyUpdate(recorded, bytes(session.state))
  assert.equal(doc.getXmlFragment('body').toString(), session.xml)
  assert.ok(Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(recorded)))
  for (const l of Object.values(lines)) l.cut()
})
