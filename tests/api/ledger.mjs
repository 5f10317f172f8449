// People in live documents who write down what they said and what they were told is saved. A judge holds that against
// what is there: every update that was promised must bring nothing new.
//     const ledger = new Ledger(); const room = new Keeper(wang, id, { ledger })
//     …; assert.equal(ledger.missing(id, state), 0)
import * as decoding from 'lib0/decoding'
import * as Y from 'yjs'
import { plainDoc } from '../crdt/editors.mjs'
import { Room } from './room.mjs'

export class Ledger {
  promised = new Map() // by document: updates

  add(id, updates) {
    this.promised.set(id, [...(this.promised.get(id) ?? []), ...updates])
  }

  get count() {
    return [...this.promised.values()].reduce((n, u) => n + u.length, 0)
  }

  // How many of those promised bring anything to this state that is not there, be it only something that has to wait.
  missing(id, state) {
    const doc = plainDoc()
    Y.applyUpdate(doc, state)
    const waits = () => Buffer.from(doc.store.pendingStructs?.update ?? []).toString('base64') + Buffer.from(doc.store.pendingDs ?? []).toString('base64')
    let brought = 0
    doc.on('update', () => brought++)
    for (const update of this.promised.get(id) ?? []) {
      const [before, waiting] = [brought, waits()]
      Y.applyUpdate(doc, update)
      if (brought === before && waits() !== waiting) brought++
    }
    return brought
  }
}

export class Keeper extends Room {
  constructor(person, id, { ledger, ...options }) {
    super(person, id, options)
    Object.assign(this, { ledger, onWay: [], done: 0 })
  }

  utters(n, bytes) {
    if (n === 1) Object.assign(this, { onWay: [], done: 0 }) // a new line counts anew; what was on its way may be lost
    const d = decoding.createDecoder(bytes)
    decoding.readVarUint(d)
    decoding.readVarUint(d)
    this.onWay.push(decoding.readVarUint8Array(d))
  }

  tells(n) {
    this.ledger.add(this.id, this.onWay.splice(0, n - this.done))
    this.done = n
  }

  // Off the line until connect(); what is written meanwhile comes later.
  offline() {
    this.provider.shouldConnect = false
    this.provider.ws?.terminate()
  }

  connect() {
    this.provider.connect()
  }
}
