// Asks build/jibei ydoc what becomes of documents: an array of updates each.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const at = (name) => fileURLToPath(new URL(`../../build/${name}`, import.meta.url))
const JIBEI = process.env.JIBEI ?? at('jibei')
const TOOL = process.env.CRDT_TOOL ?? at('crdt_tool')

export function ydoc(docs, ...options) {
  const lines = ask(docs, options).split('\n').slice(0, -1)
  if (lines.length !== docs.length) throw new Error(`${docs.length} documents, ${lines.length} answers`)
  return lines
}

// One document whose view may have lines of its own.
export function ydocView(updates, ...options) {
  return ask([updates], options).slice(0, -1)
}

function ask(docs, options) {
  const input = docs.map((d) => `${d.length}\n${d.map((u) => `${Buffer.from(u).toString('base64')}\n`).join('')}`).join('')
  const r = spawnSync(JIBEI, ['ydoc', ...options], { input, maxBuffer: 1 << 30, encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`jibei ydoc: ${r.status ?? r.signal} ${r.stderr}`)
  return r.stdout
}

// Asks build/crdt_tool: [word, update…] each; gives bytes, or an Error's message as a string.
export function tool(calls) {
  const input = calls.map(([what, ...parts]) => `${what} ${parts.length}\n${parts.map((u) => `${Buffer.from(u).toString('base64')}\n`).join('')}`).join('')
  const r = spawnSync(TOOL, { input, maxBuffer: 1 << 30, encoding: 'utf8' })
  if (r.status !== 0) throw new Error(`crdt_tool: ${r.status ?? r.signal} ${r.stderr}`)
  const lines = r.stdout.split('\n').slice(0, -1)
  if (lines.length !== calls.length) throw new Error(`${calls.length} calls, ${lines.length} answers`)
  return lines.map((l) => (l.startsWith('error: ') ? l : Buffer.from(l, 'base64')))
}
