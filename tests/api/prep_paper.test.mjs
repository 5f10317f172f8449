// The record as the form that schools print, as docx and as HTML; empty places are left to be written in by hand.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { prepCounty, session } from './prep_county.mjs'

let k, who
before(async () => {
  k = await prepCounty()
  who = k.who
})
after(() => k?.server.stop())

const file = (c, id, query) => c.get(`/api/preps/${id}/record/export?${query}`)
function documentOf(bytes) {
  const saved = path.join(k.server.data, 'record.docx')
  fs.writeFileSync(saved, bytes)
  return spawnSync('unzip', ['-p', saved, 'word/document.xml'], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout
}
// The table's rows as lists of what stands in their cells, lines apart by /.
const rowsOf = (html) =>
  [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => [...cell.matchAll(/<p[^>]*>(.*?)<\/p>/g)].map(([, p]) => p.replace('<br>', '')).join('/'))
  )

test('the record goes out as the table schools use', async () => {
  const { host, lead, recorder, part, guest, chief } = who
  const { id } = await session(k, 'discussion', { silent: false, title: '荷花/第一课时', place: '三楼会议室', way: 'mixed' })
  const at = `/api/preps/${id}`
  const one = (await guest.post(`${at}/opinions`, { kind: 'opinion', body: '重点宜再集中\n“一大片”要读出来' })).json
  await part.post(`${at}/chat`, { body: '<同意> & 支持' })
  await lead.post(`${at}/opinions/${one.id}/decision`, { decision: 'partly', reason: '保留两点' })
  const record = (await recorder.get(`${at}/record`)).json
  const edit = { summary: '一、读中悟\n二、写中用', agreed: '统一用一张图', next_plan: '下周三：珍珠鸟', attendance: [{ person: recorder.id, attended: 'absent', reason: '外出学习' }] }
  await recorder.patch(`${at}/record`, record.rev, edit)
  await host.post(`${at}/acts`, { act: 'move', stage: 'archive', note: '试' })
  await chief.post(`${at}/record/sign`, { sign: true, remark: '同意' })

  const html = await file(who.member, id, 'format=html&paper=16k')
  assert.match(html.headers['content-type'], /^text\/html/)
  assert.match(decodeURIComponent(html.headers['content-disposition']), /集体备课记录表-荷花.第一课时\.html/)
  assert.match(html.text, /size:184mm 260mm/)
  assert.match(html.text, /<header>第一集团<\/header>/)
  assert.match(html.text, /<h1>集体备课记录表<\/h1>/)
  const rows = rowsOf(html.text)
  const cell = (label) => rows.flatMap((r) => r.map((text, i) => [text, r[i + 1]])).find(([text]) => text === label)?.[1]
  assert.deepEqual(rows[0], ['课题', '荷花/第一课时'])
  assert.deepEqual(rows[5], ['应到', '5 人', '实到', '3 人', '缺席', '2 人'])
  assert.equal(cell('方式'), '现场加线上')
  assert.match(cell('周次'), /^第 \d+ 周$/)
  assert.match(cell('缺席/（原因）'), /吴记录（外出学习）/)
  assert.equal(cell('中心发言/摘要'), '一、读中悟/二、写中用/')
  assert.equal(cell('研讨记录').split('/').slice(0, 3).join('/'), '顾教研：重点宜再集中/“一大片”要读出来/王参备：&lt;同意&gt; &amp; 支持')
  assert.match(cell('意见/与采纳'), /部分采纳：保留两点/)
  assert.match(cell('组长签字'), /^陈组长\/\d{4}年\d+月\d+日$/)
  assert.equal(cell('检查意见'), '同意/')

  const docx = await file(who.member, id, 'format=docx')
  assert.match(docx.headers['content-type'], /wordprocessingml/)
  const xml = documentOf(docx.body)
  for (const words of ['集体备课记录表', '一、读中悟', '统一用一张图', '王参备：&lt;同意&gt; &amp; 支持']) assert.ok(xml.includes(words), words)
  assert.equal((xml.match(/<w:tr>/g) ?? []).length, 14)
  await who.stranger.want(404, 'GET', `${at}/record/export?format=docx`)
  await who.member.want(400, 'GET', `${at}/record/export?format=md`)
})

test('before anything was said it is a form to be filled in by hand', async () => {
  const { id } = await session(k, 'plan', { starts_at: 0, ends_at: 0 })
  const rows = rowsOf((await file(who.host, id, 'format=html')).text)
  assert.equal(rows.length, 14)
  assert.deepEqual(rows[2], ['时间', '', '方式', '线上'])
  assert.deepEqual(rows[5], ['应到', '5 人', '实到', '', '缺席', ''])
  assert.deepEqual(rows[9], ['研讨记录', '///'])
})
