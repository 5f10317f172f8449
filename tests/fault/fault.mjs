// Fails the n-th call to the disk (or the database) of a serving process, for every n, over a script of uploads and
// resources, and of people who write in live documents. Whatever n is: the program says clearly why it does not start, or every reply is a success or a proper
// problem; at most one thing fails, the next one works; after a start without faults nothing that was acknowledged is
// gone, and `jibei check` finds nothing half-done.
//   node tests/fault/fault.mjs disk|db [--every K] [--sticky]      sticky: the n-th and all later calls fail
import assert from 'node:assert/strict'
import { House, Load } from './load.mjs'
import { Writers } from './writers.mjs'

const kind = process.argv[2]
assert.ok(['disk', 'db'].includes(kind), 'disk or db?')
const sticky = process.argv.includes('--sticky')
const every = Number(process.argv[process.argv.indexOf('--every') + 1] || 1) || 1
const QUIET = 60 // so many calls in a row whose failure nobody notices: the script is at its end

class Careful extends Load {
  constructor(...args) {
    super(...args)
    this.failed = 0
  }

  // A reply that is no success must be a problem that says what to do.
  async ask(method, target, options) {
    const r = await super.ask(method, target, options)
    if (r.status >= 400) {
      const problem = method === 'HEAD' || (r.json?.code && /[一-龥]/.test(r.json.detail) && r.json.status === r.status)
      assert.ok(problem, `${method} ${target}: ${r.status} ${r.text.slice(0, 300)}`)
      assert.ok(r.status >= 500, `${method} ${target}: ${r.status} ${r.text.slice(0, 300)}`)
    }
    return r
  }

  async try(n) {
    try {
      await this.one(Buffer.from(`第 ${n} 份 `.repeat(2000)), 2, `故障 ${n}`)
    } catch (e) {
      if (e.code === 'ERR_ASSERTION') throw e
      this.failed++
    }
  }
}

async function startsOrSays(house, env) {
  try {
    return await house.start(env)
  } catch (e) {
    assert.match(e.message, /[一-龥]/, `it must say in Chinese why it does not start: ${e.message}`)
    return undefined
  }
}

// Two people write; they hear that it is saved, or that saving stands still, or are sent away. True: all was well.
async function edits(house, base) {
  const writers = new Writers(base, house)
  if (await writers.open().catch(() => true)) return false
  const people = writers.enter().slice(0, 2)
  for (const p of people) p.text.insert(0, '字')
  const heard = (p) => p.failing || p.code || (p.sent > 0 && p.told >= p.sent)
  await Promise.all(people.map((p) => p.until(() => heard(p), 'told anything')))
  const well = people.every((p) => !p.failing && !p.code)
  writers.end()
  return well
}

async function oneFault(house, n) {
  const server = await startsOrSays(house, { JIBEI_FAULT: `${kind}:${n}${sticky ? '+' : ''}`, JIBEI_LOG: 'error' })
  if (!server) return { noticed: true }
  const load = new Careful(server.base, house.token, house.ledger)
  for (let k = 0; k < 3; k++) await load.try(`${n}-${k}`)
  const well = await edits(house, server.base)
  await server.stop()
  if (!sticky) assert.ok(load.failed <= 1, `one failing call made ${load.failed} of 3 things fail`)
  return { noticed: !well || load.failed > 0 || /error/.test(server.err) }
}

async function judge(house, n) {
  const server = await house.start({ JIBEI_LOG: 'error' })
  const lost = [...(await new Load(server.base, house.token, house.ledger).judge()), ...(await new Writers(server.base, house).judge())]
  await server.stop()
  assert.deepEqual(lost, [], `${kind}:${n}`)
  assert.equal(house.check(), '', `${kind}:${n}`)
}

let house = new House(), quiet = 0, n = 1, failures = 0
for (; quiet < QUIET; n += every) {
  const r = await oneFault(house, n)
  failures += r.noticed
  quiet = r.noticed ? 0 : quiet + every
  await judge(house, n)
  if (house.ledger.files.length > 60) {
    house.remove()
    house = new House()
  }
}
house.remove()
console.log(`fault: ${kind}${sticky ? ' dead from there on' : ''}, every ${every}. call up to the ${n}.: ${failures} failures seen, nothing half-done`)
assert.ok(failures > 5, 'hardly any fault was seen')
