// Walks rights.matrix: every line, every person. What stands there was written by hand, so that a slip in the
// program's own table of rights shows here; a route of the OpenAPI text without a line fails.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import { client } from './client.mjs'
import { enter } from './people_county.mjs'
import { start } from './server.mjs'
import { append, create, OCTETS, png, text } from './tus.mjs'

const [head, ...lines] = fs
  .readFileSync(new URL('rights.matrix', import.meta.url), 'utf8')
  .split('\n')
  .filter((l) => l && !l.startsWith('#'))
  .map((l) => {
    const at = l.indexOf('|')
    const [, method, target, body] = /^(?:(\S+) (\S+)(?: (.*))?)?$/.exec(l.slice(at + 1).trim())
    return { ask: l.slice(at + 1).trim(), method, target, body, cells: l.slice(0, at).trim().split(/\s+/) }
  })
const names = head.cells

let server
const who = {}
const things = { none: 999999999 }
const makers = {} // what $x! makes anew

before(async () => {
  server = await start({ demo: true })
  who.nobody = await client(server.base)
  for (const name of ['wang', 'lin', 'other', 'school', 'county', 'system', 'security', 'audit']) who[name] = await who.nobody.fresh().login(name)
  await places()
  await people()
  await depts()
  await preps()
  await library()
  await docs()
})
after(() => server.stop())

const first = async (target, fits = () => true) => (await who.county.get(target)).json.items.find(fits)
const idOf = async (c) => (await c.get('/api/me')).json.id
let made = 0

async function places() {
  const groups = (await who.county.get('/api/groups')).json.items
  const schools = async (g) => (await who.county.get(`/api/groups/${g.id}/members`)).json.items.map((m) => m.school).sort((a, b) => a - b)
  const [a, b, c] = await schools(groups[0])
  const [d, e] = await schools(groups[1])
  Object.assign(things, { school: a, second: b, third: c, fourth: d, foreign: e, group: groups[0].id, rival: groups[1].id })
  things.town = (await who.county.get(`/api/schools/${a}`)).json.town
  things.term = (await first('/api/terms')).id
  things.bell = (await first(`/api/schools/${a}/bells`)).id
  for (let at = await first('/api/taxa'); at; at = await first(`/api/taxa?parent=${at.id}`)) {
    if (at.kind === 'volume') things.volume = at.id
    things.taxon = at.id
  }
  makers.lone = async () => (await who.county.post('/api/schools', { code: `L${++made}`, name: `独立小学${made}` })).json.id
}

async function people() {
  const grant = (id, role, scope_kind, scope_id) => who.county.post(`/api/persons/${id}/roles`, { role, scope_kind, scope_id })
  const person = (name, school) => enter(who.county, who.nobody, { name, school })
  who.leader = await person('试组长', things.second)
  who.head2 = await person('试外校管理员', things.foreign)
  who.lead = await person('试集团管理员', things.third)
  who.lead2 = await person('试外集团管理员', things.foreign)
  who.keeper = await person('试场馆管理员', things.third)
  who.town = await person('试乡镇', 0)
  who.guest = await person('试教研员', 0)
  await grant(who.head2.id, 'school_admin', 'school', things.foreign)
  await grant(who.lead.id, 'group_admin', 'group', things.group)
  await grant(who.lead2.id, 'group_admin', 'group', things.rival)
  await grant(who.keeper.id, 'venue_keeper', 'school', things.school)
  await grant(who.town.id, 'town_office', 'town', things.town)
  await grant(who.guest.id, 'researcher', 'county')
  for (const name of ['wang', 'lin', 'audit', 'security']) things[name] = await idOf(who[name])
  things.high = (await who.audit.get(`/api/persons/${things.audit}/roles`)).json.items[0].id
  makers.person = async () => (await who.county.post('/api/persons', { name: '试教师', school: things.school })).json.person.id
  things.person = await makers.person()
  things.stranger = (await who.county.post('/api/persons', { name: '试外校教师', school: things.fourth })).json.person.id
  makers.posting = async () => (await who.county.post(`/api/persons/${things.stranger}/postings`, { school: things.school })).json.id
  makers.grant = async () => (await grant(things.person, 'venue_keeper', 'school', things.school)).json.id
  makers.teaching = async () =>
    (await who.county.post('/api/teachings', { person: things.person, school: things.school, term: things.term, grade: 'P3', subject: 'chinese', class_no: 20 + (++made % 20) })).json.id
  makers.session = async () => {
    const [slip] = (await who.security.post('/api/persons/passwords', { persons: [things.person] })).json.items
    await who.nobody.fresh().login(slip.login, slip.password)
    return (await who.security.get(`/api/persons/${things.person}/sessions`)).json.items[0].id
  }
}

async function depts() {
  const made = async (body) => (await who.county.post('/api/depts', body)).json.id
  const join = async (dept, person, leader = false) => (await who.county.post(`/api/depts/${dept}/members`, { person, leader })).json.id
  things.dept = await made({ kind: 'subject', name: '试教研组', school: things.school })
  things.gdept = await made({ kind: 'prep', name: '试备课组', group: things.group })
  await join(things.gdept, things.wang)
  await join(things.gdept, things.lin)
  await join(things.gdept, who.leader.id, true)
  makers.member = async () => join(things.dept, await makers.person())
  makers.gmember = async () => join(things.gdept, await makers.person())
}

async function preps() {
  const { wang, leader } = who
  things.session = (await wang.post('/api/preps', { dept: things.gdept, title: '试备课', participants: [things.lin] })).json.id
  things.plan = (await leader.post('/api/prep-plans', { dept: things.gdept, term: things.term, rows: [{ week: 1, title: '试课' }] })).json.id
}

async function library() {
  const { wang, leader } = who
  const act = (c, id, word) => c.post(`/api/resources/${id}/acts`, { act: word })
  const attach = async (id) => (await wang.post(`/api/resources/${id}/files`, { upload_id: await makers.upload() })).json.id
  const resource = async (scope, more) => {
    const form = { title: '试荷花', kind: 'lesson_plan', origin: 'own', licence: 'share', taxons: [things.taxon], dept: things.gdept, scope, ...more }
    const { id } = (await wang.post('/api/resources', form)).json
    return { id, file: await attach(id) }
  }
  const done = async (r, ...acts) => {
    for (const [c, word] of acts) await act(c, r.id, word)
    return r
  }
  const kinds = {
    draft: () => resource('school'),
    shared: async () => done(await resource('school'), [wang, 'publish']),
    prep: async () => done(await resource('dept', { scope_ref: things.gdept }), [wang, 'publish']),
    grouped: async () => done(await resource('group'), [wang, 'submit'], [leader, 'approve']),
    open: async () => done(await resource('county'), [wang, 'submit'], [leader, 'approve']),
    waiting: async () => done(await resource('county'), [wang, 'submit']),
    gone: async () => done(await resource('school'), [wang, 'publish'], [wang, 'withdraw']),
  }
  makers.upload = async () => {
    const bytes = text(500)
    const { headers } = await create(wang, bytes.length, '教案.txt')
    await append(wang, headers.location, 0, bytes)
    return headers.location.split('/').pop()
  }
  things.upload = await makers.upload()
  for (const [name, make] of Object.entries(kinds)) {
    const { id, file } = await make()
    things[name] = id
    things[`${name}_file`] = file
    makers[name] = async () => (await make()).id
  }
  makers.draft_file = () => attach(things.draft)
}

async function docs() {
  const doc = async (more) => (await who.wang.post('/api/docs', { title: '试文档', kind: 'plan', ...more })).json.id
  things.doc = await doc({})
  things.branch = (await who.wang.post(`/api/docs/${things.doc}/branch`, {})).json.id
  things.gdoc = await doc({ scope: 'dept', scope_ref: things.gdept })
  await who.wang.post(`/api/docs/${things.doc}/versions`, { name: '初稿' })
  makers.picture = async () => (await create(who.wang, png.length, '荷花.png', { 'content-type': OCTETS }, png)).headers.location.split('/').pop()
  for (const [name, id] of [['image', things.doc], ['gimage', things.gdoc]])
    things[name] = (await who.wang.post(`/api/docs/${id}/images`, { upload_id: await makers.picture() })).json.id
}

// $x: the thing; $x!: one that nobody was let to yet; $n: a number.
const unused = {}
async function fill(s) {
  for (const [, name, anew] of s.matchAll(/\$(\w+)(!?)/g)) if (anew) unused[name] ??= await makers[name]()
  return s.replace(/\$(\w+)(!?)/g, (_, name, anew) => (anew ? unused[name] : name === 'n' ? ++made : (things[name] ?? assert.fail(`no thing ${name}`))))
}

async function ask(name, { method, target, body }) {
  const options = { headers: {} }
  if (body?.startsWith('{')) options.json = JSON.parse(await fill(body))
  else if (body) Object.assign(options, { body, headers: { 'content-type': 'application/octet-stream' } })
  if (method === 'PATCH' || /\/shift$/.test(target)) options.headers['if-match'] = '"999999"' // who may is told 412, not obeyed
  if (target.startsWith('/api/uploads')) {
    Object.assign(options.headers, { 'tus-resumable': '1.0.0', 'content-type': OCTETS, 'upload-offset': '0', 'upload-length': '0' })
    if (method === 'POST' && target !== '/api/uploads') options.headers['x-http-method-override'] = 'HEAD'
  }
  return who[name].ask(method, await fill(target), options)
}

const right = (cell, status) => (cell === '+' ? ![401, 403, 404].includes(status) && status < 500 : status === Number(cell))

for (const line of lines)
  test(line.ask, async () => {
    assert.equal(line.cells.length, names.length, 'a cell for everybody')
    const wrong = []
    // Those who are kept out first: what the others do changes the thing.
    const order = names.map((name, i) => [name, line.cells[i]]).sort((a, b) => (a[1] === '+') - (b[1] === '+'))
    for (const [name, cell] of order) {
      if (cell === '-') continue
      const r = await ask(name, line)
      if (!right(cell, r.status)) wrong.push(`${name}: wanted ${cell}, got ${r.status} ${r.text.slice(0, 160)}`)
      if (r.status < 300) for (const [, used] of line.ask.matchAll(/\$(\w+)!/g)) delete unused[used]
    }
    assert.deepEqual(wrong, [])
  })

test('every route has a line', async () => {
  const api = (await who.nobody.get('/api/openapi.json')).json
  const named = new Set(lines.map((l) => who.nobody.contract.find(l.method, l.target.split('?')[0])?.op.operationId))
  assert.deepEqual(Object.values(api.paths).flatMap((p) => Object.values(p)).map((op) => op.operationId).filter((id) => !named.has(id)), [])
})
