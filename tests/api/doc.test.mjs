// Live documents over HTTP: made from templates, listed, renamed, kept as versions; what is in them is read by Yjs.
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as Y from 'yjs'
import { start } from './server.mjs'
import { client } from './client.mjs'
import { Room } from './room.mjs'
import { OCTETS, create, png, text } from './tus.mjs'

let server, wang, lin, other

before(async () => {
  server = await start({ demo: true })
  const nobody = await client(server.base)
  for (const name of ['wang', 'lin', 'other']) await nobody.fresh().login(name).then((c) => (name === 'wang' ? (wang = c) : name === 'lin' ? (lin = c) : (other = c)))
})
after(() => server.stop())

const made = async (who, form) => {
  const r = await who.post('/api/docs', form)
  assert.equal(r.status, 201, r.text)
  return r.json
}
// What Yjs finds in the bytes of a reply.
async function read(who, target) {
  const r = await who.ask('GET', target)
  assert.equal(r.status, 200, r.text)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, r.body)
  return doc.getXmlFragment('body')
}

test('a lesson plan begins with its headings and the table of the lesson', async () => {
  const doc = await made(wang, { title: '荷花', kind: 'plan', scope: 'group' })
  const body = await read(wang, `/api/docs/${doc.id}/state`)
  const nodes = body.toArray()
  const headings = nodes.filter((n) => n.nodeName === 'heading').map((n) => n.get(0).toString())
  assert.deepEqual(headings.slice(0, 3), ['课标要求', '教材分析', '学情分析'])
  assert.equal(nodes.find((n) => n.nodeName === 'heading').getAttribute('level'), 2)
  const lesson = nodes.filter((n) => n.nodeName === 'table').find((t) => t.get(0).length === 5)
  assert.deepEqual(lesson.get(0).toArray().map((c) => [c.nodeName, c.get(0).get(0).toString()]).at(-1), ['tableHeader', '二次备课'])
  assert.equal(lesson.length, 5)
})

test('a blank document is empty', async () => {
  const doc = await made(wang, { title: '白纸', kind: 'blank' })
  assert.equal((await read(wang, `/api/docs/${doc.id}/state`)).length, 0)
})

test('each sees his own and those of his groups, newest change first, page by page', async () => {
  const own = await made(wang, { title: '自己的', kind: 'blank' })
  const shared = await made(wang, { title: '大家的', kind: 'guide', scope: 'group' })
  const ids = []
  for (let next = ''; ; ) {
    const page = (await lin.get(`/api/docs?limit=1${next && `&cursor=${next}`}`)).json
    ids.push(...page.items.map((d) => d.id))
    assert.ok(page.items.every((d) => d.right === 'write' || d.owner_noun === 'prep'))
    if (!(next = page.next)) break
  }
  assert.ok(ids.includes(shared.id) && !ids.includes(own.id))
  assert.equal(new Set(ids).size, ids.length)
  assert.equal((await other.get('/api/docs')).json.items.length, 0)
  for (const id of [own.id, shared.id]) assert.equal((await other.ask('GET', `/api/docs/${id}`)).status, 404)
})

test('who renames must have seen the newest title', async () => {
  const doc = await made(wang, { title: '旧名', kind: 'blank', scope: 'group' })
  const patch = (who, rev) => who.ask('PATCH', `/api/docs/${doc.id}`, { json: { title: '新名' }, headers: { 'if-match': `"${rev}"` } })
  assert.equal((await patch(lin, doc.rev)).json.title, '新名')
  assert.equal((await patch(wang, doc.rev)).status, 412)
})

// A lesson plan with everything a template loses easily: marks, attributes, a formula in the line, merged cells, an image.
function writeMuch(body) {
  const element = (name, attrs, ...children) => {
    const e = new Y.XmlElement(name)
    for (const [key, value] of Object.entries(attrs)) e.setAttribute(key, value)
    e.insert(0, children)
    return e
  }
  const text = (...parts) => {
    const t = new Y.XmlText()
    t.applyDelta(parts.map(([insert, attributes = {}]) => ({ insert, attributes })))
    return t
  }
  body.insert(0, [
    element('heading', { level: 2, textAlign: 'center' }, text(['学习', { bold: {} }], ['任务单😀'])),
    element('paragraph', {}, text(['由']), element('inlineMath', { latex: 'a^2' }), text(['可得', { textStyle: { color: '#c0362c', fontSize: '14pt' }, 'link--x': { href: 'https://example.org' } }])),
    element('table', {}, element('tableRow', {}, element('tableCell', { colspan: 2, rowspan: 1, colwidth: [80, 120] }, element('paragraph', {}, text(['合并']))))),
    element('image', { src: '/api/files/1/content', alt: '荷花', width: 320 }),
    element('somethingNew', { of: { a: [1, null, true] } }, element('paragraph', {})),
  ])
}

// Names, attributes and texts as they are, not as XML would print them.
const plain = (of) =>
  of.toArray().map((n) => (n instanceof Y.XmlText ? n.toDelta() : { name: n.nodeName, attrs: n.getAttributes(), children: plain(n) }))

test('a document can be a template: others begin theirs with what stands in it, not with its history', async () => {
  const source = await made(wang, { title: '本组模板', kind: 'guide', scope: 'group', readonly: true })
  const room = await Room.open(wang, source.id)
  room.body.delete(0, room.body.length)
  writeMuch(room.body)
  await room.saved()
  room.leave()
  const patch = (who, rev, json) => who.ask('PATCH', `/api/docs/${source.id}`, { json, headers: { 'if-match': `"${rev}"` } })
  assert.equal((await lin.get(`/api/docs/${source.id}`)).json.right, 'comment')
  assert.equal((await patch(lin, source.rev, { template: true })).status, 403)
  const offered = (await patch(wang, source.rev, { template: true })).json
  assert.deepEqual([offered.template, offered.title], [true, '本组模板'])
  const templates = async (who) => (await who.get('/api/docs?template=true')).json.items.map((d) => d.title)
  assert.deepEqual([await templates(lin), await templates(other)], [['本组模板'], []])

  const begun = await made(lin, { title: '我的任务单', kind: 'guide', from: source.id })
  assert.deepEqual([begun.right, begun.template, begun.author_name, begun.parent], ['write', false, (await lin.get('/api/me')).json.name, 0])
  const inIt = async (id) => plain(await read(lin, `/api/docs/${id}/state`))
  const there = await inIt(begun.id)
  assert.deepEqual(there, await inIt(source.id))
  assert.deepEqual(there.map((n) => n.name), ['heading', 'paragraph', 'table', 'image', 'somethingNew'])
  assert.deepEqual((await lin.get(`/api/docs/${begun.id}/authors`)).json.items, [])
  assert.deepEqual((await lin.get(`/api/docs/${begun.id}/versions`)).json.items, [])
  const bytes = (await lin.ask('GET', `/api/docs/${begun.id}/state`)).body
  assert.ok(!bytes.includes('学习目标'), 'what was deleted from the template is not there')
  assert.equal((await other.ask('POST', '/api/docs', { json: { title: '外人', kind: 'guide', from: source.id } })).status, 400)
  assert.equal((await patch(wang, offered.rev, { template: false })).json.template, false)
  assert.deepEqual(await templates(lin), [])
})

test('a version keeps what was there', async () => {
  const doc = await made(wang, { title: '有版本', kind: 'homework', scope: 'group' })
  const version = (await lin.post(`/api/docs/${doc.id}/versions`, { name: '初稿' })).json
  assert.deepEqual([version.number, version.name, version.automatic], [1, '初稿', false])
  assert.deepEqual((await wang.get(`/api/docs/${doc.id}/versions`)).json.items, [version])
  assert.equal((await read(wang, `/api/docs/${doc.id}/versions/1/state`)).length, 6)
  assert.equal((await wang.ask('GET', `/api/docs/${doc.id}/versions/2/state`)).status, 404)
})

test('with whom one is not, one cannot write', async () => {
  for (const form of [{ scope: 'county' }, { scope: 'group', scope_ref: 999999 }, { scope: 'nonsense' }])
    assert.equal((await wang.ask('POST', '/api/docs', { json: { title: '不行', kind: 'blank', ...form } })).status, 400, JSON.stringify(form))
  assert.equal((await wang.ask('POST', '/api/docs', { json: { title: '  ', kind: 'blank' } })).status, 400)
})

test('whoever takes his data gets a list of what he began', async () => {
  const doc = await made(lin, { title: '我的清单', kind: 'blank', scope: 'group' })
  const ids = async (who) => (await who.get('/api/me/export')).json.docs.map((d) => d.id)
  assert.ok((await ids(lin)).includes(doc.id))
  assert.equal((await ids(wang)).includes(doc.id), false)
})

test('an export holds the documents, as docx and as Yjs reads them', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-export-'))
  const doc = await made(lin, { title: '带走的', kind: 'guide' })
  assert.equal(server.command('export', dir, '--login', 'lin').status, 0)
  const index = JSON.parse(fs.readFileSync(path.join(dir, 'manifest.json'), 'utf8')).documents
  const { uuid } = index.find((d) => d.title === '带走的')
  const state = new Y.Doc()
  Y.applyUpdate(state, fs.readFileSync(path.join(dir, uuid, 'state.yjs')))
  assert.equal(state.getXmlFragment('body').toString(), (await read(lin, `/api/docs/${doc.id}/state`)).toString())
  assert.equal(fs.readFileSync(path.join(dir, uuid, 'document.docx')).toString('latin1', 0, 2), 'PK')
  assert.equal(index.some((d) => d.title === '荷花'), false)
  fs.rmSync(dir, { recursive: true })
})

test('jibei check reads every document, and says which it cannot read', async () => {
  const doc = await made(wang, { title: '要坏的', kind: 'plan' })
  assert.equal(server.command('check', '--quick').status, 0)
  server.sql(`UPDATE doc_log SET updates = substr(updates, 1, 5) WHERE doc_id = ${doc.id}`)
  const checked = server.command('check', '--quick')
  assert.equal(checked.status, 1)
  assert.match(checked.stdout, new RegExp(`协作文档 ${doc.id} 的日志读不出来`))
  server.sql(`DELETE FROM doc_log WHERE doc_id = ${doc.id}`)
  assert.match(server.command('check', '--quick').stdout, /协作文档的日志不连续/)
})

const sent = async (who, bytes, name) => (await create(who, bytes.length, name, { 'content-type': OCTETS }, bytes)).headers.location.split('/').pop()

test('an image of a document is for whoever may read it, and is none of another document', async () => {
  const doc = await made(wang, { title: '有图', kind: 'blank', scope: 'group' })
  const own = await made(wang, { title: '自己的图', kind: 'blank' })
  const put = (who, id, upload_id) => who.ask('POST', `/api/docs/${id}/images`, { json: { upload_id } })
  const r = await put(lin, doc.id, await sent(lin, png, '荷花.png'))
  assert.equal(r.status, 201, r.text)
  assert.equal(r.json.url, `/api/docs/${doc.id}/images/${r.json.id}`)
  const seen = await wang.ask('GET', r.json.url)
  assert.deepEqual([seen.status, seen.headers['content-type'], Buffer.compare(seen.body, png)], [200, 'image/png', 0])
  assert.match(seen.headers['content-disposition'], /^inline/)
  assert.equal((await wang.ask('GET', r.json.url, { headers: { 'if-none-match': seen.headers.etag } })).status, 304)
  assert.equal((await other.ask('GET', r.json.url)).status, 404)
  assert.equal((await wang.ask('GET', `/api/docs/${own.id}/images/${r.json.id}`)).status, 404)
  // Another's upload, an upload twice, another's document.
  const upload = await sent(wang, png, '板书.png')
  assert.equal((await put(lin, doc.id, upload)).status, 404)
  assert.equal((await put(lin, own.id, await sent(lin, png, '荷叶.png'))).status, 404)
  assert.equal((await put(wang, own.id, upload)).status, 201)
  assert.equal((await put(wang, own.id, upload)).status, 409)
})

test('what is no image stays an upload', async () => {
  const doc = await made(wang, { title: '没有图', kind: 'blank' })
  const upload = await sent(wang, text(500), '教案.txt')
  const r = await wang.ask('POST', `/api/docs/${doc.id}/images`, { json: { upload_id: upload } })
  assert.deepEqual([r.status, r.json.field], [422, 'upload_id'], r.text)
  assert.ok((await wang.get('/api/uploads')).json.items.some((u) => u.id === upload))
})
