// Nobody finds what may() refuses, whatever changes: random acts on the demo county (scopes, withdrawals, undone ones,
// postings that begin and end, files replaced), and after each round every resource is asked for by id by several
// people. What a search finds must then be published and open to them; what is published in a teacher's list must be found.
//     SEARCH_SEED=N node tests/api/run.mjs tests/api/search_rights.test.mjs
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { after, before, test } from 'node:test'
import { client } from './client.mjs'
import { start } from './server.mjs'
import { append, create } from './tus.mjs'

const ROUNDS = 5
const ACTS = 10
const ASKERS = 4 // of a round, besides two teachers
const OTHERS = 25 // not found, asked for by id all the same
const seed = process.env.SEARCH_SEED ?? String(Date.now())
let state = crypto.createHash('sha256').update(seed).digest()
const random = (n) => {
  state = crypto.createHash('sha256').update(state).digest()
  return state.readUInt32LE() % n
}
const any = (list) => list[random(list.length)]

const logins = ['county', 'lead', 'school', 'wang', 'lin', 'keeper', 'other', 'audit']
let server, nobody, county, wang, other, teachers, schools
const people = new Map() // login → client

async function as(login) {
  if (!people.has(login)) {
    const made = server.command('token', '--login', login)
    assert.equal(made.status, 0, made.stderr)
    const who = nobody.fresh()
    who.token = made.stdout.trim().split(/\s+/).pop()
    people.set(login, who)
  }
  return people.get(login)
}

async function everything(who, path, query) {
  const items = []
  for (let cursor; ;) {
    const page = (await who.get(path + '?' + new URLSearchParams({ ...query, limit: 100, ...(cursor && { cursor }) }))).json
    items.push(...page.items)
    if (!page.next) return items
    cursor = page.next
  }
}
const found = async (who, q, more) => new Set((await everything(who, '/api/search', { q, sort: 'newest', ...more })).map((r) => r.id))

before(async () => {
  server = await start({ demo: true })
  nobody = await client(server.base)
  for (const login of logins) await as(login)
  ;[county, wang, other] = ['county', 'wang', 'other'].map((login) => people.get(login))
  teachers = (await county.get('/api/persons?limit=200')).json.items.filter((p) => p.school)
  schools = (await county.get('/api/schools?limit=100')).json.items
})
after(() => server.stop())

// ---- acts; each may be refused, which is as good

async function changeScope(r, owner) {
  const now = await owner.ask('GET', `/api/resources/${r.id}`)
  if (now.status !== 200) return
  await owner.ask('PATCH', `/api/resources/${r.id}`, { json: { scope: any(['person', 'school', 'group', 'county']) }, headers: { 'if-match': `"${now.json.rev}"` } })
}
const act = (name) => (r, owner) => owner.ask('POST', `/api/resources/${r.id}/acts`, { json: { act: name, note: '随机' } })

async function postingBegins() {
  const who = any(teachers)
  await county.ask('POST', `/api/persons/${who.id}/postings`, { json: { school: any(schools).id, form: '支教' } })
}
async function postingEnds() {
  for (const who of teachers)
    for (const p of (await county.get(`/api/persons/${who.id}/postings`)).json.items)
      if (p.until_at > Date.now() && random(2)) return county.ask('DELETE', `/api/persons/${who.id}/postings/${p.id}`)
}

async function change(resources) {
  const r = any(resources)
  const owner = await as(teachers.find((t) => t.id === r.owner).login)
  await any([changeScope, changeScope, act('withdraw'), act('undo'), act('publish'), postingBegins, postingBegins, postingEnds])(r, owner)
}

// ---- the law: every resource says 演示 somewhere (its school's name)

async function lawful(login, ids) {
  const who = await as(login)
  if ((await who.ask('GET', '/api/search?q=a')).status === 403) return 0
  const hits = await found(who, '演示')
  const listed = new Set((await everything(who, '/api/resources', {})).map((r) => r.id))
  assert.deepEqual([...hits].sort(), [...listed].sort(), `${login}: search and library differ`)
  let refused = 0
  const rest = ids.filter((id) => !hits.has(id))
  for (const id of [...hits, ...Array.from({ length: rest.length && OTHERS }, () => any(rest))]) {
    const r = await who.ask('GET', `/api/resources/${id}`)
    if (hits.has(id)) assert.ok(r.status === 200 && r.json.state === 'published', `${login} finds ${id}: ${r.status} ${r.json.state}`)
    else refused += r.status === 404
  }
  return refused
}

test('random changes: what is found is open to who finds it', { timeout: 300_000 }, async () => {
  try {
    const resources = await everything(county, '/api/resources', {})
    let refused = 0
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < ACTS; i++) await change(resources)
      const ids = [...new Set([...resources.map((r) => r.id), ...(await found(county, '演示'))])]
      const askers = [...Array.from({ length: ASKERS }, () => any(logins)), any(teachers).login, any(teachers).login]
      for (const login of new Set(askers)) refused += await lawful(login, ids)
    }
    assert.ok(refused > 50, `only ${refused} refusals: the county is too open for this test`)
  } catch (e) {
    e.message += ` (SEARCH_SEED=${seed})`
    throw e
  }
})

test('a posting that begins and ends gives and takes what is found', async () => {
  const school = (await wang.get('/api/me')).json.school.id
  const mine = (await everything(wang, '/api/resources', {})).filter((r) => r.scope === 'school')
  const me = teachers.find((t) => t.login === 'other')
  assert.ok(mine.length > 0)
  const seen = async () => (await found(other, '演示')).has(mine[0].id)
  assert.equal(await seen(), false)
  const p = (await county.post(`/api/persons/${me.id}/postings`, { school, form: '支教' })).json
  assert.equal(await seen(), true)
  await county.delete(`/api/persons/${me.id}/postings/${p.id}`)
  assert.equal(await seen(), false)
})

async function bring(who, name, text) {
  const bytes = Buffer.from(text)
  const made = await create(who, bytes.length, name)
  await append(who, made.headers.location, 0, bytes)
  return made.headers.location.split('/').pop()
}

async function until(what, true_) {
  const end = Date.now() + 120_000
  while (!(await true_())) assert.ok(Date.now() < end, `not within two minutes: ${what}`)
}

test('a file that is replaced is found by its new text and no longer by the old one', { timeout: 300_000 }, async () => {
  const r = (await wang.post('/api/resources', { title: '换文件的资源', kind: 'lesson_plan', scope: 'school', origin: 'own', licence: 'share' })).json
  const first = (await wang.post(`/api/resources/${r.id}/files`, { upload_id: await bring(wang, '教案.txt', '蝾螈在石缝里冬眠。Salamander') })).json
  await wang.post(`/api/resources/${r.id}/acts`, { act: 'publish' })
  const has = async (q) => (await found(wang, q)).has(r.id)
  await until('the text is found', () => has('蝾螈 salamander'))
  assert.ok(!(await found(other, '蝾螈')).has(r.id))
  const file = (await wang.get(`/api/resources/${r.id}`)).json.files[0]
  await wang.post(`/api/files/${file.id}/versions`, { upload_id: await bring(wang, '教案.txt', '鸬鹚在江面上捕鱼。'), rev: first.rev })
  await until('the new text is found', () => has('鸬鹚'))
  await until('the old text is gone', async () => !(await has('蝾螈')))
})
