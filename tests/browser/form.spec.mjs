// What people fill in and press: it is taken as it was meant, and what is wrong is told at its field.
import { docx, pdf, pptx } from './files.mjs'
import { expect, login, publish, settled, test } from './county.mjs'

test('a number among the settings is kept; one that does not fit is told at its field', async ({ page, house }) => {
  await login(page, house.system.login)
  await page.goto('/admin/settings')
  const hour = page.getByLabel('自动备份从几点开始')
  await hour.fill('99')
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText(/须是 0 到 23 之间的整数/)).toBeVisible()
  await expect(hour).toHaveAttribute('aria-invalid', 'true')
  await hour.fill('3')
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('已保存')).toBeVisible()
  await page.reload()
  await expect(hour).toHaveValue('3')
})

test('a new name for a file begins with the old one; its ending stays', async ({ page, house }) => {
  const id = await publish(house, house.wang, { title: '要改名的教案', taxons: [house.taxa.next] }, [['教案.docx', docx('燕子')]])
  await login(page, house.wang.login)
  await page.goto(`/r/${id}`)
  await page.getByRole('button', { name: '教案.docx的操作' }).click()
  await page.getByRole('menuitem', { name: '改名' }).click()
  await expect(page.getByLabel('新的文件名')).toHaveValue('教案.docx')
  await page.keyboard.type('燕子-教案')
  await page.keyboard.press('Enter')
  await expect(page.locator('.fl-title')).toHaveText('燕子-教案.docx')
})

test('a school that was chosen is chosen: the list of choices goes away', async ({ page, house }) => {
  await login(page, house.county.login)
  await page.goto('/admin/calendar')
  await page.getByRole('tab', { name: '作息时间' }).click()
  const school = page.getByRole('combobox', { name: '学校' })
  await school.fill('荷塘')
  await expect(page.getByRole('option', { name: /荷塘小学/ })).toBeVisible()
  await school.press('ArrowDown')
  await school.press('Enter')
  await expect(school).toHaveValue('演示县荷塘小学')
  await settled(page)
  await page.waitForTimeout(500) // longer than the field waits before it looks for choices
  await expect(page.getByRole('option')).toHaveCount(0)
})

test('a file that is kept back says so and why', async ({ page, house }) => {
  const both = Buffer.from('GIF89a\x0a\0\x14\0\0\0\0<script>alert(1)</script>', 'latin1')
  const id = await publish(house, house.wang, { title: '夹带的图', taxons: [house.taxa.next] }, [['图.gif', both]])
  await login(page, house.wang.login)
  await page.goto(`/r/${id}`)
  await expect(page.locator('.fl-row').getByText('未通过检查')).toBeVisible()
  await expect(page.getByText(/夹带了另一种格式/)).toBeVisible()
  await expect(page.locator('.fview-img')).toHaveCount(0)
})

test('on a phone a file that is pressed comes into the window', async ({ browser, house }) => {
  const names = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']
  const id = await publish(house, house.wang, { title: '文件很多的资源', taxons: [house.taxa.next] }, names.map((n) => [`${n}.pptx`, pptx(`第${n}课`)]))
  const page = await browser.newPage({ baseURL: house.server.base, locale: 'zh-CN', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await login(page, house.lin.login)
  await page.goto(`/r/${id}`)
  await settled(page)
  await page.locator('.fl-name').first().tap() // it is the one that is shown already
  await expect(page.getByRole('region', { name: '预览' }).getByRole('heading', { name: '一.pptx' })).toBeInViewport()
  await page.close()
})

test('by keyboard alone: describe, upload, publish', async ({ page, house }) => {
  await login(page, house.wang.login)
  await page.keyboard.press('n')
  await expect(page.getByRole('heading', { name: '新建资源' })).toBeVisible()
  // A page that is new has the focus at its beginning, or the way past the bars does.
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('标题（必填）')).toBeFocused()
  await page.keyboard.type('只用键盘写的教案')
  for (const [label, times] of [['类型（必填）', 1], ['来源（必填）', 1], ['使用许可（必填）', 1]]) {
    const field = page.getByLabel(label)
    for (let i = 0; i < 40 && !(await field.evaluate((at) => at === document.activeElement)); i++) await page.keyboard.press('Tab')
    await expect(field).toBeFocused()
    for (let i = 0; i < times; i++) await page.keyboard.press('ArrowDown')
    await expect(field).not.toHaveValue('')
  }
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('heading', { name: '只用键盘写的教案' })).toBeVisible()
  const choose = page.getByRole('button', { name: '选择文件', exact: true })
  for (let i = 0; i < 20 && !(await choose.evaluate((at) => at === document.activeElement)); i++) await page.keyboard.press('Tab')
  await expect(choose).toBeFocused()
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')])
  await chooser.setFiles({ name: '键盘.pdf', mimeType: '', buffer: pdf('Keys') })
  await expect(page.getByRole('region', { name: '上传队列' }).getByText(/已完成 ·/)).toHaveCount(1)
  const send = page.getByRole('button', { name: '发布', exact: true })
  await expect(send).toBeVisible()
  for (let i = 0; i < 20 && !(await send.evaluate((at) => at === document.activeElement)); i++) await page.keyboard.press('Shift+Tab')
  await expect(send).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText('已发布').first()).toBeVisible()
})
