// A window of its own for each of several people, and the text of a document in one of them.
import { expect, login } from './county.mjs'

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

// What its code writes to the console as an error, and what it throws, is in page.wrong; the story looks at it in the end.
export async function enter(browser, house, who, options = {}) {
  const context = await browser.newContext({ baseURL: house.server.base, locale: 'zh-CN', viewport: { width: 1366, height: 768 }, ...options })
  const page = await context.newPage()
  page.wrong = []
  page.on('pageerror', (e) => page.wrong.push(String(e)))
  page.on('console', (m) => m.type() === 'error' && !/Failed to load resource|net::ERR_|WebSocket connection/.test(m.text()) && page.wrong.push(m.text()))
  await login(page, who.login)
  return page
}

export const paper = (page) => page.locator('.doc-place > .doc-text').first()
export const state = (page, words) => expect(page.locator('[data-saved]')).toHaveText(words)
export const saved = (page) => state(page, '已保存')
export async function open(page, id) {
  await page.goto(`/docs/${id}`)
  await expect(paper(page)).toBeVisible()
}
// The blocks' words, without the names at others' carets.
export const words = (page) =>
  paper(page).evaluate((e) => {
    const bare = e.cloneNode(true)
    bare.querySelectorAll('.doc-caret').forEach((c) => c.remove())
    return [...bare.children].map((c) => c.textContent)
  })
