// People who write in live documents while the process is killed, by the stock provider, with a ledger of what they
// were told is saved. Their documents outlive the process, as browsers do: what was not saved comes again.
import * as Y from 'yjs'
import { request } from '../api/client.mjs'
import { Keeper, Ledger } from '../api/ledger.mjs'
import { randomEdit } from '../crdt/editors.mjs'

const DOCS = 2
const EACH = 3

export class Writers {
  constructor(base, house, random = Math.random) {
    Object.assign(this, { base, house, going: true, done: 0 })
    const below = (n) => Math.floor(random() * n)
    this.r = { below, chance: (p) => random() < p, pick: (a) => a[below(a.length)] }
    this.headers = { Authorization: `Bearer ${house.token}` }
    house.live ??= { ledger: new Ledger(), docs: [] }
  }

  async ask(method, target, json) {
    const body = json && JSON.stringify(json)
    const headers = { ...this.headers, ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) }
    const r = await request(this.base, method, target, { headers, body })
    if (r.status >= 300) throw new Error(`${method} ${target}: ${r.status} ${r.text}`)
    return r
  }

  // The documents, made once for a house.
  async open() {
    for (const { docs } = this.house.live; docs.length < DOCS; ) {
      const { json } = await this.ask('POST', '/api/docs', { title: '试', kind: 'blank' })
      docs.push({ id: json.id, copies: Array.from({ length: EACH }, () => new Y.Doc()) })
    }
  }

  enter() {
    const { ledger, docs } = this.house.live
    const person = { base: this.base, cookies: new Map() }
    this.people = docs.flatMap(({ id, copies }) => copies.map((doc) => new Keeper(person, id, { ledger, doc, headers: this.headers })))
    return this.people
  }

  async write(p) {
    while (this.going) {
      randomEdit(this.r, p.doc)
      await new Promise((resolve) => setTimeout(resolve, this.r.below(20)))
    }
  }

  run() {
    const before = this.house.live.ledger.count
    return Promise.all(this.enter().map((p) => this.write(p))).then(() => (this.done = this.house.live.ledger.count - before))
  }

  // The line is gone for good; the documents stay.
  end() {
    this.going = false
    for (const p of this.people) {
      p.provider.destroy()
      p.provider.awareness.destroy() // it has a timer of its own
    }
  }

  async state(id) {
    return (await this.ask('GET', `/api/docs/${id}/state`)).body
  }

  // Before anybody comes back: what was told is saved is there.
  async judge() {
    const lost = []
    for (const { id } of this.house.live.docs) {
      const state = await this.state(id).catch((e) => lost.push(`document ${id}: ${e.message}`) && undefined)
      const missing = state && this.house.live.ledger.missing(id, state)
      if (missing) lost.push(`document ${id}: ${missing} updates that were told to be saved`)
    }
    return lost
  }

  // Everybody comes back: all have the same, the server too.
  async converge() {
    const people = this.enter()
    await Promise.all(people.map((p) => p.until(() => p.provider.synced && p.told >= p.sent, 'in step and saved')))
    const apart = []
    for (const { id, copies } of this.house.live.docs) {
      const first = people.find((p) => p.doc === copies[0])
      for (const doc of copies) doc.on('update', () => setImmediate(() => first.look()))
      const same = () => copies.every((doc) => Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(copies[0])))
      await first.until(same, 'the same').catch((e) => apart.push(`document ${id}: ${e.message}`))
      const stored = new Y.Doc()
      Y.applyUpdate(stored, await this.state(id))
      if (!Y.equalSnapshots(Y.snapshot(stored), Y.snapshot(copies[0]))) apart.push(`document ${id}: the server has something else`)
    }
    this.end()
    return apart
  }
}
