// A resource from draft to taken: files and versions, who sees what when, approval beyond the school, undo.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { client } from './client.mjs'
import { start, DEMO_PASSWORD } from './server.mjs'

let server, wang, lin, other, school, lesson
before(async () => {
  server = await start({ demo: true })
  const c = await client(server.base)
  const as = (name) => c.fresh().login(name, DEMO_PASSWORD)
  wang = await as('wang')
  lin = await as('lin')
  other = await as('other')
  school = await as('school')
  let at
  for (const name of ['小学', '语文', '统编版', '三年级下册', '第一单元', '3 荷花'])
    at = (await wang.get(`/api/taxa${at ? `?parent=${at.id}` : ''}`)).json.items.find((t) => t.name === name)
  lesson = at
})
after(() => server?.stop())

const base64 = (s) => Buffer.from(s).toString('base64')
async function upload(who, name, text) {
  const bytes = Buffer.from(text)
  const r = await who.want(201, 'POST', '/api/uploads', {
    body: bytes,
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${base64(name)}`,
      'content-type': 'application/offset+octet-stream',
    },
  })
  return r.headers.location.split('/').pop()
}
const draft = async (who, more = {}) =>
  (await who.post('/api/resources', { title: '荷花教学设计', kind: 'lesson_plan', taxons: [lesson.id], origin: 'own', licence: 'share', ...more })).json
async function filled(who, more) {
  const r = await draft(who, more)
  const added = (await who.post(`/api/resources/${r.id}/files`, { upload_id: await upload(who, '荷花.txt', `荷花 ${Math.random()}`) })).json
  return { ...(await who.get(`/api/resources/${r.id}`)).json, file: added.id }
}
const act = (who, id, name, note) => who.post(`/api/resources/${id}/acts`, note ? { act: name, note } : { act: name })
const sees = async (who, id) => (await who.ask('GET', `/api/resources/${id}`)).status

test('a draft is its author’s alone; publishing wants files, source and licence', async () => {
  const r = await draft(wang, { origin: '', licence: '', scope: 'school' })
  assert.equal(r.state, 'draft')
  assert.equal(r.places[0].path, '语文 · 统编版 · 三年级下册 · 第一单元 · 3 荷花')
  assert.deepEqual([await sees(lin, r.id), await sees(school, r.id), await sees(other, r.id)], [404, 404, 404])
  const want = async (field) => assert.equal((await wang.want(400, 'POST', `/api/resources/${r.id}/acts`, { json: { act: 'publish' } })).json.field, field)
  await want('files')
  await wang.post(`/api/resources/${r.id}/files`, { upload_id: await upload(wang, '课件.txt', '一') })
  await want('origin')
  let now = (await wang.get(`/api/resources/${r.id}`)).json
  now = (await wang.patch(`/api/resources/${r.id}`, now.rev, { origin: 'collected' })).json
  await want('origin_note')
  now = (await wang.patch(`/api/resources/${r.id}`, now.rev, { origin_note: '国家中小学智慧教育平台' })).json
  await want('licence')
  await wang.want(412, 'PATCH', `/api/resources/${r.id}`, { json: { licence: 'share' }, headers: { 'if-match': '"1"' } })
  await wang.patch(`/api/resources/${r.id}`, now.rev, { licence: 'share' })
  assert.equal((await act(wang, r.id, 'publish')).json.state, 'published')
  assert.deepEqual([await sees(school, r.id), await sees(lin, r.id), await sees(other, r.id)], [200, 404, 404])
})

test('what is wrong in a form is told with its field', async () => {
  const field = async (json) => (await wang.want(400, 'POST', '/api/resources', { json })).json.field
  assert.equal(await field({ kind: 'lesson_plan' }), 'title')
  assert.equal(await field({ title: '某' }), 'kind')
  assert.equal(await field({ title: '某', kind: 'nonsense' }), 'kind')
  assert.equal(await field({ title: '某', kind: 'case', taxons: [99999999] }), 'taxons')
  assert.equal(await field({ title: '某', kind: 'case', taxons: [lesson.id, lesson.id] }), 'taxons')
  assert.equal(await field({ title: '某', kind: 'case', modes: ['magic'] }), 'modes')
  assert.equal(await field({ title: '某', kind: 'case', scope: 'group', scope_ref: 99 }), 'scope')
})

test('beyond the school: submitted, returned with a reason, approved, seen; changed: approved again', async () => {
  const r = await filled(lin, { scope: 'county', title: '荷花课件', kind: 'courseware' })
  await lin.want(409, 'POST', `/api/resources/${r.id}/acts`, { json: { act: 'publish' } })
  assert.equal((await act(lin, r.id, 'submit')).json.state, 'submitted')
  assert.equal(await sees(wang, r.id), 404)
  // whoever leads lin's 备课组 or administers lin's school may say yes
  const chiefs = await approvers(r.id)
  assert.ok(chiefs.length >= 1)
  const chief = chiefs[0]
  assert.ok((await chief.get('/api/resources?view=waiting&limit=100')).json.items.some((x) => x.id === r.id))
  assert.equal((await chief.want(400, 'POST', `/api/resources/${r.id}/acts`, { json: { act: 'return' } })).json.field, 'note')
  assert.equal((await act(chief, r.id, 'return', '请补充板书')).json.state, 'returned')
  assert.equal((await lin.get(`/api/resources/${r.id}`)).json.note, '请补充板书')
  assert.equal((await act(chief, r.id, 'undo')).json.state, 'submitted')
  assert.equal((await act(chief, r.id, 'approve')).json.state, 'published')
  const told = async (who) => (await who.get('/api/notices?limit=100')).json.items.filter((n) => n.noun_id === r.id).map((n) => n.text)
  assert.deepEqual(await told(lin), ['您的资源“荷花课件”已通过审批并发布。', '您的资源“荷花课件”被退回修改：请补充板书'])
  assert.match((await told(chief))[0], /提交了“荷花课件”，等您审批。$/)
  assert.deepEqual([await sees(wang, r.id), await sees(other, r.id)], [200, 200])
  await other.want(403, 'POST', `/api/resources/${r.id}/acts`, { json: { act: 'withdraw' } })
  const again = (await lin.post(`/api/files/${r.file}/versions`, { upload_id: await upload(lin, '荷花2.txt', '第二版') })).json
  assert.deepEqual([again.version, again.resource_state], [2, 'submitted'])
  assert.equal(await sees(other, r.id), 404)
  await act(chief, r.id, 'claim')
  assert.equal((await act(chief, r.id, 'approve')).json.state, 'published')
  assert.deepEqual((await other.get(`/api/files/${r.file}/versions`)).json.items.map((v) => v.version), [2, 1])
  const log = (await lin.get(`/api/resources/${r.id}/log`)).json.items
  assert.deepEqual(log.map((l) => l.act).reverse(), ['create', 'submit', 'return', 'undo', 'approve', 'change', 'claim', 'approve'])
  await other.want(403, 'GET', `/api/resources/${r.id}/uses`)
})

// Everybody of lin's school and group is tried; those who see what waits may decide.
async function approvers(id) {
  const c = await client(server.base)
  const found = []
  for (let i = 1; i <= 54; i++) {
    const one = c.fresh()
    const login = await one.ask('POST', '/api/session', { json: { login: `t${String(i).padStart(2, '0')}`, password: DEMO_PASSWORD } })
    if (login.status < 300 && (await sees(one, id)) === 200) found.push(one)
    if (found.length) break
  }
  return found
}

test('withdrawn with a way back; discarded with a way back; nothing else undoes it', async () => {
  const r = await filled(wang, { scope: 'school' })
  await act(wang, r.id, 'publish')
  assert.equal((await act(wang, r.id, 'withdraw')).json.state, 'withdrawn')
  assert.equal((await act(wang, r.id, 'undo')).json.state, 'published')
  await wang.want(409, 'POST', `/api/resources/${r.id}/acts`, { json: { act: 'undo' } })
  await wang.want(409, 'POST', `/api/resources/${r.id}/acts`, { json: { act: 'discard' } })
  await wang.want(400, 'POST', `/api/resources/${r.id}/acts`, { json: { act: 'explode' } })
  await act(school, r.id, 'withdraw')
  assert.equal((await act(wang, r.id, 'discard')).json.state, 'discarded')
  assert.ok(!(await wang.get('/api/resources?view=mine&limit=100')).json.items.some((x) => x.id === r.id))
  assert.equal((await act(wang, r.id, 'undo')).json.state, 'withdrawn')
})

test('files: names, order, removal and return', async () => {
  const r = await filled(wang, { scope: 'person' })
  const second = (await wang.post(`/api/resources/${r.id}/files`, { upload_id: await upload(wang, '板书.txt', '板书'), path: '第一课时' })).json
  const names = async () => (await wang.get(`/api/resources/${r.id}`)).json.files.map((f) => f.name)
  assert.deepEqual(await names(), ['荷花.txt', '板书.txt'])
  await wang.post(`/api/resources/${r.id}/order`, { ids: [second.id, r.file] })
  assert.deepEqual(await names(), ['板书.txt', '荷花.txt'])
  await wang.want(400, 'POST', `/api/resources/${r.id}/order`, { json: { ids: [second.id] } })
  await wang.want(400, 'POST', `/api/resources/${r.id}/order`, { json: { ids: [second.id, second.id] } })
  for (const bad of ['a/b.txt', '..', 'x?.txt', ' '])
    assert.equal((await wang.want(400, 'PATCH', `/api/files/${second.id}`, { json: { name: bad } })).json.field, 'name')
  await wang.want(200, 'PATCH', `/api/files/${second.id}`, { json: { name: '板书设计.txt' } })
  await wang.want(200, 'DELETE', `/api/files/${r.file}`)
  assert.deepEqual(await names(), ['板书设计.txt'])
  await wang.want(409, 'DELETE', `/api/files/${r.file}`)
  await wang.want(200, 'POST', `/api/files/${r.file}/restore`)
  assert.deepEqual(await names(), ['板书设计.txt', '荷花.txt'])
  await lin.want(404, 'PATCH', `/api/files/${second.id}`, { json: { name: '某.txt' } })
  const id = await upload(wang, '再来.txt', '再来')
  await wang.post(`/api/resources/${r.id}/files`, { upload_id: id })
  await wang.want(409, 'POST', `/api/resources/${r.id}/files`, { json: { upload_id: id } })
})

test('pages: every cursor leads on, nothing twice, filters hold, foreign cursors are told', async () => {
  for (const query of ['', `&taxon=${lesson.id}`, '&kind=courseware', '&sort=used', `&sort=used&taxon=${lesson.id}`]) {
    const seen = new Set()
    let cursor = ''
    do {
      const page = (await other.get(`/api/resources?limit=7${query}${cursor && `&cursor=${cursor}`}`)).json
      for (const x of page.items) {
        assert.ok(!seen.has(x.id), `twice: ${x.id} in ${query}`)
        seen.add(x.id)
        assert.equal(x.state, 'published')
        if (query.includes('kind=')) assert.equal(x.kind, 'courseware')
      }
      cursor = page.next
    } while (cursor)
    const whole = []
    let next = ''
    do {
      const page = (await other.get(`/api/resources?limit=100${query}${next && `&cursor=${next}`}`)).json
      whole.push(...page.items.map((x) => x.id))
      next = page.next
    } while (next)
    assert.deepEqual([...seen], whole)
  }
  await other.want(400, 'GET', '/api/resources?cursor=abc')
  await other.want(400, 'GET', '/api/resources?cursor=1.-5')
  await other.want(400, 'GET', '/api/resources?kind=magic')
  await other.want(403, 'GET', '/api/resources?view=school&state=published')
  const mine = (await school.get('/api/resources?view=school&state=published&limit=100')).json.items
  assert.ok(mine.length > 0 && new Set(mine.map((x) => x.school)).size === 1)
})

test('nobody sees in lists what its page refuses', async () => {
  const { items } = (await wang.get('/api/resources?limit=100')).json
  let hidden = 0
  const visible = new Set()
  let cursor = ''
  do {
    const page = (await other.get(`/api/resources?limit=100${cursor && `&cursor=${cursor}`}`)).json
    page.items.forEach((x) => visible.add(x.id))
    cursor = page.next
  } while (cursor)
  for (const x of items) {
    const status = await sees(other, x.id)
    assert.equal(status === 200, visible.has(x.id), `resource ${x.id} scope ${x.scope}`)
    hidden += status === 404
  }
  assert.ok(hidden > 0)
})
