// Live documents in real browsers: people write at once, lines break, somebody may only read, an input method composes.
import { document, expect, give, login, PASSWORD, publish, test } from './county.mjs'
import { client } from '../api/client.mjs'
import { docx } from './files.mjs'

// What is typed here stands in lists and records afterwards.
;['我的荷花', '从模板开始', '燕子教案', '键盘写的', '修订稿', '交付稿', '燕子教案.docx', '定稿'].forEach(give)

const ONE_PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==', 'base64')

const make = (house, form) => document(house, house.wang, { title: '《荷花》教学设计', kind: 'blank', scope: 'school', ...form })

// A window of its own for another person; what its code writes to the console as an error is looked at in the end.
async function another(browser, house, who, options = {}) {
  const context = await browser.newContext({ baseURL: house.server.base, locale: 'zh-CN', viewport: { width: 1366, height: 768 }, ...options })
  const page = await context.newPage()
  page.wrong = []
  page.on('pageerror', (e) => page.wrong.push(String(e)))
  await login(page, who.login)
  return page
}
const paper = (page) => page.locator('.doc-place > .doc-text').first()
const state = (page, words) => expect(page.locator('[data-saved]')).toHaveText(words)
async function open(page, id) {
  await page.goto(`/docs/${id}`)
  await expect(paper(page)).toBeVisible()
}
// A new document, open before its author.
async function mine(page, house, form = {}) {
  const id = await make(house, form)
  await login(page, house.wang.login)
  await open(page, id)
  return id
}
// The same, with another one in it, in a window of his own.
async function both(page, browser, house, form = {}) {
  const id = await mine(page, house, form)
  const lin = await another(browser, house, house.lin)
  await open(lin, id)
  return { id, lin }
}
async function menu(page, name) {
  await page.getByRole('button', { name: '更多操作' }).click()
  await page.getByRole('menuitem', { name }).click()
}
// What stands there becomes a version; the list of them is open beside it.
async function keep(page, name) {
  await state(page, '已保存')
  await page.getByRole('button', { name: '保存为版本' }).click()
  await page.getByLabel('版本名称').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('button', { name: new RegExp(`^${name}`) })).toBeVisible()
}
// The blocks' words, without the names at others' carets.
const words = (page) =>
  paper(page).evaluate((e) => {
    const bare = e.cloneNode(true)
    bare.querySelectorAll('.doc-caret').forEach((c) => c.remove())
    return [...bare.children].map((c) => c.textContent)
  })
const same = async (a, b) => expect.poll(async () => JSON.stringify(await words(a)) === JSON.stringify(await words(b))).toBe(true)
// What the page sends into the document: frames of sync that bring updates. An empty answer to a step 1 brings none.
function sent(page) {
  const frames = []
  page.on('websocket', (ws) => {
    if (!ws.url().includes('/ws/doc/')) return
    ws.on('framesent', ({ payload }) => {
      const bytes = Buffer.from(payload)
      if (bytes[0] === 0 && bytes[1] > 0 && !bytes.equals(Buffer.from([0, 1, 2, 0, 0]))) frames.push(bytes)
    })
  })
  return frames
}

test('two write at once; each sees the other, all is saved, each takes back only his own', async ({ page, browser, house }) => {
  const { id, lin } = await both(page, browser, house)
  await paper(page).click()
  await page.keyboard.type('荷花已经开了不少了。')
  await expect(paper(lin)).toContainText('不少了。')
  await paper(lin).click()
  await lin.keyboard.press('Control+End')
  await lin.keyboard.press('Enter')
  await expect(page.locator('.doc-caret-name')).toHaveText('林演示')
  await Promise.all([page.keyboard.type('一二三四五六七八', { delay: 12 }), lin.keyboard.type('甲乙丙丁戊己庚辛', { delay: 9 })])
  await state(page, '已保存')
  await state(lin, '已保存')
  await same(page, lin)
  expect(await words(page)).toEqual(['荷花已经开了不少了。一二三四五六七八', '甲乙丙丁戊己庚辛'])
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await words(lin))[0].includes('八')).toBe(false)
  expect((await words(lin)).at(-1)).toBe('甲乙丙丁戊己庚辛')
  // Who comes later finds it all.
  await page.goto('/docs')
  await open(page, id)
  await same(page, lin)
  await expect(page.getByRole('button', { name: '2 人在这份文档里' })).toBeVisible()
  expect(lin.wrong).toEqual([])
  await lin.context().close()
})

test('saved is said only when the server said so', async ({ page, house }) => {
  // The page's line, with the word "durable" (message 8) held back while wanted.
  await page.addInitScript(() => {
    const Real = window.WebSocket
    const held = []
    window.hold = false
    window.release = () => {
      window.hold = false
      held.splice(0).forEach((tell) => tell())
    }
    window.WebSocket = class extends Real {
      set onmessage(listen) {
        super.onmessage =
          listen &&
          ((e) => {
            const told = e.data instanceof ArrayBuffer && new Uint8Array(e.data)[0] === 8
            if (told && window.hold) held.push(() => listen(e))
            else listen(e)
          })
      }
    }
  })
  const id = await mine(page, house)
  await state(page, '已保存')
  await page.evaluate(() => (window.hold = true))
  await paper(page).click()
  await page.keyboard.type('荷')
  await state(page, '正在保存…')
  // All has been sent and applied, others have it: still nothing is said.
  const other = await client(house.server.base)
  await other.post('/api/session', { login: house.lin.login, password: PASSWORD })
  await expect.poll(async () => (await other.ask('GET', `/api/docs/${id}/state`)).body.length).toBeGreaterThan(2)
  await state(page, '正在保存…')
  await page.evaluate(() => window.release())
  await state(page, '已保存')
})

test('written while the line was broken: merged when it is back, and when only the browser came back', async ({ page, browser, house }) => {
  const { id, lin } = await both(page, browser, house)
  await paper(page).click()
  await page.keyboard.type('开头。')
  await expect(paper(lin)).toContainText('开头。')
  await lin.context().setOffline(true)
  await expect(lin.getByText('改动先留在这台电脑上')).toBeVisible()
  await paper(lin).click()
  await lin.keyboard.press('Control+End')
  await lin.keyboard.type('离线写的。')
  await state(lin, '未连接，改动留在本机')
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('在线写的。')
  await state(page, '已保存')
  await lin.context().setOffline(false)
  await state(lin, '已保存')
  await same(page, lin)
  expect(await words(page)).toEqual(['在线写的。开头。离线写的。'])
  // The window closes while something in it is on no server.
  await lin.context().setOffline(true)
  await expect(lin.getByText('改动先留在这台电脑上')).toBeVisible()
  await lin.keyboard.type('合上电脑前。')
  await state(lin, '未连接，改动留在本机')
  await lin.close()
  const context = lin.context()
  await context.setOffline(false)
  const again = await context.newPage()
  await open(again, id)
  await expect(paper(page)).toContainText('合上电脑前。')
  await state(again, '已保存')
  await same(page, again)
  // With everything saved, the PC keeps no copy once the document is left.
  await again.getByRole('link', { name: '回到文档列表' }).click()
  await expect(again.getByRole('heading', { name: '协作文档', level: 1 })).toBeVisible()
  await expect.poll(() => again.evaluate(async () => (await indexedDB.databases()).map((d) => d.name).filter((n) => n.startsWith('jibei.doc.')))).toEqual([])
  await context.close()
})

test('opening writes nothing; who may only read cannot write, and sends nothing', async ({ page, browser, house }) => {
  const id = await make(house, { kind: 'plan' })
  await login(page, house.wang.login)
  const mine = sent(page)
  await open(page, id)
  await state(page, '已保存')
  await expect(page.getByRole('button', { name: '1 人在这份文档里' })).toBeVisible()
  house.server.sql(`UPDATE doc SET write_key = 0 WHERE id = ${id}`)
  const lin = await another(browser, house, house.lin)
  const theirs = sent(lin)
  await open(lin, id)
  await state(lin, '实时更新')
  await expect(paper(lin)).toHaveAttribute('contenteditable', 'false')
  await expect(lin.getByRole('toolbar')).toHaveCount(0)
  await expect(lin.getByRole('button', { name: '编辑', exact: true })).toHaveCount(0)
  expect(mine).toEqual([])
  await paper(lin).getByText('课标要求').click()
  await lin.keyboard.type('不该出现')
  await paper(page).getByText('教材分析').click()
  await page.keyboard.press('End')
  await page.keyboard.type('（改）')
  await expect(paper(lin).getByText('教材分析（改）')).toBeVisible()
  expect(mine.length).toBeGreaterThan(0)
  expect(theirs).toEqual([])
  expect(await words(lin)).not.toContain('不该出现')
  await lin.context().close()
})

test('an input method composes while others write', async ({ page, browser, house }) => {
  const { lin } = await both(page, browser, house)
  await paper(page).click()
  await page.keyboard.type('第一段。')
  await page.keyboard.press('Enter')
  await page.keyboard.type('第二段。')
  await expect(paper(lin)).toContainText('第二段。')
  await paper(lin).getByText('第二段。').click()
  await lin.keyboard.press('End')
  const ime = await lin.context().newCDPSession(lin)
  const compose = (text) => ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  await compose("n")
  await compose("ni")
  // In the same paragraph and in another, between two keys of the input method.
  await page.keyboard.press('Home')
  await page.keyboard.type('同段。')
  await expect(paper(lin)).toContainText('同段。')
  await compose("ni'h")
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Home')
  await page.keyboard.type('别段。')
  await expect(paper(lin)).toContainText('别段。')
  await compose("ni'hao")
  await ime.send('Input.insertText', { text: '你好' })
  await lin.keyboard.type('！')
  for (const p of [page, lin]) await expect.poll(() => words(p)).toEqual(['别段。第一段。', '同段。第二段。你好！'])
  await lin.context().close()
})

test('a click stands where it was made, however fast another types', async ({ page, browser, house }) => {
  const id = await make(house, {})
  await login(page, house.wang.login)
  const lin = await another(browser, house, house.lin)
  await open(page, id)
  await open(lin, id)
  await paper(page).click()
  for (let i = 0; i < 6; i++) {
    await page.keyboard.type(`第${i}段`)
    await page.keyboard.press('Enter')
  }
  await page.keyboard.press('Control+Home')
  await expect(paper(lin)).toContainText('第5段')
  let on = true
  const typing = (async () => {
    while (on) await page.keyboard.type('a', { delay: 4 })
  })()
  for (let i = 0; i < 20; i++) {
    const k = 1 + ((i * 3) % 5)
    await paper(lin).locator('p').nth(k).click({ position: { x: 300, y: 12 } })
    await lin.keyboard.type('，')
  }
  on = false
  await typing
  await same(page, lin)
  expect((await words(page)).slice(1, 6)).toEqual([1, 2, 3, 4, 5].map((k) => `第${k}段，，，，`))
  await lin.context().close()
})

test('tables, images, formulas and versions come to the others', async ({ page, browser, house }) => {
  const { lin } = await both(page, browser, house, { kind: 'plan' })
  const tool = (name) => page.getByRole('toolbar').getByRole('button', { name, exact: true })
  // Two cells become one.
  const lesson = (p) => paper(p).locator('table', { hasText: '环节' })
  const [from, to] = await Promise.all([1, 2].map((n) => lesson(page).locator('tr').nth(1).locator('td').nth(n).boundingBox()))
  await lesson(page).locator('tr').nth(1).scrollIntoViewIfNeeded()
  const box = async (n) => lesson(page).locator('tr').nth(1).locator('td').nth(n).boundingBox()
  const [a, b] = [await box(1), await box(2)]
  expect(from && to).toBeTruthy()
  await page.mouse.move(a.x + 20, a.y + 12)
  await page.mouse.down()
  await page.mouse.move(b.x + 30, b.y + 14, { steps: 6 })
  await page.mouse.up()
  await tool('合并单元格').click()
  await expect(lesson(lin).locator('td[colspan="2"]')).toHaveCount(1)
  await tool('二次备课列').click()
  await expect(lesson(lin).locator('th', { hasText: '二次备课' })).toHaveCount(2)
  // A formula, typed; then an image, picked.
  await paper(page).locator('h2', { hasText: '教材分析' }).click()
  await page.keyboard.press('End')
  await page.keyboard.press('Control+Shift+m')
  await page.getByLabel('LaTeX').fill('\\frac{1}{2}')
  await expect(page.getByRole('img', { name: '公式预览' }).locator('.katex')).toBeVisible()
  await page.getByRole('button', { name: '插入', exact: true }).click()
  await expect(paper(lin).locator('h2 .doc-math .katex')).toHaveCount(1)
  // Others write while its bytes are on their way.
  let go
  const wait = new Promise((resolve) => (go = resolve))
  await page.route('**/api/uploads', async (route) => {
    await wait
    await route.continue()
  })
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), tool('图片').click()])
  await chooser.setFiles({ name: '荷花.png', mimeType: 'image/png', buffer: ONE_PIXEL })
  await expect(page.getByText('正在上传图片 0%')).toBeVisible()
  await paper(lin).locator('h2', { hasText: '学情分析' }).click()
  await lin.keyboard.press('End')
  await lin.keyboard.type('（与此同时）')
  await expect(paper(page)).toContainText('（与此同时）')
  await expect(page.getByText('正在上传图片 0%')).toBeVisible()
  go()
  const image = paper(lin).locator('img[alt="荷花"]')
  await expect(image).toHaveCount(1)
  const order = await words(lin)
  expect(order.findIndex((w) => w.startsWith('学情分析'))).toBeGreaterThan(await paper(lin).evaluate((e) => [...e.children].findIndex((c) => c.matches('img') || c.querySelector('img:not(.ProseMirror-separator)'))))
  await expect.poll(() => image.evaluate((i) => i.complete && i.naturalWidth)).toBe(1)
  // A version, something else, and back.
  await page.getByRole('button', { name: '历史版本' }).click()
  await keep(page, '初稿')
  await expect(page.getByText('已保存版本“初稿”')).toBeVisible()
  const kept = await words(page)
  await paper(lin).locator('h2', { hasText: '课标要求' }).click()
  await lin.keyboard.press('End')
  await lin.keyboard.type('被改了')
  await expect(paper(page)).toContainText('被改了')
  await page.getByRole('button', { name: /^初稿/ }).click()
  await expect(page.getByText('正在看“初稿”')).toBeVisible()
  await page.getByRole('button', { name: '恢复到这个版本' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '恢复到这个版本' }).click()
  await expect.poll(() => words(lin)).toEqual(kept)
  await expect(page.getByRole('button', { name: /^恢复“初稿”之前/ })).toBeVisible()
  expect(lin.wrong).toEqual([])
  await lin.context().close()
})

test('images copied from a document of one\'s own come over into the one they are pasted into', async ({ page, browser, house }) => {
  const own = await make(house, { kind: 'plan', scope: undefined })
  const ours = await make(house, {})
  await login(page, house.wang.login)
  const lin = await another(browser, house, house.lin)
  await open(page, own)
  const picked = async (name, where) => {
    await where.click()
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('toolbar').getByRole('button', { name: '图片', exact: true }).click()])
    await chooser.setFiles({ name: `${name}.png`, mimeType: 'image/png', buffer: ONE_PIXEL })
    await expect(paper(page).locator(`img[alt="${name}"]`)).toHaveCount(1)
  }
  await picked('格内', paper(page).locator('td').first())
  await picked('格外', paper(page).locator('p').last())
  await state(page, '已保存')
  await paper(page).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+c')
  await open(lin, ours)
  await open(page, ours)
  let go
  const wait = new Promise((resolve) => (go = resolve))
  await page.route('**/api/docs/*/images', async (route) => {
    await wait
    await route.continue()
  })
  await paper(page).click()
  await page.keyboard.press('Control+v')
  await expect(page.getByText('正在带入图片')).toHaveCount(2)
  await expect(paper(lin).locator('td').first()).toBeVisible()
  await expect(paper(lin).locator('img[alt="格内"], img[alt="格外"]'), 'nobody is sent the address of there').toHaveCount(0)
  await page.keyboard.insertText('接着写')
  go()
  for (const p of [page, lin])
    for (const name of ['格内', '格外']) {
      const image = paper(p).locator(`img[alt="${name}"]`)
      await expect(image).toHaveAttribute('src', new RegExp(`^/api/docs/${ours}/images/`))
      await expect.poll(() => image.evaluate((i) => i.complete && i.naturalWidth)).toBe(1)
    }
  await expect(paper(lin).locator('td').first().locator('img[alt="格内"]')).toHaveCount(1)
  await expect(page.getByText('正在带入图片')).toHaveCount(0)
  await expect(paper(lin)).toContainText('接着写')
  await same(page, lin)
  expect(lin.wrong).toEqual([])
  await lin.context().close()
})

test('an image of the library comes into the text', async ({ page, browser, house }) => {
  await publish(house, house.wang, { title: '荷塘图片集', taxons: [house.taxa.lesson] }, [['荷叶.png', ONE_PIXEL], ['说明.docx', docx('说明', '图片说明')]])
  const id = await make(house, {})
  await login(page, house.wang.login)
  const lin = await another(browser, house, house.lin)
  await open(page, id)
  await open(lin, id)
  await paper(page).click()
  await page.keyboard.type('荷叶如图。')
  await page.keyboard.press('Enter')
  await page.getByRole('toolbar').getByRole('button', { name: '资源库图片', exact: true }).click()
  const box = page.getByRole('dialog', { name: '资源库图片' })
  await box.getByRole('combobox').fill('荷塘图片集')
  await box.getByRole('option', { name: /荷塘图片集/ }).click()
  await expect(box.getByRole('listitem')).toHaveCount(1)
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/37-library-image.png` })
  await box.getByRole('button', { name: '荷叶.png' }).click()
  for (const p of [page, lin]) {
    const image = paper(p).locator('img[alt="荷叶"]')
    await expect(image).toHaveAttribute('src', new RegExp(`^/api/docs/${id}/images/\\d+$`))
    await expect.poll(() => image.evaluate((i) => i.complete && i.naturalWidth)).toBe(1)
  }
  expect(await words(page)).toContain('荷叶如图。')
  await lin.context().close()
})

test('by keyboard alone: made, written, headed, searched', async ({ page, house }) => {
  await login(page, house.wang.login)
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page.getByRole('heading', { name: '协作文档', level: 1 })).toBeVisible()
  await page.keyboard.press('n')
  await expect(page.getByLabel('文档标题')).toBeFocused()
  await page.keyboard.type('键盘写的')
  await page.keyboard.press('Tab')
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('radio', { name: /空白文档/ })).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/docs\/\d+$/)
  await state(page, '已保存')
  await expect(paper(page)).toBeVisible()
  await paper(page).focus()
  await page.keyboard.press('Control+Alt+2')
  await page.keyboard.type('教学目标')
  await page.keyboard.press('Enter')
  await page.keyboard.type('- 会认字')
  await page.keyboard.press('Enter')
  await page.keyboard.type('会写字')
  await expect(paper(page).locator('h2')).toHaveText('教学目标')
  await expect(paper(page).locator('ul li')).toHaveCount(2)
  await expect(page.getByRole('navigation', { name: '大纲' }).getByRole('button', { name: '教学目标' })).toBeVisible()
  // The bar is one stop; arrows move in it, Escape leads back.
  await page.keyboard.press('Alt+F10')
  await expect(page.getByRole('toolbar').getByRole('button', { name: '撤销' })).toBeFocused()
  await page.keyboard.press('End')
  await expect(page.getByRole('toolbar').getByRole('button', { name: '分页符' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(paper(page)).toBeFocused()
  await page.keyboard.press('Control+f')
  await page.keyboard.type('会')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/第 \d \/ 2 处/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(paper(page)).toBeFocused()
  await page.keyboard.press('Control+/')
  await expect(page.getByRole('dialog', { name: '键盘快捷键' }).getByText('Ctrl+Shift+M')).toBeVisible()
  await page.keyboard.press('Escape')
  await state(page, '已保存')
})

test('a Word file becomes a document, and a document a Word file', async ({ page, house }) => {
  await login(page, house.wang.login)
  await page.goto('/docs')
  await page.getByRole('button', { name: '导入 Word' }).click()
  await page.getByRole('button', { name: '导入', exact: true }).click()
  await expect(page.getByText('请选择一个 .docx 文件')).toBeVisible()
  await page.getByLabel(/Word 文件/).setInputFiles({ name: '燕子教案.docx', mimeType: '', buffer: docx('教学目标', '会认九个生字') })
  await expect(page.getByLabel('文档标题')).toHaveValue('燕子教案')
  await page.getByRole('button', { name: '导入', exact: true }).click()
  await expect(paper(page)).toContainText('会认九个生字')
  await expect(page.getByLabel('文档标题')).toHaveValue('燕子教案')
  await page.getByRole('button', { name: '更多操作' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: '导出 Word（A4）' }).click()])
  expect(download.suggestedFilename()).toBe('燕子教案.docx')
  await state(page, '已保存')
})

test('a colleague begins with my template, and shares what he writes for reading only', async ({ page, browser, house }) => {
  const id = await mine(page, house, { title: '校本教案模板' })
  await paper(page).click()
  await page.keyboard.type('本校六问')
  await state(page, '已保存')
  await menu(page, '设为模板')
  await expect(page.getByText('已设为模板')).toBeVisible()
  const lin = await another(browser, house, house.lin)
  await lin.goto('/docs')
  await expect(lin.getByRole('row', { name: /校本教案模板/ }).getByText('可作模板')).toBeVisible()
  await lin.getByRole('button', { name: '新建文档' }).click()
  await lin.getByLabel('文档标题').fill('从模板开始')
  await lin.getByText('校本教案模板').last().click()
  await lin.getByLabel('谁能一起写').selectOption({ label: '本校教师' })
  await lin.getByLabel(/只读分享/).check()
  await expect(lin.getByText('能看、能批注，只有您能写')).toBeVisible()
  await lin.getByRole('button', { name: '新建', exact: true }).click()
  await expect(paper(lin)).toHaveText('本校六问')
  await expect(paper(lin)).toHaveAttribute('contenteditable', 'true')
  await page.goto(new URL(lin.url()).pathname)
  await state(page, '实时更新')
  await expect(paper(page)).toHaveText('本校六问')
  await expect(paper(page)).toHaveAttribute('contenteditable', 'false')
  await page.goto(`/docs/${id}`)
  await menu(page, '不再作为模板')
  await expect(page.getByText('已不再作为模板')).toBeVisible()
  await lin.context().close()
})

test('two versions beside each other: what came, what went, what was changed by words', async ({ page, house }) => {
  await mine(page, house)
  await page.getByRole('button', { name: '历史版本' }).click()
  await paper(page).click()
  await page.keyboard.type('会认九个生字。')
  await page.keyboard.press('Enter')
  await page.keyboard.type('抄写词语')
  await keep(page, '初稿')
  await paper(page).getByText('抄写词语').dblclick()
  await page.keyboard.press('End')
  await page.keyboard.press('Shift+Home')
  await page.keyboard.type('分角色朗读全文')
  await paper(page).getByText('会认九个生字。').click()
  await page.keyboard.press('Home')
  for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.type('十')
  await keep(page, '二稿')
  await page.getByRole('button', { name: /^初稿/ }).click()
  const was = page.locator('.doc-was')
  for (const other of ['现在的内容', /^二稿/]) {
    const value = await was.locator('option').filter({ hasText: other }).getAttribute('value')
    await was.getByLabel('与哪个版本对照').selectOption(value)
    await expect(was.getByText(/新增 1 段，改动 1 段，删去 1 段/)).toBeVisible()
    await expect(was.locator('.doc-changed ins')).toHaveText('十')
    await expect(was.locator('.doc-changed del')).toHaveText('九')
    await expect(was.locator('del.block')).toHaveText('抄写词语')
    await expect(was.locator('.doc-new.block')).toHaveText('分角色朗读全文')
  }
  await was.getByLabel('与哪个版本对照').selectOption({ label: '不对照' })
  await expect(was.locator('del')).toHaveCount(0)
  await expect(was.getByText('抄写词语')).toBeVisible()
})

test('my own plan of a common one: mine in red, what I took out struck, a new version merged, told, taken back', async ({ page, browser, house }) => {
  const id = await mine(page, house, { title: '荷花共案' })
  await paper(page).click()
  await page.keyboard.type('导入新课。')
  await page.keyboard.press('Enter')
  await page.keyboard.type('朗读课文三遍。')
  await page.getByRole('button', { name: '历史版本' }).click()
  await keep(page, '交付稿')
  const lin = await another(browser, house, house.lin)
  await open(lin, id)
  await menu(lin, '我的个案')
  await expect(lin.getByLabel('文档标题')).toHaveValue('荷花共案（个案）')
  await expect(lin.getByText('红色是您自己的二次备课')).toBeVisible()
  await paper(lin).getByText('导入新课。').click()
  await lin.keyboard.press('Home')
  await lin.keyboard.type('看图')
  await paper(lin).getByText('朗读课文三遍。').click()
  await lin.keyboard.press('End')
  for (let i = 0; i < 3; i++) await lin.keyboard.press('Backspace')
  await expect(paper(lin).locator('.doc-own')).toHaveText('看图')
  await expect(paper(lin).locator('.doc-struck')).toHaveText('三遍。')
  await menu(lin, '显示或隐藏二次备课痕迹')
  await expect(paper(lin).locator('.doc-own')).toHaveCount(0)
  await menu(lin, '显示或隐藏二次备课痕迹')
  await state(lin, '已保存')
  // The common plan goes on.
  await paper(page).getByText('朗读课文三遍。').click()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('小结与作业。')
  await paper(page).getByText('导入新课。').click()
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.type('，板书课题')
  await keep(page, '修订稿')
  await lin.getByRole('button', { name: '并入我的个案' }).click()
  const came = lin.getByRole('dialog', { name: '已并入共案的新版' })
  await expect(came.getByRole('listitem')).toHaveText([/改动\s*导入新课，板书课题。/, /新增\s*小结与作业。/])
  await expect(came.locator('ins').first()).toHaveText('，板书课题')
  await came.getByRole('button', { name: '知道了' }).click()
  await expect.poll(() => words(lin).then((w) => w.map((x) => x.replace('三遍。', '')))).toEqual(['看图导入新课，板书课题。', '朗读课文', '小结与作业。'])
  await expect(paper(lin).locator('.doc-own')).toHaveText('看图')
  await expect(lin.getByText('共案有新版')).toHaveCount(0)
  await menu(lin, '打开共案')
  await expect(lin).toHaveURL(new RegExp(`/docs/${id}$`))
  await menu(lin, '我的个案')
  await expect(lin.getByLabel('文档标题')).toHaveValue('荷花共案（个案）')
  await expect(paper(lin)).toContainText('看图')
  // Another one, which is not wanted.
  await paper(page).getByText('小结与作业。').click()
  await page.keyboard.press('End')
  await page.keyboard.type('抄写全文十遍。')
  await keep(page, '又一稿')
  await lin.getByRole('button', { name: '并入我的个案' }).click()
  await came.getByRole('button', { name: '收回这次并入' }).click()
  await expect(lin.getByText('已变回并入之前的样子')).toBeVisible()
  await state(lin, '已保存')
  // What he never had he did not strike out: neither now nor on the next day nor on paper.
  for (const again of [false, true]) {
    if (again) await lin.reload()
    await expect(paper(lin).locator('.doc-own')).toHaveText('看图')
    await expect(paper(lin).locator('.doc-struck')).toHaveText(['三遍。'])
  }
  const printed = await (await lin.request.get(`/api/docs/${lin.url().split('/').pop()}/export?format=html`)).text()
  expect(printed).toContain('三遍。')
  expect(printed).not.toContain('抄写全文')
  expect(lin.wrong).toEqual([])
  await lin.context().close()
})

test('documents are found by their words, in the palette and beside the resources', async ({ page, house }) => {
  for (let i = 1; i <= 4; i++) await make(house, { title: `听课记录之${i}`, kind: 'observation', scope: 'person' })
  const id = await make(house, { title: '春日寻芳教学设计', kind: 'plan' })
  await login(page, house.wang.login)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: '输入要找的资源' }).fill('学情分析')
  const one = page.getByRole('option', { name: /春日寻芳/ })
  await expect(one.locator('mark').first()).toHaveText('学情分析')
  await one.click()
  await expect(page).toHaveURL(new RegExp(`/docs/${id}$`))
  await page.goto(`/r?q=${encodeURIComponent('听课记录')}`)
  const hits = page.getByRole('region', { name: '协作文档' })
  await expect(hits.getByRole('listitem')).toHaveCount(3)
  await hits.getByRole('button', { name: '更多协作文档' }).click()
  await expect(hits.getByRole('listitem')).toHaveCount(4)
  await hits.getByRole('link', { name: '听课记录之1' }).click()
  await expect(page.getByLabel('文档标题')).toHaveValue('听课记录之1')
})
