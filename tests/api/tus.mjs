// Uploads as exact requests, for tests: each function is one request of tus 1.0.
import crypto from 'node:crypto'
import http from 'node:http'

export const OCTETS = 'application/offset+octet-stream'
export const base64 = (text) => Buffer.from(text, 'utf8').toString('base64')
export const meta = (filename, more = {}) =>
  Object.entries({ filename, ...more }).map(([k, v]) => `${k} ${base64(String(v))}`).join(',')
export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex')

// Text that sniffs as text, different each time; n bytes.
export function text(n, seed = crypto.randomBytes(8).toString('hex')) {
  const line = Buffer.from(`集备 ${seed} 教案\n`)
  const out = Buffer.alloc(n, 0x61)
  for (let at = 0; at + line.length <= n; at += 4096) line.copy(out, at)
  return out
}

// A PNG of one pixel.
export const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')

export const create = (who, length, filename, headers = {}, body) =>
  who.ask('POST', '/api/uploads', {
    body,
    headers: { 'tus-resumable': '1.0.0', 'upload-length': String(length), 'upload-metadata': meta(filename), ...headers },
  })

export const append = (who, url, offset, body, headers = {}) =>
  who.ask('PATCH', url, { body, headers: { 'tus-resumable': '1.0.0', 'upload-offset': String(offset), 'content-type': OCTETS, ...headers } })

export const head = (who, url) => who.ask('HEAD', url, { headers: { 'tus-resumable': '1.0.0' } })
export const drop = (who, url) => who.ask('DELETE', url, { headers: { 'tus-resumable': '1.0.0' } })

// A PATCH whose line breaks after `sent` bytes of the body: by a reset, or kept open and silent.
export function broken(who, url, offset, body, sent, { stall = false, headers = {} } = {}) {
  const base = new URL(who.base)
  return new Promise((resolve, reject) => {
    const req = http.request({
      host: base.hostname,
      port: base.port,
      method: 'PATCH',
      path: url,
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': String(offset),
        'content-type': OCTETS,
        'content-length': body.length,
        cookie: [...who.cookies].map(([k, v]) => `${k}=${v}`).join('; '),
        origin: who.base,
        ...headers,
      },
    })
    req.on('error', () => {})
    req.on('socket', (socket) => socket.on('error', () => {}))
    const gone = new Promise((done) => req.on('close', done))
    req.write(body.subarray(0, sent), (e) => {
      if (e) return reject(e)
      if (stall) return resolve({ req, gone })
      setImmediate(() => {
        req.destroy()
        resolve({ req, gone })
      })
    })
    if (sent === 0) req.flushHeaders()
  })
}
