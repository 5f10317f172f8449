// A school's timetable from the empty sheet to everybody's week: 林演示 administers the school, 王演示 teaches there.
import { AxeBuilder } from '@axe-core/playwright'
import { expect, give, login, settled, test as base } from './county.mjs'
import { pdf, xlsx } from './files.mjs'
import { enter } from './windows.mjs'
import { leftChinese, tooWide } from './words.mjs'

const DAY = 86_400_000
const iso = (t) => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10)
const HEADS = ['工号', '姓名', '星期', '节次', '班级', '学科', '单双周']
const DAYS = ['周一', '周二', '周三', '周四', '周五']

const test = base.extend({
  school: [
    async ({ house }, use) => {
      const { admin, wang, lin, fang } = house
      const post = (path, body) => admin.post(path, body).then((r) => r.json)
      const near = (await admin.get('/api/schools')).json.items.find((s) => s.name.includes('荷塘'))
      await post(`/api/persons/${lin.id}/roles`, { role: 'school_admin', scope_kind: 'school', scope_id: near.id })
      await post('/api/terms', { key: '2026-1', name: '演示学期', first_day: iso(Date.now() - 40 * DAY), last_day: iso(Date.now() + 80 * DAY), changes: [] })
      await post('/api/terms', { key: '2026-2', name: '下个演示学期', first_day: iso(Date.now() + 90 * DAY), last_day: iso(Date.now() + 200 * DAY), changes: [] })
      const periods = [500, 550, 600, 650, 840, 890].map((start_min, i) => ({ name: `第${i + 1}节`, lesson: true, start_min, end_min: start_min + 40 }))
      await post(`/api/schools/${near.id}/bells`, { name: '作息', from_day: iso(Date.now() - 40 * DAY), periods })
      const dept = await post('/api/depts', { kind: 'prep', name: '三年级语文备课组', school: near.id, subject: 'chinese', grade: 'P3' })
      for (const who of [wang, lin]) await post(`/api/depts/${dept.id}/members`, { person: who.id, leader: who === wang })
      give(['三（1）班', '三（2）班', '语文', '数学', '课.xlsx', '错.xlsx', '第1节', fang.name])
      await use({ near, dept })
    },
    { scope: 'worker' },
  ],
})
// Every test begins with a school that has none.
test.beforeEach(async ({ house, school }) => {
  for (const t of (await house.admin.get('/api/terms')).json.items) await house.admin.want(204, 'DELETE', `/api/schools/${school.near.id}/timetable?term=${t.id}`)
})

const file = (name, ...rows) => ({ name, mimeType: '', buffer: xlsx(HEADS, ...rows) })
// 王演示 has the first period of every day, and on Tuesdays the second in odd weeks with one class, in even ones with another.
const right = file(
  '课.xlsx',
  ...DAYS.map((d) => ['', '王　演示', d, '第1节', '三（1）班', '语文', '']),
  ['', '王演示', '周二', '第2节', '三（1）班', '语文', '单'],
  ['', '王演示', '周二', '第2节', '三（2）班', '语文', '双'],
  ['lin01', '', '周三', '第5节', '三（2）班', '数学', ''],
)
const wrong = file('错.xlsx', ['', '王演示', '周八', '第1节', '', '', ''], ['', '方演示', '周一', '第1节', '', '', ''], ['', '方演示', '周二', '第1节', '', '', ''], ['', '王演示', '周一', '第2节', '', '语文', ''])
const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/timetable-${name}.png`, fullPage: true })
const choose = (page, one) => page.locator('.drop input[type=file]').setInputFiles(one)
const cell = (page, period, text) => page.getByRole('row', { name: new RegExp(`第 ${period} 节`) }).getByRole('cell', { name: text })
async function taken(page) {
  await page.goto('/admin/timetable')
  await choose(page, right)
  await page.getByRole('button', { name: '确认导入' }).click()
  await expect(page.getByText('已导入 2 位老师的 8 节课。')).toBeVisible()
}
async function freeTimes(page, school) {
  await page.goto(`/preps/new?dept=${school.dept.id}`)
  await page.getByRole('button', { name: '找共同空闲时间' }).click()
  await expect(page.locator('.prep-free li').first()).toBeVisible()
  return page.locator('.prep-free li').first()
}

test('the administrator imports, the teacher sees his week, the free times change', async ({ page, browser, house, school }) => {
  const teacher = await enter(browser, house, house.wang)
  await teacher.getByRole('link', { name: '我的课表' }).click()
  await expect(teacher.getByText('这个学期还没有您的课表')).toBeVisible()
  await expect(teacher.getByText(/由学校管理员/)).toBeVisible()
  await shot(teacher, 'none')
  const first = await freeTimes(teacher, school)
  await expect(first).toContainText('08:00')
  await expect(teacher.getByText('组里还没有谁的课表')).toBeVisible()
  await expect(teacher.getByRole('link', { name: '课表从哪里来' })).toHaveAttribute('href', '/timetable')
  await teacher.locator('.prep-free').scrollIntoViewIfNeeded()
  await shot(teacher, 'free-none')

  await login(page, house.lin.login)
  await page.getByRole('navigation').getByRole('link', { name: '课表', exact: true }).click()
  await settled(page)
  await shot(page, 'school')
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载空表' }).click()
  expect((await coming).suggestedFilename()).toBe('课表-空表.xlsx')

  // A wrong sheet is told row by row, and changes nothing.
  await choose(page, wrong)
  await expect(page.getByRole('alert')).toHaveText('“错.xlsx”里有 3 行要改。课表没有改动，改好后再选一次。')
  await expect(page.getByRole('row', { name: /王演示/ })).toContainText('星期没有看懂，请写成“周三”或“3”。')
  await expect(page.getByRole('row', { name: /第 3 行/ })).toContainText('本校没有这位老师')
  await expect(page.getByText('在本校找不到 1 位老师')).toBeVisible()
  await expect(page.getByText('方演示（2 行）')).toBeVisible()
  await expect(page.getByRole('button', { name: '确认导入' })).toHaveCount(0)
  await shot(page, 'wrong')
  await teacher.goto('/timetable')
  await expect(teacher.getByText('这个学期还没有您的课表')).toBeVisible()

  // The right one is read, and taken over when that is said.
  await page.getByRole('button', { name: '换一个文件' }).click()
  await choose(page, right)
  await expect(page.getByText('“课.xlsx”读好了：2 位老师的 8 节课，每一行都没有问题。')).toBeVisible()
  await expect(page.getByText('这个学期还没有课表。')).toBeVisible()
  await shot(page, 'fine')
  await page.getByRole('button', { name: '确认导入' }).click()
  await expect(page.getByText('已导入 2 位老师的 8 节课。')).toBeVisible()
  await expect(page.getByText('现在的课表：2 位老师，8 节课')).toBeVisible()
  await shot(page, 'done')

  await teacher.goto('/timetable')
  await expect(cell(teacher, 1, '语文 三（1）班')).toHaveCount(5)
  await expect(teacher.getByRole('rowheader', { name: /第 1 节/ })).toContainText('08:20')
  const both = cell(teacher, 2, /单周/)
  await expect(both).toContainText('三（2）班')
  await expect(both).toContainText('双周')
  await expect(both.locator('.off')).toHaveCount(1)
  await expect(teacher.getByText(/本周是第 \d 周（[单双]周）/)).toBeVisible()
  await shot(teacher, 'mine')
  await teacher.emulateMedia({ media: 'print' })
  await shot(teacher, 'mine-print')
  await teacher.emulateMedia({ media: null })
  await expect(await freeTimes(teacher, school)).toContainText('09:00')
  await expect(teacher.getByText('组里还没有谁的课表')).toHaveCount(0)

  // His administrator sees it, too; a term that has none says so.
  await page.getByRole('link', { name: '王演示' }).click()
  await expect(page.getByRole('heading', { name: '王演示的课表' })).toBeVisible()
  await page.getByLabel('学期').selectOption({ label: '下个演示学期' })
  await expect(page.getByText('这个学期没有这位老师的课表')).toBeVisible()
  await teacher.context().close()
})

test('another sheet takes the place of the first, is taken back, and all is cleared', async ({ page, house, school }) => {
  await login(page, house.lin.login)
  await taken(page)
  await page.getByRole('button', { name: '换一个文件' }).click()
  // Dropped, as from the desktop.
  const bytes = [...file('课.xlsx', ['', '林演示', '周五', '第6节', '', '数学', '']).buffer]
  const data = await page.evaluateHandle((bytes) => {
    const drop = new DataTransfer()
    drop.items.add(new File([new Uint8Array(bytes)], '课.xlsx'))
    return drop
  }, bytes)
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: data })
  await expect(page.getByText('会替换本校这个学期现有的 8 节课。')).toBeVisible()
  await page.getByRole('button', { name: '确认导入' }).click()
  await expect(page.getByText('现在的课表：1 位老师，1 节课')).toBeVisible()
  await page.getByRole('button', { name: '撤回这次导入' }).click()
  await expect(page.getByText('现在的课表：2 位老师，8 节课')).toBeVisible()
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载现在的课表' }).click()
  expect((await coming).suggestedFilename()).toBe('课表-演示县荷塘小学-演示学期.xlsx')
  // By keyboard: the question is asked first.
  await page.getByRole('button', { name: '清除', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toContainText('演示学期的 8 节课会全部清除')
  await page.getByRole('dialog').getByRole('button', { name: '清除', exact: true }).click()
  await expect(page.getByText('这个学期还没有课表。')).toBeVisible()
  // The first import of all is taken back to nothing.
  await taken(page)
  await page.getByRole('button', { name: '撤回这次导入' }).click()
  await expect(page.getByText('这个学期还没有课表。')).toBeVisible()
  // A file that is no sheet, and one without lessons.
  await choose(page, { name: '课.xlsx', mimeType: '', buffer: pdf('no sheet') })
  await expect(page.getByRole('alert')).toContainText('读不了这个文件')
  await choose(page, file('课.xlsx'))
  await expect(page.getByRole('alert')).toContainText('表头下面没有课')
})

for (const [name, options] of Object.entries({
  'wide and light': { viewport: { width: 1366, height: 768 } },
  'a phone in the dark': { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
}))
  test(`axe finds nothing: ${name}`, async ({ browser, house, school }) => {
    const page = await enter(browser, house, house.lin, options)
    const findings = []
    const look = async (where) => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      for (const v of violations) findings.push(`${where} ${v.id} ${v.nodes[0].html.slice(0, 120)}`)
      if (await tooWide(page)) findings.push(`${where} is wider than the window`)
      await shot(page, `${name.split(' ')[1]}-${where}`)
    }
    await page.goto('/admin/timetable')
    await settled(page)
    await look('school')
    await choose(page, wrong)
    await expect(page.getByRole('alert')).toBeVisible()
    await look('wrong')
    await freeTimes(page, school)
    await look('free times of nobody')
    await taken(page)
    await look('done')
    await page.goto(`/timetable?person=${house.wang.id}`)
    await expect(page.getByRole('table')).toBeVisible()
    await look('week')
    await freeTimes(page, school)
    await look('free times')
    expect(findings).toEqual([])
    await page.context().close()
  })

test('English is complete, large text fits a phone', async ({ browser, house, school }) => {
  const page = await enter(browser, house, house.lin, { viewport: { width: 390, height: 844 } })
  await page.evaluate(() => localStorage.setItem('jibei.look', JSON.stringify({ theme: 'light', size: 'huge', language: 'en' })))
  const findings = []
  const look = async (where) => {
    for (const one of await leftChinese(page)) findings.push(`${where}: ${one}`)
    if (await tooWide(page)) findings.push(`${where} is wider than the window`)
    await shot(page, `english-${where}`)
  }
  await page.goto('/timetable')
  await settled(page)
  await look('none')
  await page.goto('/admin/timetable')
  await settled(page)
  await look('school')
  await choose(page, file('错.xlsx', ['', '方演示', '周一', '第1节', '', '', ''], ['', '', '周一', '第1节', '', '', '']))
  await expect(page.getByText('No teacher is named here')).toBeVisible()
  await look('wrong')
  await page.getByRole('button', { name: 'Another file' }).click()
  await choose(page, right)
  await look('fine')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(page.getByText('Imported: 2 teachers, 8 lessons.')).toBeVisible()
  await look('done')
  await page.goto(`/timetable?person=${house.wang.id}`)
  await expect(page.getByRole('table')).toBeVisible()
  await look('week')
  expect(findings).toEqual([])
  await page.context().close()
})
