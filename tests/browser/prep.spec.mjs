// 集体备课 in real browsers: three teachers of two schools take a lesson from the term plan to the archive.
import { AxeBuilder } from '@axe-core/playwright'
import { PASSWORD, expect, give, login, publish, settled, test as base } from './county.mjs'
import { client } from '../api/client.mjs'
import { docx } from './files.mjs'
import { leftChinese, tooWide } from './words.mjs'

const DAY = 86_400_000
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAACgAAAAYCAIAAAAH5iiXAAAAKElEQVR42mNwaDgwIIhh1OJRi0ctHrV41OJRi0ctHrV41OJRi4ePxQCJ4aBMT0euwgAAAABJRU5ErkJggg==', 'base64')
const iso = (t) => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10)

// A 备课组 across both schools, led by 王演示, in a term that is running.
const test = base.extend({
  group: [
    async ({ house }, use) => {
      const { admin, wang, lin, fang } = house
      const post = (path, body) => admin.post(path, body).then((r) => r.json)
      const schools = (await admin.get('/api/schools')).json.items
      const [near, far] = ['荷塘', '远山'].map((name) => schools.find((s) => s.name.includes(name)))
      const group = await post('/api/groups', { name: '荷塘演示集团', mode: 'tight', lead_school: near.id })
      await post(`/api/groups/${group.id}/members`, { school: far.id })
      const dept = await post('/api/depts', { kind: 'prep', name: '三年级语文备课组', group: group.id, subject: 'chinese', grade: 'P3' })
      for (const who of [wang, lin, fang]) await post(`/api/depts/${dept.id}/members`, { person: who.id, leader: who === wang })
      const term = await post('/api/terms', { key: '2025-1', name: '2025—2026学年第一学期', first_day: iso(Date.now() - 40 * DAY), last_day: iso(Date.now() + 80 * DAY), changes: [] })
      await use({ dept, term })
    },
    { scope: 'worker' },
  ],
})

async function api(house, who) {
  const c = await client(house.server.base)
  await c.post('/api/session', { login: who.login, password: PASSWORD })
  return c
}
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
async function enter(browser, house, who, options = {}) {
  const context = await browser.newContext({ baseURL: house.server.base, locale: 'zh-CN', viewport: { width: 1366, height: 768 }, ...options })
  const page = await context.newPage()
  page.wrong = []
  page.on('pageerror', (e) => page.wrong.push(String(e)))
  page.on('console', (m) => m.type() === 'error' && !/Failed to load resource|net::ERR_|WebSocket connection/.test(m.text()) && page.wrong.push(m.text()))
  await login(page, who.login)
  return page
}
// A picture to be looked at, where it is wanted.
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })

// A session with a common plan, brought to a stage by its host 王演示; 林演示 is the lead author.
async function session(house, group, stage, more = {}) {
  const { wang, lin, fang } = house
  const c = await api(house, wang)
  const now = Date.now()
  const form = { dept: group.dept.id, title: '荷花', lead: lin.id, host: wang.id, recorder: fang.id, starts_at: now - 600_000, ends_at: now + 3_600_000, way: 'mixed', place: '荷塘小学会议室', taxons: [house.taxa.lesson], ...more }
  give(form)
  const { id } = (await c.post('/api/preps', form)).json
  const doc = (await c.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
  if (stage !== 'plan') await c.post(`/api/preps/${id}/acts`, { act: 'move', stage, note: '演示' })
  return { id, doc: doc.id, host: c }
}
const paper = (page) => page.locator('.doc-place > .doc-text').first()
const saved = (page) => expect(page.locator('[data-saved]')).toHaveText('已保存')
const pane = (page, name) => page.getByRole('tablist', { name: '备课侧栏' }).getByRole('tab', { name })
async function dialog(page, yes, words) {
  const box = page.getByRole('dialog')
  if (words !== undefined) await box.getByRole('textbox').fill(words)
  await box.getByRole('button', { name: yes, exact: true }).click()
  await expect(box).toHaveCount(0)
}
// Selects words in the text with the mouse, as people do.
async function select(page, words) {
  const at = paper(page).getByText(words, { exact: true }).last()
  await at.scrollIntoViewIfNeeded()
  await at.dblclick()
  await page.evaluate((text) => {
    const walk = document.createTreeWalker(document.querySelector('.doc-place > .doc-text'), NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const from = walk.currentNode.data.indexOf(text)
      if (from < 0) continue
      getSelection().setBaseAndExtent(walk.currentNode, from, walk.currentNode, from + text.length)
      return
    }
  }, words)
  await page.locator('.prep-bubble').click()
}

test.use({ actionTimeout: 10_000 })

test('from the term plan to the archive, with three people in their browsers', async ({ page, browser, house, group }) => {
  test.setTimeout(240_000)
  const { wang, lin, fang } = house
  // The plan of the term: proposed from the book, taken, made into sessions.
  await login(page, wang.login)
  await page.goto('/preps')
  await settled(page)
  await expect(page.getByText('还没有集体备课')).toBeVisible()
  await shot(page, '01-empty')
  await page.getByRole('link', { name: '先排学期计划' }).click()
  await page.getByRole('button', { name: '按教材拟计划' }).click()
  for (const [level, name] of [['学段', '小学'], ['学科', '语文'], ['版本', '统编版'], ['册', '三年级下册']])
    await page.getByRole('dialog').getByLabel(level, { exact: true }).selectOption({ label: name })
  await expect(page.getByRole('dialog').getByText('2 荷花')).toBeVisible()
  await shot(page, '02-propose')
  await page.getByRole('button', { name: /^采用（/ }).click()
  await expect(page.getByRole('rowheader', { name: /第 1 周/ })).toBeVisible()
  await shot(page, '03-plan')
  await page.getByRole('button', { name: '修改', exact: true }).click()
  await page.getByLabel('第 1 行的主备人').selectOption({ label: '林演示' })
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByRole('button', { name: /^建立备课/ }).click()
  // What the weeks that are over had is not chosen, but can be.
  const hold = page.getByRole('dialog', { name: '按计划建立集体备课' })
  const [chosen, all] = (await hold.getByText(/已选 \d+ 课/).textContent()).match(/\d+/g).map(Number)
  expect(await hold.getByRole('checkbox').count()).toBe(all)
  expect(chosen).toBeLessThan(all)
  await expect(hold.getByRole('checkbox', { name: /^第 1 周/ }).first()).not.toBeChecked()
  await hold.getByRole('checkbox', { name: /荷花/ }).check()
  await expect(hold.getByText(`已选 ${chosen + 1} 课`)).toBeVisible()
  await hold.getByLabel('地点').fill('荷塘小学会议室')
  await shot(page, '04-hold')
  await page.getByRole('dialog').getByRole('button', { name: /^建立备课/ }).click()
  await expect(page.getByText(/建好了 \d 次集体备课/)).toBeVisible()
  await page.getByRole('row', { name: /荷花/ }).getByRole('link').click()
  await expect(page.getByRole('heading', { name: '2 荷花' })).toBeVisible()
  const address = new URL(page.url()).pathname
  await page.getByRole('button', { name: '进入“初备”' }).click()
  await dialog(page, '进入')

  // The lead author hears of it, begins the common plan, writes.
  const linPage = await enter(browser, house, lin)
  await linPage.goto('/notices')
  await linPage.getByRole('button', { name: /请您参加集体备课“2 荷花”/ }).click()
  await expect(linPage).toHaveURL(new RegExp(`${address}$`))
  await linPage.getByRole('button', { name: '新建共案' }).click()
  await expect(paper(linPage)).toContainText('教学过程')
  await paper(linPage).locator('p').first().click()
  await linPage.keyboard.press('Control+End')
  await linPage.keyboard.press('Enter')
  await linPage.keyboard.type('荷花已经开了不少了，荷叶挨挨挤挤的。')
  await saved(linPage)
  await shot(linPage, '05-draft')
  await linPage.getByRole('button', { name: '交初稿' }).click()
  await dialog(linPage, '进入')
  await expect(linPage.locator('.prep-step.here')).toContainText('说课')

  // The silent round: on a phone another teacher writes an opinion, which nobody else sees yet.
  await page.getByRole('button', { name: '进入“研讨”' }).click()
  await dialog(page, '进入')
  const phone = await enter(browser, house, fang, PHONE)
  await phone.goto(address)
  await expect(paper(phone)).toContainText('挨挨挤挤')
  await shot(phone, '06-phone-doc')
  await pane(phone, '意见').click()
  await phone.getByRole('textbox', { name: '意见' }).fill('导入可以更短，@林演示 看看')
  await phone.getByRole('button', { name: '提交' }).click()
  await expect(phone.locator('.prep-opinion')).toContainText('导入可以更短')
  await shot(phone, '07-phone-silent')
  await expect(page.getByText('3 人中 1 人已写')).toBeVisible()
  await expect(page.locator('.prep-opinion')).toHaveCount(0)
  await shot(page, '08-host-silent')
  await page.getByRole('button', { name: '公开大家的意见' }).click()
  await dialog(page, '公开大家的意见')
  await expect(page.locator('.prep-opinion')).toContainText('导入可以更短')

  // Discussion: a comment at a place, a suggestion that is carried out, a reply, a decision with its reason, chat.
  await select(page, '荷花已经开了不少了，荷叶挨挨挤挤的。')
  await page.getByRole('button', { name: '修改建议', exact: true }).click()
  await page.getByLabel('改为').fill('荷花已经开了不少了，荷叶挨挨挤挤的，像一个个碧绿的大圆盘。')
  await page.getByRole('button', { name: '提交' }).click()
  await expect(linPage.locator('.prep-instead')).toBeVisible()
  await shot(linPage, '09-suggestion')
  await linPage.locator('.prep-mark.suggestion').click()
  const suggestion = linPage.locator('.prep-opinion.active')
  await expect(suggestion).toContainText('碧绿的大圆盘')
  await suggestion.getByRole('button', { name: '采纳', exact: true }).click()
  await expect(paper(page)).toContainText('像一个个碧绿的大圆盘。')
  await expect(page.locator('.prep-mark')).toHaveCount(0)
  const first = linPage.locator('.prep-opinion', { hasText: '导入可以更短' })
  await first.getByRole('button', { name: '部分采纳' }).click()
  await dialog(linPage, '部分采纳', '导入留一个问题')
  await expect(phone.getByText('林演示：导入留一个问题')).toBeVisible()
  await first.getByRole('button', { name: '回复' }).click()
  await linPage.locator('.prep-opinion form textarea').fill('谢谢，已缩短')
  await linPage.locator('.prep-opinion form').getByRole('button', { name: '提交' }).click()
  await expect(phone.getByText('谢谢，已缩短')).toBeVisible()
  await pane(page, '聊天').click()
  await page.getByRole('textbox', { name: '聊天内容' }).fill('重点放在朗读')
  await page.keyboard.press('Enter')
  await pane(phone, '聊天').click()
  await expect(phone.getByText('重点放在朗读')).toBeVisible()
  await phone.getByRole('textbox', { name: '聊天内容' }).fill('同意')
  await phone.getByRole('button', { name: '发送' }).click()
  await expect(page.getByText('同意', { exact: true })).toBeVisible()
  await shot(page, '10-chat')
  await shot(phone, '11-phone-chat')
  // A quick vote, whose counts are seen by who has chosen; a hand that goes up.
  await page.getByRole('button', { name: '发起表决' }).click()
  await page.getByRole('dialog').getByLabel('问题（必填）').fill('课时怎么分？')
  await page.getByRole('dialog').getByLabel('选项（必填）').fill('一课时\n两课时')
  await dialog(page, '发起')
  await phone.getByRole('button', { name: '两课时' }).click()
  await expect(phone.getByRole('button', { name: '两课时 1 票（100%）' })).toBeVisible()
  await expect(page.getByText('1 人已投')).toBeVisible()
  await expect(page.getByRole('button', { name: '两课时', exact: true })).toBeVisible()
  await shot(phone, '11-phone-vote')
  await page.getByRole('button', { name: '结束表决' }).click()
  await expect(page.getByRole('button', { name: '两课时 1 票（100%）' })).toBeVisible()
  await pane(phone, '成员').click()
  await phone.getByRole('button', { name: '举手' }).click()
  await pane(page, /^成员/).click()
  await expect(page.getByText(/3 人参加/)).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: '方演示' }).getByText('举手')).toBeVisible()
  await shot(page, '12-people')

  // Finalized: published, then everybody's own plan.
  await page.getByRole('button', { name: '进入“定稿”' }).click()
  await dialog(page, '进入')
  await page.getByRole('button', { name: '定稿并发布' }).click()
  await expect(page.getByRole('dialog').getByLabel('谁可以看（必填）').locator('option:checked')).toHaveText('备课组')
  await shot(page, '13-finalize')
  await page.getByRole('dialog').getByRole('button', { name: '定稿并发布' }).click()
  await expect(page.locator('.prep-step.here')).toContainText('二次备课')
  await page.locator('.prep-do').getByRole('link', { name: '共案' }).click()
  await expect(page.getByRole('heading', { name: '2 荷花', level: 1 })).toBeVisible()
  await page.goto(address)
  await linPage.getByRole('button', { name: '建我的个案' }).click()
  await expect(linPage.getByRole('tab', { name: '我的个案' })).toHaveAttribute('aria-selected', 'true')
  await expect(paper(linPage)).toContainText('像一个个碧绿的大圆盘。')
  await paper(linPage).getByText('像一个个碧绿的大圆盘。').click()
  await linPage.keyboard.press('End')
  await linPage.keyboard.type('我班先看图。')
  await expect(linPage.locator('.doc-own').last()).toHaveText('我班先看图。')
  for (let i = 0; i < 9; i++) await linPage.keyboard.press('Backspace')
  await expect(linPage.locator('.doc-struck')).toHaveText('圆盘。')
  await saved(linPage)
  await shot(linPage, '14-own')

  // After class, and into the archive with the record that filled itself.
  await page.getByRole('button', { name: '进入“反思”' }).click()
  await dialog(page, '进入')
  await pane(linPage, '反思').click()
  await linPage.getByLabel('我的教学反思').fill('朗读时间够了，看图再快一点')
  await linPage.getByRole('button', { name: '保存' }).click()
  await expect(linPage.getByText('已保存').last()).toBeVisible()
  await shot(linPage, '15-reflect')
  await page.getByRole('button', { name: '进入“归档”' }).click()
  await dialog(page, '进入')
  await pane(page, '记录').click()
  await page.getByLabel('中心发言摘要').fill('抓住“挨挨挤挤”等词，读中感悟。')
  await page.getByLabel('统一内容').fill('教学重点：有感情地朗读课文。')
  await page.getByLabel('方演示的出席').selectOption({ label: '已到' })
  await page.locator('.prep-side').getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('已保存').last()).toBeVisible()
  await page.getByRole('button', { name: '组长签字' }).click()
  await dialog(page, '组长签字', '同意')
  await expect(page.getByText('王演示已签字')).toBeVisible()
  await shot(page, '16-record')
  await page.getByRole('link', { name: '打印记录表' }).first().click()
  const sheet = page.getByRole('article')
  await expect(sheet).toContainText('方演示：导入可以更短，@林演示 看看 —— 部分采纳：导入留一个问题')
  await expect(sheet).toContainText('王演示：重点放在朗读')
  await expect(sheet).toContainText('抓住“挨挨挤挤”等词')
  const pdf = await page.pdf({ format: 'A4', path: process.env.SHOTS && `${process.env.SHOTS}/record.pdf`, preferCSSPageSize: true })
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  await shot(page, '17-sheet')
  for (const one of [linPage, phone]) {
    expect(one.wrong).toEqual([])
    await one.context().close()
  }
})

// Every page and pane of it, with something on each.
async function through(page, house, group, enterAs, look) {
  const { id, doc, host } = await session(house, group, 'discussion', { silent: false, agenda: '说课 15 分钟', materials: [await publish(house, house.wang, { title: '荷花课件', taxons: [house.taxa.lesson] }, [['教案.docx', docx('教学设计', '荷叶挨挨挤挤')]])] })
  give(['荷花课件', '说课', '导入可以更短', '保留一个问题', '课标要求', '先看课标', '重点放在朗读', '有感情地朗读', '朗读', '试', '演示'])
  const fang = await api(house, house.fang)
  const at = `/api/preps/${id}`
  const opinion = (await fang.post(`${at}/opinions`, { kind: 'comment', doc, anchor: '{}', quote: '课标要求', body: '导入可以更短' })).json
  await fang.post(`${at}/opinions`, { kind: 'suggestion', doc, anchor: '{}', quote: '朗读', instead: '有感情地朗读' })
  await host.post(`${at}/opinions`, { kind: 'reply', parent: opinion.id, body: '先看课标' })
  await host.post(`${at}/opinions/${opinion.id}/decision`, { decision: 'partly', reason: '保留一个问题' })
  await host.post(`${at}/chat`, { body: '重点放在朗读' })
  await enterAs(page, house.wang.login)
  for (const path of ['/preps', '/preps?tab=dept', '/preps/new', `/preps/${id}/edit`, '/preps/plans', '/preps/stats', `/preps/${id}/record`]) {
    await page.goto(path)
    await settled(page)
    await look(path)
  }
  for (const pane of ['doc', 'opinions', 'chat', 'people', 'materials', 'record']) {
    await page.goto(`/preps/${id}?pane=${pane}`)
    await settled(page)
    await look(`the pane ${pane}`)
  }
  await host.post(`${at}/acts`, { act: 'move', stage: 'reflection', note: '试' })
  await page.goto(`/preps/${id}?pane=reflections`)
  await settled(page)
  await look('the pane reflections')
}

for (const [name, options] of Object.entries({ 'wide and light': {}, 'a phone in the dark': { ...PHONE, colorScheme: 'dark' } })) {
  test(`axe finds nothing: ${name}`, async ({ browser, house, group }) => {
    test.setTimeout(150_000)
    const page = await (await browser.newContext({ baseURL: house.server.base, locale: 'zh-CN', viewport: { width: 1366, height: 768 }, ...options })).newPage()
    const findings = []
    let n = 0
    await through(page, house, group, login, async (where) => {
      await shot(page, `look-${options.isMobile ? 'phone' : 'wide'}-${String(++n).padStart(2, '0')}`)
      const { violations } = await new AxeBuilder({ page }).analyze()
      for (const v of violations) findings.push(`${where} ${v.id} ${v.nodes[0].html.slice(0, 160)}`)
      if (await tooWide(page)) findings.push(`${where} is wider than the window`)
    })
    expect(findings).toEqual([])
    await page.context().close()
  })
}

test('the host keeps the time of the agenda, and all see the same', async ({ page, browser, house, group }) => {
  const { id } = await session(house, group, 'discussion', { silent: false, agenda: '主备人说课 15 分钟；集体研讨各校的作业与课堂练习怎样分层才好 40 分钟；自由交流' })
  await login(page, house.wang.login)
  await page.goto(`/preps/${id}`)
  const phone = await enter(browser, house, house.fang, PHONE)
  await phone.goto(`/preps/${id}`)
  await pane(page, /^资料/).click()
  await shot(page, '30-agenda')
  await page.getByRole('button', { name: '开始计时：主备人说课' }).click()
  const bar = (p) => p.getByRole('group', { name: '议程计时' })
  for (const p of [page, phone]) await expect(bar(p)).toContainText(/主备人说课.*还剩 1[45]:/)
  await expect(bar(phone).getByRole('button')).toHaveCount(0)
  // Pressed twice in a hurry it is five minutes, not ten.
  await page.route('**/timer', async (route) => (await new Promise((go) => setTimeout(go, 400)), route.continue()))
  await page.getByRole('button', { name: '加 5 分钟' }).dblclick()
  await expect(bar(phone)).toContainText(/还剩 (20:00|19:)/)
  await page.unrouteAll({ behavior: 'wait' })
  await expect(bar(phone)).toContainText(/还剩 (20:00|19:)/)
  await shot(page, '31-timer')
  await shot(phone, '32-phone-timer')
  // The host's bar on a phone has two rows, however long the next item is.
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByRole('button', { name: /^下一项：集体研讨/ })).toHaveText(/^下一项/)
  expect((await bar(page).boundingBox()).height).toBeLessThan(110)
  await shot(page, '32-phone-host')
  await page.setViewportSize({ width: 1366, height: 768 })
  // What nobody saw coming: the time is up. A clock of the browser that is wrong changes nothing.
  house.server.sql(`UPDATE prep_timer SET began_at = began_at - 1230000 WHERE session_id = ${id}`)
  await phone.evaluate(() => (Date.now = () => 0))
  await phone.reload()
  await expect(bar(phone)).toContainText(/已超时 0:\d\d/)
  await expect(bar(phone).getByRole('status')).toHaveText('主备人说课：时间到了')
  await shot(phone, '33-phone-over')
  await page.getByRole('button', { name: /^下一项：集体研讨/ }).click()
  await expect(bar(phone)).toContainText(/集体研讨.*还剩 (40:00|39:)/)
  await expect(page.getByRole('button', { name: /^下一项/ })).toHaveCount(0)
  // Something that is not in the agenda, and an item without a time.
  await page.getByRole('button', { name: '开始计时：自由交流' }).click()
  await page.getByRole('dialog').getByLabel('多少分钟（必填）').fill('300')
  await page.getByRole('dialog').getByRole('button', { name: '开始计时' }).click()
  await expect(page.getByRole('dialog')).toContainText('请填 1 到 240 之间的整数')
  await page.getByRole('dialog').getByLabel('多少分钟（必填）').fill('3')
  await dialog(page, '开始计时')
  await expect(bar(phone)).toContainText(/自由交流.*还剩 (3:00|2:)/)
  expect(await tooWide(phone)).toBe(false)
  const axe = await new AxeBuilder({ page: phone }).analyze()
  expect(axe.violations.map((v) => [v.id, v.nodes.map((n) => n.html)])).toEqual([])
  await page.getByRole('button', { name: '结束计时' }).click()
  for (const p of [page, phone]) await expect(bar(p)).toHaveCount(0)
  expect(phone.wrong).toEqual([])
  await phone.context().close()
})

test('one follows the host through the text, until one moves oneself', async ({ page, browser, house, group }) => {
  const { id } = await session(house, group, 'discussion', { silent: false })
  await login(page, house.wang.login)
  await page.goto(`/preps/${id}`)
  const fang = await enter(browser, house, house.fang)
  await fang.goto(`/preps/${id}`)
  await expect(paper(fang)).toContainText('教学反思')
  await expect(page.getByRole('button', { name: '跟随主持人' })).toHaveCount(0)
  const follow = fang.getByRole('button', { name: '跟随主持人' })
  const to = async (heading) => {
    await paper(page).locator('h2', { hasText: heading }).click()
    await page.keyboard.press('End')
  }
  const seen = (heading) => expect(paper(fang).locator('h2', { hasText: heading })).toBeInViewport()
  await to('教学反思')
  await follow.click()
  await seen('教学反思')
  await shot(fang, '36-following')
  await to('课标要求')
  await seen('课标要求')
  // The wheel is one's own will: the page stays.
  await fang.mouse.move(600, 500)
  await fang.mouse.wheel(0, 300)
  await expect(follow).toBeVisible()
  await to('教学反思')
  await page.keyboard.type('（写完）')
  await expect(paper(fang)).toContainText('（写完）')
  await expect(paper(fang).locator('h2', { hasText: '教学反思' })).not.toBeInViewport()
  expect(fang.wrong).toEqual([])
  await fang.context().close()
})

test('this week comes first, then the coming ones, then the past', async ({ page, house, group }) => {
  const now = Date.now()
  for (const [title, weeks] of [['上上周', -2], ['下周', 1], ['上周', -1], ['第五周后', 5], ['本周', 0], ['下下周', 2], ['三周后', 3], ['四周后', 4]])
    await session(house, group, 'plan', { title: `排序 ${title}`, starts_at: now + weeks * 7 * DAY, ends_at: now + weeks * 7 * DAY + 3_600_000 })
  await login(page, house.wang.login)
  await page.goto('/preps')
  await settled(page)
  const titles = async () => (await page.getByRole('link', { name: /排序/ }).allTextContents()).map((x) => /排序 (\S+?周后?)/.exec(x)[1])
  await expect(page.getByRole('heading', { name: '以前的' })).toBeVisible()
  expect(await titles()).toEqual(['本周', '下周', '下下周', '三周后', '上周', '上上周'])
  await shot(page, '35-weeks')
  await page.getByRole('button', { name: /再往后的 \d+ 次/ }).click()
  expect(await titles()).toEqual(['本周', '下周', '下下周', '三周后', '四周后', '第五周后', '上周', '上上周'])
})

test('the sessions come into the calendar of one’s phone', async ({ browser, house, group }) => {
  await session(house, group, 'plan', { title: '荷花日历' })
  const phone = await enter(browser, house, house.fang, PHONE)
  await phone.goto('/preps')
  await phone.getByRole('button', { name: '加到日历' }).click()
  const box = phone.getByRole('dialog', { name: '加到日历' })
  await expect(box.getByRole('link', { name: '只下载一次（日历文件）' })).toHaveAttribute('href', '/api/me/preps.ics')
  await box.getByRole('button', { name: '生成订阅地址' }).click()
  await expect(box.getByRole('img', { name: '订阅地址的二维码' })).toBeVisible()
  await shot(phone, '34-phone-calendar')
  const { violations } = await new AxeBuilder({ page: phone }).analyze()
  expect(violations.map((v) => [v.id, v.nodes.map((n) => n.html)])).toEqual([])
  const address = () => box.getByRole('textbox', { name: '订阅地址' }).inputValue()
  const first = await address()
  const read = (url) => fetch(url).then(async (r) => [r.status, r.ok ? /SUMMARY:集体备课：荷花日历/.test(await r.text()) : null])
  expect(await read(first)).toEqual([200, true])
  const yes = (name) => phone.getByRole('dialog', { name, exact: true }).getByRole('button', { name, exact: true }).click()
  await box.getByRole('button', { name: '换一个地址' }).click()
  await yes('换一个地址')
  await expect.poll(address).not.toBe(first)
  const second = await address()
  expect([await read(first), await read(second)]).toEqual([[404, null], [200, true]])
  await box.getByRole('button', { name: '停用订阅' }).click()
  await yes('停用订阅')
  await expect(box.getByRole('button', { name: '生成订阅地址' })).toBeVisible()
  expect(await read(second)).toEqual([404, null])
  expect(phone.wrong).toEqual([])
  await phone.context().close()
})

test('English is complete, in large text on a phone', async ({ browser, house, group }) => {
  test.setTimeout(120_000)
  const context = await browser.newContext({ baseURL: house.server.base, viewport: { width: 390, height: 844 } })
  await context.addInitScript(() => localStorage.setItem('jibei.look', JSON.stringify({ theme: 'light', size: 'huge', language: 'en' })))
  const page = await context.newPage()
  const enterAs = async (page, name) => {
    await page.goto('/login')
    await page.getByLabel('Staff number or phone').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByRole('button', { name: 'My account' })).toBeVisible()
  }
  give(['三年级语文备课组', '荷塘演示集团', '演示县荷塘小学', '演示县远山小学', '2025—2026学年第一学期', '荷塘小学会议室'])
  const findings = []
  let n = 0
  await through(page, house, group, enterAs, async (where) => {
    await shot(page, `en-${String(++n).padStart(2, '0')}`)
    if (await tooWide(page)) findings.push(`${where} is wider than the window`)
    for (const one of await leftChinese(page, '.avatar, .doc-face, .doc-text, .fview-text, .prep-words')) findings.push(`${where}: ${one}`)
  })
  expect(findings).toEqual([])
  await context.close()
})

test('a guest comments on words he may not change; the place goes with the words', async ({ page, browser, house, group }) => {
  const { lin, fang } = house
  const { id } = await session(house, group, 'discussion', { silent: false, participants: [lin.id], recorder: lin.id, guests: [fang.id] })
  await login(page, lin.login)
  await page.goto(`/preps/${id}`)
  await expect(paper(page)).toContainText('课标要求')
  const guest = await enter(browser, house, fang)
  await guest.goto(`/preps/${id}`)
  await expect(paper(guest)).toHaveAttribute('contenteditable', 'false')
  await select(guest, '核心素养目标')
  await guest.getByRole('textbox', { name: '意见' }).fill('目标写到四方面')
  await guest.keyboard.press('Control+Enter')
  await expect(page.locator('.prep-mark')).toHaveText('核心素养目标')
  await page.getByRole('heading', { name: '核心素养目标' }).click()
  await page.keyboard.press('Home')
  await page.keyboard.type('一、')
  await expect(paper(guest).getByRole('heading', { name: /^一、/ })).toBeVisible()
  await expect(guest.locator('.prep-mark')).toHaveText('核心素养目标')
  await saved(page)
  await page.reload()
  await expect(page.locator('.prep-mark')).toHaveText('核心素养目标')
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  await page.locator('.prep-opinion').getByTitle('到文中的位置').click()
  await expect(page.locator('.prep-mark.active')).toBeInViewport()
  // The words are gone: the opinion stays and says so.
  await page.locator('.doc-text').getByText('核心素养目标').click({ clickCount: 3 })
  await page.keyboard.press('Backspace')
  await expect(guest.locator('.prep-mark')).toHaveCount(0)
  await guest.locator('.prep-opinion').getByTitle('到文中的位置').click()
  await expect(guest.getByText('原来的那段文字已经不在了')).toBeVisible()
  expect(guest.wrong).toEqual([])
  await guest.context().close()
})

test('a guest comments on an image and on a formula', async ({ page, browser, house, group }) => {
  const { lin, fang } = house
  const { id } = await session(house, group, 'discussion', { silent: false, participants: [lin.id], recorder: lin.id, guests: [fang.id] })
  await login(page, lin.login)
  await page.goto(`/preps/${id}`)
  const tool = (name) => page.getByRole('toolbar').getByRole('button', { name, exact: true })
  await paper(page).locator('h2', { hasText: '课标要求' }).click()
  await page.keyboard.press('End')
  await page.keyboard.press('Control+Shift+m')
  await page.getByLabel('LaTeX').fill('a^2+b^2')
  await page.getByRole('button', { name: '插入', exact: true }).click()
  await expect(paper(page).locator('h2 .doc-math')).toHaveCount(1)
  await paper(page).locator('h2', { hasText: '教材分析' }).click()
  await page.keyboard.press('End')
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), tool('图片').click()])
  await chooser.setFiles({ name: '荷花.png', mimeType: 'image/png', buffer: PICTURE })
  await expect(paper(page).locator('img[alt="荷花"]')).toHaveCount(1)
  await saved(page)

  const guest = await enter(browser, house, fang)
  await guest.goto(`/preps/${id}`)
  await expect(paper(guest)).toHaveAttribute('contenteditable', 'false')
  for (const [what, said] of [['.doc-math', '公式要写成竖式'], ['img[alt="荷花"]', '换一张清楚的图']]) {
    await paper(guest).locator(what).click()
    await guest.getByRole('button', { name: '批注', exact: true }).click()
    await guest.getByRole('textbox', { name: '意见' }).fill(said)
    await guest.keyboard.press('Control+Enter')
    await expect(page.locator('.prep-opinion', { hasText: said })).toBeVisible()
  }
  // The place is drawn around each, in both windows, and moves with it; the opinion names what it is about.
  for (const p of [page, guest]) {
    await expect(p.locator('.doc-math.prep-mark, .prep-mark .doc-math')).toHaveCount(1)
    await expect(p.locator('img.prep-mark, .prep-mark img[alt="荷花"]')).toHaveCount(1)
  }
  await expect(page.locator('.prep-opinion', { hasText: '公式要写成竖式' })).toContainText('a^2+b^2')
  await expect(page.locator('.prep-opinion', { hasText: '换一张清楚的图' })).toContainText('荷花')
  await paper(page).locator('h2', { hasText: '课标要求' }).click()
  await page.keyboard.press('Home')
  await page.keyboard.type('一、')
  await expect(paper(guest).locator('h2', { hasText: '课标要求' })).toContainText('一、')
  await shot(page, '35-image-formula')
  await expect(guest.locator('img.prep-mark, .prep-mark img[alt="荷花"]')).toHaveCount(1)
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  await page.locator('.prep-opinion', { hasText: '公式要写成竖式' }).getByTitle('到文中的位置').click()
  await expect(paper(page).locator('.doc-math')).toBeInViewport()
  expect(guest.wrong).toEqual([])
  await guest.context().close()
})

test('a new version of the common plan goes into one’s own, which stays one’s own', async ({ page, house, group }) => {
  const { wang, lin } = house
  const { id, host } = await session(house, group, 'finalize')
  const at = `/api/preps/${id}`
  await host.post(`${at}/publish`, { scope: 'dept', scope_ref: group.dept.id })
  await login(page, wang.login)
  await page.goto(`/preps/${id}`)
  await page.getByRole('button', { name: '建我的个案' }).click()
  await paper(page).getByText('板书设计').click()
  await page.keyboard.press('End')
  await page.keyboard.type('（我班）')
  await expect(page.locator('.doc-own')).toHaveText('（我班）')
  await saved(page)
  // Back to 定稿: the common plan is written on and published again.
  await host.post(`${at}/acts`, { act: 'move', stage: 'finalize', note: '补充作业' })
  await page.getByRole('tab', { name: '共案', exact: true }).click()
  await expect(paper(page)).toHaveAttribute('contenteditable', 'true')
  await paper(page).getByText('作业设计').click()
  await page.keyboard.press('End')
  await page.keyboard.type('与评价')
  await saved(page)
  await host.post(`${at}/publish`, { scope: 'dept', scope_ref: group.dept.id })
  await page.getByRole('tab', { name: '我的个案' }).click()
  await expect(paper(page)).toContainText('（我班）')
  await expect(paper(page)).not.toContainText('作业设计与评价')
  await page.getByRole('button', { name: '并入我的个案' }).click()
  await page.getByRole('dialog', { name: '已并入共案的新版' }).getByRole('button', { name: '知道了' }).click()
  await expect(paper(page)).toContainText('作业设计与评价')
  await expect(page.locator('.doc-own')).toHaveText('（我班）')
})

test('all opinions are there, however many; what was answered or signed is not offered to be taken back', async ({ page, house, group }) => {
  const { id, doc, host } = await session(house, group, 'discussion', { title: '意见很多', silent: false })
  const lin = await api(house, house.lin)
  const opine = async (c, body, more) => (await c.post(`/api/preps/${id}/opinions`, { kind: 'opinion', body, ...more })).json
  house.server.sql(`INSERT INTO prep_opinion(session_id, doc_id, kind, parent, person_id, at, anchor, quote, body, instead)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 520)
    SELECT ${id}, ${doc}, 'opinion', NULL, ${house.fang.id}, i, '', '', 'No. ' || i, '' FROM n ORDER BY i`)
  ;['先读再写', '同意先读', '可分两课时'].forEach(give)
  const answered = await opine(lin, '先读再写')
  await opine(host, '同意先读', { kind: 'reply', parent: answered.id })
  await opine(lin, '可分两课时')
  await login(page, house.lin.login)
  await page.goto(`/preps/${id}`)
  const item = (text) => page.locator('.prep-opinion', { hasText: text })
  const offers = async (text) => {
    await item(text).getByRole('button', { name: '更多操作' }).last().click()
    const names = await page.getByRole('menuitem').allTextContents()
    await page.keyboard.press('Escape')
    return names
  }
  await expect(item('可分两课时')).toBeVisible()
  await expect(page.locator('.prep-opinion')).toHaveCount(522)
  expect(await offers('可分两课时')).toEqual(expect.arrayContaining(['修改', '撤回']))
  expect(await offers('先读再写')).toContain('修改')
  expect(await offers('先读再写')).not.toContain('撤回')
  await host.post(`/api/preps/${id}/record/sign`, { sign: true })
  await expect.poll(() => offers('可分两课时')).not.toContain('修改')
})

test('by keyboard alone: find the session, write an opinion, decide it', async ({ page, house, group }) => {
  await session(house, group, 'discussion', { silent: false, title: '只用键盘的课' })
  await login(page, house.wang.login)
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await expect(page.getByRole('heading', { name: '集体备课', level: 1 })).toBeVisible()
  const reach = async (at, key = 'Tab') => {
    await expect(at).toBeVisible()
    for (let i = 0; i < 80 && !(await at.evaluate((e) => e === document.activeElement)); i++) await page.keyboard.press(key)
    await expect(at).toBeFocused()
  }
  await reach(page.getByRole('link', { name: '只用键盘的课' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: '只用键盘的课' })).toBeVisible()
  await reach(pane(page, '意见'))
  await page.keyboard.press('ArrowRight')
  await expect(pane(page, '聊天')).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowLeft')
  await reach(page.getByRole('textbox', { name: '意见' }))
  await page.keyboard.type('键盘也能写意见')
  await page.keyboard.press('Control+Enter')
  await expect(page.locator('.prep-opinion')).toContainText('键盘也能写意见')
  await reach(page.locator('.prep-opinion').getByRole('button', { name: '采纳', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page.locator('.prep-decided')).toContainText('采纳')
})

test('arranged in the form, changed, called off and taken up again', async ({ page, house, group }) => {
  const { wang, lin, fang } = house
  await publish(house, wang, { title: '往年的荷花课件', taxons: [house.taxa.lesson] }, [['教案.docx', docx('教学设计')]])
  await login(page, wang.login)
  await page.goto('/preps/new')
  for (const [level, name] of [['学段', '小学'], ['学科', '语文'], ['版本', '统编版'], ['册', '三年级下册'], ['单元', '第一单元'], ['课', '2 荷花']])
    await page.getByLabel(level, { exact: true }).selectOption({ label: name })
  await page.getByRole('button', { name: '添加', exact: true }).click()
  await expect(page.getByLabel('课题（必填）')).toHaveValue('2 荷花')
  await page.getByLabel('主备人（必填）').selectOption({ label: '林演示（演示县荷塘小学）' })
  await page.getByLabel('方演示（演示县远山小学）').uncheck()
  await page.getByLabel('嘉宾（教研员等）').fill('方演示')
  const found = page.getByRole('listbox').getByRole('option', { name: /方演示/ })
  await expect(found).toBeVisible()
  const [list, foot] = await Promise.all([page.getByRole('listbox'), page.locator('.page-foot')].map((x) => x.boundingBox()))
  expect(list.y + list.height).toBeLessThanOrEqual(foot.y)
  await found.click()
  await page.getByLabel('方式').selectOption({ label: '异步（几天内各自参加）' })
  await page.getByLabel('开始日期').fill(iso(Date.now()))
  await page.getByLabel('结束日期').fill(iso(Date.now() + 3 * DAY))
  await page.getByText('各阶段截止日期').click()
  await page.getByLabel('初备', { exact: true }).fill(iso(Date.now() + DAY))
  await page.getByLabel('资源库里的资料').fill('往年的荷花')
  await page.getByRole('listbox').getByRole('option', { name: /往年的荷花课件/ }).click()
  await page.getByRole('button', { name: '发起', exact: true }).click()
  await expect(page.getByRole('heading', { name: '2 荷花' })).toBeVisible()
  await expect(page.locator('.prep-step', { hasText: '初备' })).toContainText(`${iso(Date.now() + DAY).slice(5)} 截止`)
  await pane(page, '资料').click()
  await expect(page.getByRole('button', { name: '往年的荷花课件' })).toBeVisible()
  const id = Number(page.url().match(/preps\/(\d+)/)[1])
  const made = (await (await api(house, lin)).get(`/api/preps/${id}`)).json
  expect([made.lead, made.host, made.way, made.people.find((p) => p.person === fang.id).part]).toEqual([lin.id, wang.id, 'async', 'guest'])
  const more = page.getByRole('button', { name: '更多操作' }).first()
  await more.click()
  await page.getByRole('menuitem', { name: '修改安排' }).click()
  await expect(page.getByLabel('结束日期')).toHaveValue(iso(Date.now() + 3 * DAY))
  await page.getByLabel('课题（必填）').fill('荷花（第二课时）')
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await expect(page.getByRole('heading', { name: '荷花（第二课时）' })).toBeVisible()
  await more.click()
  await page.getByRole('menuitem', { name: '取消这次备课' }).click()
  await expect(page.getByRole('dialog').getByRole('button', { name: /^(取消|返回)/ })).toHaveText(['返回', '取消这次备课'])
  await dialog(page, '取消这次备课', '停电')
  await expect(page.getByText('这次备课已取消，文档只能阅读。原因：停电')).toBeVisible()
  await shot(page, '38-cancelled')
  await page.getByRole('button', { name: '恢复这次备课' }).click()
  await expect(page.getByText('这次备课已取消，文档只能阅读。')).toHaveCount(0)
})
