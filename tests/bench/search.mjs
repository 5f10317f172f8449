// Search over 1 million resources of distinct Zipf-distributed text (search_fill.c makes and scans them): a printed
// mix of 200 queries with their hit counts, over HTTP on one kept connection, by somebody who sees all and by somebody
// who sees 0.25 %. What the scan found must be found: counts of all, every id for the second viewer. On SQLite, and on
// a PostgreSQL of its own. SEARCH_N makes it smaller; the data folder is kept in build/bench-search between runs.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { jibei, token, memory, quantile, root, row, run as sh, timed } from './lib.mjs'

const N = Number(process.env.SEARCH_N ?? 1000000)
const SEED = 1

function fill(dir, url) {
  const bin = path.join(root, 'build/search_fill')
  sh(['make', '-s', 'build/search_fill'], { cwd: root })
  const r = spawnSync(bin, [url, String(N), String(SEED)], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (r.status !== 0) throw new Error(`search_fill: ${r.stderr}`)
  fs.writeFileSync(path.join(dir, 'queries'), r.stdout)
  fs.writeFileSync(path.join(dir, 'ready'), r.stderr.trim().split('\n').pop())
}

function asker(base, key) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const url = new URL(base)
  return (query) => new Promise((resolve, reject) => {
    const target = '/api/search?' + new URLSearchParams(query)
    const from = process.hrtime.bigint()
    http.get({ host: url.hostname, port: url.port, path: target, agent, headers: { authorization: `Bearer ${key}` } }, (res) => {
      const parts = []
      res.on('data', (d) => parts.push(d)).on('end', () => {
        const ms = Number(process.hrtime.bigint() - from) / 1e6
        const text = Buffer.concat(parts).toString()
        if (res.statusCode !== 200) return reject(new Error(`${target}: ${res.statusCode} ${text}`))
        resolve({ ms, page: JSON.parse(text) })
      })
    }).on('error', reject)
  })
}

// Every id, page by page.
async function everything(ask, q) {
  const ids = []
  for (let cursor; ;) {
    const { page } = await ask({ q, sort: 'newest', limit: 100, ...(cursor && { cursor }) })
    ids.push(...page.items.map((i) => i.id))
    if (!page.next) return ids
    cursor = page.next
  }
}

async function recall(ask, queries, who) {
  let wanted = 0
  let found = 0
  for (const q of queries) {
    if (who === 'all' && q.all > 3000) continue
    const ids = new Set(await everything(ask, q.q))
    if (who === 'all') {
      wanted += q.all
      found += ids.size
      if (ids.size > q.all) throw new Error(`“${q.q}” finds ${ids.size}, the scan ${q.all}`)
    } else {
      wanted += q.few
      found += q.few_ids.filter((i) => ids.has(i)).length
      if (ids.size > q.few) throw new Error(`“${q.q}” finds what ${who} may not see`)
    }
  }
  return { wanted, found }
}

async function measure(ask, queries, who) {
  const kinds = {}
  const times = { newest: [], fit: [] }
  for (let round = 0; round < 3; round++)
    for (const q of queries)
      for (const sort of ['newest', 'fit']) {
        const { ms } = await ask({ q: q.q, sort })
        if (round) times[sort].push(ms)
        if (round) ((kinds[q.kind] ??= { ms: [], hits: [] }).ms.push(ms), kinds[q.kind].hits.push(q[who]))
      }
  for (const [kind, k] of Object.entries(kinds))
    console.log(`  ${who} ${kind}: 命中 ${Math.min(...k.hits)}–${Math.max(...k.hits)}，中位 ${quantile(k.hits, 0.5)}；p50 ${quantile(k.ms, 0.5).toFixed(2)} p95 ${quantile(k.ms, 0.95).toFixed(2)} ms`)
  return times
}

async function engine(name, dir, url, args) {
  if (!fs.existsSync(path.join(dir, 'ready'))) {
    fs.rmSync(dir, { recursive: true, force: true })
    fs.mkdirSync(dir, { recursive: true })
    const { seconds } = await timed(() => fill(dir, url))
    console.log(`  ${name}: ${N} 条，建库共 ${seconds.toFixed(0)} s，${fs.readFileSync(path.join(dir, 'ready'), 'utf8')}`)
  }
  const queries = fs.readFileSync(path.join(dir, 'queries'), 'utf8').trim().split('\n').map((l) => JSON.parse(l))
  const keys = Object.fromEntries(['all', 'few'].map((who) => [who, token(dir, who, args)]))
  const s = await jibei(dir, args)
  const rows = []
  try {
    for (const who of ['all', 'few']) {
      const ask = asker(s.base, keys[who])
      const times = await measure(ask, queries, who)
      const ms = [...times.newest, ...times.fit]
      const detail = `按新 ${quantile(times.newest, 0.5).toFixed(2)}/${quantile(times.newest, 0.95).toFixed(2)}，按合适 ${quantile(times.fit, 0.5).toFixed(2)}/${quantile(times.fit, 0.95).toFixed(2)}`
      const label = who === 'all' ? '看得见全部' : '看得见 0.25 %'
      if (name === 'SQLite') rows.push(row(`搜索 ${name} ${label} p50 ms`, quantile(ms, 0.5), '<=', 3, detail))
      rows.push(row(`搜索 ${name} ${label} p95 ms`, quantile(ms, 0.95), '<=', name === 'SQLite' ? 15 : 50, detail))
      const r = await recall(ask, queries, who)
      rows.push(row(`搜索 ${name} ${label} 召回`, r.wanted ? r.found / r.wanted : 1, '>=', 1, `${r.found}/${r.wanted}`))
    }
    rows.push(row(`搜索 ${name} 常驻内存 MB`, memory(s.pid).rss / 1024, '<=', 60))
  } finally {
    await s.stop()
  }
  return rows
}

export async function run() {
  if (process.env.JIBEI_TEST_DB) {
    const dir = fs.mkdtempSync(path.join(root, 'build', 'bench-search-pg-'))
    const rows = await engine('PostgreSQL', path.join(dir, 'd'), process.env.JIBEI_TEST_DB, ['--db', process.env.JIBEI_TEST_DB])
    fs.rmSync(dir, { recursive: true })
    return rows
  }
  const dir = path.join(root, 'build', `bench-search-${N}`)
  const rows = await engine('SQLite', dir, `sqlite:${path.join(dir, 'jibei.db')}`, [])
  if (process.env.SEARCH_LITE_ONLY) return rows
  const r = spawnSync('bash', ['tests/pg.sh', process.execPath, 'tests/bench/bench.mjs', 'search'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  rows.push(row('搜索 PostgreSQL（见上）', r.status === 0 ? 1 : 0, '>=', 1))
  return rows
}
