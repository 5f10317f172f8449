// Every page for everybody: no axe finding, no wider than the window, by keyboard alone, in both languages and
// themes, and in a browser that has nothing newer than Chrome 78.
import { AxeBuilder } from '@axe-core/playwright'
import { docx, pdf } from './files.mjs'
import { PASSWORD, document, expect, give, login, publish, settled, test } from './county.mjs'
import { leftChinese, tooWide } from './words.mjs'

// Whose page it is → the pages.
const pages = {
  county: ['/', '/r', '/r/new', '/mine', '/docs', '/timetable', '/notices', '/me', '/admin/persons', '/admin/roster', '/admin/schools', '/admin/groups', '/admin/taxons', '/admin/calendar', '/admin/timetable'],
  system: ['/admin/settings', '/admin/status'],
  auditor: ['/admin/audit'],
}

async function throughAll(page, house, enter, look) {
  for (const [who, paths] of Object.entries(pages)) {
    await enter(page, house[who].login)
    for (const path of paths) {
      await page.goto(path)
      await settled(page)
      await look(path)
    }
    await page.context().clearCookies()
  }
}

for (const [name, options] of Object.entries({
  'wide and light': { viewport: { width: 1366, height: 768 } },
  'a phone in the dark': { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
})) {
  const looking = async (browser, house, through) => {
    const page = await (await browser.newContext({ baseURL: house.server.base, locale: 'zh-CN', ...options })).newPage()
    const findings = []
    await through(page, async (where) => {
      const { violations } = await new AxeBuilder({ page }).analyze()
      for (const v of violations) findings.push(`${where} ${v.id} ${v.nodes[0].html.slice(0, 120)}`)
      if (await tooWide(page)) findings.push(`${where} is wider than the window`)
    })
    expect(findings).toEqual([])
    await page.context().close()
  }
  test(`axe finds nothing: ${name}`, async ({ browser, house }) => {
    test.setTimeout(200_000)
    await looking(browser, house, async (page, look) => {
      for (const path of ['/login', '/setup']) {
        await page.goto(path)
        await settled(page)
        await look(path)
      }
      await throughAll(page, house, login, look)
      await throughOpened(page, house, look)
    })
  })
  test(`axe finds nothing in a document: ${name}`, async ({ browser, house }) => {
    await looking(browser, house, (page, look) => throughDocument(page, house, look))
  })
}

// What opens over or inside a page, each looked at while it is open.
async function throughOpened(page, house, look) {
  const id = await publish(house, house.wang, { title: '《荷花》无障碍教案', taxons: [house.taxa.lesson, house.taxa.next] }, [
    ['教案.docx', docx('教学设计', '荷叶挨挨挤挤')],
    ['讲义.pdf', pdf('Lotus')],
  ])
  await login(page, house.wang.login)
  await page.goto(`/r/${id}`)
  await settled(page)
  await look('a resource')
  await page.getByRole('button', { name: '教案.docx的操作' }).click()
  await look('the menu of a file')
  await page.getByRole('menuitem', { name: '历史版本' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('versions')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '更多操作' }).click()
  await page.getByRole('menuitem', { name: '手机扫码下载' }).click()
  await expect(page.getByRole('dialog').locator('svg').first()).toBeVisible()
  await look('the QR code')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('the keys')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /输入要找的/ }).fill('荷花')
  await expect(page.getByRole('option', { name: /无障碍/ })).toBeVisible()
  await look('the palette')
  await page.keyboard.press('Escape')
  await page.goto(`/r/${id}/edit`)
  await settled(page)
  await look('editing')
  await page.goto('/r?q=荷花')
  await expect(page.locator('mark').first()).toBeVisible()
  await look('what was found')
  await page.locator('.library-pick').first().check()
  await look('something picked')
  await page.goto(`/r/${id}`)
  await page.locator('.drop input[type=file]').first().setInputFiles({ name: '板书.pdf', mimeType: '', buffer: pdf('Board') })
  await expect(page.getByRole('region', { name: '上传队列' }).getByText(/已完成 ·/)).toHaveCount(1)
  await look('the upload panel')
  await login(page, house.county.login)
  await page.goto(`/admin/persons/${house.lin.id}`)
  await settled(page)
  await look('a person')
  await page.goto('/admin/slips')
  await settled(page)
  await look('no slips')
}

async function throughDocument(page, house, look) {
  await login(page, house.wang.login)
  await page.goto('/docs')
  await settled(page)
  await page.getByRole('button', { name: '新建文档' }).first().click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('a new document')
  await page.keyboard.press('Escape')
  await page.goto(`/docs/${await document(house, house.wang, { title: '《荷花》教学设计', kind: 'plan' })}`)
  await expect(page.locator('[data-saved]')).toHaveText('已保存')
  await expect(page.getByText(/ 字 · 不计空格/)).toBeVisible()
  await look('a document')
  const write = page.getByRole('button', { name: '编辑', exact: true })
  if (await write.count()) await write.click()
  const cell = page.locator('.doc-text td').first()
  await cell.evaluate((e) => e.scrollIntoView({ block: 'center' }))
  await cell.click()
  await expect(page.getByRole('button', { name: '合并单元格' })).toBeVisible()
  await look('a table of a document')
  await page.getByRole('button', { name: '文字颜色' }).click()
  await expect(page.getByRole('menuitemradio', { name: '红色' })).toBeVisible()
  await look('colours')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '公式', exact: true }).click()
  await page.getByLabel('LaTeX').fill('x^2')
  await expect(page.locator('.doc-math-shown .katex')).toBeVisible()
  await look('a formula')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Control+h')
  await page.getByLabel('查找内容').fill('教学')
  await expect(page.getByText(/共 \d+ 处/)).toBeVisible()
  await look('finding')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '更多操作' }).click()
  await page.getByRole('menuitem', { name: '历史版本' }).click()
  await expect(page.getByText('还没有版本')).toBeVisible()
  await look('versions of a document')
  await throughVersions(page, Number(page.url().split('/').pop()), look)
}

// Two versions beside each other, a plan of one's own, what a new version of the common one brought to it.
async function throughVersions(page, id, look) {
  const post = (path, body) =>
    page.evaluate(
      async ([path, body]) => {
        const headers = { 'content-type': 'application/json', 'idempotency-key': String(Math.random()).repeat(2) }
        return (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
      },
      [path, body],
    )
  const text = page.locator('.doc-place > .doc-text').first()
  const line = async (words, more) => {
    await text.getByText(words).first().click()
    await page.keyboard.press('End')
    await page.keyboard.type(more)
    await expect(page.locator('[data-saved]')).toHaveText('已保存')
  }
  await post(`/api/docs/${id}/versions`, { name: '定稿' })
  const { id: own } = await post(`/api/docs/${id}/branch`, { title: '我的荷花' })
  await page.reload()
  const write = page.getByRole('button', { name: '编辑', exact: true })
  await expect(text).toBeVisible()
  if (await write.count()) await write.click()
  await line('学情分析', '（三年级）')
  await post(`/api/docs/${id}/versions`, { name: '修订稿' })
  await page.getByRole('button', { name: '更多操作' }).click()
  await page.getByRole('menuitem', { name: '历史版本' }).click()
  await page.getByRole('button', { name: /^定稿/ }).click()
  await page.getByLabel('与哪个版本对照').selectOption({ label: '现在的内容' })
  await expect(page.locator('.doc-was ins')).toHaveText('（三年级）')
  await look('two versions')
  await page.goto(`/docs/${own}`)
  await expect(page.getByText('共案有新版')).toBeVisible()
  if (await write.count()) await write.click()
  await line('教材分析', '我的话')
  for (let i = 0; i < 4; i++) await page.keyboard.press('Backspace')
  await page.keyboard.type('我')
  await expect(page.locator('.doc-struck')).toHaveText('析')
  await expect(page.locator('.doc-own')).toHaveText('我')
  await look('a plan of my own')
  await page.getByRole('button', { name: '并入我的个案' }).click()
  await expect(page.getByRole('dialog').locator('ins')).toHaveText('（三年级）')
  await look('what came')
}

test('by keyboard alone: log in, find, open, come back to where one was', async ({ page, house }) => {
  await publish(house, house.wang, { title: '键盘能打开的教案', taxons: [house.taxa.next] }, [['教案.pdf', pdf('Lotus')]])
  await page.goto('/login')
  await expect(page.getByLabel('工号或手机号')).toBeFocused()
  await page.keyboard.type(house.lin.login)
  await page.keyboard.press('Tab')
  await page.keyboard.type('Lotus-pond-2026')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: '我的账号' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: /输入要找的/ })).toBeFocused()
  await page.keyboard.type('键盘能打开')
  await expect(page.getByRole('option', { name: '键盘能打开的教案' })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: '键盘能打开的教案' })).toBeVisible()
  // A menu takes the focus and gives it back.
  const more = page.getByRole('button', { name: '教案.pdf的操作' })
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: '下载' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem', { name: '历史版本' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(more).toBeFocused()
  // So does a window over the page.
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: '键盘快捷键' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await expect(page.getByRole('heading', { name: '资源库', level: 1 })).toBeVisible()
})

test('a PDF shows its page', async ({ page, house }) => {
  const id = await publish(house, house.wang, { title: '有一页的讲义', taxons: [house.taxa.next] }, [['讲义.pdf', pdf('Lotus')]])
  await login(page, house.lin.login)
  await page.goto(`/r/${id}`)
  await expect(page.getByText('共 1 页')).toBeVisible()
  const ink = () =>
    page.locator('canvas.pdf-page').evaluate((c) => {
      const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height)
      return data.some((v, i) => i % 4 === 0 && v < 128)
    })
  await expect.poll(ink).toBe(true)
})

test('English is complete, large text fits a phone', async ({ browser, house }) => {
  test.setTimeout(120_000)
  const context = await browser.newContext({ baseURL: house.server.base, viewport: { width: 390, height: 844 } })
  await context.addInitScript(() => localStorage.setItem('jibei.look', JSON.stringify({ theme: 'dark', size: 'huge', language: 'en' })))
  const page = await context.newPage()
  const findings = []
  const look = async (where) => {
    for (const one of await leftChinese(page)) findings.push(`${where}: ${one}`)
  }
  const fill = async (page, name, password) => {
    await page.goto('/login')
    await page.getByLabel('Staff number or phone').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
  }
  const enter = async (page, name) => {
    await fill(page, name, PASSWORD)
    await expect(page.getByRole('button', { name: 'My account' })).toBeVisible()
  }
  await throughAll(page, house, enter, async (path) => {
    expect(await tooWide(page), path).toBe(false)
    await look(path)
  })
  // What the server says: a refusal, at a field, of a file, in a notice.
  await fill(page, 'nobody', 'Wrong-password-1')
  await expect(page.getByText('Wrong account or password')).toBeVisible()
  await look('a refusal')
  const id = await publish(house, house.wang, { title: '《荷花》英文界面', taxons: [house.taxa.lesson] }, [
    ['教案.docx', docx('教学设计', '荷叶挨挨挤挤')],
    ['讲义.pdf', pdf('Lotus')],
  ])
  give(['教学设计', '荷叶挨挨挤挤'])
  await house.admin.post(`/api/persons/${house.lin.id}/hand-over`, { to: house.wang.id })
  await enter(page, house.county.login)
  for (const path of [`/r/${id}`, '/r?q=荷花', `/admin/persons/${house.wang.id}`, '/admin/slips', '/nowhere']) {
    await page.goto(path)
    await settled(page)
    await look(path)
  }
  await page.goto('/notices')
  await expect(page.getByText('Please ask two colleagues to be the system administrator')).toBeVisible()
  await look('a notice')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('the keys')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeVisible()
  await look('the palette')
  await page.keyboard.press('Escape')
  await page.goto('/admin/schools')
  await settled(page)
  await page.getByRole('button', { name: 'New school' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('a window')
  await page.keyboard.press('Escape')
  await page.context().clearCookies()
  await enter(page, house.wang.login)
  await page.goto('/docs')
  await page.getByRole('button', { name: 'New document' }).first().click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('a new document')
  await page.keyboard.press('Escape')
  await page.goto(`/docs/${await document(house, house.wang, { title: '白纸', kind: 'blank' })}`)
  await expect(page.locator('[data-saved]')).toHaveText('Saved')
  await page.getByRole('button', { name: 'Write', exact: true }).click()
  await expect(page.getByRole('toolbar')).toBeVisible()
  expect(await tooWide(page), 'a document').toBe(false)
  await page.getByRole('button', { name: 'Formula' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('a document and a formula')
  await page.keyboard.press('Escape')
  await page.goto('/notices')
  await expect(page.getByText('林演示 handed over to you: 0 resources, 0 prep groups to lead.')).toBeVisible()
  await look('a notice with names in it')
  await page.goto(`/r/${id}/edit`)
  await settled(page)
  await look('editing')
  await page.goto(`/r/${id}`)
  await page.locator('.drop input[type=file]').first().setInputFiles({ name: 'setup.exe', mimeType: '', buffer: Buffer.from('MZ program') })
  await expect(page.getByText('Programs, scripts and shortcuts cannot be uploaded')).toBeVisible()
  await look('a file refused')
  expect(findings).toEqual([])
  await context.close()
})

test('works with nothing newer than Chrome 78', async ({ page, house }) => {
  await page.addInitScript(() => {
    for (const [where, names] of [
      [Array.prototype, ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with']],
      [String.prototype, ['at', 'replaceAll', 'isWellFormed', 'toWellFormed']],
      [Object, ['hasOwn', 'groupBy']],
      [Promise, ['any', 'withResolvers', 'try']],
      [window, ['structuredClone', 'WeakRef', 'FinalizationRegistry', 'AggregateError', 'requestIdleCallback', 'navigation', 'CSSStyleSheet.prototype.replaceSync']],
      [Crypto.prototype, ['randomUUID']],
      [Element.prototype, ['replaceChildren', 'checkVisibility', 'setHTML', 'togglePopover', 'showPopover', 'hidePopover']],
      [AbortSignal, ['timeout', 'any', 'abort']],
      [Blob.prototype, ['bytes']],
      [URL, ['canParse', 'parse']],
    ])
      for (const name of names) if (where && name in where) delete where[name]
  })
  const id = await publish(house, house.wang, { title: '旧电脑也能看', taxons: [house.taxa.next] }, [['讲义.pdf', pdf('Old')]])
  await throughAll(page, house, login, () => expect(page.locator('h1').first()).toBeVisible())
  await login(page, house.lin.login)
  await page.goto(`/r/${id}`)
  await expect(page.getByText('共 1 页')).toBeVisible()
  await page.goto(`/docs/${await document(house, house.lin, { title: '旧电脑也能写', kind: 'plan' })}`)
  await page.locator('.doc-text h2').first().click()
  await page.keyboard.press('End')
  await page.keyboard.type('写得进去')
  await expect(page.getByText('课标要求写得进去').first()).toBeVisible()
  await page.locator('.doc-text td').first().click()
  await page.getByRole('button', { name: '在下方插入行' }).click()
  await page.getByRole('button', { name: '公式', exact: true }).click()
  await page.getByLabel('LaTeX').fill('x^2')
  await expect(page.locator('.doc-math-shown .katex')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator('[data-saved]')).toHaveText('已保存')
})
