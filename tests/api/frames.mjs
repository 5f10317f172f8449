// A WebSocket by hand, for what no decent client does: frames are bytes that the test chooses.
//     const line = await Line.open(wang, `/ws/doc/${id}`)     // after the 101
//     line.say(step1(sv)); await line.heard((m) => m[0] === 0)
import crypto from 'node:crypto'
import net from 'node:net'
import { cookie } from './ear.mjs'

export const OP = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

// One frame of a client, masked.
export function frame(payload, { op = OP.binary, fin = true, rsv = 0, mask = true, claim = payload.length } = {}) {
  const size = claim < 126 ? 0 : claim < 65536 ? 2 : 8
  const head = Buffer.alloc(2 + size)
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | op
  head[1] = (mask ? 0x80 : 0) | (size === 0 ? claim : size === 2 ? 126 : 127)
  if (size === 2) head.writeUInt16BE(claim, 2)
  if (size === 8) head.writeBigUInt64BE(BigInt(claim), 2)
  if (!mask) return Buffer.concat([head, payload])
  const key = crypto.randomBytes(4)
  const body = Buffer.from(payload)
  for (let i = 0; i < body.length; i++) body[i] ^= key[i & 3]
  return Buffer.concat([head, key, body])
}

export function varuint(n) {
  const out = []
  for (; n > 127; n = Math.floor(n / 128)) out.push((n % 128) | 128)
  return Buffer.from([...out, n])
}
export const sized = (bytes) => Buffer.concat([varuint(bytes.length), Buffer.from(bytes)])
export const step1 = (sv) => Buffer.concat([Buffer.from([0, 0]), sized(sv)])
export const step2 = (update) => Buffer.concat([Buffer.from([0, 1]), sized(update)])
export const update = (bytes) => Buffer.concat([Buffer.from([0, 2]), sized(bytes)])
// [client, clock, state as text]…
export const awareness = (...entries) =>
  Buffer.concat([Buffer.from([1]), sized(Buffer.concat([varuint(entries.length), ...entries.map(([client, clock, state]) => Buffer.concat([varuint(client), varuint(clock), sized(Buffer.from(state))]))]))])
export const askAwareness = Buffer.from([3])

export class Line {
  static async open(person, target, options) {
    const line = new Line(person, target, options)
    await line.until(() => line.status, 'answered')
    if (line.status !== 101) throw new Error(`not let in: ${line.status}`)
    return line
  }

  constructor(person, target, { headers = { Origin: person.base, Cookie: cookie(person) }, also = '' } = {}) {
    const url = new URL(person.base)
    Object.assign(this, { messages: [], pongs: [], status: 0, code: 0, reason: '', over: false, rest: Buffer.alloc(0), parts: [], waiters: new Set(), bytes: 0 })
    this.socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.over = true
      this.look()
    })
    this.socket.on('data', (d) => this.take(d))
    const said = Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`)
    this.socket.write(`GET ${target} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${crypto.randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n${said.join('')}${also}\r\n`)
  }

  take(d) {
    this.bytes += d.length
    this.rest = this.rest.length ? Buffer.concat([this.rest, d]) : d
    if (!this.status) {
      const end = this.rest.indexOf('\r\n\r\n')
      if (end < 0) return
      this.head = this.rest.toString('latin1', 0, end)
      this.status = Number(this.head.slice(9, 12))
      this.rest = this.rest.subarray(end + 4)
    }
    if (this.status === 101) while (this.one());
    this.look()
  }

  // Takes one frame off the beginning; false: it is not all there.
  one() {
    const b = this.rest
    if (b.length < 2) return false
    const short = b[1] & 127
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (b.length < head) return false
    const size = short < 126 ? short : short === 126 ? b.readUInt16BE(2) : Number(b.readBigUInt64BE(2))
    if (b.length < head + size) return false
    const op = b[0] & 15
    const body = b.subarray(head, head + size)
    this.rest = b.subarray(head + size)
    if (b[1] & 128 || b[0] & 0x70) throw new Error('a server neither masks nor sets reserved bits')
    if (op === OP.pong) this.pongs.push(Buffer.from(body))
    else if (op === OP.close) this.ended(body)
    else this.messages.push(Buffer.from(body))
    return true
  }

  // Answers, as everybody does; then the server ends the line.
  ended(body) {
    this.code = body.length >= 2 ? body.readUInt16BE(0) : 1005
    if (!this.socket.destroyed) this.socket.end(frame(body.subarray(0, 2), { op: OP.close }))
  }

  say(...payloads) {
    this.raw(Buffer.concat(payloads.map((p) => frame(p))))
  }

  raw(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes)
  }

  look() {
    for (const w of this.waiters) w()
  }

  until(test, what) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(look)
        reject(new Error(`never ${what}: ${this.messages.length} messages, close code ${this.code}, ${this.over ? 'line over' : 'line open'}`))
      }, 20_000)
      const look = () => {
        const found = test()
        if (!found) return
        clearTimeout(timer)
        this.waiters.delete(look)
        resolve(found)
      }
      this.waiters.add(look)
      look()
    })
  }

  heard = (test, what = 'heard') => this.until(() => this.messages.find(test), what)
  // With the code that said why; 0: it just ended.
  closed = (what = '') => this.until(() => this.over && { code: this.code }, `closed ${what}`).then(({ code }) => code)
  stall = () => this.socket.pause()
  cut = () => this.socket.destroy()
}
