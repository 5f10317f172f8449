// Search over 1 million resources of distinct Zipf-distributed text (search_fill.c makes and scans them): a printed
// mix of 200 queries with their hit counts, over HTTP on one kept connection, by somebody who sees all and by somebody
// who sees 0.25 %; suggestions for what was typed so far likewise. What the scan found must be found: count and sum of
// ids for all, every id for the second viewer. On SQLite, and on a PostgreSQL of its own. SEARCH_N makes it smaller;
// both databases are kept in build/bench-search-N between runs.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { jibei, token, memory, quantile, root, row, run as sh, timed } from './lib.mjs'

const N = Number(process.env.SEARCH_N ?? 1000000)
const SEED = 1
const READ_OUT = 20000 // queries with more hits are not read to their end

function filler(...args) {
  sh(['make', '-s', 'build/search_fill'], { cwd: root })
  return sh(['nice', path.join(root, 'build/search_fill'), ...args, String(N), String(SEED)], { cwd: root })
}

function asker(base, key) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const url = new URL(base)
  return (query, what = '/api/search') => new Promise((resolve, reject) => {
    const target = `${what}?` + new URLSearchParams(query)
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
    if (who === 'all' && q.all > READ_OUT) continue
    const ids = new Set(await everything(ask, q.q))
    if (who === 'all') {
      wanted += q.all
      found += ids.size
      if (ids.size > q.all) throw new Error(`“${q.q}” finds ${ids.size}, the scan ${q.all}`)
      if (ids.size === q.all && [...ids].reduce((a, b) => a + b, 0) !== q.all_sum) throw new Error(`“${q.q}” finds others than the scan`)
    } else {
      wanted += q.few
      found += q.few_ids.filter((i) => ids.has(i)).length
      if (ids.size > q.few) throw new Error(`“${q.q}” finds what ${who} may not see`)
    }
  }
  return { wanted, found }
}

function theMix(kept) {
  const file = path.join(kept, 'queries')
  fs.mkdirSync(kept, { recursive: true })
  if (!fs.existsSync(file)) fs.writeFileSync(file, filler('-'))
  return fs.readFileSync(file, 'utf8').trim().split('\n').map((l) => JSON.parse(l))
}

function printMix(queries) {
  for (const kind of new Set(queries.map((q) => q.kind)))
    console.log(`  ${kind}（命中：全部/0.25 %）: ` + queries.filter((q) => q.kind === kind).map((q) => `${q.q} ${q.all}/${q.few}`).join('，'))
}

// What is typed on the way to a query: its first character, its first two.
async function typing(ask, queries) {
  const ms = []
  for (const q of queries)
    for (const n of [1, 2]) ms.push((await ask({ q: [...q.q].slice(0, n).join('') }, '/api/search/suggest')).ms)
  return ms
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

async function engine(name, queries, dir, url, args) {
  if (!fs.existsSync(path.join(dir, 'ready'))) {
    fs.rmSync(dir, { recursive: true, force: true })
    fs.mkdirSync(dir, { recursive: true })
    const { seconds, value } = await timed(() => filler(url))
    fs.writeFileSync(path.join(dir, 'ready'), value)
    console.log(`  ${name}: ${N} 条，建库共 ${seconds.toFixed(0)} s，${value.trim()}`)
  }
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
      const typed = await typing(ask, queries)
      rows.push(row(`边输入边提示 ${name} ${label} p95 ms`, quantile(typed, 0.95), '<=', name === 'SQLite' ? 15 : 50, `p50 ${quantile(typed, 0.5).toFixed(2)}`))
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
  const kept = path.join(root, 'build', `bench-search-${N}`)
  const dir = path.join(kept, 'sqlite')
  const queries = theMix(kept)
  if (process.env.JIBEI_TEST_DB)
    return engine('PostgreSQL', queries, path.join(kept, 'pg'), process.env.JIBEI_TEST_DB, ['--db', process.env.JIBEI_TEST_DB])
  printMix(queries)
  const rows = process.env.SEARCH_ONLY === 'pg' ? [] : await engine('SQLite', queries, dir, `sqlite:${path.join(dir, 'jibei.db')}`, [])
  if (process.env.SEARCH_ONLY === 'sqlite') return rows
  const env = { ...process.env, JIBEI_PG_DIR: path.join(kept, 'pg-server') }
  if (!fs.existsSync(path.join(env.JIBEI_PG_DIR, 'PG_VERSION'))) fs.rmSync(path.join(kept, 'pg'), { recursive: true, force: true })
  const r = spawnSync('bash', ['tests/pg.sh', process.execPath, 'tests/bench/bench.mjs', 'search'], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  rows.push(row('搜索 PostgreSQL（见上）', r.status === 0 ? 1 : 0, '>=', 1))
  return rows
}
