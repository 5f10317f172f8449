// A person in a live document, by the stock y-websocket provider; what only we say (saved, denied) is heard beside it.
//     const room = await Room.open(wang, id)      // in step with the server
//     room.text.insert(0, '…'); await room.saved()
import { WebsocketProvider } from 'y-websocket'
import * as decoding from 'lib0/decoding'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { cookie } from './ear.mjs'

const SYNC = 0
const DENIED = 2
const SAVED = 8
const SAVING = 9

// One wait for everything: looks again at every message and change.
export class Room {
  static async open(person, id, options) {
    const room = new Room(person, id, options)
    await room.until(() => room.provider.synced, 'in step with the server')
    return room
  }

  constructor(person, id, { headers, query = {}, doc = new Y.Doc(), connect = true } = {}) {
    Object.assign(this, { id, doc, sent: 0, told: 0, denied: [], failing: false, code: 0, waiters: new Set() })
    const room = this
    const shown = headers ?? { Origin: person.base, Cookie: cookie(person) }
    class Socket extends WebSocket {
      constructor(url) {
        super(url, { headers: shown, perMessageDeflate: false })
        Object.assign(room, { sent: 0, told: 0 })
        this.on('close', (code) => {
          room.code = code
          room.look()
        })
        this.on('error', () => {})
        this.on('message', (bytes) => {
          room.hear(new Uint8Array(bytes))
          setImmediate(() => room.look())
        })
      }

      send(bytes) {
        if (bytes[0] === SYNC && bytes[1] !== 0) room.utters(++room.sent, bytes)
        super.send(bytes)
      }
    }
    this.provider = new WebsocketProvider(`${person.base.replace('http', 'ws')}/ws/doc`, String(id), doc, {
      WebSocketPolyfill: Socket,
      params: query,
      disableBc: true,
      connect,
    })
    for (const [kind, hear] of [
      [SAVED, (d) => this.tells((this.told = decoding.readVarUint(d)))],
      [SAVING, (d) => (this.failing = decoding.readVarUint(d) === 1)],
      [DENIED, (d) => (decoding.readVarUint(d), this.denied.push(decoding.readVarString(d)))],
    ])
      this.provider.messageHandlers[kind] = (_, decoder) => hear(decoder)
    doc.on('update', () => setImmediate(() => this.look()))
    this.provider.awareness.on('change', () => setImmediate(() => this.look()))
  }

  // For those who write down what was said and what was told of it (ledger.mjs).
  hear() {}
  utters() {}
  tells() {}

  get text() {
    return this.doc.getText('text')
  }

  get body() {
    return this.doc.getXmlFragment('body')
  }

  look() {
    for (const w of this.waiters) w()
  }

  until(true_, what) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(look)
        reject(new Error(`never ${what}: sent ${this.sent}, saved ${this.told}, close code ${this.code}`))
      }, 20_000)
      const look = () => {
        if (!true_()) return
        clearTimeout(timer)
        this.waiters.delete(look)
        resolve()
      }
      this.waiters.add(look)
      look()
    })
  }

  // Everything that was written here is on the disk.
  saved() {
    return this.until(() => this.sent > 0 && this.told >= this.sent, 'saved')
  }

  says(text) {
    return this.until(() => this.text.toString() === text, `says ${text}, but ${this.text}`)
  }

  // Others in it, by the name the server gave them.
  present() {
    return [...this.provider.awareness.getStates().entries()].filter(([id]) => id !== this.doc.clientID).map(([, s]) => s.user?.name)
  }

  leave() {
    this.provider.destroy()
    this.doc.destroy()
  }

  // As a power cut: nothing is said any more.
  cut() {
    this.provider.shouldConnect = false
    this.provider.ws?.terminate()
  }
}
