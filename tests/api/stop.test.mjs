// A stop with everything in flight: an upload in mid-body, a pack and a file nobody reads, sockets. It ends with 0,
// and what was received of the upload is there after the next start.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { test } from 'node:test'
import { client } from './client.mjs'
import { Raw } from './raw.mjs'
import { DEMO_PASSWORD, start } from './server.mjs'

const SIZE = 10_000_000
const SENT = 3_000_000

const cookies = (person) => [...person.cookies].map(([k, v]) => `${k}=${v}`).join('; ')

test('serve: stops with an upload, downloads and a pack in flight; the upload goes on after the next start', async () => {
  let server = await start({ demo: true, keep: true, args: ['--drain-seconds', '1'] })
  const wang = await (await client(server.base)).login('wang', DEMO_PASSWORD)
  const about = `filename ${Buffer.from('朗读材料.txt').toString('base64')}`
  const tus = { 'tus-resumable': '1.0.0' }
  const made = await wang.want(201, 'POST', '/api/uploads', { headers: { ...tus, 'upload-length': String(SIZE), 'upload-metadata': about } })
  const where = new URL(made.headers.location, server.base).pathname
  const body = Buffer.from(crypto.randomBytes(SIZE).toString('base64').slice(0, SIZE))
  const head = (method, target, more) => `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nCookie: ${cookies(wang)}\r\nOrigin: ${server.base}\r\n${more}\r\n`

  const upload = await new Raw(server.port).send(
    head('PATCH', where, `Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${SIZE}\r\n`),
    body.subarray(0, SENT)
  )
  const { items } = (await wang.get('/api/resources?limit=5')).json
  const packs = await Promise.all(
    items.map(async (r) => {
      const line = await new Raw(server.port).send(head('GET', `/api/resources/${r.id}/pack`, ''))
      line.socket.pause()
      return line
    })
  )
  assert.equal(await server.stop(), 0)
  for (const line of [upload, ...packs]) line.destroy()

  server = await server.again()
  const again = await (await client(server.base)).login('wang', DEMO_PASSWORD)
  const now = await again.want(200, 'HEAD', where, { headers: tus })
  const offset = Number(now.headers['upload-offset'])
  assert.ok(offset > 0 && offset <= SENT, `offset ${offset}`)
  const sum = crypto.createHash('sha256').update(body.subarray(offset)).digest('base64')
  const rest = await again.want(204, 'PATCH', where, {
    body: body.subarray(offset),
    headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', 'upload-checksum': `sha256 ${sum}` },
  })
  assert.equal(Number(rest.headers['upload-offset']), SIZE)
  server.keep = false
  assert.equal(await server.stop(), 0)
})
