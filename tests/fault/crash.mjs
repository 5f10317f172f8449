// Kills a serving process at random moments under load and looks whether anything that was acknowledged is gone.
//   node tests/fault/crash.mjs --runs 50 [--power] [--seed N]     must lose nothing
//   node tests/fault/crash.mjs --control [--runs 60]              SQLite without syncs: a loss must be found
//   --live: only people who write in documents, nobody who uploads; else both at once
// Plain: kill -9. --power: afterwards what no sync had made durable is taken back (drop_unsynced.c), wholly or in part.
// On PostgreSQL (tests/pg.sh node tests/fault/crash.mjs …) our process and our files are what is hit, the database goes on.
// Two judges: our own ledger of what the server answered with success, and `jibei check`.
import fs from 'node:fs'
import path from 'node:path'
import assert from 'node:assert/strict'
import { root } from '../api/server.mjs'
import { House, Load } from './load.mjs'
import { Writers } from './writers.mjs'
import { undo } from './undo.mjs'

const arg = (name, standard) => {
  const i = process.argv.indexOf('--' + name)
  return i < 0 ? standard : process.argv[i + 1] && !process.argv[i + 1].startsWith('--') ? process.argv[i + 1] : true
}
const control = arg('control', false) === true
const power = control || arg('power', false) === true
const live = arg('live', false) === true
const runs = Number(arg('runs', 50))
const seed = Number(arg('seed', Date.now() % 2 ** 31))
const FRESH = 25 // runs on one data folder
const CLIENTS = 4

let state = seed >>> 0
function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const upTo = (n) => Math.floor(random() * n)

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function oneRun(house, n) {
  const keepDir = `${house.data}.keep`, log = `${house.data}.log`
  const env = { JIBEI_LOG: 'error' }
  if (power) {
    fs.mkdirSync(keepDir, { recursive: true })
    Object.assign(env, { LD_PRELOAD: path.join(root, 'build/drop_unsynced.so'), DROP_DIR: house.data, DROP_LOG: log, DROP_KEEP: keepDir })
  }
  if (control) env.JIBEI_SQLITE_SYNC = '0'
  const server = await house.start(env)
  const load = new Load(server.base, house.token, house.ledger, random)
  const writers = new Writers(server.base, house, random)
  const lost = [...(await load.judge()), ...(await writers.judge())]
  if (lost.length) {
    await server.stop({ signal: 'SIGKILL' })
    return { lost }
  }
  await writers.open()
  const clients = Array.from({ length: live ? 0 : CLIENTS }, (_, k) => load.run(n * 100 + k))
  clients.push(writers.run())
  await pause(20 + upTo(20 + upTo(2000))) // the moment of the kill is what is random here; nothing waits for it
  await server.stop({ signal: 'SIGKILL' })
  load.going = false
  writers.end()
  await Promise.all(clients)
  const took = power ? undo({ log, keepDir, random: random() < 0.5 ? undefined : random }) : {}
  const bad = house.check()
  return { lost: bad ? [bad] : [], done: load.done, saved: writers.done, ...took }
}

console.log(`crash: ${runs} runs, seed ${seed}, ${live ? 'only documents, ' : ''}${control ? 'without syncs, power cut' : power ? 'power cut' : 'kill -9'}`)
let house, done = 0, saved = 0, undone = 0, torn = 0, found
for (let n = 0; n < runs && !found; n++) {
  if (n % FRESH === 0) {
    house?.remove()
    house = new House()
  }
  const r = await oneRun(house, n).catch((e) => ({ lost: [`the server does not start again: ${e.message.slice(0, 500)}`] }))
  done += r.done ?? 0
  saved += r.saved ?? 0
  undone += r.undone ?? 0
  torn += r.torn ?? 0
  if (r.lost.length) found = { n, lost: r.lost }
}
if (!found) {
  const last = await house.start() // the last run is judged as well
  const writers = new Writers(last.base, house)
  const lost = [...(await new Load(last.base, house.token, house.ledger).judge()), ...(await writers.judge())]
  if (!lost.length) lost.push(...(await writers.converge()))
  if (lost.length) found = { n: runs, lost }
  await last.stop()
}
console.log(`crash: ${done} files and ${saved} edits acknowledged, ${undone} unsynced changes taken back, ${torn} writes torn`)
if (found) console.log(`run ${found.n}: ${found.lost.slice(0, 10).join('\n  ')}`)
if (found && !control) console.log(`the folder stays for a look: ${house.data}`)
else house.remove()
if (control) console.log(found ? 'crash: the loss was found, as it must be' : 'crash: NO LOSS FOUND where syncs were off: the judges are blind')
assert.equal(found !== undefined, control)
assert.ok(control || (saved > 0 && (live || done > 0)), 'nothing was acknowledged')
