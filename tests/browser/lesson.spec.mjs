// The main job: describe a lesson, upload four files over a line that breaks, publish, find, look, download.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { archive, docx, mp4, pptx } from './files.mjs'
import { expect, login, test } from './county.mjs'

const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')
const files = [
  { name: '荷花-教案.docx', mimeType: '', buffer: docx('教学设计', '清早，我到公园去玩，一进门就闻到一阵清香。') },
  { name: '荷花.pptx', mimeType: '', buffer: pptx('荷花', '挨挨挤挤的荷叶像碧绿的大圆盘') },
  { name: '荷花-实录.mp4', mimeType: '', buffer: mp4(12_000_000) },
  { name: '素材.zip', mimeType: '', buffer: archive(['图片/荷叶.txt', '朗读.txt']) },
]

test('a lesson goes in over a breaking line, is found and comes out whole', async ({ page, house }) => {
  await login(page, house.wang.login)
  await page.goto(`/r/new?taxon=${house.taxa.lesson}`)
  await expect(page.getByLabel('课', { exact: true })).toHaveValue(String(house.taxa.lesson))
  await page.getByLabel('标题（必填）').fill('《荷花》第一课时')
  await page.getByLabel('类型（必填）').selectOption({ label: '教学设计' })
  await page.getByLabel('来源（必填）').selectOption({ label: '本人原创' })
  await page.getByLabel('使用许可（必填）').selectOption({ index: 1 })
  await page.getByRole('button', { name: '保存并上传文件' }).click()
  await expect(page.getByRole('heading', { name: '《荷花》第一课时' })).toBeVisible()

  // The line breaks in the middle of the film, twice, and comes back.
  let broken = 0
  await page.route('**/api/uploads/*', async (route) => {
    if (route.request().method() === 'PATCH' && broken < 2 && Number(route.request().headers()['upload-offset']) > 0) {
      broken += 1
      return route.abort('connectionreset')
    }
    return route.continue()
  })
  await page.locator('.drop input[type=file]').first().setInputFiles(files)
  const panel = page.getByRole('region', { name: '上传队列' })
  await expect(panel.getByText(/已完成 ·/)).toHaveCount(4, { timeout: 40_000 })
  expect(broken).toBe(2)
  await page.unroute('**/api/uploads/*')
  for (const f of files) await expect(page.locator('.fl-title', { hasText: f.name })).toBeVisible()
  await panel.getByRole('button', { name: '关闭' }).click()

  await page.getByRole('button', { name: '发布', exact: true }).click()
  await expect(page.getByText('已发布').first()).toBeVisible()

  // Two characters that stand only inside the slides find it.
  await page.goto('/r')
  const box = page.getByRole('combobox', { name: /搜课题/ })
  await expect(async () => {
    await box.fill('荷叶')
    await box.press('Enter')
    await expect(page.getByRole('link', { name: '《荷花》第一课时' })).toBeVisible({ timeout: 1500 })
  }).toPass({ timeout: 20_000 })
  await expect(page.locator('mark').first()).toHaveText('荷叶')
  await page.getByRole('link', { name: '《荷花》第一课时' }).click()

  const [pack] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载课包' }).click()])
  const path = await pack.path()
  const names = spawnSync('bsdtar', ['-tf', path], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } }).stdout.trim().split('\n')
  expect(names).toHaveLength(4)
  const out = names.map((n) => spawnSync('bsdtar', ['-xOf', path, n], { maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C.UTF-8' } }).stdout)
  expect(out.map(sha).sort()).toEqual(files.map((f) => sha(f.buffer)).sort())
  expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK')
})

test('a colleague finds it by a suggestion; a foreign teacher finds nothing and is told of nothing', async ({ page, browser, house }) => {
  await login(page, house.lin.login)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /输入要找的/ }).fill('荷花')
  await page.getByRole('option', { name: /第一课时/ }).first().click()
  await expect(page.getByRole('heading', { name: '《荷花》第一课时' })).toBeVisible()
  const address = page.url()

  const other = await browser.newPage({ baseURL: house.server.base, locale: 'zh-CN' })
  await login(other, house.fang.login)
  await other.goto('/r?q=荷叶')
  await expect(other.getByText('没有找到资源')).toBeVisible()
  await other.goto(address)
  await expect(other.getByRole('heading', { name: '找不到这个页面' })).toBeVisible()
  await other.close()
})

test('what was sent before the browser closed is not sent again', async ({ browser, house }) => {
  const film = { name: '燕子-实录.mp4', mimeType: 'video/mp4', buffer: mp4(12_000_000) }
  const first = await browser.newPage({ baseURL: house.server.base, locale: 'zh-CN' })
  await login(first, house.wang.login)
  await first.goto('/mine')
  await first.getByRole('link', { name: '《荷花》第一课时' }).click()
  let pieces = 0
  await first.route('**/api/uploads/*', (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    pieces += 1
    return pieces > 1 ? new Promise(() => {}) : route.continue() // the second piece never arrives
  })
  await first.locator('.drop input[type=file]').first().setInputFiles(film)
  await expect.poll(() => pieces, { timeout: 20_000 }).toBe(2)
  // A line that stands still is said, with what the server has.
  await expect(first.getByRole('region', { name: '上传队列' }).getByText('网络没有动静，恢复后自动继续 · 服务器已收到 8.4 MB / 12.0 MB')).toBeVisible({ timeout: 15_000 })
  await first.close()

  const second = await browser.newPage({ baseURL: house.server.base, locale: 'zh-CN' })
  await login(second, house.wang.login)
  await second.goto('/mine')
  const unfinished = second.getByRole('region', { name: '未传完的文件' })
  await expect(unfinished.getByText('燕子-实录.mp4')).toBeVisible()
  await expect(unfinished.getByText(/服务器已收到 8.4 MB \/ 12.0 MB/)).toBeVisible()
  const offsets = []
  second.on('request', (r) => r.method() === 'PATCH' && /uploads/.test(r.url()) && offsets.push(Number(r.headers()['upload-offset'])))
  const [chooser] = await Promise.all([second.waitForEvent('filechooser'), unfinished.getByRole('listitem').filter({ hasText: film.name }).getByRole('button', { name: '选择文件继续' }).click()])
  await chooser.setFiles(film)
  const panel = second.getByRole('region', { name: '上传队列' })
  await expect(panel.getByText(/已完成 ·/)).toHaveCount(1, { timeout: 30_000 })
  expect(offsets[0]).toBeGreaterThan(0)
  await second.close()
})
