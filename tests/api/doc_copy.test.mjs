// Images of a document in what is made of it: a document that begins with it, a branch.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as Y from 'yjs'
import { prepCounty, session } from './prep_county.mjs'
import { Room } from './room.mjs'
import { create, OCTETS, png } from './tus.mjs'

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
after(() => k?.server.stop())

// The addresses of the images in it.
const sourceOf = async (c, id) => {
  const d = new Y.Doc()
  Y.applyUpdate(d, (await c.get(`/api/docs/${id}/state`)).body)
  return [...d.getXmlFragment('body').createTreeWalker((n) => n.nodeName === 'image')].map((n) => n.getAttribute('src'))
}
const picture = async (c, doc) => {
  const made = await create(c, png.length, '荷花.png', { 'content-type': OCTETS }, png)
  const { url } = (await c.post(`/api/docs/${doc}/images`, { upload_id: made.headers.location.split('/').pop() })).json
  return url
}
const show = async (c, doc, urls) => {
  const room = await Room.open(c, doc)
  room.body.insert(0, urls.map((src) => {
    const e = new Y.XmlElement('image')
    e.setAttribute('src', src)
    return e
  }))
  await room.saved()
  room.leave()
}

test('images come along when a document begins with another one, and everybody in it sees them', async () => {
  const { host, lead, part } = who
  const own = (await lead.post('/api/docs', { title: '我的初稿', kind: 'blank' })).json
  const url = await picture(lead, own.id)
  const foreign = (await part.post('/api/docs', { title: '别人的', kind: 'blank' })).json
  const unseen = await picture(part, foreign.id)
  await show(lead, own.id, [url, unseen, url])
  const { id } = await session(k, 'draft', { title: '带图' })
  const doc = (await lead.post(`/api/preps/${id}/docs`, { kind: 'plan', from: own.id })).json
  const [a, b, c] = await sourceOf(part, doc.id)
  assert.match(a, new RegExp(`^/api/docs/${doc.id}/images/\\d+$`))
  assert.deepEqual([b, c], [unseen, a], 'what the copier does not see himself is not given to others')
  assert.equal(Buffer.compare((await part.get(a)).body, png), 0)
  await part.want(404, 'GET', url)
  const paper = await host.get(`/api/docs/${doc.id}/export?format=html`)
  assert.equal(paper.text.split(png.toString('base64')).length, 3)
  assert.equal(k.server.command('check').status, 0)
})

test('an image comes over from a document one reads into one that one writes, without new bytes, and counts', async () => {
  const { host, lead, part, stranger } = who
  const { id } = await session(k, 'draft', { title: '带来的图' })
  const from = (await lead.post('/api/docs', { title: '只有我的', kind: 'blank' })).json
  const to = (await lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  const url = await picture(lead, from.id)
  const blobs = () => k.server.sql('SELECT count(*) FROM blob')[0]
  const space = () => Number(k.server.sql(`SELECT used FROM space WHERE akey = ${lead.id * 8 + 1}`)[0])
  const bring = (c, doc, more) => c.ask('POST', `/api/docs/${doc}/images`, { json: { from: url, ...more } })
  const [had, used] = [blobs(), space()]
  const brought = await bring(lead, to.id)
  assert.equal(brought.status, 201, brought.text)
  assert.match(brought.json.url, new RegExp(`^/api/docs/${to.id}/images/\\d+$`))
  assert.equal(Buffer.compare((await part.get(brought.json.url)).body, png), 0, 'who sees the second document sees it')
  await part.want(404, 'GET', url)
  assert.equal(blobs(), had)
  assert.equal(space() - used, png.length)
  assert.equal((await bring(lead, to.id)).json.url, brought.json.url, 'once more it is the same one')
  assert.equal(space() - used, png.length)
  assert.equal((await bring(part, to.id)).json.field, 'from', 'who does not see it does not bring it')
  await bring(host, from.id).then((r) => assert.equal(r.status, 404))
  await bring(stranger, to.id).then((r) => assert.equal(r.status, 404))
  for (const json of [{}, { from: url, upload_id: 'x' }, { from: 'https://example.com/a.png' }, { from: `${url}/../1` }])
    assert.equal((await lead.ask('POST', `/api/docs/${to.id}/images`, { json })).status, 400, JSON.stringify(json))
  assert.equal(k.server.command('check').status, 0)
})

test('an image of the repository comes into a document: who may see its resource brings it, which counts as a use', async () => {
  const { host, lead, part } = who
  const { id } = await session(k, 'draft', { title: '资源里的图' })
  const doc = (await host.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  const resource = (await lead.post('/api/resources', { title: '荷花图片', kind: 'lesson_plan', origin: 'own', licence: 'share', scope: 'school', authors: ['林'] })).json
  const put = async (name, bytes) => {
    const made = await create(lead, bytes.length, name, { 'content-type': OCTETS }, bytes)
    return (await lead.post(`/api/resources/${resource.id}/files`, { upload_id: made.headers.location.split('/').pop() })).json
  }
  const image = await put('荷花.png', png)
  const text = await put('说明.txt', Buffer.from('荷花'))
  const bring = (c, file) => c.ask('POST', `/api/docs/${doc.id}/images`, { json: { from: `/api/files/${file.id}/content` } })
  assert.equal((await bring(host, image)).json.field, 'from', 'a draft is its author’s alone')
  await lead.post(`/api/resources/${resource.id}/acts`, { act: 'publish' })
  const brought = await bring(host, image)
  assert.equal(brought.status, 201, brought.text)
  assert.equal(Buffer.compare((await part.get(brought.json.url)).body, png), 0, 'the other school’s teacher sees it in the document')
  assert.equal((await lead.get(`/api/resources/${resource.id}`)).json.taken, 1)
  assert.equal((await bring(part, image)).json.field, 'from', 'who does not see the resource does not bring it')
  assert.equal((await bring(host, text)).json.code, 'file_refused')
  assert.equal((await bring(host, { id: 999999 })).json.field, 'from')
})

test('a branch keeps the images it began with when its parent is out of reach, and no later ones', async () => {
  const { host, lead, guest } = who
  const { id } = await session(k, 'draft', { title: '留图' })
  const doc = (await lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  const url = await picture(lead, doc.id)
  await show(lead, doc.id, [url])
  const branch = (await guest.post(`/api/docs/${doc.id}/branch`, {})).json
  const { at } = (await lead.post(`/api/docs/${doc.id}/versions`, { name: '后来' })).json
  while (Date.now() <= at) await new Promise((go) => setImmediate(go))
  const later = await picture(lead, doc.id)
  await host.patch(`/api/preps/${id}`, (await host.get(`/api/preps/${id}`)).json.rev, { guests: [] })
  await guest.want(404, 'GET', `/api/docs/${doc.id}`)
  assert.deepEqual(await sourceOf(guest, branch.id), [url])
  assert.equal((await guest.get(url)).status, 200)
  await guest.want(404, 'GET', later)
  assert.match((await guest.get(`/api/docs/${branch.id}/export?format=html`)).text, /data:image\/png;base64/)
  await who.stranger.want(404, 'GET', url)
})

test('the version a branch began with is kept when old ones are thinned; branches of the same text share it', async () => {
  const { lead, part, guest } = who
  const { id } = await session(k, 'draft', { title: '老版本' })
  const doc = (await lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  const branch = async (c) => (await c.post(`/api/docs/${doc.id}/branch`, {})).json.id
  const base = async (c, of) => (await c.get(`/api/docs/${of}/base`)).json.version
  const first = await branch(part)
  assert.equal(await base(guest, await branch(guest)), await base(part, first))
  await show(lead, doc.id, ['/a.png'])
  const second = await branch(part)
  assert.deepEqual([await base(part, first), await base(part, second)], [1, 2])
  k.server.sql(`UPDATE doc_version SET at = 1700000000000 WHERE doc_id = ${doc.id}`)
  k.server.keep = true
  await k.server.stop()
  k.server.args = ['--rest-seconds', '1']
  k.server = await k.server.again()
  k.server.keep = false
  for (const c of [k.admin, k.nobody, ...Object.values(who)]) c.base = k.server.base
  await show(lead, doc.id, ['/b.png'])
  const numbers = async () => (await lead.get(`/api/docs/${doc.id}/versions`)).json.items.map((v) => v.number)
  while ((await numbers())[0] !== 3) await new Promise((go) => setTimeout(go, 50)) // it rests
  assert.deepEqual(await numbers(), [3, 2, 1])
  assert.equal(await base(part, first), 1)
  await part.get(`/api/docs/${first}/export?format=docx`)
})
