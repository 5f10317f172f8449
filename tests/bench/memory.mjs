// Resident memory with one million resources and 100 connections at work, and during a 4 GiB upload. The data
// folder is kept in build/bench-scale between runs, since making it takes minutes.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { jibei, demo, token, memory, root, row, wrk } from './lib.mjs'

export const scaled = path.join(root, 'build', 'bench-scale')

export function scaleData() {
  if (!fs.existsSync(path.join(scaled, 'ready'))) {
    fs.rmSync(scaled, { recursive: true, force: true })
    demo(scaled, '--scale', '5000')
    fs.writeFileSync(path.join(scaled, 'ready'), '')
  }
  return scaled
}

function tus(s, key, size) {
  const url = new URL(s.base)
  const head = { authorization: `Bearer ${key}`, 'tus-resumable': '1.0.0' }
  const ask = (method, target, headers, feed) => new Promise((resolve, reject) => {
    const req = http.request({ host: url.hostname, port: url.port, method, path: target, headers: { ...head, ...headers } }, (res) => {
      res.resume().on('end', () => resolve(res))
    })
    req.on('error', reject)
    if (feed) feed(req)
    else req.end()
  })
  return { ask, size }
}

async function upload(s, key, size, watch) {
  const t = tus(s, key, size)
  const name = Buffer.from('大文件.mp4').toString('base64')
  const made = await t.ask('POST', '/api/uploads', { 'upload-length': size, 'upload-metadata': `filename ${name}` })
  if (made.statusCode !== 201) throw new Error(`upload refused: ${made.statusCode}`)
  const where = new URL(made.headers.location, s.base).pathname
  const chunk = Buffer.alloc(1 << 20, 7)
  let sent = 0
  const res = await t.ask('PATCH', where, { 'upload-offset': 0, 'content-type': 'application/offset+octet-stream', 'content-length': size }, (req) => {
    const more = () => {
      while (sent < size) {
        sent += chunk.length
        watch(sent)
        if (!req.write(chunk)) return req.once('drain', more)
      }
      req.end()
    }
    more()
  })
  if (res.statusCode !== 204) throw new Error(`upload broke: ${res.statusCode}`)
  await t.ask('DELETE', where, {})
}

export async function run() {
  const dir = scaleData()
  const key = token(dir, 'county')
  const s = await jibei(dir)
  try {
    wrk(`${s.base}/api/resources?limit=20`, { connections: 100, seconds: 5, headers: [`Authorization: Bearer ${key}`] })
    for (const q of ['荷花', '语文', '三年级 数学', '实验']) await new Promise((ok) => http.get(`${s.base}/api/search?q=${encodeURIComponent(q)}`, { headers: { authorization: `Bearer ${key}` } }, (r) => r.resume().on('end', ok)))
    const million = memory(s.pid).rss / 1024
    const before = memory(s.pid).rss
    let most = 0
    await upload(s, key, 4 * 2 ** 30, (sent) => { if (sent % (64 << 20) === 0) most = Math.max(most, memory(s.pid).rss) })
    return [
      row('一百万份资源、100 个连接，常驻内存 MB', million, '<=', 60),
      row('上传 4 GiB 期间内存增加 MB', (most - before) / 1024, '<=', 8),
    ]
  } finally {
    await s.stop()
  }
}
