// The list page as JSON from SQLite, 64 keep-alive connections: replies per second and per core of the server's
// processor time, so that a generator on the other core does not blur it.
import fs from 'node:fs'
import { jibei, demo, token, tmp, wrk, cpuSeconds, median, spread, row } from './lib.mjs'

export async function run() {
  const dir = tmp('list')
  demo(dir)
  const key = token(dir, 'wang')
  const s = await jibei(dir)
  const rates = []
  const perCore = []
  try {
    wrk(`${s.base}/api/resources?limit=20`, { headers: [`Authorization: Bearer ${key}`], seconds: 1 })
    for (let i = 0; i < 5; i++) {
      const before = cpuSeconds(s.pid)
      const r = wrk(`${s.base}/api/resources?limit=20`, { headers: [`Authorization: Bearer ${key}`], seconds: 2 })
      rates.push(r.rate)
      perCore.push((r.rate * 2) / (cpuSeconds(s.pid) - before))
    }
  } finally {
    await s.stop()
    fs.rmSync(dir, { recursive: true })
  }
  return [row('列表页 JSON，每核每秒', median(perCore), '>=', 10000, `${spread(perCore)}，实际 ${Math.round(median(rates))}/s`)]
}
