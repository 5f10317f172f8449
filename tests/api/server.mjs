// A server of one's own for a test: build/jibei serve on a port the system chose, with a fresh data folder that is
// removed at the end (or the folder given). Where JIBEI_TEST_DB names a PostgreSQL server (tests/pg.sh), the
// database is a new schema there.
//     const server = await start({ demo: true })            // base, port, data, pid
//     …; await server.stop()                                // SIGTERM; fails unless it exits with 0 in 10 s
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const binary = process.env.JIBEI_BINARY ?? path.join(root, 'build/jibei')

const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export function folder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-api-'))
}

// --db for a new database: nothing on SQLite (it lies in the data folder), a new schema on PostgreSQL.
export function database() {
  const url = process.env.JIBEI_TEST_DB
  if (!url) return []
  const schema = `api${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  const made = spawnSync('psql', ['-q', url, '-c', `CREATE SCHEMA ${schema}`], { encoding: 'utf8' })
  assert.equal(made.status, 0, made.stderr)
  return ['--db', `${url}${url.includes('?') ? '&' : '?'}options=-csearch_path%3D${schema}`]
}

export const DEMO_PASSWORD = 'Demo-2025-pass'

class Server {
  constructor({ data, db, args, env, keep, program }) {
    Object.assign(this, { data, db, args, env, keep, program })
    this.out = ''
    this.err = ''
  }

  // Runs another command on the same folder and database; gives {status, stdout, stderr}.
  command(name, ...words) {
    return spawnSync(this.program, [name, '--data', this.data, ...this.db, ...words], { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...this.env } })
  }

  // What no route does: a statement straight into the database, beside the running server; gives its rows as lines.
  sql(text) {
    const [tool, ...words] = this.db.length
      ? ['psql', '-qAt', '-v', 'ON_ERROR_STOP=1', this.db[1], '-c', text]
      : ['sqlite3', '-cmd', '.timeout 10000', path.join(this.data, 'jibei.db'), text]
    const r = spawnSync(tool, words, { encoding: 'utf8' })
    assert.equal(r.status, 0, r.stderr)
    return r.stdout.trim().split('\n')
  }

  async launch() {
    const argv = ['serve', '--listen', '127.0.0.1:0', '--data', this.data, ...this.db, ...this.args]
    this.child = spawn(this.program, argv, { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(this.child)
    this.child.stderr.on('data', (d) => (this.err = (this.err + d).slice(-4_000_000)))
    this.exited = new Promise((resolve) =>
      this.child.on('exit', (code, signal) => {
        running.delete(this.child)
        resolve(code ?? signal)
      })
    )
    const ready = new Promise((resolve) =>
      this.child.stdout.on('data', (d) => {
        this.out += d
        const m = /(http:\/\/[^\s]+:(\d+))\s/.exec(this.out)
        if (m) resolve(m)
      })
    )
    const m = await Promise.race([ready, this.exited.then((code) => Promise.reject(new Error(`jibei serve ended with ${code}: ${this.err.slice(-2000)}`)))])
    this.base = m[1]
    this.port = Number(m[2])
    this.pid = this.child.pid
    return this
  }

  async stop({ signal = 'SIGTERM', within = 10_000 } = {}) {
    this.child.kill(signal)
    let timer
    const late = new Promise((resolve) => (timer = setTimeout(resolve, within, 'late')))
    const code = await Promise.race([this.exited, late])
    clearTimeout(timer)
    if (code === 'late') {
      this.child.kill('SIGKILL')
      await this.exited
    }
    if (!this.keep) fs.rmSync(this.data, { recursive: true, force: true })
    if (signal === 'SIGTERM') assert.equal(code, 0, `jibei serve ended with ${code}: ${this.err.slice(-2000)}`)
    return code
  }

  // The same folder and database again, after stop() of a server with keep.
  again() {
    return new Server(this).launch()
  }

  // Processor seconds of the process so far.
  cpu() {
    const stat = fs.readFileSync(`/proc/${this.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
    return (Number(stat[11]) + Number(stat[12])) / 100
  }

  rss() {
    return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]) * 1024
  }
}

// data: a folder to use instead of a new one (then it is kept), with its db; demo: fill it with the demo county first;
// program: another jibei.
export async function start({ args = [], env = {}, data, db = database(), demo = false, keep = data !== undefined, program = binary } = {}) {
  const server = new Server({ data: data ?? folder(), db, args, env, keep, program })
  if (demo) {
    const made = server.command('demo', '--password', DEMO_PASSWORD)
    assert.equal(made.status, 0, made.stderr)
  }
  return server.launch()
}
