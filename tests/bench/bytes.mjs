// How files get in and out, beside nginx, @tus/server and bsdtar in the same run. The generator sits on the other
// core. What the figures mean stands with each row: speed in MB/s of wall time, or uploads per second.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import crypto from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { LOAD_CPU, SERVER_CPU, cpuOfTree, demo, jibei, median, nginx, root, row, run as sh, start, timed, tmp, token, wire, wrk } from './lib.mjs'

const GIB = 1024 ** 3
const MIB = 1024 ** 2
const RUNS = Number(process.env.JIBEI_BENCH_RUNS ?? 3)
const SIZE = Number(process.env.JIBEI_BENCH_BYTES ?? GIB)
const OCTETS = 'application/offset+octet-stream'
const film = () => fs.readFileSync(path.join(root, 'server/app/demo_files/lesson.mp4'))
const meta = (name) => `filename ${Buffer.from(name).toString('base64')}`
const on = (cpu, argv) => ['taskset', '-c', cpu, ...argv]
const mb = (bytes, seconds) => bytes / 1e6 / seconds

// One request, on a connection of its own unless there is an agent; gives {status, headers, text}.
function ask(base, method, target, headers, body, agent = false) {
  const url = new URL(base)
  return new Promise((resolve, reject) => {
    const req = http.request({ host: url.hostname, port: url.port, method, path: target, agent, headers: { ...headers, ...(body ? { 'content-length': body.length } : { 'content-length': 0 }) } }, (res) => {
      const parts = []
      res.on('data', (d) => parts.push(d))
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text: Buffer.concat(parts).toString() }))
    })
    req.on('error', reject)
    req.end(body)
  })
}

const tus = (auth) => ({ 'tus-resumable': '1.0.0', ...auth })
async function begin(base, endpoint, auth, length, name, agent) {
  const r = await ask(base, 'POST', endpoint, { ...tus(auth), 'upload-length': length, 'upload-metadata': meta(name) }, null, agent)
  if (r.status !== 201) throw new Error(`POST ${endpoint}: ${r.status} ${r.text}`)
  return new URL(r.headers.location, base).pathname
}
const bearer = (key) => ({ authorization: `Bearer ${key}` })

// The bytes of a file as one PATCH by curl; seconds of wall time.
async function patch(base, endpoint, auth, file, name) {
  const length = fs.statSync(file).size
  const target = await begin(base, endpoint, auth, length, name)
  const headers = Object.entries({ ...tus(auth), 'upload-offset': 0, 'content-type': OCTETS, expect: '' }).flatMap(([k, v]) => ['-H', `${k}: ${v}`])
  const t = await timed(() => sh(on(LOAD_CPU, ['curl', '-sS', '-f', '-o', '/dev/null', '-X', 'PATCH', '-T', file, ...headers, base + target])))
  return { seconds: t.seconds, id: target.split('/').pop() }
}
const put = (base, file, name) => timed(() => sh(on(LOAD_CPU, ['curl', '-sS', '-f', '-o', '/dev/null', '-T', file, '-H', 'Expect:', `${base}/put/${name}`])))
const fetchAll = (url, headers = []) => timed(() => sh(on(LOAD_CPU, ['curl', '-sS', '-f', '-o', '/dev/null', ...headers.flatMap((h) => ['-H', h]), '-w', '%{time_starttransfer}', url])))

function tusServer(dir) {
  const script = path.join(dir, 'tus.mjs')
  const at = (name) => import.meta.resolve(name)
  fs.writeFileSync(script, `import { Server } from '${at('@tus/server')}'\nimport { FileStore } from '${at('@tus/file-store')}'\n` +
    `const s = new Server({ path: '/files', datastore: new FileStore({ directory: '${dir}/tus' }), respectForwardedHeaders: false })\n` +
    `const l = s.listen({ host: '127.0.0.1', port: 0 }, () => console.log('port ' + l.address().port))\n`)
  fs.mkdirSync(path.join(dir, 'tus'))
  return start(SERVER_CPU, ['node', script], { ready: /port (\d+)/ })
}

// What the disk allows: 16 at once do what an upload must, and nothing else: the bytes and their sync, the name and
// its folder's sync, and two appends with a sync each, as a log of rows has them.
const FSYNCS = `
import os, sys, time, threading
d, n, size = sys.argv[1], int(sys.argv[2]), 65536
data, left, lock = os.urandom(size), [n], threading.Lock()
log, dirfd, gate = os.open(d + '/log', os.O_CREAT | os.O_WRONLY | os.O_APPEND), os.open(d, os.O_RDONLY), threading.Lock()
def work(k):
    while True:
        with lock:
            if not left[0]: return
            left[0] -= 1; i = left[0]
        with gate: os.write(log, data[:8192]); os.fdatasync(log)
        f = os.open(d + '/f%d' % i, os.O_CREAT | os.O_WRONLY); os.write(f, data); os.fdatasync(f); os.close(f)
        os.rename(d + '/f%d' % i, d + '/g%d' % i); os.fsync(dirfd)
        with gate: os.write(log, data[:12288]); os.fdatasync(log)
t = time.time(); ts = [threading.Thread(target=work, args=(k,)) for k in range(16)]
[x.start() for x in ts]; [x.join() for x in ts]; print(n / (time.time() - t))
`

// At most four at once for a person: 16 connections of four people. Every file has bytes of its own.
async function smalls(base, endpoint, people, n, bytes) {
  const { host, port } = new URL(base)
  const head = (method, target, headers) => Buffer.from(`${method} ${target} HTTP/1.1\r\n${Object.entries({ host, ...headers }).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`)
  const wires = await Promise.all(Array.from({ length: 16 }, () => wire(port)))
  let left = n
  const one = async ({ ask }, auth) => {
    const create = head('POST', endpoint, { ...tus(auth), 'upload-length': bytes.length, 'upload-metadata': meta('notiz.txt'), 'content-length': 0 })
    const patch = { ...tus(auth), 'upload-offset': 0, 'content-type': OCTETS, 'content-length': bytes.length }
    while (left-- > 0) {
      const made = await ask(create)
      if (made.status !== 201) throw new Error(`POST: ${made.status} ${made.text}`)
      const r = await ask(head('PATCH', new URL(made.location, base).pathname, patch), Buffer.from(crypto.randomBytes(24).toString('hex')), bytes.subarray(48))
      if (r.status !== 204) throw new Error(`PATCH: ${r.status} ${r.text}`)
    }
  }
  const t = await timed(() => Promise.all(wires.map((w, i) => one(w, people[i % people.length]))))
  wires.forEach((w) => w.close())
  return n / t.seconds
}

async function metric(base, name) {
  const r = await ask(base, 'GET', '/metrics', {})
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(r.text)?.[1] ?? 0)
}

export async function run() {
  const dir = tmp('bytes')
  const rows = []
  const data = path.join(dir, 'data')
  fs.mkdirSync(data)
  demo(data)
  const key = token(data, 'wang')
  const auth = bearer(key)
  const people = [auth, ...['lin', 'other', 'lead'].map((who) => bearer(token(data, who)))]
  const big = path.join(dir, 'big.mp4')
  fs.writeFileSync(big, film())
  sh(['dd', 'if=/dev/urandom', `of=${big}`, 'bs=1M', `count=${Math.ceil(SIZE / MIB)}`, 'oflag=append', 'conv=notrunc', 'status=none'])
  const length = fs.statSync(big).size
  const us = await jibei(data)
  // The demo's own files are read first, so that nothing else runs beside the figures.
  const admin = bearer(token(data, 'system', ['--scopes', 'read,write,admin']))
  for (let i = 0; i < 2400; i++) {
    const r = await ask(us.base, 'GET', '/api/jobs?state=waiting&limit=200', admin)
    if (r.status !== 200 || !JSON.parse(r.text).items.some((j) => j.kind !== 'sweep_files' && j.run_at <= Date.now())) break
    await new Promise((done) => setTimeout(done, 100))
  }
  const web = path.join(dir, 'web')
  for (const d of ['', 'put', 'get']) fs.mkdirSync(path.join(web, d))
  const peer = await nginx(web, `location /put/ { root ${web}; dav_methods PUT; client_body_buffer_size 1m; } location /get/ { root ${web}; }`)
  const stock = tusServer(dir)
  const stockPort = (await stock.started)[1]
  const stockBase = `http://127.0.0.1:${stockPort}`
  try {
    rows.push(...(await uploads(us, peer, { base: stockBase, pid: stock.pid }, auth, big, length, web)))
    const mine = JSON.parse((await ask(us.base, 'GET', '/api/resources?view=mine&limit=1', auth)).text).items[0]
    const resource = JSON.parse((await ask(us.base, 'POST', '/api/resources', { ...auth, 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ title: '测速', kind: mine.kind })))).text)
    if (!resource.id) throw new Error(JSON.stringify(resource))
    const attach = async (id, name) => {
      const r = await ask(us.base, 'POST', `/api/resources/${resource.id}/files`, { ...auth, 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ upload_id: id, name })))
      if (r.status !== 201) throw new Error(`attach: ${r.status} ${r.text}`)
      return JSON.parse(r.text).id
    }
    const bring = async (file, name) => attach((await patch(us.base, '/api/uploads', auth, file, name)).id, name)
    rows.push(...(await smallUploads(us, stockBase, people, dir)))
    rows.push(...(await downloads(us, peer, key, big, length, web, bring)))
    rows.push(...(await packs(us, key, dir, bring)))
  } finally {
    await us.stop()
    await peer.stop()
    await stock.stop()
    fs.rmSync(dir, { recursive: true, force: true })
  }
  return rows
}

async function uploads(us, peer, stock, auth, big, length, web) {
  const ours = []
  const bare = []
  const summed = []
  const theirs = []
  const cpu = []
  for (let i = 0; i < RUNS; i++) {
    const before = cpuOfTree(us.pid)
    const mine = await patch(us.base, '/api/uploads', auth, big, 'film.mp4')
    cpu.push(cpuOfTree(us.pid) - before)
    ours.push(mb(length, mine.seconds))
    await ask(us.base, 'DELETE', `/api/uploads/${mine.id}`, tus(auth))
    const t = await put(peer.base, big, `b${i}`)
    bare.push(mb(length, t.seconds))
    const after = await timed(() => sh(on(SERVER_CPU, ['sh', '-c', `sha256sum ${web}/put/b${i} >/dev/null && sync ${web}/put/b${i}`])))
    summed.push(mb(length, t.seconds + after.seconds))
    fs.rmSync(`${web}/put/b${i}`)
    theirs.push(mb(length, (await patch(stock.base, '/files', {}, big, 'film.mp4')).seconds))
  }
  const m = median(ours)
  const say = `${Math.round(m)} MB/s，${median(cpu).toFixed(2)} CPU-s；nginx ${Math.round(median(bare))}，加校验和落盘 ${Math.round(median(summed))}，@tus/server ${Math.round(median(theirs))} MB/s`
  return [
    row('上传 1 GiB / nginx PUT', m / median(bare), '>=', 0.5, say),
    row('上传 1 GiB / nginx PUT + sha256sum + sync', m / median(summed), '>=', 1.0),
    row('上传 1 GiB / @tus/server', m / median(theirs), '>=', 1.0),
  ]
}

async function smallUploads(us, stockBase, people, dir) {
  const bytes = Buffer.alloc(65536, 'a note for the lesson of wednesday. ')
  const n = Number(process.env.JIBEI_BENCH_SMALL ?? 300)
  const script = path.join(dir, 'fsyncs.py')
  fs.writeFileSync(script, FSYNCS)
  const floor = []
  const ours = []
  const theirs = []
  let syncs = 0
  // Nobody is measured while he warms up.
  await smalls(us.base, '/api/uploads', people, n, bytes)
  await smalls(stockBase, '/files', [{}], n, bytes)
  for (let i = 0; i < RUNS; i++) {
    const d = path.join(dir, `f${i}`)
    fs.mkdirSync(d)
    floor.push(Number(sh(['python3', script, d, String(n * 2)])))
    const before = await metric(us.base, 'jibei_disk_syncs_total')
    ours.push(await smalls(us.base, '/api/uploads', people, n, bytes))
    syncs = ((await metric(us.base, 'jibei_disk_syncs_total')) - before) / n
    theirs.push(await smalls(stockBase, '/files', [{}], n, bytes))
  }
  const say = `${Math.round(median(ours))}/s，每个文件落盘 ${syncs.toFixed(1)} 次（另有数据库）；@tus/server ${Math.round(median(theirs))}/s，落盘 0 次；磁盘 ${Math.round(median(floor))}/s`
  const a = median(ours) / median(theirs)
  const b = median(ours) / median(floor)
  return [row('64 KiB 上传 / @tus/server 的 2 倍，或 / 磁盘的 0.7 倍', Math.max(a / 2, b / 0.7), '>=', 1.0, `${a.toFixed(2)} 与 ${b.toFixed(2)}：${say}`)]
}

async function downloads(us, peer, key, big, length, web, bring) {
  const id = await bring(big, 'film.mp4')
  fs.copyFileSync(big, `${web}/get/big`)
  const mine = `${us.base}/api/files/${id}/content`
  const head = [`Authorization: Bearer ${key}`]
  const speed = { ours: [], peer: [], oursCpu: [], peerCpu: [], part: [], peerPart: [] }
  const range = [`Range: bytes=${64 * MIB}-${128 * MIB - 1}`]
  const once = async (url, headers, pid, to, cpus, bytes) => {
    const before = cpuOfTree(pid)
    to.push(mb(bytes, (await fetchAll(url, headers)).seconds))
    cpus?.push(cpuOfTree(pid) - before)
  }
  for (let i = 0; i < RUNS + 2; i++) {
    await once(mine, head, us.pid, speed.ours, speed.oursCpu, length)
    await once(`${peer.base}/get/big`, [], peer.pid, speed.peer, speed.peerCpu, length)
    await once(mine, [...head, ...range], us.pid, speed.part, null, 64 * MIB)
    await once(`${peer.base}/get/big`, range, peer.pid, speed.peerPart, null, 64 * MIB)
  }
  const small = path.join(path.dirname(web), 'small.txt')
  fs.writeFileSync(small, Buffer.alloc(65536, 'sixty-four kilobytes of text for a teacher. '))
  const smallId = await bring(small, 'klein.txt')
  fs.copyFileSync(small, `${web}/get/small`)
  const rate = { ours: [], peer: [] }
  for (let i = 0; i < RUNS; i++) {
    rate.ours.push(wrk(`${us.base}/api/files/${smallId}/content`, { connections: 32, seconds: 2, headers: head }).rate)
    rate.peer.push(wrk(`${peer.base}/get/small`, { connections: 32, seconds: 2 }).rate)
  }
  const cold = await coldDownload(us, mine, head, length)
  return [
    row('下载 1 GiB / nginx', median(speed.ours) / median(speed.peer), '>=', 0.9, `${Math.round(median(speed.ours))} 与 ${Math.round(median(speed.peer))} MB/s，CPU ${median(speed.oursCpu).toFixed(2)} 与 ${median(speed.peerCpu).toFixed(2)} s`),
    row('下载一段 64 MiB / nginx', median(speed.part) / median(speed.peerPart), '>=', 0.9),
    row('64 KiB 文件（验权限）/ nginx（不验）', median(rate.ours) / median(rate.peer), '>=', 0.5, `${Math.round(median(rate.ours))} 与 ${Math.round(median(rate.peer))}/s`),
    cold,
  ]
}

// While a file that is in no cache is sent, the API goes on.
async function coldDownload(us, url, head, length) {
  const blobs = path.join(us.dir, 'blobs')
  const found = spawnSync('find', [blobs, '-size', `+${Math.floor(length / 2 / 1024)}k`, '-type', 'f'], { encoding: 'utf8' }).stdout.trim().split('\n')
  for (const f of found) sh(['python3', '-c', 'import os,sys\nf=os.open(sys.argv[1],os.O_RDONLY)\nos.fsync(f)\nos.posix_fadvise(f,0,0,os.POSIX_FADV_DONTNEED)', f])
  const child = start(SERVER_CPU, ['curl', '-sS', '-o', '/dev/null', '--limit-rate', '200M', ...head.flatMap((h) => ['-H', h]), url])
  const r = wrk(`${us.base}/api/version`, { connections: 4, seconds: 3 })
  await child.stop()
  return row('冷缓存下载时接口 p99（毫秒）', r.p99, '<=', 20, `p50 ${r.p50} ms`)
}

async function packs(us, key, dir, bring) {
  const each = 5 * MIB
  const n = Math.max(8, Math.round(SIZE / each))
  const folder = path.join(dir, 'pack')
  fs.mkdirSync(folder)
  const ids = []
  for (let i = 0; i < n; i++) {
    const file = path.join(folder, `课件${i}.mp4`)
    fs.writeFileSync(file, Buffer.concat([film(), crypto.randomBytes(each)]))
    ids.push(await bring(file, `课件${i}.mp4`))
  }
  const url = `${us.base}/api/packs?files=${ids.join(',')}`
  const bytes = n * each
  const ours = []
  const theirs = []
  const first = []
  for (let i = 0; i < RUNS; i++) {
    const t = await fetchAll(url, [`Authorization: Bearer ${key}`])
    ours.push(mb(bytes, t.seconds))
    first.push(Number(t.value) * 1000)
    const b = await timed(() => sh(['sh', '-c', `taskset -c ${SERVER_CPU} bsdtar -cf - --format zip --options zip:compression=store -C ${folder} . | taskset -c ${LOAD_CPU} cat >/dev/null`]))
    theirs.push(mb(bytes, b.seconds))
  }
  return [
    row('打包 / bsdtar', median(ours) / median(theirs), '>=', 1.5, `${Math.round(median(ours))} 与 ${Math.round(median(theirs))} MB/s`),
    row('打包的第一个字节（毫秒）', median(first), '<=', 5),
  ]
}
