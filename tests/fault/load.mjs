// Load with a ledger: what the server answered with success is written down at once, and judged later, by another
// process: whatever was acknowledged must still be there, byte for byte.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { request } from '../api/client.mjs'
import { binary, database, start } from '../api/server.mjs'

const TUS = { 'tus-resumable': '1.0.0' }
const PIECE = { ...TUS, 'content-type': 'application/offset+octet-stream' }

export class Load {
  constructor(base, token, ledger, random = Math.random) {
    Object.assign(this, { base, ledger, random, going: true, done: 0 })
    this.headers = { authorization: `Bearer ${token}` }
  }

  async ask(method, target, { headers = {}, body, json } = {}) {
    if (json !== undefined) {
      body = JSON.stringify(json)
      headers = { ...headers, 'content-type': 'application/json' }
    }
    if (body !== undefined) headers = { ...headers, 'content-length': Buffer.byteLength(body) }
    return request(this.base, method, target, { headers: { ...this.headers, ...headers }, body })
  }

  // One file: made, sent in pieces, put into a resource. Every success goes into the ledger at once.
  async one(bytes, pieces, title) {
    const name = Buffer.from(`课件${title}.txt`).toString('base64')
    const made = await this.ask('POST', '/api/uploads', { headers: { ...TUS, 'upload-length': bytes.length, 'upload-metadata': `filename ${name}` } })
    if (made.status === 429) return
    if (made.status !== 201) throw new Error(`upload: ${made.status} ${made.text}`)
    const up = { target: new URL(made.headers.location, this.base).pathname, offset: 0, bytes, attached: false }
    this.ledger.uploads.push(up)
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, Math.min(bytes.length, at + Math.ceil(bytes.length / pieces)))
      const sent = await this.ask('PATCH', up.target, { headers: { ...PIECE, 'upload-offset': at }, body: piece })
      if (sent.status === 429) continue // four at a time for one person
      if (sent.status !== 204) throw new Error(`piece: ${sent.status} ${sent.text}`)
      up.offset = at = Number(sent.headers['upload-offset'])
    }
    const resource = await this.ask('POST', '/api/resources', { json: { title, kind: 'lesson_plan' } })
    if (resource.status !== 201) throw new Error(`resource: ${resource.status} ${resource.text}`)
    this.ledger.resources.push({ id: resource.json.id, title })
    up.attaching = true // from here on the upload may be gone: it may have become a file
    const file = await this.ask('POST', `/api/resources/${resource.json.id}/files`, { json: { upload_id: up.target.split('/').pop() } })
    if (file.status !== 201) throw new Error(`file: ${file.status} ${file.text}`)
    up.attached = true
    this.ledger.files.push({ id: file.json.id, bytes })
    this.done++
  }

  upTo(n) {
    return Math.floor(this.random() * n)
  }

  async run(n) {
    while (this.going) {
      const bytes = Buffer.from(`${n} ${this.random()} `.repeat(1 + this.upTo(3000)))
      try {
        await this.one(bytes, 1 + this.upTo(4), `第${n}课 ${this.random()}`)
      } catch (e) {
        if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(e.code) && e.message !== 'aborted' && !/socket hang up/.test(e.message)) throw e
        return
      }
    }
  }

  // What the ledger says must be there.
  async judge() {
    const lost = []
    for (const r of this.ledger.resources) {
      const got = await this.ask('GET', `/api/resources/${r.id}`)
      if (got.status !== 200 || got.json.title !== r.title) lost.push(`resource ${r.id}: ${got.status}`)
    }
    for (const f of this.ledger.files) {
      const got = await this.ask('GET', `/api/files/${f.id}/content`)
      if (got.status !== 200 || !got.body.equals(f.bytes)) lost.push(`file ${f.id}: ${got.status}, ${got.body.length} of ${f.bytes.length}`)
    }
    for (const u of this.ledger.uploads.filter((x) => !x.attached)) {
      const got = await this.ask('HEAD', u.target, { headers: TUS })
      if (u.attaching && [404, 410].includes(got.status)) continue
      const offset = Number(got.headers['upload-offset'])
      if (got.status !== 200 || offset < u.offset) lost.push(`upload ${u.target}: ${got.status}, offset ${offset} after ${u.offset} was told`)
    }
    return lost
  }
}

// A county to be ill-treated: a folder, and on PostgreSQL (JIBEI_TEST_DB) a schema, that outlive their processes.
export class House {
  constructor() {
    this.data = fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-crash-'))
    this.db = database()
    this.ledger = { uploads: [], resources: [], files: [] }
    this.say('init', '--county', '测试县', '--name', '管理员', '--login', 'county', '--password', 'Demo-2025-pass')
    this.token = this.say('token', '--login', 'county', '--scopes', 'read,write').trim().split('\n').pop().trim()
  }

  command(...words) {
    return spawnSync(binary, [...words, '--data', this.data, ...this.db], { encoding: 'utf8' })
  }

  say(...words) {
    const r = this.command(...words)
    assert.equal(r.status, 0, r.stderr)
    return r.stdout
  }

  start(env = {}) {
    return start({ data: this.data, db: this.db, env })
  }

  // What `jibei check` finds: "" when all is in order.
  check() {
    const r = this.command('check')
    return r.status === 0 ? '' : `jibei check: ${r.stdout}${r.stderr}`
  }

  remove() {
    for (const beside of ['', '.keep', '.log', '.full']) fs.rmSync(this.data + beside, { recursive: true, force: true })
  }
}
