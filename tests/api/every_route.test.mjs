// Who may what: every route is asked by every kind of person, and the answer is what every_route.matrix, written by hand,
// says. A route of the OpenAPI text without a line there fails. Bodies are made from the route's own shape (so the
// input is understood and the rights decide); PATCH sends an old revision, so that who may is told 412, not obeyed.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import test from 'node:test'
import { client } from './client.mjs'
import { start } from './server.mjs'

const people = ['nobody', 'wang', 'lin', 'other', 'school', 'lead', 'keeper', 'audit', 'county']
const lines = fs
  .readFileSync(new URL('every_route.matrix', import.meta.url), 'utf8')
  .split('\n')
  .filter((l) => l.trim() && !l.startsWith('#'))
  .map((l) => l.trim().split(/\s+/))
  .map(([method, target, ...wants]) => ({ method, target, wants }))

// The smallest value a schema takes.
function least(api, schema, things, name) {
  if (schema.$ref) return least(api, api.components.schemas[schema.$ref.split('/').pop()], things, name)
  if (schema.anyOf || schema.oneOf) return least(api, (schema.anyOf ?? schema.oneOf)[0], things, name)
  if (schema.enum) return schema.enum[0]
  const type = [schema.type].flat()[0]
  if (type === 'object') return Object.fromEntries((schema.required ?? []).map((k) => [k, least(api, schema.properties[k], things, k)]))
  if (type === 'array') return name === 'persons' ? [things.person] : Array.from({ length: schema.minItems ?? 0 }, () => least(api, schema.items, things))
  if (type === 'integer') return things[name] ?? Math.max(schema.minimum ?? 0, 1)
  if (type === 'boolean') return false
  return 'x'.repeat(Math.max(schema.minLength ?? 0, 1))
}

const b64 = (s) => Buffer.from(s).toString('base64')
async function upload(one, name, text) {
  const r = await one.want(201, 'POST', '/api/uploads', {
    body: text,
    headers: { 'tus-resumable': '1.0.0', 'upload-length': Buffer.byteLength(text), 'upload-metadata': `filename ${b64(name)}`, 'content-type': 'application/offset+octet-stream' },
  })
  return r.headers.location.split('/').pop()
}

async function draft(wang, title, more) {
  const { id } = (await wang.post('/api/resources', { title, kind: 'lesson_plan', origin: 'own', licence: 'share', ...more })).json
  const added = await wang.post(`/api/resources/${id}/files`, { upload_id: await upload(wang, `${title}.txt`, `${title} 荷花`) })
  return { id, file: added.json.id }
}

// The things the matrix names: wang's own, of wang's school and group.
async function scene(who) {
  const { wang, county } = who
  const me = (await wang.get('/api/me')).json
  const school = me.school.id ?? me.school
  const first = async (target, fits = () => true) => {
    const found = (await county.get(target)).json.items.find(fits)
    assert.ok(found, `nothing at ${target}: ${(await county.get(target)).text.slice(0, 300)}`)
    return found.id
  }
  const group = (await first(`/api/groups?school=${school}`).catch(() => undefined)) ?? (await first('/api/groups'))
  const own = new Set(people)
  const lesson = async () => {
    let at = (await wang.get('/api/taxa')).json.items[0]
    for (let below = at; below; below = (await wang.get(`/api/taxa?parent=${at.id}`)).json.items[0]) at = below
    return at.id
  }
  const taxon = await lesson()
  const mine = await draft(wang, '草稿', {})
  const shared = await draft(wang, '本校共享', { scope: 'school', taxons: [taxon] })
  await wang.post(`/api/resources/${shared.id}/acts`, { act: 'publish' })
  await county.post(`/api/schools/${school}/bells`, { name: '试排', from_day: '2025-09-01', periods: [{ no: 1, name: '第一节', start: '08:00', end: '08:40' }] }).catch(() => {})
  const teachings = async () => {
    const found = (await county.get(`/api/teachings?school=${school}`)).json.items.filter((t) => t.person !== me.id)
    return { teaching: found[0].id, teaching2: found[1].id }
  }
  return {
    school, group, taxon, draft: mine.id, file: mine.file, shared: shared.id, none: 999999999,
    town: await first('/api/towns'),
    term: await first('/api/terms'),
    bell: await first(`/api/schools/${school}/bells`),
    dept: (await county.post('/api/depts', { kind: 'prep', name: '试设教研组', school, subject: 'chinese' })).json.id,
    person: await first(`/api/persons?school=${school}&limit=100`, (p) => !own.has(p.login)),
    ...(await teachings()),
    upload: await upload(wang, '未归档.txt', '未归档'),
    year: 2025, to: 1,
  }
}

const fill = (text, things) => text.replace(/\{(\w+)\}/g, (_, k) => things[k] ?? assert.fail(`the matrix names {${k}}`))

function ask(one, api, { method, target }, things) {
  const [pathname, query = ''] = fill(target, things).split('?')
  const { op } = one.contract.find(method, pathname) ?? assert.fail(`${method} ${target} is no route`)
  const params = new URLSearchParams(query)
  const headers = {}
  for (const p of op.parameters ?? []) {
    if (p.in === 'query' && p.required && !params.has(p.name)) params.set(p.name, least(api, p.schema, things, p.name))
    if (p.in === 'header' && p.required) headers[p.name] = '"999999"'
  }
  const options = { headers }
  const schema = op.requestBody?.content?.['application/json']?.schema
  if (schema) options.json = least(api, schema, things)
  if (pathname === '/api/links') options.json = { kind: 'file', id: things.file }
  // Where the smallest body would be refused before the rights are asked: one that means something.
  const bodies = {
    'POST /api/persons': { name: '试新人', school: things.school },
    'POST /api/depts': { kind: 'prep', name: '试备课组', school: things.school },
    'POST /api/terms': { key: '2031-1', name: '试学期', first_day: '2031-09-01', last_day: '2032-01-20', changes: [] },
    [`POST /api/persons/${things.person}/roles`]: { role: 'venue_keeper', scope_kind: 'school', scope_id: things.school },
    [`POST /api/schools/${things.school}/bells`]: { name: '试作息', from_day: '2031-09-01', periods: [] },
  }
  options.json = bodies[`${method} ${pathname}`] ?? options.json
  if (options.json?.upload_id) options.json.upload_id = things.upload
  if (pathname.endsWith('/acts')) options.json = { act: 'submit' }
  if (pathname.startsWith('/api/uploads')) {
    headers['tus-resumable'] = '1.0.0'
    if (method === 'PATCH' || method === 'POST') Object.assign(headers, { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0', 'upload-length': '0' })
    if (method === 'POST' && pathname !== '/api/uploads') headers['x-http-method-override'] = 'HEAD'
  }
  const text = params.toString()
  return one.ask(method, text ? `${pathname}?${text}` : pathname, options)
}

const right = (want, status) => (want === '+' ? ![401, 403, 404].includes(status) && status < 500 : status === Number(want))

test('every route answers every kind of person as the matrix says', async () => {
  const server = await start({ demo: true })
  try {
    const nobody = await client(server.base)
    const api = (await nobody.get('/api/openapi.json')).json
    const who = { nobody }
    for (const name of people.slice(1)) who[name] = await nobody.fresh().login(name)
    const things = await scene(who)
    const wrong = []
    const named = new Set()
    for (const line of lines) {
      assert.equal(line.wants.length, people.length, `${line.method} ${line.target}: a cell for each of ${people}`)
      named.add(nobody.contract.find(line.method, fill(line.target, things).split('?')[0])?.op.operationId)
      // Those who may not ask first: what the others do changes the thing.
      const order = people.map((name, i) => [name, line.wants[i]]).sort((a, b) => (a[1] === '+') - (b[1] === '+'))
      for (const [name, want] of order) {
        if (want === '-') continue
        const r = await ask(who[name], api, line, things).catch((e) => ({ status: 599, text: e.message }))
        if (!right(want, r.status)) wrong.push(`${line.method} ${line.target} ${name}: wanted ${want}, got ${r.status} ${r.text.slice(0, 160)}`)
      }
    }
    const all = Object.values(api.paths).flatMap((methods) => Object.values(methods).map((op) => op.operationId))
    for (const name of all) if (!named.has(name)) wrong.push(`${name} has no line in the matrix`)
    assert.equal(wrong.length, 0, wrong.join('\n'))
  } finally {
    await server.stop()
  }
})
