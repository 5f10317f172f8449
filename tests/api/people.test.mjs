// The register: schools, groups, people, departments, roles, what follows from them, and its history.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { append, create } from './tus.mjs'
import { county, enter, PASSWORD, school } from './people_county.mjs'

let server, nobody, admin, a, b, head, wang
before(async () => {
  ;({ server, nobody, admin } = await county())
  const town = (await admin.post('/api/towns', { code: '101', name: '棉花镇', ord: 1 })).json
  a = await school(admin, 'S01', '棉花镇中心小学', { town: town.id, ord: 1 })
  b = await school(admin, 'S02', '东河小学', { town: town.id, ord: 2 })
  head = await enter(admin, nobody, { name: '单校长', staff_no: '001', school: a.id })
  await admin.post(`/api/persons/${head.id}/roles`, { role: 'school_admin', scope_kind: 'school', scope_id: a.id })
  wang = await enter(head, nobody, { name: '王芳', staff_no: '002', phone: '13900000002', school: a.id, subject: 'chinese', grade: 'P3' })
})
after(() => server?.stop())

test('people are found by part of the name, pinyin and initials, in the order of pinyin', async () => {
  const find = async (q) => (await wang.get(`/api/persons?q=${encodeURIComponent(q)}`)).json.items.map((p) => p.name)
  assert.deepEqual(await find('芳'), ['王芳'])
  assert.deepEqual(await find('wangf'), ['王芳'])
  assert.deepEqual(await find('sx'), ['单校长']) // 单 as a surname is shàn
  assert.deepEqual((await wang.get('/api/persons')).json.items.map((p) => p.name), ['李管理', '单校长', '王芳'])
  const page = (await wang.get('/api/persons?limit=2')).json
  assert.equal(page.items.length, 2)
  assert.deepEqual((await wang.get(`/api/persons?limit=2&cursor=${page.next}`)).json.items.map((p) => p.name), ['王芳'])
  await wang.want(400, 'GET', `/api/schools?cursor=${page.next}`)
})

test('phones are masked outside of the school', async () => {
  const far = await enter(admin, nobody, { name: '外校老师', staff_no: '9', school: b.id })
  assert.equal((await far.get(`/api/persons/${wang.id}`)).json.phone, '139****0002')
  assert.equal((await head.get(`/api/persons/${wang.id}`)).json.phone, '13900000002')
  assert.equal((await wang.get(`/api/persons/${wang.id}`)).json.phone, '13900000002')
})

test('a school administers its own people only', async () => {
  await head.want(403, 'POST', '/api/persons', { json: { name: '某某', staff_no: '3', school: b.id } })
  await wang.want(403, 'POST', '/api/persons', { json: { name: '某某', staff_no: '3', school: a.id } })
  const r = await head.want(409, 'POST', '/api/persons', { json: { name: '某某', staff_no: '002', school: a.id } })
  assert.equal(r.json.field, 'staff_no')
  await head.want(403, 'POST', '/api/persons/passwords', { json: { persons: [1] } })
  await head.want(403, 'POST', `/api/persons/${wang.id}/roles`, { json: { role: 'secadmin', scope_kind: 'county' } })
  await head.want(403, 'POST', `/api/persons/${wang.id}/roles`, { json: { role: 'school_admin', scope_kind: 'school', scope_id: b.id } })
})

test('an edit needs the revision it starts from', async () => {
  const p = (await head.get(`/api/persons/${wang.id}`)).json
  await head.want(428, 'PATCH', `/api/persons/${wang.id}`, { json: { title: '一级教师' } })
  const after = (await head.patch(`/api/persons/${wang.id}`, p.rev, { title: '一级教师' })).json
  assert.equal(after.title, '一级教师')
  assert.equal(after.rev, p.rev + 1)
  await head.want(412, 'PATCH', `/api/persons/${wang.id}`, { json: { title: '二级教师' }, headers: { 'if-match': `"${p.rev}"` } })
})

test('groups: the lead school is in, a school is in one group, history stays', async () => {
  const g = (await admin.post('/api/groups', { name: '棉花教育集团', mode: 'tight', lead_school: a.id })).json
  assert.equal(g.schools, 1)
  const m = (await admin.post(`/api/groups/${g.id}/members`, { school: b.id })).json
  const other = await school(admin, 'S03', '西河小学')
  const g2 = (await admin.post('/api/groups', { name: '西河教育集团', mode: 'alliance', lead_school: other.id })).json
  await admin.want(409, 'POST', `/api/groups/${g2.id}/members`, { json: { school: b.id } })
  assert.deepEqual((await wang.get('/api/me')).json.groups.map((x) => x.name), ['棉花教育集团'])
  await head.want(403, 'POST', `/api/groups/${g2.id}/members`, { json: { school: b.id } })
  await admin.delete(`/api/groups/${g.id}/members/${m.id}`)
  assert.equal((await admin.get(`/api/groups/${g.id}/members`)).json.items.length, 1)
  assert.equal((await admin.get(`/api/groups/${g.id}/members?all=true`)).json.items.length, 2)
  const lead = (await admin.get(`/api/groups/${g.id}/members`)).json.items[0]
  await admin.want(409, 'DELETE', `/api/groups/${g.id}/members/${lead.id}`)
  const edited = (await admin.patch(`/api/groups/${g.id}`, g.rev, { mode: 'entrusted' })).json
  assert.equal(edited.mode, 'entrusted')
  assert.equal((await admin.get('/api/groups')).json.items.length, 2)
  await admin.get(`/api/groups/${g.id}`)
})

test('a posting gives rights while it lasts', async () => {
  const far = await enter(admin, nobody, { name: '支教老师', staff_no: '77', school: b.id })
  assert.equal((await far.get(`/api/persons/${wang.id}`)).json.phone, '139****0002')
  const p = (await head.post(`/api/persons/${far.id}/postings`, { school: a.id, form: '支教' })).json
  assert.equal((await far.get(`/api/persons/${wang.id}`)).json.phone, '13900000002')
  assert.equal((await far.get(`/api/persons/${far.id}/postings`)).json.items.length, 1)
  await head.delete(`/api/persons/${far.id}/postings/${p.id}`)
  assert.equal((await far.get(`/api/persons/${wang.id}`)).json.phone, '139****0002')
  const later = Date.now() + 86_400_000
  await head.post(`/api/persons/${far.id}/postings`, { school: a.id, from_at: later })
  assert.equal((await far.get(`/api/persons/${wang.id}`)).json.phone, '139****0002')
})

test('departments: members from the school, leaders add members', async () => {
  const d = (await head.post('/api/depts', { kind: 'prep', name: '三年级语文备课组', school: a.id, subject: 'chinese', grade: 'P3' })).json
  await wang.want(403, 'POST', `/api/depts/${d.id}/members`, { json: { person: head.id } })
  const m = (await head.post(`/api/depts/${d.id}/members`, { person: wang.id })).json
  await head.want(204, 'PATCH', `/api/depts/${d.id}/members/${m.id}`, { json: { leader: true } })
  assert.ok((await wang.get('/api/me')).json.roles.includes('prep_leader'))
  assert.deepEqual((await wang.get('/api/me/depts')).json.items.map((x) => x.name), ['三年级语文备课组'])
  const h = (await wang.post(`/api/depts/${d.id}/members`, { person: head.id })).json
  await wang.want(409, 'POST', `/api/depts/${d.id}/members`, { json: { person: head.id } })
  const far = await enter(admin, nobody, { name: '别校老师', staff_no: '78', school: b.id })
  await wang.want(400, 'POST', `/api/depts/${d.id}/members`, { json: { person: far.id } })
  assert.equal((await wang.get(`/api/depts/${d.id}/members`)).json.items.length, 2)
  await wang.delete(`/api/depts/${d.id}/members/${h.id}`)
  await head.patch(`/api/depts/${d.id}`, d.rev, { name: '三年级语文组' })
  assert.equal((await wang.get(`/api/depts/${d.id}`)).json.name, '三年级语文组')
  assert.equal((await wang.get(`/api/depts?school=${a.id}`)).json.items.length, 1)
})

test('roles are granted, seen and taken back; the last security administrator stays', async () => {
  const kinds = (await admin.get('/api/roles/kinds')).json.items
  assert.ok(kinds.find((k) => k.role === 'group_admin').kinds.includes('group'))
  const g = (await head.post(`/api/persons/${wang.id}/roles`, { role: 'venue_keeper', scope_kind: 'school', scope_id: a.id })).json
  assert.equal(g.scope_name, '棉花镇中心小学')
  await head.want(409, 'POST', `/api/persons/${wang.id}/roles`, { json: { role: 'venue_keeper', scope_kind: 'school', scope_id: a.id } })
  assert.ok((await wang.get('/api/me')).json.roles.includes('venue_keeper'))
  assert.equal((await wang.get(`/api/persons/${wang.id}/roles`)).json.items.length, 1)
  assert.equal((await head.get('/api/roles?role=venue_keeper')).json.items.length, 1)
  await wang.want(403, 'GET', '/api/roles')
  await head.delete(`/api/persons/${wang.id}/roles/${g.id}`)
  assert.ok(!(await wang.get('/api/me')).json.roles.includes('venue_keeper'))
  const mine = (await admin.get('/api/persons/1/roles')).json.items.find((x) => x.role === 'secadmin')
  assert.equal((await admin.want(409, 'DELETE', `/api/persons/1/roles/${mine.id}`)).json.code, 'wrong_state')
})

test('the number of a request counts for one address and one body: at another it is no repetition', async () => {
  const [one, two] = [await enter(head, nobody, { name: '甲老师', staff_no: '171', school: a.id }), await enter(head, nobody, { name: '乙老师', staff_no: '172', school: a.id })]
  const json = { role: 'venue_keeper', scope_kind: 'school', scope_id: a.id }
  const headers = { 'idempotency-key': 'role-1' }
  const first = await head.want(201, 'POST', `/api/persons/${one.id}/roles`, { json, headers })
  const again = await head.want(201, 'POST', `/api/persons/${one.id}/roles`, { json, headers })
  assert.deepEqual(again.json, first.json)
  const other = await head.want(422, 'POST', `/api/persons/${two.id}/roles`, { json, headers })
  assert.equal(other.json.code, 'idempotency_reused')
  await head.want(422, 'POST', `/api/persons/${one.id}/roles`, { json: { ...json, role: 'school_admin' }, headers })
  assert.equal((await head.get(`/api/persons/${two.id}/roles`)).json.items.length, 0)
  await admin.want(201, 'POST', `/api/persons/${two.id}/roles`, { json, headers }) // another person's number is another one
})

test('a role is granted at a place where there is such a role, and nowhere wider', async () => {
  const ask = (scope) => admin.ask('POST', `/api/persons/${wang.id}/roles`, { json: { role: 'researcher', ...scope } })
  for (const scope of [{ scope_kind: 'dept', scope_id: 1 }, { scope_kind: 'school', scope_id: a.id }]) {
    const r = await ask(scope)
    assert.equal(r.status, 400, r.text)
    assert.equal(r.json.field, 'scope_kind')
  }
  assert.equal((await admin.get(`/api/persons/${wang.id}/roles`)).json.items.length, 0)
  assert.deepEqual((await admin.get('/api/roles?scope_kind=dept&scope_id=1')).json.items, [])
})

test('a slip for a forgotten password', async () => {
  const p = await enter(head, nobody, { name: '忘记老师', staff_no: '55', school: a.id })
  assert.equal((await head.want(400, 'POST', '/api/persons/passwords', { json: { persons: [p.id, p.id] } })).json.field, 'persons')
  await p.get('/api/me')
  const [slip] = (await head.post('/api/persons/passwords', { persons: [p.id] })).json.items
  await p.want(401, 'GET', '/api/me')
  const again = await nobody.fresh().login(slip.login, slip.password)
  assert.equal((await again.get('/api/me')).json.must_change_password, true)
})

test('who leaves hands over, is out at once, and can come back without roles', async () => {
  const old = await enter(head, nobody, { name: '退休老师', staff_no: '60', school: a.id })
  const d = (await head.post('/api/depts', { kind: 'prep', name: '交接备课组', school: a.id })).json
  await head.post(`/api/depts/${d.id}/members`, { person: old.id, leader: true })
  await head.post(`/api/depts/${d.id}/members`, { person: wang.id })
  const far = await enter(admin, nobody, { name: '邻校老师', staff_no: '61', school: b.id })
  await head.want(400, 'POST', `/api/persons/${old.id}/hand-over`, { json: { to: far.id } })
  assert.deepEqual((await head.post(`/api/persons/${old.id}/hand-over`, { to: wang.id })).json, { resources: 0, depts: 1, preps: 0 })
  const rows = (await wang.get(`/api/depts/${d.id}/members`)).json.items
  assert.ok(rows.find((m) => m.person === wang.id).leader)
  await head.want(204, 'POST', `/api/persons/${old.id}/disable`)
  await old.want(401, 'GET', '/api/me')
  await nobody.fresh().want(401, 'POST', '/api/session', { json: { login: old.account, password: PASSWORD } })
  assert.equal((await wang.get('/api/persons?disabled=true')).json.items.length, 1)
  await head.want(409, 'POST', `/api/persons/${head.id}/disable`)
  await head.want(204, 'POST', `/api/persons/${old.id}/enable`)
  const back = await nobody.fresh().login(old.account, PASSWORD)
  assert.ok(!(await back.get('/api/me')).json.roles.includes('prep_leader'))
})

// What others know of changes hands, with its author's name; what he kept to himself stays his.
test('a leaver’s resources really change hands', async () => {
  const old = await enter(head, nobody, { name: '移交老师', staff_no: '70', school: a.id })
  const heir = await enter(head, nobody, { name: '接手老师', staff_no: '71', school: a.id })
  const resource = async (title, scope, acts) => {
    const { id } = (await old.post('/api/resources', { title, kind: 'lesson_plan', origin: 'own', licence: 'share', scope })).json
    const { headers } = await create(old, 5, '教案.txt', {}, undefined)
    await append(old, headers.location, 0, Buffer.from('hello'))
    const file = (await old.post(`/api/resources/${id}/files`, { upload_id: headers.location.split('/').pop() })).json.id
    for (const act of acts) await old.post(`/api/resources/${id}/acts`, { act })
    return { id, file }
  }
  const shared = await resource('移交教案', 'school', ['publish'])
  const waiting = await resource('移交课件', 'county', ['submit'])
  const kept = [await resource('移交草稿', 'school', []), await resource('移交私人', 'person', ['publish'])]
  const d = (await head.post('/api/depts', { kind: 'prep', name: '移交备课组', school: a.id })).json
  await head.post(`/api/depts/${d.id}/members`, { person: old.id, leader: true })
  assert.deepEqual((await head.post(`/api/persons/${old.id}/hand-over`, { to: heir.id })).json, { resources: 2, depts: 1, preps: 0 })
  const now = (await heir.get(`/api/resources/${shared.id}`)).json
  assert.deepEqual([now.owner_name, now.authors], ['接手老师', ['移交老师']])
  assert.ok(now.may.includes('edit'))
  await heir.want(200, 'PATCH', `/api/files/${shared.file}`, { json: { name: '新名.txt' } })
  assert.deepEqual((await heir.get('/api/resources?view=mine')).json.items.map((r) => r.id).sort(), [shared.id, waiting.id].sort())
  assert.equal((await heir.get(`/api/resources/${waiting.id}`)).json.state, 'submitted')
  await old.want(403, 'PATCH', `/api/files/${shared.file}`, { json: { name: '旧.txt' } })
  await old.want(404, 'GET', `/api/resources/${waiting.id}`)
  for (const k of kept) {
    await heir.want(404, 'GET', `/api/resources/${k.id}`)
    await heir.want(404, 'GET', `/api/files/${k.file}/content`)
    await old.get(`/api/resources/${k.id}`)
  }
  assert.ok((await heir.get(`/api/depts/${d.id}/members`)).json.items.find((m) => m.person === heir.id).leader)
  const [notice] = (await heir.get('/api/notices')).json.items
  assert.deepEqual([notice.kind, notice.text], ['handed_over', '移交老师的 2 份资源、1 项备课组长职责已移交给您。'])
  const found = async (q) => (await head.get(`/api/search?q=${encodeURIComponent(q)}`)).json.items.map((r) => r.id)
  assert.deepEqual(await found('移交老师'), [shared.id])
  while (!(await found('接手老师')).includes(shared.id)); // a job makes the index anew
})

test('schools and towns are edited and disabled, never deleted', async () => {
  const s = await school(admin, 'S09', '要改名小学')
  const t = (await admin.get('/api/towns')).json.items[0]
  await admin.patch(`/api/towns/${t.id}`, t.rev, { ord: 5 })
  const renamed = (await admin.patch(`/api/schools/${s.id}`, s.rev, { name: '改了名小学', town: t.id, pupils: 300 })).json
  assert.equal(renamed.town_name, t.name)
  await admin.patch(`/api/schools/${s.id}`, renamed.rev, { disabled: true })
  assert.ok(!(await wang.get('/api/schools')).json.items.some((x) => x.id === s.id))
  assert.equal((await wang.get(`/api/schools/${s.id}`)).json.name, '改了名小学')
  assert.deepEqual((await wang.get('/api/schools?q=mhz')).json.items.map((x) => x.code), ['S01'])
  await admin.want(409, 'POST', '/api/schools', { json: { code: 'S01', name: '重复' } })
  await wang.want(403, 'POST', '/api/schools', { json: { code: 'S10', name: '无权' } })
})
