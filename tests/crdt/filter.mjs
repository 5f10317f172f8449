// Asks build/jibei ydoc what becomes of documents: an array of updates each.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const JIBEI = process.env.JIBEI ?? fileURLToPath(new URL('../../build/jibei', import.meta.url))

export function ydoc(docs, ...options) {
  const input = docs.map((d) => `${d.length}\n${d.map((u) => `${Buffer.from(u).toString('base64')}\n`).join('')}`).join('')
  const r = spawnSync(JIBEI, ['ydoc', ...options], { input, maxBuffer: 1 << 30, encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`jibei ydoc: ${r.status ?? r.signal} ${r.stderr}`)
  const lines = r.stdout.split('\n').slice(0, -1)
  if (lines.length !== docs.length) throw new Error(`${docs.length} documents, ${lines.length} answers`)
  return lines
}
