// Makes session.json: two people of the stock provider in one document on y-websocket's own server, what each said frame
// by frame, and what they both had in the end. They do what an editor does: nodes with attributes, marks, a table,
// typing at one place, a pause without a line, taking back. node tests/compat/record.mjs (after npm ci in tests/bench).
import fs from 'node:fs'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { WebsocketProvider } from 'y-websocket'
import WebSocket from 'ws'
import * as Y from 'yjs'

const PORT = 14871
const here = (name) => new URL(name, import.meta.url)
const server = spawn('node', [createRequire(here('../bench/package.json')).resolve('@y/websocket-server/package.json').replace('package.json', 'src/server.js')], { env: { ...process.env, HOST: '127.0.0.1', PORT: String(PORT) }, stdio: ['ignore', 'pipe', 'inherit'] })
await new Promise((resolve) => server.stdout.once('data', resolve))

const frames = []
let moment = 0
class Person {
  constructor(name, clientID) {
    this.doc = new Y.Doc()
    this.doc.clientID = clientID
    this.undo = new Y.UndoManager(this.doc.getXmlFragment('body'), { captureTimeout: 0 })
    class Socket extends WebSocket {
      send(bytes) {
        frames.push([moment, name, Buffer.from(bytes).toString('base64')])
        super.send(bytes)
      }
    }
    this.provider = new WebsocketProvider(`ws://127.0.0.1:${PORT}`, 'session', this.doc, { WebSocketPolyfill: Socket, disableBc: true })
    this.provider.awareness.setLocalState({ user: { name }, cursor: null })
  }

  get body() {
    return this.doc.getXmlFragment('body')
  }
}

const [a, b] = [new Person('甲', 1_100_000_001), new Person('乙', 2_200_000_002)]
const same = async () => {
  const wait = () => !a.provider.synced || !b.provider.synced || !Y.equalSnapshots(Y.snapshot(a.doc), Y.snapshot(b.doc))
  while (wait()) await new Promise((resolve) => setTimeout(resolve, 5))
  moment++ // what both did before this moment, both knew after it
}
const node = (name, text, attrs = {}) => {
  const e = new Y.XmlElement(name)
  for (const [k, v] of Object.entries(attrs)) e.setAttribute(k, v)
  if (text !== undefined) e.insert(0, [new Y.XmlText(text)])
  return e
}
const text = (p, i) => p.body.get(i).get(0)

await same()
a.body.insert(0, [node('heading', '《背影》教学设计', { level: 1 }), node('paragraph', '学习目标：体会父亲的爱。')])
await same()
for (const c of '第一课时') text(a, 1).insert(text(a, 1).length, c)
for (const c of '😀批注') text(b, 1).insert(0, c)
await same()
text(a, 1).format(0, 4, { bold: {} })
text(b, 1).format(2, 6, { link: { href: 'https://example.cn/?a=1&b=2' }, bold: null })
await same()
const table = node('table')
table.insert(0, [0, 1].map((r) => {
  const row = node('tableRow')
  row.insert(0, [0, 1, 2].map((c) => node('tableCell', `${r}${c}`, { colspan: 1, colwidth: [120 + c] })))
  return row
}))
b.body.insert(2, [table])
await same()
a.body.get(2).get(0).delete(1, 1)
text(b, 1).delete(0, 3)
await same()
b.provider.disconnect()
text(b, 0).insert(0, '离线写的：')
b.body.push([node('paragraph', '反思')])
text(a, 0).insert(text(a, 0).length, '（修改）')
a.body.insert(1, [node('image', undefined, { src: '/api/files/1/content', width: 320.5 })])
b.provider.connect()
await same()
a.undo.undo()
b.undo.undo()
await same()
fs.writeFileSync(here('session.json'), JSON.stringify({ frames, xml: a.body.toString(), state: Buffer.from(Y.encodeStateAsUpdate(a.doc)).toString('base64') }, null, 1) + '\n')
for (const p of [a, b]) (p.provider.destroy(), p.doc.destroy())
server.kill()
