// Memory of idle connections: 5,000 WebSockets on /ws/events, 1,000 keep-alive HTTP connections.
import fs from 'node:fs'
import http from 'node:http'
import WebSocket from 'ws'
import { jibei, demo, token, tmp, memory, row } from './lib.mjs'

async function sockets(s, key, n) {
  const all = []
  for (let i = 0; i < n; i += 50) {
    const batch = Array.from({ length: 50 }, () => new Promise((resolve, reject) => {
      const ws = new WebSocket(`${s.base.replace('http', 'ws')}/ws/events`, { headers: { Authorization: `Bearer ${key}` }, perMessageDeflate: false })
      ws.on('open', () => resolve(ws))
      ws.on('error', reject)
    }))
    all.push(...(await Promise.all(batch)))
  }
  return all
}

async function connections(s, n) {
  const agents = []
  for (let i = 0; i < n; i++) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    await new Promise((resolve, reject) => {
      http.get(`${s.base}/livez`, { agent }, (res) => res.resume().on('end', resolve)).on('error', reject)
    })
    agents.push(agent)
  }
  return agents
}

export async function run() {
  const dir = tmp('sockets')
  demo(dir)
  const key = token(dir, 'wang')
  const s = await jibei(dir)
  try {
    const warm = await sockets(s, key, 50)
    const before = memory(s.pid).rss
    const all = await sockets(s, key, 5000)
    const ws = (memory(s.pid).rss - before) / 5000
    for (const w of [...warm, ...all]) w.terminate()
    const h0 = memory(s.pid).rss
    const agents = await connections(s, 1000)
    const idle = (memory(s.pid).rss - h0) / 1000
    agents.forEach((a) => a.destroy())
    return [row('5,000 个空闲 WebSocket，每个 KB', ws, '<=', 6), row('1,000 个空闲 HTTP 连接，每个 KB', Math.max(idle, 0), '<=', 40)]
  } finally {
    await s.stop()
    fs.rmSync(dir, { recursive: true })
  }
}
