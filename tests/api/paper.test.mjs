// Live documents as files and back: what is exported is imported again as the same, what cannot be is named.
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import * as Y from 'yjs'
import { start } from './server.mjs'
import { client } from './client.mjs'
import { zip } from './zip.mjs'

let server, wang, lin, other

before(async () => {
  server = await start({ demo: true })
  const nobody = await client(server.base)
  wang = await nobody.fresh().login('wang')
  lin = await nobody.fresh().login('lin')
  other = await nobody.fresh().login('other')
})
after(() => server?.stop())

const base64 = (s) => Buffer.from(s).toString('base64')
async function upload(who, name, bytes) {
  const r = await who.want(201, 'POST', '/api/uploads', {
    body: Buffer.from(bytes),
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(Buffer.from(bytes).length),
      'upload-metadata': `filename ${base64(name)}`,
      'content-type': 'application/offset+octet-stream',
    },
  })
  return r.headers.location.split('/').pop()
}
const plan = async (more = {}) => (await wang.post('/api/docs', { title: '荷花/第一课时', kind: 'plan', ...more })).json
async function body(who, id) {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, (await who.ask('GET', `/api/docs/${id}/state`)).body)
  return doc.getXmlFragment('body').toString()
}
const exported = (who, id, query) => who.ask('GET', `/api/docs/${id}/export?${query}`)

test('a lesson plan goes out as docx with its name and comes back as it was', async () => {
  const doc = await plan()
  const r = await exported(wang, doc.id, 'format=docx&paper=16k')
  assert.equal(r.status, 200, r.text)
  assert.equal(r.headers['content-type'], 'application/vnd.openxmlformats-officedocument.wordprocessingml.document')
  assert.match(r.headers['content-disposition'], /^attachment; filename=".*"; filename\*=UTF-8''%E8%8D%B7%E8%8A%B1_%E7%AC%AC%E4%B8%80%E8%AF%BE%E6%97%B6\.docx$/)
  assert.equal(r.body.subarray(0, 2).toString(), 'PK')
  assert.equal(r.headers['paper-lost'], undefined)
  const back = (await wang.post('/api/docs/import', { upload_id: await upload(wang, '荷花.docx', r.body), kind: 'plan', scope: 'group' })).json
  assert.equal(back.doc.title, '荷花/第一课时')
  assert.equal(back.doc.kind, 'plan')
  assert.deepEqual(back.lost.map((l) => l.name), ['header'])
  assert.equal(back.lost[0].text, '页眉和页脚')
  // The title stands on the paper, and there every column is as wide as it is; all else is the same.
  const plain = (xml) => xml.replaceAll(/ colwidth="[^"]*"/g, '').replace(/^<heading level="1"[^>]*>[^<]*<\/heading>/, '')
  assert.equal(plain(await body(lin, back.doc.id)), plain(await body(wang, doc.id)))
})

test('Markdown and HTML', async () => {
  const doc = await plan()
  const md = await exported(wang, doc.id, 'format=md')
  assert.equal(md.headers['content-type'], 'text/markdown; charset=utf-8')
  assert.match(md.text, /^# 荷花\/第一课时\n\n\| 课题 \| {2}\|.*\n\| --- \| --- \|/)
  assert.match(md.text, /## 教学过程\n\n\| 环节·时间 \| 教师活动 \|/)
  const html = await exported(wang, doc.id, 'format=html')
  assert.match(html.text, /<title>荷花\/第一课时<\/title>/)
  assert.match(html.text, /<th><p>二次备课<\/p>\n<\/th>/)
})

test('a version goes out as it was', async () => {
  const doc = await plan({ kind: 'blank' })
  await wang.post(`/api/docs/${doc.id}/versions`, { name: '空白' })
  assert.match((await exported(wang, doc.id, 'format=md&version=1')).text, /^# 荷花/)
  assert.equal((await exported(wang, doc.id, 'format=md&version=7')).status, 404)
})

test('a branch goes out in red where it differs, which it does not yet', async () => {
  const doc = await plan()
  const branch = (await wang.post(`/api/docs/${doc.id}/branch`, {})).json
  const [one, other] = await Promise.all([doc, branch].map((d) => exported(wang, d.id, 'format=html')))
  assert.equal(one.text, other.text)
  assert.match(one.text, /教学过程/)
})

test('who may not read it exports nothing; other formats there are not', async () => {
  const doc = await plan()
  assert.equal((await exported(other, doc.id, 'format=docx')).status, 404)
  assert.equal((await exported(wang, doc.id, 'format=odt')).status, 400)
  assert.equal((await exported(wang, doc.id, 'format=docx&paper=a3')).status, 400)
})

test('what is no docx is not imported, nor what is somebody else’s', async () => {
  const docx = (await exported(wang, (await plan()).id, 'format=docx')).body
  const want = (who, status, form) => who.want(status, 'POST', '/api/docs/import', { json: { kind: 'blank', ...form } })
  assert.match((await want(wang, 422, { upload_id: await upload(wang, '说明.txt', '第一课') })).json.detail, /docx/)
  const id = await upload(wang, '好.docx', docx)
  await want(lin, 404, { upload_id: id })
  await want(wang, 400, {})
  await want(wang, 400, { upload_id: id, file_id: 1 })
  await want(wang, 400, { upload_id: id, scope: 'county' })
  assert.equal((await want(wang, 201, { upload_id: id, title: '另取的题目' })).json.doc.title, '另取的题目')
})

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
// What Word makes of pictures: the same twice, one of a kind that we do not show, one that is not there.
function pictured() {
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const image = (id) => `<w:p><w:r><w:drawing><wp:docPr descr="图${id}"/><a:blip r:embed="${id}"/></w:drawing></w:r></w:p>`
  const link = (id, type, target) => `<Relationship Id="${id}" Type="${rel}/${type}" Target="${target}"/>`
  const xml = (name, text) => ({ name, bytes: Buffer.from(text) })
  return zip([
    xml('[Content_Types].xml', '<Types/>'),
    xml('_rels/.rels', `<Relationships>${link('r', 'officeDocument', 'word/document.xml')}</Relationships>`),
    xml('word/_rels/document.xml.rels', `<Relationships>${link('p1', 'image', 'media/a.png')}${link('p2', 'image', 'media/b.emf')}</Relationships>`),
    xml('word/document.xml', `<w:document xmlns:w="w" xmlns:a="a" xmlns:wp="wp" xmlns:r="${rel}"><w:body>${['p1', 'p2', 'p9', 'p1'].map(image).join('')}</w:body></w:document>`),
    { name: 'word/media/a.png', bytes: png },
    { name: 'word/media/b.emf', bytes: Buffer.from('EMF') },
  ])
}

test('images come with the docx and go out again', async () => {
  const { doc, lost } = (await wang.post('/api/docs/import', { kind: 'blank', upload_id: await upload(wang, '图.docx', pictured()) })).json
  assert.deepEqual(lost.map((l) => [l.name, l.count, l.example]), [['image_missing', 1, '图p9'], ['image_kind', 1, 'word/media/b.emf']])
  const [one, again] = [...(await body(wang, doc.id)).matchAll(/src="([^"]+)"/g)].map((m) => m[1])
  assert.match(one, new RegExp(`^/api/docs/${doc.id}/images/\\d+$`))
  assert.equal(one, again)
  assert.deepEqual((await wang.ask('GET', one)).body, png)
  const html = await exported(wang, doc.id, 'format=html')
  assert.equal(html.text.split(`data:image/png;base64,${png.toString('base64')}`).length, 3)
  assert.ok((await exported(wang, doc.id, 'format=docx')).body.includes(png))
})

test('a docx of the repository is imported by whoever may read it', async () => {
  const docx = (await exported(wang, (await plan()).id, 'format=docx')).body
  const draft = (await wang.post('/api/resources', { title: '荷花', kind: 'lesson_plan' })).json
  const file = (await wang.post(`/api/resources/${draft.id}/files`, { upload_id: await upload(wang, '荷花.docx', docx) })).json
  const doc = (await wang.post('/api/docs/import', { kind: 'plan', file_id: file.id })).json.doc
  assert.match(await body(wang, doc.id), /教学过程/)
  await lin.want(404, 'POST', '/api/docs/import', { json: { kind: 'plan', file_id: file.id } })
})
