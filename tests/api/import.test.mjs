// An old net disk is taken in by `jibei import`: tried dry, reviewed as drafts, run again after breaks and changes
// without anything twice; what is refused is named. Then `jibei export` gives back every file, byte for byte.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test, before, after } from 'node:test'
import { client } from './client.mjs'
import { folder, start } from './server.mjs'
import { OCTETS, create, sha256, text } from './tus.mjs'

let server, lin, wang, disk, real

const files = (dir) => fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => path.join(e.parentPath ?? e.path, e.name))

// Real documents: those of the demo.
before(async () => {
  server = await start({ demo: true, keep: true })
  const nobody = await client(server.base)
  lin = await nobody.fresh().login('lin')
  wang = await nobody.fresh().login('wang')
  const dir = folder()
  assert.equal(server.command('export', dir, '--login', 'wang').status, 0)
  real = Object.fromEntries(files(dir).map((f) => [path.extname(f), fs.readFileSync(f)]))
  fs.rmSync(dir, { recursive: true })
  disk = folder()
  lay(disk)
})
after(async () => {
  await server.stop()
  for (const dir of [disk, server.data]) fs.rmSync(dir, { recursive: true, force: true })
})

const put = (root, name, bytes) => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
  fs.writeFileSync(path.join(root, name), bytes)
}

// 数学/五上/小数乘小数.docx as an old Windows wrote it.
const GBK = ['cafdd1a7', 'cee5c9cf', 'd0a1cafdb3cbd0a1cafd'].map((h) => Buffer.from(h, 'hex'))

function lay(root) {
  put(root, '语文/三年级上册/第二单元/三年级上册 第二单元 荷花 教案.docx', real['.docx'])
  put(root, '语文/三年级上册/第二单元/秋天的雨.docx', real['.docx'])
  put(root, '语文/三年级上册/第二单元/秋天的雨(2).pdf', real['.pdf'])
  put(root, '语文/三年级上册/第二单元/秋天的雨 课堂实录.mp4', real['.mp4'])
  put(root, '语文/三年级下册/一/二/三/3 荷花 课件-最终版.pdf', real['.pdf'])
  put(root, '杂物/IMG_0001.JPG', real['.jpg'])
  put(root, '杂物/\u001b]0;标题\u0007\u202e板书\n设计.txt', '板书设计：荷花。\n')
  put(root, '杂物/Thumbs.db', 'x')
  put(root, '杂物/~$秋天的雨.docx', 'x')
  put(root, '杂物/.隐藏/x.txt', 'x')
  put(root, '坏/安装.exe', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4000, 0x90)]))
  put(root, '坏/为什么?.txt', '名称里有问号')
  put(root, `深/${'层/'.repeat(24)}x.txt`, 'x')
  fs.symlinkSync('/etc/passwd', path.join(root, '坏/链接.txt'))
  const dir = GBK.slice(0, 2).reduce((at, name) => Buffer.concat([at, Buffer.from('/'), name]), Buffer.from(root))
  fs.mkdirSync(dir, { recursive: true })
  fs.writeFileSync(Buffer.concat([dir, Buffer.from('/'), GBK[2], Buffer.from('.docx')]), real['.docx'])
}

// title → { kind, place, files } of everything of lin's that came from an old disk.
async function taken() {
  const out = {}
  for (let cursor = ''; cursor !== undefined; ) {
    const page = (await lin.get(`/api/resources?view=mine&limit=100${cursor && `&cursor=${cursor}`}`)).json
    for (const card of page.items) {
      const r = (await lin.get(`/api/resources/${card.id}`)).json
      if (r.state === 'draft' && r.created_at >= began) (out[r.title] ??= []).push(r)
    }
    cursor = page.next
  }
  return out
}
const shown = (all) => Object.fromEntries(Object.entries(all).map(([title, list]) => [title, list.map((r) => r.files.map((f) => f.name).sort())]))
const began = Date.now()

const wanted = {
  '三年级上册 第二单元 荷花 教案': [['三年级上册 第二单元 荷花 教案.docx']],
  秋天的雨: [['秋天的雨(2).pdf', '秋天的雨.docx']],
  '秋天的雨 课堂实录': [['秋天的雨 课堂实录.mp4']],
  '3 荷花 课件': [['3 荷花 课件-最终版.pdf']],
  IMG_0001: [['IMG_0001.JPG']],
  小数乘小数: [['小数乘小数.docx']],
  ']0;标题板书设计': [[']0;标题板书设计.txt']],
}
const run = (...words) => server.command('import', disk, '--login', 'lin', ...words)

test('a dry run says what would become of each file and changes nothing', async () => {
  const before = server.sql('SELECT count(*) FROM resource; SELECT count(*) FROM blob').join()
  const r = run('--dry-run')
  assert.equal(r.status, 0, r.stderr)
  assert.match(r.stdout, /《秋天的雨》 教学设计，6 秋天的雨 ← 语文\/三年级上册\/第二单元\/秋天的雨\(2\)\.pdf/)
  assert.match(r.stdout, /《小数乘小数》 .* ← 数学\/五上\/小数乘小数\.docx/)
  assert.match(r.stdout, /将新建 \d+ 份草稿/)
  assert.doesNotMatch(r.stdout, /[^\P{C}\n]/u, 'nothing that moves the cursor')
  assert.deepEqual(await taken(), {})
  assert.equal(server.sql('SELECT count(*) FROM resource; SELECT count(*) FROM blob').join(), before)
})

test('a run that breaks anywhere is gone on with, and nothing comes twice', async () => {
  let broke = 0
  for (const n of [60, 90, 130, 180, 240, 310]) {
    server.env.JIBEI_FAULT = `db:${n}`
    const r = run()
    broke += r.status !== 0
    if (r.status) assert.match(r.stderr, /导入中断.*\n再次运行会从中断处继续/)
  }
  delete server.env.JIBEI_FAULT
  assert.ok(broke > 2, `${broke} runs broke`)
  const last = run()
  assert.equal(last.status, 0, last.stderr)
  assert.deepEqual(shown(await taken()), wanted)
  for (const bad of [/坏\/安装\.exe：/, /坏\/为什么\?\.txt：.*不能含有/, /深\/.*层数太多/, /坏\/链接\.txt：.*符号链接/]) assert.match(last.stderr, bad)
  assert.match(last.stdout, /没有收下 4 个/)
})

test('all of it waits for review: kind, place and source are filled in, nobody else sees it', async () => {
  const all = await taken()
  const [rain] = all['秋天的雨'], [lotus] = all['3 荷花 课件'], [film] = all['秋天的雨 课堂实录']
  assert.match(rain.places[0].path, /语文 · .*三年级上册 · 第二单元 · 6 秋天的雨$/)
  assert.match(lotus.places[0].path, /三年级下册 · .*荷花$/)
  assert.deepEqual([lotus.kind, film.kind, all.IMG_0001[0].kind], ['courseware', 'lesson_video', 'material'])
  assert.deepEqual([rain.origin, rain.origin_note, rain.licence], ['collected', '旧网盘：语文/三年级上册/第二单元/秋天的雨', ''])
  for (const list of Object.values(all)) await wang.want(404, 'GET', `/api/resources/${list[0].id}`)
})

test('what was changed here stays; what is new on the disk comes to where it belongs', async () => {
  const all = await taken()
  const [rain] = all['秋天的雨'], [image] = all.IMG_0001
  await lin.patch(`/api/resources/${rain.id}`, rain.rev, { title: '秋天的雨（修订）', origin_note: '教研组整理' })
  await lin.delete(`/api/files/${rain.files.find((f) => f.name.endsWith('.pdf')).id}`)
  await lin.post(`/api/resources/${image.id}/acts`, { act: 'discard' })
  put(disk, '语文/三年级上册/第二单元/秋天的雨.txt', '板书设计：秋天的雨，有一盒五彩缤纷的颜料。\n')
  put(disk, '杂物/IMG_0001.PNG', real['.png'])
  const r = run()
  assert.equal(r.status, 0, r.stderr)
  assert.match(r.stdout, /已新建 0 份草稿、1 个文件/)
  const now = shown(await taken())
  assert.deepEqual(now, { ...Object.fromEntries(Object.entries(wanted).filter(([t]) => t !== '秋天的雨' && t !== 'IMG_0001')), '秋天的雨（修订）': [['秋天的雨.docx', '秋天的雨.txt']] })
})

test('an export read back: every file is there and is the same', async () => {
  const all = await taken()
  const [rain] = all['秋天的雨（修订）'], [lotus] = all['3 荷花 课件']
  await lin.patch(`/api/resources/${lotus.id}`, lotus.rev, { licence: 'share', scope: 'school' })
  await lin.post(`/api/resources/${lotus.id}/acts`, { act: 'publish' })
  const dir = folder()
  for (let i = 0; i < 2; i++) {
    const r = server.command('export', dir, '--login', 'lin')
    assert.equal(r.status, 0, r.stderr)
  }
  const { resources: list, documents } = JSON.parse(fs.readFileSync(path.join(dir, 'manifest.json'), 'utf8'))
  assert.equal(new Set(list.map((r) => r.uuid)).size, list.length)
  assert.deepEqual(fs.readdirSync(dir).sort(), [...list.map((r) => r.uuid), ...documents.map((d) => d.uuid), 'manifest.json'].sort())
  const names = new Map()
  for (const { uuid, title } of list) {
    const m = JSON.parse(fs.readFileSync(path.join(dir, uuid, 'manifest.json'), 'utf8'))
    assert.deepEqual([m.uuid, m.title], [uuid, title])
    names.set(title, m)
    assert.deepEqual(fs.readdirSync(path.join(dir, uuid)).sort(), [...m.files.map((f) => f.name), 'manifest.json'].sort())
    for (const f of m.files) {
      const bytes = fs.readFileSync(path.join(dir, uuid, f.name))
      assert.deepEqual([bytes.length, sha256(bytes)], [f.size, f.sha256], `${title}/${f.name}`)
    }
  }
  const mine = names.get(rain.title)
  assert.deepEqual([mine.state, mine.origin_note, mine.places[0]], ['draft', '教研组整理', rain.places[0].path])
  assert.equal(mine.files.find((f) => f.name === '秋天的雨.docx').sha256, sha256(real['.docx']))
  const own = (await lin.get('/api/resources?view=mine&limit=100')).json.items
  for (const r of own.filter((x) => x.state !== 'discarded')) assert.ok(names.has(r.title), r.title)

  const school = folder()
  const r = server.command('export', school, '--school', names.get(lotus.title).school)
  assert.equal(r.status, 0, r.stderr)
  const theirs = JSON.parse(fs.readFileSync(path.join(school, 'manifest.json'), 'utf8')).resources.map((x) => x.title)
  assert.ok(theirs.includes(lotus.title) && !theirs.includes(rain.title), "drafts are nobody's business")
  for (const d of [dir, school]) fs.rmSync(d, { recursive: true })
})

test('an export keeps files apart whose names meet, and takes names longer than a disk has', async () => {
  const long = '教'.repeat(110) + '.txt'
  const names = ['3-a.txt', 'a.txt', 'a.txt', 'A.txt', '1-manifest.json', 'manifest.json', 'manifest.json', long, long]
  const { id } = (await lin.post('/api/resources', { title: '撞名的文件', kind: 'lesson_plan' })).json
  for (const [i, name] of names.entries()) {
    const body = text(100, `${i}`)
    const made = await create(lin, body.length, name, { 'content-type': OCTETS }, body)
    await lin.post(`/api/resources/${id}/files`, { upload_id: made.headers.location.split('/').pop() })
  }
  const dir = folder()
  const r = server.command('export', dir, '--login', 'lin')
  assert.equal(r.status, 0, r.stderr)
  const read = (...parts) => fs.readFileSync(path.join(dir, ...parts))
  const { uuid } = JSON.parse(read('manifest.json')).resources.find((x) => x.title === '撞名的文件')
  const listed = JSON.parse(read(uuid, 'manifest.json')).files
  assert.deepEqual(listed.map((f) => f.called), names)
  assert.equal(new Set(listed.map((f) => f.name.toLowerCase())).size, names.length)
  for (const f of listed) assert.equal(sha256(read(uuid, f.name)), f.sha256, f.name)
  fs.rmSync(dir, { recursive: true })
})
