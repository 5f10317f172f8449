// What every part of the bench needs: our server and peers on CPU 0, the load on CPU 1, processor seconds read
// from /proc, medians of several runs, and rows {path, ours, peer, ratio, must, ok} for the printed table.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const SERVER_CPU = '0'
export const LOAD_CPU = os.cpus().length > 1 ? '1' : '0'

// This process is load itself in places.
spawnSync('taskset', ['-acp', LOAD_CPU, String(process.pid)])

export function tmp(name) {
  return fs.mkdtempSync(path.join(os.tmpdir(), `jibei-bench-${name}-`))
}

const children = new Set()
process.on('exit', () => children.forEach((c) => c.kill('SIGKILL')))
process.on('SIGINT', () => process.exit(130))

// Starts a program pinned to a CPU; ready is a RegExp looked for in its output, whose match is given back.
export function start(cpu, argv, { ready, env, cwd } = {}) {
  const child = spawn('taskset', ['-c', cpu, ...argv], { env: { ...process.env, ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let out = ''
  const done = new Promise((resolve) => child.on('exit', (code) => { children.delete(child); resolve(code) }))
  const started = new Promise((resolve, reject) => {
    if (!ready) return resolve(null)
    const look = (d) => {
      out += d
      const m = ready.exec(out)
      if (m) resolve(m)
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.on('exit', (code) => reject(new Error(`${argv[0]} ended with ${code}: ${out.slice(-500)}`)))
  })
  const stop = async (signal = 'SIGTERM') => {
    child.kill(signal)
    return done
  }
  return { pid: child.pid, started, done, stop, output: () => out }
}

// Our server with a data folder; gives {base, pid, stop, dir}.
export async function jibei(dir, args = [], cpu = SERVER_CPU) {
  const p = start(cpu, [path.join(root, 'build/jibei'), 'serve', '--listen', '127.0.0.1:0', '--data', dir, ...args], {
    ready: /http:\/\/127\.0\.0\.1:(\d+)/,
  })
  const m = await p.started
  return { base: `http://127.0.0.1:${m[1]}`, port: Number(m[1]), pid: p.pid, stop: p.stop, dir }
}

export function run(argv, options = {}) {
  const r = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (r.status !== 0) throw new Error(`${argv.join(' ')} failed: ${r.stderr?.slice(-400)} ${r.stdout?.slice(-400)}`)
  return r.stdout
}

export function demo(dir, ...args) {
  return run([path.join(root, 'build/jibei'), 'demo', '--data', dir, '--seed', '1', '--password', 'Demo-2025-pass', ...args])
}

export function token(dir, login, args = []) {
  return run([path.join(root, 'build/jibei'), 'token', '--data', dir, '--login', login, ...args]).trim().split(/\s+/).pop()
}

// Processor seconds of a process (all its threads), from the scheduler's own count.
export function cpuSeconds(pid) {
  let ns = 0n
  for (const t of fs.readdirSync(`/proc/${pid}/task`)) ns += BigInt(fs.readFileSync(`/proc/${pid}/task/${t}/schedstat`, 'utf8').split(' ')[0])
  return Number(ns) / 1e9
}

// The process and its children (nginx workers).
export function cpuOfTree(pid) {
  const kids = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return cpuSeconds(pid) + kids.reduce((n, k) => n + cpuOfTree(Number(k)), 0)
}

export function memory(pid) {
  const s = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
  const kb = (k) => Number(new RegExp(`${k}:\\s+(\\d+)`).exec(s)?.[1] ?? 0)
  return { rss: kb('VmRSS'), peak: kb('VmHWM'), anon: kb('RssAnon') }
}

export const median = (a) => [...a].sort((x, y) => x - y)[Math.floor(a.length / 2)]
export const quantile = (a, q) => [...a].sort((x, y) => x - y)[Math.min(a.length - 1, Math.floor(a.length * q))]
export const spread = (a) => `${Math.min(...a).toPrecision(3)}–${Math.max(...a).toPrecision(3)}`

export async function timed(fn) {
  const t = process.hrtime.bigint()
  const value = await fn()
  return { seconds: Number(process.hrtime.bigint() - t) / 1e9, value }
}

// wrk on the load's CPU; gives {rate, p50, p99 in ms}.
export function wrk(url, { connections = 64, seconds = 3, headers = [], script } = {}) {
  const args = ['-c', LOAD_CPU, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...headers.flatMap((h) => ['-H', h])]
  if (script) args.push('-s', script)
  const out = run(['taskset', ...args, url])
  const ms = (q) => {
    const m = new RegExp(`\\s${q}%\\s+([\\d.]+)(us|ms|s)`).exec(out)
    return m ? Number(m[1]) * { us: 0.001, ms: 1, s: 1000 }[m[2]] : NaN
  }
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(out)
  if (bad) throw new Error(`wrk ${url}: ${bad[1]} replies were errors`)
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), p50: ms(50), p99: ms(99) }
}

// nginx in a folder of its own, on a free port; conf is put inside server { … }.
export async function nginx(dir, conf, { workers = 1 } = {}) {
  const port = await freePort()
  fs.mkdirSync(path.join(dir, 'logs'), { recursive: true })
  fs.chmodSync(dir, 0o755)
  fs.writeFileSync(path.join(dir, 'nginx.conf'), `
daemon off; worker_processes ${workers}; pid ${dir}/nginx.pid; error_log ${dir}/logs/error.log; user root;
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; client_max_body_size 0;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
  default_type application/octet-stream;
  server { listen 127.0.0.1:${port}; ${conf} } }`)
  const p = start(SERVER_CPU, ['nginx', '-p', dir, '-c', path.join(dir, 'nginx.conf')])
  await waitFor(port)
  return { base: `http://127.0.0.1:${port}`, port, pid: p.pid, stop: () => p.stop('SIGQUIT') }
}

import net from 'node:net'
export function freePort() {
  return new Promise((resolve) => {
    const s = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address()
      s.close(() => resolve(port))
    })
  })
}

// A keep-alive connection that costs the load little beside what it measures: a request is written as it stands, and
// of the reply only {status, location} are read. One request at a time; a reply has a length or no body.
export async function wire(port) {
  const s = net.connect({ port, host: '127.0.0.1', noDelay: true })
  let got = ''
  let waiting = null
  const fail = (e) => waiting?.reject(e ?? new Error('the connection was closed'))
  s.setEncoding('latin1').on('error', fail).on('close', () => fail())
  s.on('data', (d) => {
    got += d
    const end = got.indexOf('\r\n\r\n') + 4
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(got)?.[1] ?? 0)
    if (end < 4 || got.length < end + length) return
    const reply = { status: Number(got.slice(9, 12)), location: /\r\nlocation: *(\S+)/i.exec(got)?.[1], text: got.slice(end) }
    got = ''
    waiting.resolve(reply)
  })
  await new Promise((resolve, reject) => s.once('connect', resolve).once('error', reject))
  const ask = (...parts) => new Promise((resolve, reject) => {
    waiting = { resolve, reject }
    s.cork()
    for (const p of parts) s.write(p)
    s.uncork()
  })
  return { ask, close: () => s.destroy() }
}

export async function waitFor(port, tries = 200) {
  for (let i = 0; i < tries; i++) {
    const ok = await new Promise((resolve) => {
      const s = net.connect(port, '127.0.0.1', () => { s.destroy(); resolve(true) })
      s.on('error', () => resolve(false))
    })
    if (ok) return
    await new Promise((r) => setTimeout(r, 25))
  }
  throw new Error(`nothing listens on ${port}`)
}

// One line of the table. value and bound are numbers; better is '>=' or '<='.
export function row(what, value, better, bound, detail) {
  const ok = better === '>=' ? value >= bound : value <= bound
  return { what, value, better, bound, detail, ok }
}

export function print(rows) {
  for (const r of rows) {
    const mark = r.ok ? '达到' : '未达'
    console.log(`${mark}  ${r.what}: ${typeof r.value === 'number' ? +r.value.toPrecision(3) : r.value} (${r.better} ${r.bound})  ${r.detail ?? ''}`)
  }
}
