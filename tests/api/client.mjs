// A client for tests: exact requests over node:http, cookies kept, and every JSON reply checked against the
// OpenAPI text by an independent validator (ajv). Which routes were asked is noted in build/coverage, and
// tests/api/run.mjs fails when a route was asked by no test.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import assert from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const coverage = process.env.JIBEI_COVERAGE // a folder; each process appends to a file of its own

class Contract {
  constructor(openapi) {
    this.ajv = new Ajv2020({ strict: false, allErrors: true })
    formats(this.ajv)
    this.ajv.addSchema({ $id: 'api', components: openapi.components })
    this.routes = []
    for (const [route, methods] of Object.entries(openapi.paths)) {
      const pattern = new RegExp('^' + route.replace(/\{[^}]+\}/g, '[^/]+') + '$')
      for (const [method, op] of Object.entries(methods)) {
        this.routes.push({ method: method.toUpperCase(), pattern, literal: !route.includes('{'), op })
      }
    }
    this.routes.sort((a, b) => b.literal - a.literal)
  }

  find(method, pathname) {
    const fits = (m) => this.routes.find((r) => r.method === m && r.pattern.test(pathname))
    return fits(method) ?? (method === 'HEAD' ? fits('GET') : undefined)
  }

  check(method, pathname, reply) {
    const route = this.find(method, pathname)
    if (route && coverage) {
      fs.mkdirSync(coverage, { recursive: true })
      fs.appendFileSync(path.join(coverage, `${process.pid}.txt`), route.op.operationId + '\n')
    }
    const type = (reply.headers['content-type'] ?? '').split(';')[0]
    if (method === 'HEAD' || reply.body.length === 0) return
    if (type === 'application/problem+json') this.valid({ $ref: 'api#/components/schemas/problem' }, reply)
    if (!route || type !== 'application/json') return
    const schema = route.op.responses[reply.status]?.content?.['application/json']?.schema
    if (schema) this.valid({ $ref: 'api' + schema.$ref }, reply)
    else if (!route.op.responses[reply.status]) assert.fail(`${method} ${pathname}: status ${reply.status} is not described`)
  }

  valid(schema, reply) {
    const ok = this.ajv.validate(schema, reply.json)
    assert.ok(ok, `the reply breaks its schema: ${this.ajv.errorsText()}\n${reply.text.slice(0, 500)}`)
  }
}

// One raw request; gives {status, headers, body, text, json}. Redirects are not followed.
export function request(base, method, target, { headers = {}, body, agent } = {}) {
  const url = new URL(base)
  return new Promise((resolve, reject) => {
    const req = http.request(
      { host: url.hostname, port: url.port, method, path: target, headers, agent },
      (res) => {
        const parts = []
        res.on('data', (d) => parts.push(d))
        res.on('error', reject)
        res.on('end', () => {
          const bytes = Buffer.concat(parts)
          const text = bytes.toString('utf8')
          const isJson = /[/+]json/.test(res.headers['content-type'] ?? '') && bytes.length > 0
          resolve({ status: res.statusCode, headers: res.headers, body: bytes, text, json: isJson ? JSON.parse(text) : undefined })
        })
      }
    )
    req.on('error', reject)
    req.end(body)
  })
}

// A person at the API: `const wang = await client(server).login('wang')`.
export class Client {
  constructor(base, contract) {
    this.base = base
    this.contract = contract
    this.cookies = new Map()
    this.token = undefined
  }

  fresh() {
    return new Client(this.base, this.contract)
  }

  async ask(method, target, { json, body, headers = {}, origin = true } = {}) {
    const h = { ...headers }
    if (json !== undefined) {
      body = JSON.stringify(json)
      h['content-type'] ??= 'application/json'
    }
    if (body !== undefined && h['content-length'] === undefined) h['content-length'] = Buffer.byteLength(body)
    if (this.cookies.size) h.cookie ??= [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ')
    if (this.token) h.authorization ??= `Bearer ${this.token}`
    if (origin && !['GET', 'HEAD'].includes(method)) h.origin ??= this.base
    const reply = await request(this.base, method, target, { headers: h, body })
    for (const line of reply.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    this.contract.check(method, decodeURI(new URL(target, this.base).pathname), reply)
    return reply
  }

  // The same, and the status must be as expected (any 2xx when none is given).
  async want(status, method, target, options) {
    const r = await this.ask(method, target, options)
    const right = status === undefined ? r.status >= 200 && r.status < 300 : r.status === status
    assert.ok(right, `${method} ${target}: wanted ${status ?? '2xx'}, got ${r.status} ${r.text.slice(0, 400)}`)
    return r
  }

  get = (target, options) => this.want(undefined, 'GET', target, options)
  post = (target, json, options) => this.want(undefined, 'POST', target, { json, ...options })
  patch = (target, rev, json) => this.want(undefined, 'PATCH', target, { json, headers: { 'if-match': `"${rev}"` } })
  put = (target, rev, json) => this.want(undefined, 'PUT', target, { json, headers: { 'if-match': `"${rev}"` } })
  delete = (target, options) => this.want(undefined, 'DELETE', target, options)

  async login(login, password = 'Demo-2025-pass') {
    await this.post('/api/session', { login, password })
    return this
  }
}

export async function client(base) {
  const { json } = await request(base, 'GET', '/api/openapi.json')
  return new Client(base, new Contract(json))
}
