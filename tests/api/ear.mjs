// A socket at /ws/events that remembers what it heard.
//     const ear = Ear.browser(wang); await ear.hello()
//     await ear.heard((m) => m.noun === 'school')     // waits for the first message that passes
import WebSocket from 'ws'

export const cookie = (person) => [...person.cookies].map(([k, v]) => `${k}=${v}`).join('; ')

export class Ear {
  constructor(base, query = '', headers = {}) {
    this.messages = []
    this.waiters = []
    this.ws = new WebSocket(`${base.replace('http', 'ws')}/ws/events${query}`, { headers, perMessageDeflate: false })
    this.ws.on('message', (d) => {
      this.messages.push(JSON.parse(String(d)))
      this.waiters = this.waiters.filter((w) => !w())
    })
    this.ws.on('error', () => {})
    this.closed = new Promise((resolve) => this.ws.on('close', (code) => resolve(code)))
    this.refused = new Promise((resolve) => this.ws.on('unexpected-response', (_, res) => resolve(res.statusCode)))
  }

  static browser(person) {
    return new Ear(person.base, '', { Origin: person.base, Cookie: cookie(person) })
  }

  heard(wanted) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never heard; got ${JSON.stringify(this.messages)}`)), 15_000)
      const look = () => {
        const found = this.messages.find(wanted)
        if (found) {
          clearTimeout(timer)
          resolve(found)
        }
        return found !== undefined
      }
      if (!look()) this.waiters.push(look)
    })
  }

  hello = () => this.heard((m) => m.noun === 'hello')
  end = () => this.ws.terminate()
}
