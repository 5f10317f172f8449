// Live documents: what a delivery costs, how long it takes, what an idle connection and an open document weigh, how
// soon an edit is saved; beside the server of y-websocket, Hocuspocus with SQLite, and a relay that keeps nothing
// (relay.c, the floor). One load generator (live_load.c), one run: in every round each has its turn.
import fs from 'node:fs'
import path from 'node:path'
import { spawn } from 'node:child_process'
import WebSocket from 'ws'
import * as encoding from 'lib0/encoding'
import { LOAD_CPU, SERVER_CPU, demo, freePort, jibei, median, memory, quantile, root, row, run as sh, spread, start, timed, tmp, token, waitFor } from './lib.mjs'

const here = path.join(root, 'tests/bench')
const build = (name) => path.join(root, 'build', name)
const ROUNDS = Number(process.env.JIBEI_BENCH_ROUNDS ?? 3)
const DOCS = 2400

// ---- the servers: {name, pid, port, docs(n): paths of n documents nobody was in yet, options of the load}

async function ours(dir) {
  const ids = demo(dir) && sh([build('jibei'), 'demo', '--data', dir, '--docs', String(DOCS)]).trim().split('\n')
  const key = token(dir, 'wang', ['--scopes', 'read,write'])
  const s = await jibei(dir, ['--rest-seconds', '1'])
  return { name: '我们', ...s, key, options: [`header=Authorization: Bearer ${key}`], docs: (n) => ids.splice(0, n).map((id) => `/ws/doc/${id}`) }
}

let fresh = 0
const names = (n) => Array.from({ length: n }, () => `/bench-${fresh++}`)

async function relay() {
  const p = start(SERVER_CPU, [build('relay')], { ready: /listening on (\d+)/ })
  return { name: '转发', pid: p.pid, stop: p.stop, port: Number((await p.started)[1]), options: [], docs: names }
}

async function peer(name, file, env, options) {
  const port = await freePort()
  const p = start(SERVER_CPU, ['node', '--expose-gc', path.join(here, file)], { env: { ...env, PORT: String(port), NODE_ENV: 'production' }, cwd: here })
  await Promise.race([waitFor(port), p.done.then(() => Promise.reject(new Error(p.output())))])
  return { name, pid: p.pid, stop: p.stop, port, options, docs: names, node: true }
}
const yws = () => peer('y-websocket', 'peer_yws.mjs', {}, [])
const hocuspocus = (dir) => peer('Hocuspocus+SQLite', 'peer_hocuspocus.mjs', { FILE: path.join(dir, 'h.sqlite') }, ['wire=hocuspocus'])

// Its SQLite is an optional package: it is compiled where it is installed.
async function servers(dir) {
  const list = [await ours(path.join(dir, 'jibei')), await relay(), await yws()]
  try {
    list.push(await hocuspocus(dir))
  } catch {
    console.log('Hocuspocus 的 SQLite 扩展没有装成，不测它')
  }
  return list
}

// ---- the load

function load(server, docs, options) {
  const argv = ['-c', LOAD_CPU, build('live_load'), `port=${server.port}`, `pid=${server.pid}`, ...server.options, ...Object.entries(options).map(([k, v]) => `${k}=${v}`)]
  const child = spawn('taskset', argv, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(server.docs(docs).join('\n') + '\n')
  let out = ''
  const done = new Promise((resolve, reject) => child.on('close', (code, signal) => (code ? reject(new Error(`${server.name}: the load ended with ${code}`)) : resolve(signal ? null : JSON.parse(out)))))
  const ready = new Promise((resolve, reject) => {
    done.catch(reject)
    child.stdout.on('data', (d) => (out += d) === 'ready\n' && resolve())
  })
  return { done, ready, end: () => child.kill('SIGTERM') }
}
const measured = (server, docs, options) => load(server, docs, options).done

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// ---- processor time per delivery

async function deliveries(all, rate, bound) {
  const got = new Map(all.map((s) => [s, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const s of all) got.get(s).push(await measured(s, 50, { clients: 20, writers: 2, rate, seconds: 6, warmup: 2 }))
  const us = (s) => median(got.get(s).map((r) => r.us))
  const [mine, floor, ...peers] = all
  const best = peers.reduce((a, b) => (us(a) < us(b) ? a : b))
  const note = all.map((s) => `${s.name} ${us(s).toFixed(2)} µs（${spread(got.get(s).map((r) => r.us))}）`).join('，')
  const lost = got.get(mine).reduce((n, r) => n + r.lost, 0)
  const late = all.map((s) => `${s.name} ${median(got.get(s).map((r) => r.p99)).toFixed(1)} ms`).join('，')
  return [
    row(`50 份文档 × 20 人，2 人各 ${rate} 次/秒：每次送达的处理器时间，我们 / 最好的同类`, us(mine) / us(best), '<=', bound, note),
    row(`同上，我们 / 只转发`, us(mine) / us(floor), '<=', 1.5, `p99：${late}`),
    row(`同上，我们丢失的送达`, lost, '<=', 0),
  ]
}

// ---- the busy hour

async function crowd([mine, floor]) {
  const once = (s) => measured(s, 100, { clients: 20, writers: 2, rate: 20, seconds: 8, warmup: 2 })
  const [r, bare] = [await once(mine), await once(floor)]
  return [
    row('2,000 个连接、100 份文档、每份 2 人各 20 次/秒：p99 毫秒', r.p99, '<=', 50, `p50 ${r.p50} ms，最多 ${r.max} ms；只转发 p50 ${bare.p50}，p99 ${bare.p99} ms；发送端占 ${(r.load * 100).toFixed(0)}% 个核`),
    row('同上，丢失', r.lost + r.closed, '<=', 0, `${r.got} 次送达`),
    row('同上，用去的核', r.core, '<=', 0.9, `${r.us} µs 每次`),
  ]
}

// One update of so many characters, as a paste makes it.
function paste(characters) {
  const update = encoding.encode((e) => {
    for (const n of [1, 1, 77, 0]) encoding.writeVarUint(e, n)
    encoding.writeUint8(e, 4)
    encoding.writeVarUint(e, 1)
    encoding.writeVarString(e, 'text')
    encoding.writeVarString(e, 'x'.repeat(characters))
    encoding.writeVarUint(e, 0)
  })
  return encoding.encode((e) => {
    encoding.writeVarUint(e, 0)
    encoding.writeVarUint(e, 2)
    encoding.writeVarUint8Array(e, update)
  })
}

// Pastes into a document where somebody else reads; resolves when it is saved.
async function pasteInto(mine, doc, message) {
  const enter = () => new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${mine.port}${doc}`, { headers: { Authorization: `Bearer ${mine.key}` }, perMessageDeflate: false })
    ws.on('open', () => resolve(ws))
    ws.on('error', reject)
  })
  const [writer, reader] = [await enter(), await enter()]
  reader.send(Uint8Array.of(0, 0, 1, 0))
  const saved = new Promise((resolve) => writer.on('message', (m) => m[0] === 8 && resolve()))
  writer.send(message)
  await saved
  for (const ws of [writer, reader]) ws.terminate()
}

async function besidePaste(mine) {
  const calm = await measured(mine, 1, { clients: 20, writers: 2, rate: 20, seconds: 6, warmup: 1 })
  const l = load(mine, 1, { clients: 20, writers: 2, rate: 20, seconds: 8, warmup: 2 })
  const message = paste(10 << 20)
  await pause(3000)
  let pastes = 0
  const { seconds } = await timed(async () => {
    for (; pastes < 5; pastes++) await pasteInto(mine, mine.docs(1)[0], message)
  })
  const r = await l.done
  return [row('另一份文档里粘贴 10 MB（5 次）时，安静文档的 p99 毫秒', r.p99, '<=', 20, `没有粘贴时 ${calm.p99} ms；一次粘贴到存好 ${((seconds / pastes) * 1000).toFixed(0)} ms；丢失 ${r.lost}`)]
}

// ---- memory

async function rss(s) {
  if (s.node) for (let i = 0; i < 2; i++) (process.kill(s.pid, 'SIGUSR2'), await pause(500))
  return memory(s.pid).rss
}

// On servers that did nothing yet, and nobody leaves meanwhile: memory that was freed would be used again.
async function weights(all) {
  const kb = new Map()
  for (const s of all.filter((x) => x.name !== '转发')) {
    const loads = []
    const grown = async (docs, clients) => {
      const before = await rss(s)
      const l = load(s, docs, { clients, writers: 1, seconds: 0 })
      loads.push(l)
      await l.ready
      await pause(500)
      return (await rss(s)) - before
    }
    await grown(20, 5) // what is allocated once
    const connection = (await grown(1, 1000)) / 1000
    kb.set(s, { connection, document: (await grown(1000, 1)) / 1000 - connection })
    for (const l of loads) (l.end(), await l.done)
  }
  const mine = kb.get(all[0])
  const note = (k) => [...kb].map(([s, v]) => `${s.name} ${v[k].toFixed(1)}`).join('，')
  return [row('空闲连接，每个 KB', mine.connection, '<=', 6, note('connection')), row('打开的小文档，每份 KB', mine.document, '<=', 10, note('document'))]
}

// ---- saving

// What a sync of 4 KB at the end of a file, as a log grows, takes here at the same time.
async function disk(dir, going) {
  const fd = fs.openSync(path.join(dir, 'sync'), 'w')
  const ms = []
  while (going()) {
    fs.writeSync(fd, Buffer.alloc(4096))
    ms.push((await timed(() => new Promise((resolve) => fs.fdatasync(fd, resolve)))).seconds * 1000)
    await pause(20)
  }
  fs.closeSync(fd)
  return ms
}

function folderOf(dir, k, n) {
  const folder = path.join(dir, `第${k}批`)
  fs.mkdirSync(folder)
  for (let i = 0; i < n; i++) fs.writeFileSync(path.join(folder, `第${k}批第${i}课 教案.txt`), `三年级语文 第${i}课 ${'教学目标和教学过程。'.repeat(500)}${Math.random()}`)
  return folder
}

const ended = (argv) => new Promise((resolve, reject) => spawn(argv[0], argv.slice(1), { stdio: 'ignore' }).on('exit', (code) => (code ? reject(new Error(`${argv.join(' ')}: ${code}`)) : resolve())))

async function saving(mine, dir) {
  let going = true, imports = 0, backups = 0
  const again = async (once) => {
    while (going) await once()
  }
  const beside = [
    again(() => ended([build('jibei'), 'import', '--data', mine.dir, folderOf(dir, imports, 300), '--login', 'wang']).then(() => imports++)),
    again(() => ended([build('jibei'), 'backup', '--data', mine.dir, path.join(dir, `b${backups}`)]).then(() => fs.rmSync(path.join(dir, `b${backups++}`), { recursive: true }))),
  ]
  const sync = disk(dir, () => going)
  const r = await measured(mine, 25, { clients: 2, writers: 2, rate: 10, seconds: 15, warmup: 2 })
  going = false
  await Promise.all(beside)
  const ms = await sync
  const [d50, d99] = [quantile(ms, 0.5), quantile(ms, 0.99)]
  const note = `fdatasync 自身 p50 ${d50.toFixed(1)} ms，p99 ${d99.toFixed(1)} ms，已减去；原值 ${r.s50} 与 ${r.s99} ms，最多 ${r.smax} ms；导入 ${imports} 次各 300 份，备份 ${backups} 次；${r.saved} 次编辑，未答 ${r.sent - r.saved}`
  return [row('500 次编辑/秒，同时导入和备份：从编辑到存好 p50 毫秒', r.s50 - d50, '<=', 25, note), row('同上 p99 毫秒', r.s99 - d99, '<=', 60)]
}

export async function run() {
  const dir = tmp('live')
  const all = await servers(dir)
  const [mine] = all
  try {
    const rows = await weights(all)
    for (const s of all) await measured(s, 10, { clients: 20, writers: 2, rate: 50, seconds: 3, warmup: 1 }) // compiled, caches filled
    rows.push(...(await deliveries(all, 2, 0.5)), ...(await deliveries(all, 20, 0.6)))
    rows.push(...(await crowd(all)), ...(await besidePaste(mine)), ...(await saving(mine, dir)))
    return rows
  } finally {
    for (const s of all) await s.stop()
    fs.rmSync(dir, { recursive: true, force: true })
  }
}
