// PDF by LibreOffice: what a real one makes, with text, table and image; none, one that hangs, dies, or leaves something
// else than a PDF, which here are programs of the test in the place where it would be installed.
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { start } from './server.mjs'
import { client } from './client.mjs'
import { zip } from './zip.mjs'
import { prepCounty, session } from './prep_county.mjs'

const installed = fs.existsSync('/usr/lib/libreoffice/program/soffice.bin')
const trees = fs.mkdtempSync(path.join(os.tmpdir(), 'jibei-office-'))
after(() => fs.rmSync(trees, { recursive: true }))

// Something that is started instead of LibreOffice; its arguments are those (server/probe/office.c).
function tree(name, script) {
  const program = path.join(trees, name, 'program')
  fs.mkdirSync(program, { recursive: true })
  // In the jail only what lies here can be started: the shell too.
  fs.copyFileSync(fs.realpathSync('/bin/sh'), path.join(program, 'sh'))
  fs.writeFileSync(path.join(program, 'soffice.bin'), `#!${program}/sh\n${script}\n`, { mode: 0o755 })
  return path.join(trees, name)
}
async function house(...args) {
  const server = await start({ demo: true, args })
  const nobody = await client(server.base)
  return { server, wang: await nobody.fresh().login('wang'), other: await nobody.fresh().login('other') }
}
async function plan(wang) {
  return (await wang.post('/api/docs', { title: '荷花/第一课时', kind: 'plan' })).json.id
}
const pdf = (who, id) => who.ask('GET', `/api/docs/${id}/export?format=pdf`)
const left = (h) => fs.existsSync(path.join(h.server.data, 'office'))

test('without LibreOffice one is told to print, and the client knows before', async () => {
  const h = await house('--office', '/nonexistent')
  try {
    assert.equal((await h.wang.get('/api/me')).json.pdf, false)
    const r = await pdf(h.wang, await plan(h.wang))
    assert.equal(r.status, 409)
    assert.match(r.json.detail, /没有安装 LibreOffice.*Ctrl\+P.*另存为 PDF/)
    assert.equal(left(h), false)
  } finally {
    await h.server.stop()
  }
})

for (const [name, script, says] of [
  ['hangs', 'while :; do :; done', /用时过长.*Ctrl\+P/],
  ['dies', 'kill -SEGV $$; exit 3', /没能转成 PDF/],
  ['leaves nothing', 'exit 0', /没能转成 PDF/],
  ['leaves no PDF', 'echo hello > paper.pdf', /没能转成 PDF/],
])
  test(`one that ${name}: a clear word, and nothing stays`, async () => {
    const h = await house('--office', tree(name.replaceAll(' ', '-'), script), '--office-seconds', '1')
    try {
      assert.equal((await h.wang.get('/api/me')).json.pdf, true)
      const r = await pdf(h.wang, await plan(h.wang))
      assert.equal(r.status, 409, r.text)
      assert.match(r.json.detail, says)
      assert.equal(left(h), false)
    } finally {
      await h.server.stop()
    }
  })

test('in its jail it writes in its folder and nowhere else, starts nothing, reads no data of ours', async () => {
  const script = `r=
try() { eval "$2" && r="$r $1"; }
try folder 'echo > made'
try escaped 'echo > ${trees}/escaped'
try above 'echo > ../escaped'
try secret 'read x < ../secret'
try shadow 'read x < /etc/shadow'
try users 'read x < /etc/passwd'
try usr 'read x < /usr/lib/os-release'
echo "%PDF-$r" > paper.pdf
trap 'exit 0' EXIT
(:) && echo fork >> paper.pdf`
  const h = await house('--office', tree('jail', script))
  try {
    const r = await pdf(h.wang, await plan(h.wang))
    assert.equal(r.status, 200, r.text)
    assert.equal(r.text, '%PDF- folder users usr\n')
    for (const folder of [trees, h.server.data]) assert.equal(fs.existsSync(path.join(folder, 'escaped')), false)
  } finally {
    await h.server.stop()
  }
})

test('one runs, two wait, others hear that they are too many; the house answers meanwhile', async () => {
  const h = await house('--office', tree('slow', 'while :; do :; done'), '--office-seconds', '2')
  try {
    const id = await plan(h.wang)
    const all = Promise.all(Array.from({ length: 5 }, () => pdf(h.wang, id)))
    const began = Date.now()
    assert.equal((await h.wang.get('/api/me')).status, 200)
    assert.ok(Date.now() - began < 1500)
    const answers = (await all).map((r) => r.status).sort()
    assert.deepEqual(answers, [409, 409, 409, 503, 503])
    assert.equal(left(h), false)
  } finally {
    await h.server.stop()
  }
})

const skip = !installed && 'LibreOffice is not installed here'
const tool = (name, args, input) => spawnSync(name, args, { input, encoding: 'utf8' }).stdout

test('a real one makes a PDF with text and table', { skip }, async () => {
  const h = await house()
  try {
    const id = await plan(h.wang)
    assert.equal((await pdf(h.other, id)).status, 404)
    const r = await pdf(h.wang, id)
    assert.equal(r.status, 200, r.text)
    assert.equal(r.headers['content-type'], 'application/pdf')
    assert.match(r.headers['content-disposition'], /^attachment; .*\.pdf$/)
    assert.equal(r.body.subarray(0, 5).toString(), '%PDF-')
    const text = tool('pdftotext', ['-layout', '-', '-'], r.body)
    for (const words of ['荷花/第一课时', '教学过程', '教师活动', '二次备课']) assert.ok(text.includes(words), `${words} in ${text}`)
    assert.equal(left(h), false)
    const small = await h.wang.ask('GET', `/api/docs/${id}/export?format=pdf&paper=16k`)
    assert.match(tool('pdfinfo', ['-'], small.body), /Page size: +52[12][.\d]* x 73[67]/)
  } finally {
    await h.server.stop()
  }
})

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
test('with its images', { skip }, async () => {
  const h = await house()
  try {
    const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    const link = (id, type, target) => `<Relationships><Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/></Relationships>`
    const body = '<w:p><w:r><w:drawing><wp:docPr/><a:blip r:embed="p1"/></w:drawing></w:r></w:p>'
    const parts = {
      '[Content_Types].xml': '<Types/>',
      '_rels/.rels': link('r', 'officeDocument', 'word/document.xml'),
      'word/_rels/document.xml.rels': link('p1', 'image', 'media/a.png'),
      'word/document.xml': `<w:document xmlns:w="w" xmlns:a="a" xmlns:wp="wp" xmlns:r="${office}"><w:body>${body}</w:body></w:document>`,
      'word/media/a.png': png,
    }
    const docx = zip(Object.entries(parts).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes) })))
    const made = await h.wang.want(201, 'POST', '/api/uploads', {
      body: docx,
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(docx.length),
        'upload-metadata': `filename ${Buffer.from('图.docx').toString('base64')}`,
        'content-type': 'application/offset+octet-stream',
      },
    })
    const { doc } = (await h.wang.post('/api/docs/import', { kind: 'blank', upload_id: made.headers.location.split('/').pop() })).json
    const r = await pdf(h.wang, doc.id)
    assert.equal(r.status, 200, r.text)
    assert.match(tool('pdfimages', ['-list', '-'], r.body), /\n +1 +0 +image +1 +1 /)
  } finally {
    await h.server.stop()
  }
})

test('the record of a session', { skip }, async () => {
  const k = await prepCounty()
  try {
    const { id } = await session(k, 'discussion', { title: '荷花/第一课时' })
    const r = await k.who.member.get(`/api/preps/${id}/record/export?format=pdf`)
    assert.equal(r.headers['content-type'], 'application/pdf')
    assert.match(decodeURIComponent(r.headers['content-disposition']), /集体备课记录表-荷花.第一课时\.pdf/)
    assert.match(tool('pdftotext', ['-layout', '-', '-'], r.body), /集体备课记录表/)
    await k.who.stranger.want(404, 'GET', `/api/preps/${id}/record/export?format=pdf`)
  } finally {
    await k.server.stop()
  }
})
