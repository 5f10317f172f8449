// make bench: every part in turn, or those named: node tests/bench/bench.mjs list search. Each part is a module
// beside this one that exports run() → rows. Ends with 1 when a bound was missed.
import { print } from './lib.mjs'

const parts = ['bytes', 'list', 'search', 'sockets', 'logins', 'memory', 'pages', 'crdt', 'live']
const named = process.argv.slice(2)
let missed = 0
for (const part of named.length ? named : parts) {
  console.log(`== ${part}`)
  const { run } = await import(`./${part}.mjs`)
  const rows = await run()
  print(rows)
  missed += rows.filter((r) => !r.ok).length
}
console.log(missed ? `${missed} 项未达到` : '全部达到')
process.exit(missed ? 1 : 0)
