// The roster: pasted or as a file, heads in any order, checked first, all or nothing, merged by staff number.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { county, enter, school } from './people_county.mjs'

let server, nobody, admin, a, head
before(async () => {
  ;({ server, nobody, admin } = await county())
  a = await school(admin, 'S01', '第一小学')
  await school(admin, 'S02', '第二小学')
  head = await enter(admin, nobody, { name: '校长', staff_no: 'h1', school: a.id })
  await admin.post(`/api/persons/${head.id}/roles`, { role: 'school_admin', scope_kind: 'school', scope_id: a.id })
})
after(() => server?.stop())

const paste = (c, text, apply) => c.post('/api/roster', { text, apply }).then((r) => r.json)
const acts = (r) => r.rows.map((x) => x.act)

test('a dry run writes nothing; heads come in any order, below a title', async () => {
  const text = '2025年教师花名册\n手机号码\t学校\t姓 名\t任教学科\t工号\t年级\t备注\n139 0000 1111\t第一小学\t黎小明\t语文\t001\t三年级\tx\n\tS02\t林晓敏\t体育\t001\t五\t\n'
  const r = await paste(admin, text, false)
  assert.deepEqual([r.added, r.wrong, r.applied, r.slips.length], [2, 0, false, 0])
  assert.deepEqual(r.columns.map((x) => x.field), ['phone', 'school', 'name', 'subject', 'staff_no', 'grade', ''])
  assert.equal((await admin.get('/api/persons')).json.items.length, 2)
  const done = await paste(admin, text, true)
  assert.equal(done.applied, true)
  assert.deepEqual(done.slips.map((s) => s.login), ['s01-001', 's02-001'])
  const c = await nobody.fresh().login('s01-001', done.slips[0].password)
  const me = (await c.get('/api/me')).json
  assert.deepEqual([me.name, me.subject, me.grade, me.phone, me.must_change_password], ['黎小明', 'chinese', 'P3', '13900001111', true])
})

test('the same again changes nothing; a changed cell changes one; empty cells leave what is there', async () => {
  const text = '学校\t工号\t姓名\t手机\n第一小学\t001\t黎小明\t\n第二小学\t001\t林晓敏\t13900002222\n'
  assert.deepEqual(acts(await paste(admin, text, true)), ['same', 'change'])
  assert.deepEqual(acts(await paste(admin, text, true)), ['same', 'same'])
})

test('with one wrong row nothing is written', async () => {
  const text = '姓名\t工号\t学校\t学科\n新老师\t100\t第一小学\t数学\n\t101\t第一小学\t\n某人\t102\t不存在的学校\t\n甲\t103\t第一小学\t魔法\n乙\t100\t第一小学\t\n'
  const r = await paste(admin, text, true)
  assert.deepEqual(acts(r), ['add', 'wrong', 'wrong', 'wrong', 'wrong'])
  assert.deepEqual(r.rows.map((x) => x.field), ['', 'name', 'school', 'subject', 'staff_no'])
  assert.equal(r.applied, false)
  assert.equal((await admin.get(`/api/persons?q=${encodeURIComponent('新老师')}`)).json.items.length, 0)
})

test('a school imports into itself without naming itself, and nowhere else', async () => {
  const own = await paste(head, '姓名\t工号\n本校新人\t200\n', true)
  assert.equal(own.added, 1)
  assert.equal(own.rows[0].school_name, '第一小学')
  assert.deepEqual(acts(await paste(head, '姓名\t工号\t学校\n别校新人\t201\t第二小学\n', true)), ['wrong'])
  const plain = await enter(head, nobody, { name: '普通教师', staff_no: '300', school: a.id })
  await plain.want(403, 'POST', '/api/roster', { json: { text: '姓名\t工号\nx\t1\n', apply: false } })
})

test('no table is said so', async () => {
  assert.match((await admin.want(400, 'POST', '/api/roster', { json: { text: '你好', apply: false } })).json.detail, /表头/)
})

test('more rows than may come at once are said to be too many, however many there are', async () => {
  for (const n of [5001, 100_000]) {
    const body = Buffer.from('姓名,工号\n' + Array.from({ length: n }, (_, i) => `张三,Q${i}`).join('\n'))
    const r = await head.want(400, 'POST', '/api/roster/file?name=a.csv', { body, headers: { 'content-type': 'application/octet-stream' } })
    assert.match(r.json.detail, /一次最多导入 5000 人/, `${n} rows`)
  }
})

test('a csv file in GB18030', async () => {
  const gbk = Buffer.from([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xb9, 0xa4, 0xba, 0xc5, 0x0a, 0xcd, 0xf5, 0x2c, 0x34, 0x30, 0x30, 0x0a]) // 姓名,工号 / 王,400
  const options = { body: gbk, headers: { 'content-type': 'application/octet-stream' } }
  const r = (await head.want(200, 'POST', '/api/roster/file?name=a.csv', options)).json
  assert.deepEqual([r.rows[0].name, r.rows[0].act, r.applied], ['王', 'add', false])
  assert.equal((await head.want(200, 'POST', '/api/roster/file?name=a.csv&apply=true', options)).json.slips.length, 1)
})
