// Random places, people, postings, roles, memberships and resources; then single resources, file content, links, lists,
// search, suggestions, what waits and events are compared with a slow model written here: nobody sees what he must not,
// everybody sees what he may. Then rights change, and it is compared again. JIBEI_SEED repeats a run.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Ear } from './ear.mjs'
import { county, enter, school } from './people_county.mjs'
import { append, create } from './tus.mjs'

const seed = Number(process.env.JIBEI_SEED ?? Date.now() % 1e9)
let state = seed
function random(n) {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), state | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) % n
}
const pick = (list) => list[random(list.length)]
const DAY = 86_400_000, WORD = '荷花'
const PEOPLE = 10, RESOURCES = 30, ROUNDS = 2

let server, nobody, admin, term, lesson
const towns = [], schools = [], groups = [], depts = []
const people = [], postings = [], roles = [], members = [], resources = []

// ---- the model

const holds = (x) => x.from <= Date.now() && Date.now() < x.until
const works = (p, s) => p.home === s.id || postings.some((x) => x.person === p && x.school === s && holds(x))
const granted = (p, role, kind, id) => roles.some((x) => x.person === p && x.role === role && x.kind === kind && x.id === id && holds(x))
const inDept = (p, d, leading = false) => members.some((x) => x.person === p && x.dept === d && (x.leader || !leading))
const atSchool = (p, s) => works(p, s) || granted(p, 'school_admin', 'school', s.id) || granted(p, 'venue_keeper', 'school', s.id)
const inGroup = (p, g) =>
  granted(p, 'group_admin', 'group', g.id) || granted(p, 'researcher', 'group', g.id) ||
  granted(p, 'researcher', 'county', 1) || granted(p, 'bureau', 'county', 1) || g.schools.some((s) => atSchool(p, s))
const holdsDept = (p, d) =>
  inDept(p, d) || (d.school && granted(p, 'school_admin', 'school', d.school.id)) || (d.group && granted(p, 'group_admin', 'group', d.group.id))

function inAudience(p, { scope, ref }) {
  if (scope === 'person') return p.id === ref
  if (scope === 'dept') return !!holdsDept(p, depts.find((d) => d.id === ref))
  if (scope === 'school') return atSchool(p, schools.find((s) => s.id === ref))
  if (scope === 'group') return inGroup(p, groups.find((g) => g.id === ref))
  return true
}
const leads = (p, r) => r.dept > 0 && inDept(p, depts.find((d) => d.id === r.dept), true)
const administers = (p, r) => r.school > 0 && granted(p, 'school_admin', 'school', r.school)
const listed = (p, r) => r.state === 'published' && inAudience(p, r)
const waits = (r) => r.state === 'submitted' || r.state === 'reviewing'
function sees(p, r) {
  if (p === r.owner || listed(p, r)) return true
  if (waits(r)) return leads(p, r) || administers(p, r) || granted(p, 'bureau', 'county', 1)
  return r.state === 'withdrawn' && r.scope !== 'person' && administers(p, r)
}

// ---- the world

const span = () => pick([{ from: -2, until: -1 }, { from: -2, until: 2 }, { from: -1, until: 1 }, { from: 1, until: 2 }, { from: -3, until: 9000 }])
const dates = (s) => ({ from: Math.floor(Date.now() + s.from * DAY), until: Math.floor(Date.now() + s.until * DAY) })
const fine = (r) => r.status < 300

async function newPosting() {
  const person = pick(people), at = pick(schools), d = dates(span())
  const r = await admin.ask('POST', `/api/persons/${person.id}/postings`, { json: { school: at.id, from_at: d.from, until_at: d.until } })
  if (fine(r)) postings.push({ ...d, id: r.json.id, person, school: at })
}
async function newRole() {
  const person = pick(people), d = dates(span())
  const [role, kind, id] = pick([
    ['school_admin', 'school', pick(schools).id], ['school_admin', 'school', pick(schools).id], ['venue_keeper', 'school', pick(schools).id],
    ['group_admin', 'group', pick(groups).id], ['researcher', 'group', pick(groups).id], ['researcher', 'county', 1],
    ['town_office', 'town', pick(towns)], ['bureau', 'county', 1], ['auditor', 'county', 1], ['sysadmin', 'county', 1],
  ])
  const r = await admin.ask('POST', `/api/persons/${person.id}/roles`, { json: { role, scope_kind: kind, scope_id: id, from_at: d.from, until_at: d.until } })
  if (fine(r)) roles.push({ ...d, grant: r.json.id, person, role, kind, id })
}
async function newMember() {
  const person = pick(people), dept = pick(depts), leader = random(3) === 0
  const r = await admin.ask('POST', `/api/depts/${dept.id}/members`, { json: { person: person.id, leader } })
  if (fine(r)) members.push({ id: r.json.id, person, dept, leader })
}

const keys = (p) => [
  { scope: 'person', ref: p.id }, { scope: 'county', ref: 1 }, { scope: 'county', ref: 1 },
  ...depts.filter((d) => holdsDept(p, d)).map((d) => ({ scope: 'dept', ref: d.id })),
  ...schools.filter((s) => atSchool(p, s)).map((s) => ({ scope: 'school', ref: s.id })),
  ...groups.filter((g) => inGroup(p, g)).map((g) => ({ scope: 'group', ref: g.id })),
]

async function newResource() {
  const owner = pick(people), to = pick(keys(owner)), led = pick([0, ...depts.filter((d) => holdsDept(owner, d)).map((d) => d.id)])
  const title = `${WORD}第${resources.length + 1}份`
  const form = { title, kind: 'lesson_plan', origin: 'own', licence: 'share', taxons: [lesson], dept: led, scope: to.scope }
  if (!['person', 'county'].includes(to.scope)) form.scope_ref = to.ref
  const { json } = await owner.post('/api/resources', form)
  const bytes = Buffer.from(`${title} 的教案`)
  const { headers } = await create(owner, bytes.length, '教案.txt')
  await append(owner, headers.location, 0, bytes)
  const file = (await owner.post(`/api/resources/${json.id}/files`, { upload_id: headers.location.split('/').pop() })).json.id
  resources.push({ id: json.id, file, title, owner, ...to, dept: to.scope === 'dept' ? to.ref : led, school: owner.home, state: 'draft' })
}

const usual = { draft: ['publish', 'submit'], returned: ['publish', 'submit'], submitted: ['approve', 'approve', 'claim', 'return'], reviewing: ['approve', 'return'], published: ['withdraw'], withdrawn: ['publish', 'submit', 'undo'], discarded: ['undo'] }

// Whatever becomes of it is asked of the author; whether he who asked might is the matrix's business.
async function act() {
  const r = pick(resources)
  const who = waits(r) ? pick([admin, ...people.filter((p) => sees(p, r))]) : pick([r.owner, r.owner, ...people.filter((p) => sees(p, r))])
  await who.ask('POST', `/api/resources/${r.id}/acts`, { json: { act: random(8) ? pick(usual[r.state]) : 'discard', note: '试' } })
  await reread(r)
}
const reread = async (r) => Object.assign(r, { state: (await r.owner.get(`/api/resources/${r.id}`)).json.state })

before(async () => {
  ;({ server, nobody, admin } = await county())
  console.log(`seed ${seed}`)
  for (const n of [1, 2]) towns.push((await admin.post('/api/towns', { code: `T${n}`, name: `镇${n}` })).json.id)
  for (const n of [1, 2, 3, 4, 5]) schools.push({ id: (await school(admin, `S${n}`, `学校${n}`, { town: towns[n % 2] })).id })
  for (const [name, list] of [['甲集团', [0, 1]], ['乙集团', [2, 3]]]) {
    const { id } = (await admin.post('/api/groups', { name, mode: 'tight', lead_school: schools[list[0]].id })).json
    await admin.post(`/api/groups/${id}/members`, { school: schools[list[1]].id })
    groups.push({ id, schools: list.map((i) => schools[i]) })
  }
  for (const s of [schools[0], schools[2]]) depts.push({ school: s, id: (await admin.post('/api/depts', { kind: 'prep', name: '校备课组', school: s.id })).json.id })
  for (const g of groups) depts.push({ group: g, id: (await admin.post('/api/depts', { kind: 'prep', name: '集团备课组', group: g.id })).json.id })
  term = (await admin.post('/api/terms', { key: '2031-1', name: '学期', first_day: '2031-09-01', last_day: '2032-01-20', changes: [] })).json
  const stage = (await admin.post('/api/taxa', { parent: 0, name: '小学', code: 'primary' })).json.self.id
  lesson = (await admin.post('/api/taxa', { parent: stage, name: '语文', code: 'chinese' })).json.self.id
  for (let i = 0; i < PEOPLE; i++) {
    const home = random(6) ? pick(schools).id : 0
    people.push(Object.assign(await enter(admin, nobody, { name: '某老师', ...(home ? { school: home } : {}) }), { home }))
  }
  for (let i = 0; i < 8; i++) await newPosting()
  for (let i = 0; i < 12; i++) await newRole()
  for (let i = 0; i < 14; i++) await newMember()
  for (let i = 0; i < RESOURCES; i++) await newResource()
  await stir(RESOURCES * 2)
})
after(() => server?.stop())

// ---- what is compared

async function all(p, target, ids = []) {
  for (let next = ''; next !== undefined; ) {
    const { json } = await p.get(target + (next && `&cursor=${encodeURIComponent(next)}`))
    ids.push(...json.items.map((r) => r.id))
    next = json.next
  }
  return ids.sort((a, b) => a - b)
}
const say = (p, r) => `seed ${seed}: person ${people.indexOf(p)}, resource ${resources.indexOf(r)} (${r.state}, ${r.scope} ${r.ref}, of ${people.indexOf(r.owner)})`

async function single(p, r) {
  const want = sees(p, r) ? 200 : 404
  for (const target of [`/api/resources/${r.id}`, `/api/files/${r.file}/content`, pick([`/api/files/${r.file}/versions`, `/api/resources/${r.id}/pack`])])
    assert.equal((await p.ask('GET', target)).status, want, `${target}: ${say(p, r)}`)
  if (random(3)) return
  assert.equal((await p.ask('POST', '/api/links', { json: { kind: 'file', id: r.file } })).status, want === 200 ? 201 : 404, `link: ${say(p, r)}`)
  const found = (await p.get(`/api/search/suggest?q=${encodeURIComponent(r.title)}`)).json.items.some((s) => s.noun === 'resource' && s.id === r.id)
  if (found) assert.ok(listed(p, r), `suggested: ${say(p, r)}`)
}

// A world in which everybody sees only his own would say nothing.
async function stir(times) {
  const seen = () => people.reduce((n, p) => n + resources.filter((r) => sees(p, r)).length, 0)
  for (let i = 0; i < times || seen() <= RESOURCES; i++) await act()
  assert.ok(seen() < PEOPLE * RESOURCES, `seed ${seed}: everybody sees everything`)
}

async function compare() {
  for (const p of people) {
    const ids = (fits) => resources.filter(fits).map((r) => r.id).sort((a, b) => a - b)
    const library = ids((r) => listed(p, r))
    const whose = `seed ${seed}: person ${people.indexOf(p)}`
    assert.deepEqual(await all(p, '/api/resources?limit=7'), library, `list, ${whose}`)
    assert.deepEqual(await all(p, '/api/resources?limit=7&sort=used'), library, `most used, ${whose}`)
    assert.deepEqual(await all(p, `/api/resources?limit=7&taxon=${lesson}`), library, `lesson, ${whose}`)
    assert.deepEqual(await all(p, `/api/search?limit=7&q=${encodeURIComponent(WORD)}&sort=newest`), library, `search, ${whose}`)
    assert.deepEqual(await all(p, '/api/resources?limit=7&view=mine'), ids((r) => r.owner === p && r.state !== 'discarded'), `mine, ${whose}`)
    assert.deepEqual(await all(p, '/api/resources?limit=7&view=waiting'), ids((r) => waits(r) && (leads(p, r) || administers(p, r))), `waiting, ${whose}`)
    for (const r of resources) await single(p, r)
  }
}

// A change of the term, which everybody hears, says that all before it was told.
async function settle(ears) {
  term = (await admin.patch(`/api/terms/${term.id}`, term.rev, { name: `学期${term.rev}` })).json
  for (const ear of ears) await ear.heard((m) => m.noun === 'term' && m.rev === term.rev)
}

// Authors touch what is theirs. What was published is told to its audience; what is not, or waits again now, to its author.
async function events(ears) {
  await settle(ears)
  const from = ears.map((ear) => ear.messages.length), wanted = ears.map(() => new Set())
  for (const r of resources) {
    if (random(2) || r.state === 'discarded') continue
    people.forEach((p, i) => listed(p, r) && wanted[i].add(r.id))
    const { rev } = (await r.owner.get(`/api/resources/${r.id}`)).json
    await r.owner.patch(`/api/resources/${r.id}`, rev, { summary: `改 ${rev}` })
    await reread(r)
    if (r.state !== 'published') wanted[people.indexOf(r.owner)].add(r.id)
  }
  await settle(ears)
  for (const [i, ear] of ears.entries()) {
    const heard = new Set(ear.messages.slice(from[i]).filter((m) => m.noun === 'resource').map((m) => m.id))
    assert.deepEqual([...heard].sort(), [...wanted[i]].sort(), `events, seed ${seed}: person ${i}`)
  }
}

async function change() {
  const drop = (list) => list.splice(random(list.length), 1)[0]
  switch (random(7)) {
    case 0: return newPosting()
    case 1: return newRole()
    case 2: return newMember()
    case 3: {
      const current = postings.filter((x) => x.until > Date.now())
      if (!current.length) return
      const x = pick(current)
      await admin.delete(`/api/persons/${x.person.id}/postings/${x.id}`)
      return postings.splice(postings.indexOf(x), 1)
    }
    case 4: {
      const current = roles.filter((x) => x.until > Date.now())
      if (!current.length) return
      const x = pick(current)
      const r = await admin.ask('DELETE', `/api/persons/${x.person.id}/roles/${x.grant}`)
      return fine(r) && roles.splice(roles.indexOf(x), 1)
    }
    case 5: {
      if (!members.length) return
      const x = drop(members)
      return admin.delete(`/api/depts/${x.dept.id}/members/${x.id}`)
    }
    default: { // the group's second school leaves it, or comes back
      const g = pick(groups)
      const second = groups.indexOf(g) ? schools[3] : schools[1]
      if (g.schools.includes(second)) {
        const m = (await admin.get(`/api/groups/${g.id}/members`)).json.items.find((x) => x.school === second.id)
        await admin.delete(`/api/groups/${g.id}/members/${m.id}`)
        return g.schools.pop()
      }
      await admin.post(`/api/groups/${g.id}/members`, { school: second.id })
      return g.schools.push(second)
    }
  }
}

test('everybody sees what the model says, over lists, search, files and events, while rights change', async () => {
  const ears = people.map((p) => Ear.browser(p))
  await Promise.all(ears.map((e) => e.hello()))
  for (let round = 0; round < ROUNDS; round++) {
    await compare()
    await events(ears)
    for (let i = 0; i < 10; i++) await change()
    await stir(10)
    await events(ears)
  }
  await compare()
  ears.forEach((e) => e.end())
})

// A thing of a school, somebody of elsewhere with an open socket, and what he gets of it at this moment.
async function stranger(place, from_at, until_at) {
  const author = await enter(admin, nobody, { name: '本校老师', school: place })
  const guest = await enter(admin, nobody, { name: '外来老师' })
  const { id } = (await author.post('/api/resources', { title: '莲藕', kind: 'lesson_plan', origin: 'own', licence: 'share', scope: 'school' })).json
  const { headers } = await create(author, 2, '甲.txt')
  await append(author, headers.location, 0, Buffer.from('ab'))
  const file = (await author.post(`/api/resources/${id}/files`, { upload_id: headers.location.split('/').pop() })).json.id
  await author.post(`/api/resources/${id}/acts`, { act: 'publish' })
  const ear = Ear.browser(guest)
  await ear.hello()
  await admin.post(`/api/persons/${guest.id}/postings`, { school: place, from_at, until_at })
  const hears = async () => {
    const { rev } = (await author.get(`/api/resources/${id}`)).json
    await author.patch(`/api/resources/${id}`, rev, { summary: `改 ${rev}` })
    await settle([ear])
    return ear.messages.some((m) => m.noun === 'resource' && m.id === id && m.rev === rev + 1)
  }
  return { ear, hears, reads: async () => (await guest.ask('GET', `/api/files/${file}/content`)).status === 200 }
}

async function until(wanted, what) {
  const late = Date.now() + 60_000
  while (!(await wanted())) assert.ok(Date.now() < late, what) // a minute: never, not late
}

test('a posting gives rights from its first moment, to an open socket too', async () => {
  const first = Date.now() + 1500
  const { ear, hears, reads } = await stranger(schools[4].id, first, first + DAY)
  assert.ok(!(await reads()) || Date.now() >= first)
  assert.ok(!(await hears()) || Date.now() >= first)
  await until(reads, 'the posting never began')
  assert.ok(Date.now() >= first)
  await until(hears, 'the socket never heard')
  ear.end()
})

test('a posting gives no rights after its last moment, to an open socket neither', async () => {
  const last = Date.now() + 4000
  const { ear, hears, reads } = await stranger(schools[4].id, last - DAY, last)
  assert.ok((await reads()) || Date.now() >= last)
  assert.ok((await hears()) || Date.now() >= last)
  await until(async () => !(await reads()), 'the posting never ended')
  assert.ok(Date.now() >= last)
  await until(async () => !(await hears()), 'the socket went on hearing')
  ear.end()
})

test('who is disabled hears nothing more: his socket is closed', async () => {
  const one = await enter(admin, nobody, { name: '离开老师', school: schools[0].id })
  const ear = Ear.browser(one)
  await ear.hello()
  await admin.want(204, 'POST', `/api/persons/${one.id}/disable`)
  assert.equal(await ear.closed, 4401)
})
