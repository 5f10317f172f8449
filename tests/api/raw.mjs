// Raw sockets: bytes out, replies in. Nothing here waits for time to pass, only for what the server does.
import net from 'node:net'

export class Raw {
  constructor(port) {
    this.text = ''
    this.bytes = 0
    this.closed = false
    this.waiters = []
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    this.socket.setNoDelay(true)
    this.socket.on('data', (d) => {
      this.bytes += d.length
      if (this.text.length < 4_000_000) this.text += d.toString('latin1')
      this.look()
    })
    this.socket.on('end', () => this.over())
    this.socket.on('close', () => this.over())
    this.socket.on('error', (e) => {
      this.error = e.code
      this.over()
    })
    this.connected = new Promise((resolve) => this.socket.once('connect', resolve))
  }

  over() {
    this.closed = true
    this.look()
  }

  look() {
    this.waiters = this.waiters.filter((w) => !w())
  }

  // Resolves once test() holds or the line is closed; fails after a long time.
  until(test, what, limit = 20_000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}; got ${JSON.stringify(this.text.slice(0, 400))}`)), limit)
      const look = () => {
        if (!test() && !this.closed) return false
        clearTimeout(timer)
        resolve(this)
        return true
      }
      if (!look()) this.waiters.push(look)
    })
  }

  async send(...parts) {
    await this.connected
    for (const part of parts) await new Promise((resolve) => this.socket.write(part, () => resolve()))
    return this
  }

  statuses() {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((m) => Number(m[1])).filter((s) => s !== 100)
  }

  replies = (n) => this.until(() => this.statuses().length >= n && this.text.length > 0 && this.complete(n), `${n} replies`)
  end = () => this.until(() => false, 'the end of the line')

  // The n-th reply has its whole body, as far as Content-Length says.
  complete(n) {
    let rest = this.text
    for (let i = 0; i < n; i++) {
      const head = rest.indexOf('\r\n\r\n')
      if (head < 0) return false
      if (/^HTTP\/1\.1 1/.test(rest)) i--
      const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0)
      const body = this.headless ? 0 : length
      if (rest.length < head + 4 + body) return false
      rest = rest.slice(head + 4 + body)
    }
    return true
  }

  reset() {
    this.socket.resetAndDestroy()
  }

  destroy() {
    this.socket.destroy()
  }
}
