// Runs the API tests (all, or the files named) with node's test runner, then says which routes no test asked.
// A route that was asked by nobody fails a whole run. JIBEI_TEST_DB=pg runs them on PostgreSQL.
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(here, '../..')
const named = process.argv.slice(2)
const files = named.length ? named : fs.readdirSync(here).filter((f) => f.endsWith('.test.mjs')).sort().map((f) => path.join(here, f))
const coverage = path.join(root, 'build', 'coverage')
fs.rmSync(coverage, { recursive: true, force: true })

const run = spawnSync(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files], {
  stdio: 'inherit',
  cwd: root,
  env: { ...process.env, JIBEI_COVERAGE: coverage },
})
if (run.status !== 0) process.exit(run.status ?? 1)

if (!named.length) {
  const asked = new Set()
  if (fs.existsSync(coverage))
    for (const f of fs.readdirSync(coverage)) fs.readFileSync(path.join(coverage, f), 'utf8').split('\n').forEach((n) => asked.add(n))
  const api = JSON.parse(fs.readFileSync(path.join(root, 'web/src/api/openapi.json'), 'utf8'))
  const all = Object.values(api.paths).flatMap((methods) => Object.values(methods).map((op) => op.operationId))
  const missed = all.filter((n) => !asked.has(n))
  console.log(`routes: ${all.length}, asked by tests: ${all.length - missed.length}`)
  if (missed.length) {
    console.error(`no test asked: ${missed.join(' ')}`)
    process.exit(1)
  }
}
