// 1,000 logins at once: everybody is answered within 60 s (beyond the queue 503 with Retry-After, tried again),
// and other requests do not wait meanwhile.
import fs from 'node:fs'
import http from 'node:http'
import { jibei, demo, token, tmp, quantile, timed, row } from './lib.mjs'

function ask(base, method, path, { headers = {}, body, agent } = {}) {
  const url = new URL(base)
  return new Promise((resolve, reject) => {
    const req = http.request({ host: url.hostname, port: url.port, method, path, headers, agent }, (res) => {
      res.resume().on('end', () => resolve({ status: res.statusCode, headers: res.headers }))
    })
    req.on('error', reject)
    req.end(body)
  })
}

export async function run() {
  const dir = tmp('logins')
  demo(dir)
  const key = token(dir, 'lin')
  const s = await jibei(dir)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1000 })
  const other = new http.Agent({ keepAlive: true, maxSockets: 4 })
  const waits = []
  let busy = 0
  let over = false
  const login = async () => {
    const body = JSON.stringify({ login: 'wang', password: 'Demo-2025-pass' })
    for (;;) {
      const r = await ask(s.base, 'POST', '/api/session', { agent, body, headers: { 'content-type': 'application/json', 'content-length': body.length } })
      if (r.status !== 503) return r.status
      busy++
      if (!r.headers['retry-after']) throw new Error('503 without Retry-After')
      await new Promise((ok) => setTimeout(ok, Number(r.headers['retry-after']) * 1000 * (0.5 + Math.random())))
    }
  }
  const others = async () => {
    while (!over) {
      const { seconds } = await timed(() => ask(s.base, 'GET', '/api/me', { agent: other, headers: { authorization: `Bearer ${key}` } }))
      waits.push(seconds * 1000)
    }
  }
  try {
    const watch = [others(), others()]
    const { seconds, value } = await timed(() => Promise.all(Array.from({ length: 1000 }, login)))
    over = true
    await Promise.all(watch)
    const good = value.filter((v) => v === 200 || v === 201).length
    return [
      row('1,000 人同时登录，全部得到答复（秒）', seconds, '<=', 60, `成功 ${good}，排队满 ${busy} 次`),
      row('登录成功人数', good, '>=', 1000),
      row('其间其他请求 p99（毫秒）', quantile(waits, 0.99), '<=', 50, `${waits.length} 次`),
    ]
  } finally {
    over = true
    await s.stop()
    fs.rmSync(dir, { recursive: true })
  }
}
