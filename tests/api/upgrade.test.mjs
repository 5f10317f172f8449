// A folder of this release meets programs of later ones (build/later, tests/api/later) and comes back: what is
// brought up to date is backed up first; what fails leaves everything as it was; who may not open a folder changes
// nothing in it.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { after, test } from 'node:test'
import { binary, database, folder, root, start } from './server.mjs'

const made = []
const place = () => made[made.push(folder()) - 1]
after(() => made.forEach((dir) => fs.rmSync(dir, { recursive: true, force: true })))

const later = (name) => path.join(root, 'build/later', name, 'jibei')
const env = { JIBEI_LOG: 'error', JIBEI_PROBE: path.join(root, 'build/jibei-probe') }

// All rows and the whole schema, as the engine's own tool prints them; without what a backup notes of itself.
function rows(house) {
  const [tool, ...words] = house.db.length
    ? ['pg_dump', '-n', /search_path%3D(\w+)/.exec(house.db[1])[1], house.db[1].replace(/[?&]options=.*/, '')]
    : ['sqlite3', path.join(house.data, 'jibei.db'), '.dump']
  const r = spawnSync(tool, words, { encoding: 'utf8', maxBuffer: 1 << 28 })
  assert.equal(r.status, 0, r.stderr)
  const lines = r.stdout.split('\n').filter((line) => !/^\\(un)?restrict |^backup(_hold|_made)?\t|INTO counter VALUES\('backup/.test(line))
  assert.ok(lines.length > 1000, 'a demo county has rows')
  return lines
}

// Says the first lines that differ, not all of them.
function same(now, before) {
  const was = new Set(before), is = new Set(now)
  assert.deepEqual({ new: now.filter((l) => !was.has(l)).slice(0, 5), gone: before.filter((l) => !is.has(l)).slice(0, 5) }, { new: [], gone: [] })
  assert.equal(now.length, before.length)
}

// Every file of the folder with what it holds; without who held the lock.
function files(house) {
  return fs.readdirSync(house.data, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile() && f.name !== 'lock')
    .map((f) => path.join(f.parentPath ?? f.path, f.name))
    .sort()
    .map((f) => `${path.relative(house.data, f)} ${crypto.createHash('sha256').update(fs.readFileSync(f)).digest('hex')}`)
}

const backups = (house) => (fs.existsSync(path.join(house.data, 'backups')) ? fs.readdirSync(path.join(house.data, 'backups')).filter((n) => /^\d{8}-/.test(n)) : [])

async function county() {
  const server = await start({ demo: true, keep: true, env })
  made.push(server.data)
  await server.stop()
  return server
}

const run = (program, house, name, ...words) =>
  spawnSync(program, [name, '--data', house.data, ...house.db, ...words], { encoding: 'utf8', env: { ...process.env, ...env } })

const SIDE = [
  ['check'], ['backup', place()], ['import', place(), '--login', 'wang'], ['export', place(), '--login', 'wang'], ['user', 'list'],
  ['token', '--login', 'wang'], ['init', '--county', '县', '--name', '甲', '--login', 'jia'], ['db', 'copy', '--to', `sqlite:${place()}/to.db`],
]

// Each of these is refused with what is said, and neither a file nor a row has changed.
function refused(program, house, commands, said, status = 1) {
  const before = [files(house), rows(house)]
  for (const words of commands) {
    const r = run(program, house, ...words)
    assert.match(r.stderr, said, words[0])
    assert.equal(r.status, status, `${words[0]}: ${r.stdout}${r.stderr}`)
  }
  same(files(house), before[0])
  same(rows(house), before[1])
}

async function serves(house, program = binary) {
  const server = await start({ data: house.data, db: house.db, env, program })
  const said = await fetch(server.base + '/readyz')
  assert.equal(said.status, 200)
  await server.stop()
}

test('an upgrade: backed up, brought up to date as a whole, never taken back by an older program', { timeout: 120_000 }, async () => {
  const house = await county()
  const program = later('shelf')
  const before = rows(house)
  refused(program, house, SIDE, /较早版本.*先升级/)

  await serves(house, program)
  assert.deepEqual(house.sql('SELECT count(*) FROM town WHERE motto = \'later\''), ['17'])
  assert.deepEqual(house.sql('SELECT count(*) FROM shelf'), house.sql('SELECT count(*) FROM school'))
  assert.match(run(program, house, 'check').stdout, /没有发现问题/)
  assert.equal(backups(house).length, 1)

  refused(binary, house, SIDE, /较新版本.*请安装新版本/)
  refused(binary, house, [['serve', '--listen', '127.0.0.1:0']], /较新版本.*请安装新版本/, 3)

  await serves(house, program)
  assert.equal(backups(house).length, 1, 'a start that changes nothing needs no backup')

  // The way back: the backup is of the older release.
  const was = { data: path.join(place(), 'house'), db: database() }
  const set = path.join(house.data, 'backups', backups(house)[0])
  const restored = run(binary, was, 'restore', set)
  assert.equal(restored.status, 0, restored.stderr)
  if (!house.db.length) same(rows(was), before)
  await serves(was)

  // A backup of the later one is none for us.
  const store = place()
  assert.equal(run(program, house, 'backup', store).status, 0)
  const not = run(binary, { data: path.join(place(), 'house'), db: database() }, 'restore', store)
  assert.equal(not.status, 1)
  assert.match(not.stderr, /版本/)
})

for (const [name, step] of [['broken', /9002_broken\.sql/], ['dangling', /升级没有成功/]])
  test(`an upgrade that fails (${name}) leaves all as it was and says what to do`, { timeout: 120_000 }, async () => {
    const house = await county()
    const before = rows(house)
    const r = run(later(name), house, 'serve', '--listen', '127.0.0.1:0')
    assert.equal(r.status, 3, r.stderr)
    assert.match(r.stderr, step)
    assert.match(r.stderr, /数据仍是升级前的样子.*装回原来版本/)
    same(rows(house), before)
    const [set] = backups(house)
    assert.ok(r.stderr.includes(path.join(house.data, 'backups', set)))
    await serves(house)
  })

test('a stored file that is missing is said, but keeps nobody from the upgrade', { timeout: 120_000 }, async () => {
  const house = await county()
  const [sha] = house.sql('SELECT min(sha256) FROM blob')
  fs.unlinkSync(path.join(house.data, 'blobs', sha.slice(0, 2), sha))
  const server = await start({ data: house.data, db: house.db, env, program: later('shelf') })
  assert.match(server.err, /1 个文件缺失/)
  await server.stop()
  assert.equal(backups(house).length, 1)
})

test('a folder without a house is none to work beside, and none is made there', () => {
  const data = place()
  for (const words of SIDE.filter(([name]) => name !== 'init'))
    for (const at of [data, path.join(data, 'mistyped')]) {
      const r = run(binary, { data: at, db: [] }, ...words)
      assert.equal(r.status, 1)
      assert.match(r.stderr, /还没有集备的数据/)
    }
  assert.deepEqual(fs.readdirSync(data), [])
})
