// Five teachers in five browsers write one document at the same time; in the middle of it the server is killed. What was
// shown as saved is there for who comes new, before any of the five is back; then all that was typed is, once, for all.
import { start } from '../api/server.mjs'
import { document, expect, found, test as base } from './county.mjs'
import { enter, open, paper, saved, words } from './windows.mjs'

const ROUNDS = 6
const LETTERS = ['甲', '乙', '丙', '丁', '戊']

const test = base.extend({
  house: [
    async ({}, use) => {
      const server = await start({ keep: true })
      const house = { server, ...(await found(server)) }
      await use(house)
      house.server.keep = false
      await house.server.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

test('five write at once, and the server is killed in the middle', async ({ browser, house }) => {
  test.setTimeout(150_000)
  const id = await document(house, house.wang, { title: '五人共案', kind: 'blank', scope: 'school' })
  const pages = []
  for (const who of [house.wang, house.lin, house.wang, house.lin, house.wang]) pages.push(await enter(browser, house, who))
  for (const page of pages) await open(page, id)
  await paper(pages[0]).click()
  await pages[0].keyboard.type(LETTERS[0])
  for (const letter of LETTERS.slice(1)) {
    await pages[0].keyboard.press('Enter')
    await pages[0].keyboard.type(letter)
  }
  for (const page of pages) await expect(paper(page)).toContainText('戊')

  // Each in a paragraph of his own, as fast as it goes; the ledger holds what was shown as saved.
  const ledger = []
  let killed = false
  let third
  const far = new Promise((resolve) => (third = resolve))
  const write = async (page, letter) => {
    await paper(page).locator('p', { hasText: letter }).click({ position: { x: 300, y: 12 } })
    for (let n = 0; n < ROUNDS; n++) {
      const token = `${letter}${n}。`
      await page.keyboard.type(token)
      if (killed || n > 3) continue
      const shown = await page.waitForFunction(() => document.querySelector('[data-saved]')?.textContent.trim() === '已保存', null, { timeout: 5000 }).catch(() => null)
      if (shown && !killed) ledger.push(token)
      if (n === 2) third()
    }
  }
  const all = Promise.all(pages.map((page, i) => write(page, LETTERS[i])))
  await far
  killed = true
  const before = [...ledger]
  await house.server.stop({ signal: 'SIGKILL' })
  await Promise.all(pages.map((page) => page.context().setOffline(true)))
  await all
  expect(before.length).toBeGreaterThan(4)

  house.server.args = ['--listen', `127.0.0.1:${house.server.port}`]
  house.server = await house.server.again()
  const late = await enter(browser, house, house.lin)
  await open(late, id)
  const there = (await words(late)).join('\n')
  expect(before.filter((token) => !there.includes(token))).toEqual([])

  // The five come back; then all at one place.
  await Promise.all(pages.map((page) => page.context().setOffline(false)))
  const everybody = [...pages, late]
  for (const page of everybody) await saved(page)
  const whole = LETTERS.map((letter) => letter + Array.from({ length: ROUNDS }, (_, n) => `${letter}${n}。`).join(''))
  for (const page of everybody) await expect.poll(() => words(page)).toEqual(whole)
  for (const page of pages) await paper(page).locator('p').first().click({ position: { x: 600, y: 12 } })
  await Promise.all(pages.map((page, i) => page.keyboard.type(String(i).repeat(20), { delay: 5 })))
  for (const page of everybody) await saved(page)
  const first = async (page) => (await words(page))[0]
  const [one, ...others] = pages
  await expect.poll(async () => [...(await first(one)).slice(whole[0].length)].sort().join('')).toBe(['0', '1', '2', '3', '4'].map((c) => c.repeat(20)).join(''))
  for (const page of [...others, late]) await expect.poll(() => first(page)).toBe(await first(one))
  for (const page of everybody) {
    expect(page.wrong).toEqual([])
    await page.context().close()
  }
})
