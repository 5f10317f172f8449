// What `make dist` made: each package is unpacked into a folder and the program in it is started from there, with
// nothing of the build beside it. The scripts of the .deb run with stand-ins for what would touch this machine.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { Load } from '../fault/load.mjs'
import { root, start } from '../api/server.mjs'

const place = fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-dist-'))
after(() => fs.rmSync(place, { recursive: true, force: true }))

const dist = path.join(root, 'build/dist')
const named = (pattern) => path.join(dist, fs.readdirSync(dist).find((f) => pattern.test(f)))

function say(tool, ...words) {
  const r = spawnSync(tool, words, { encoding: 'utf8' })
  assert.equal(r.status, 0, `${tool} ${words.join(' ')}: ${r.stdout}${r.stderr}`)
  return r.stdout
}

const trees = {}
before(() => {
  const tar = path.join(place, 'tar'), deb = path.join(place, 'deb')
  fs.mkdirSync(tar)
  say('tar', '-xzf', named(/\.tar\.gz$/), '-C', tar)
  say('dpkg-deb', '-x', named(/\.deb$/), deb)
  Object.assign(trees, { 'the tarball': path.join(tar, fs.readdirSync(tar)[0]), 'the .deb': deb })
})

for (const name of ['the tarball', 'the .deb'])
  test(`the program in ${name} serves a new house: ready, with the client, and it reads what is uploaded`, { timeout: 300_000 }, async (t) => {
    const tree = trees[name], program = path.join(tree, 'usr/bin/jibei')
    assert.match(say(program, 'version'), /^jibei \d/)
    const server = await start({ program, db: [], env: { JIBEI_LOG: 'warn' } })
    t.after(() => server.stop())
    assert.equal((await fetch(server.base + '/readyz')).status, 200)
    const page = await (await fetch(server.base + '/')).text()
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)[1]
    assert.equal((await fetch(server.base + script)).status, 200)

    const made = server.command('init', '--county', '测试县', '--name', '管理员', '--login', 'county', '--password', 'Demo-2025-pass')
    assert.equal(made.status, 0, made.stderr)
    const token = server.command('token', '--login', 'county', '--scopes', 'read,write').stdout.trim().split('\n').pop()
    const ledger = { uploads: [], resources: [], files: [] }
    const load = new Load(server.base, token, ledger)
    await load.one(Buffer.from('荷塘月色 教案\n'.repeat(300)), 3, '荷塘月色')
    assert.deepEqual(await load.judge(), [])
    const { json } = await load.ask('GET', `/api/resources/${ledger.resources[0].id}`)
    assert.deepEqual([json.files[0].kind, json.files[0].mime, json.files[0].state], ['text', 'text/plain', 'ok'])
  })

test('the .deb names the packages of all its libraries, and the unit and settings it brings', () => {
  const needs = say('dpkg-deb', '-f', named(/\.deb$/), 'Depends')
  for (const name of ['adduser', 'libc6 (>=', 'zlib1g', 'libmicrohttpd12', 'libwebsockets-evlib-uv', 'libpq5', 'libarchive13', 'libmagic1'])
    assert.ok(needs.includes(name), `${name} in ${needs}`)
  const unit = fs.readFileSync(path.join(trees['the .deb'], 'lib/systemd/system/jibei.service'), 'utf8')
  assert.ok(fs.existsSync(path.join(trees['the .deb'], /ExecStart=(\S+)/.exec(unit)[1])))
  assert.ok(fs.existsSync(path.join(trees['the .deb'], /EnvironmentFile=-(\S+)/.exec(unit)[1])))
  assert.match(unit, /RestartPreventExitStatus=3/)
})

test('the scripts of the .deb: a user, a data folder, the service; what is there stays', () => {
  const scripts = path.join(place, 'scripts'), tools = path.join(place, 'tools'), log = path.join(place, 'called')
  say('dpkg-deb', '-e', named(/\.deb$/), scripts)
  assert.deepEqual(fs.readdirSync(scripts).sort(), ['conffiles', 'control', 'postinst', 'prerm'])
  assert.equal(fs.readFileSync(path.join(scripts, 'conffiles'), 'utf8'), '/etc/jibei/jibei.env\n')
  fs.mkdirSync(tools)
  for (const tool of ['adduser', 'install', 'getent', 'systemctl'])
    fs.writeFileSync(path.join(tools, tool), `#!/bin/sh\necho ${tool} "$@" >> ${log}\n[ ${tool} != getent ]\n`, { mode: 0o755 })
  const run = (script, ...words) =>
    spawnSync(path.join(scripts, script), words, { encoding: 'utf8', env: { PATH: `${tools}:/usr/bin:/bin` } })
  const r = run('postinst', 'configure', '')
  assert.equal(r.status, 0, r.stderr)
  assert.match(r.stdout, /集备已安装/)
  const called = fs.readFileSync(log, 'utf8')
  assert.match(called, /^getent passwd jibei\nadduser --system --group .* jibei\ninstall -d -o jibei -g jibei -m 750 \/var\/lib\/jibei\n/)
  for (const words of [['postinst', 'abort-upgrade', '0.0.9'], ['prerm', 'upgrade', '0.0.9'], ['prerm', 'remove']]) assert.equal(run(...words).status, 0)
})
