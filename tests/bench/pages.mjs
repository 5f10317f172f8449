// Pages on an old school PC behind a slow line: 4 × slower CPU, 1.6 Mbit/s, 150 ms, nothing in the cache. From the
// address to what the page is for, as the browser's own clock has it; medians of five.
import fs from 'node:fs'
import { chromium } from '@playwright/test'
import { jibei, demo, token, tmp, median, spread, row } from './lib.mjs'

const LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 1.6e6 / 8 }
const RUNS = 5

// Notes the time when the first frame with what is waited for has been drawn.
const watch = (selector) => {
  const seen = new MutationObserver(() => {
    if (!document.querySelector(selector)) return
    seen.disconnect()
    requestAnimationFrame(() => setTimeout(() => (window.readyAt = performance.now())))
  })
  seen.observe(document, { childList: true, subtree: true })
}

async function visit(browser, base, cookies, path, selector) {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 768 } })
  await context.addCookies(cookies)
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', LINE)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.addInitScript(watch, selector)
  await page.goto(base + path, { waitUntil: 'commit' })
  const at = await (await page.waitForFunction(() => window.readyAt)).jsonValue()
  await context.close()
  return at
}

async function session(base) {
  const r = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { origin: base, 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'wang', password: 'Demo-2025-pass' }),
  })
  if (!r.ok) throw new Error(`the login answers ${r.status}`)
  return r.headers.getSetCookie().map((line) => {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
    return { name, value, url: base }
  })
}

// The newest resource that wang sees and that has a file to show.
async function newest(base, key) {
  const r = await fetch(`${base}/api/resources?limit=1`, { headers: { authorization: `Bearer ${key}` } })
  return (await r.json()).items[0].id
}

export async function run() {
  const dir = tmp('pages')
  demo(dir)
  const key = token(dir, 'wang')
  const s = await jibei(dir)
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
  const rows = []
  try {
    const cookies = await session(s.base)
    for (const [what, path, selector, own] of [
      ['登录页可用', '/login', '.gate form button', []],
      ['首页出现本周的课', '/', '.course', cookies],
      ['资源库列表出现', '/r', '.library-row', cookies],
      ['资源页文件出现', `/r/${await newest(s.base, key)}`, '.fl-row', cookies],
    ]) {
      const times = []
      for (let i = 0; i < RUNS; i++) times.push((await visit(browser, s.base, own, path, selector)) / 1000)
      rows.push(row(`${what}，秒`, median(times), '<=', 1.5, spread(times)))
    }
  } finally {
    await browser.close()
    await s.stop()
    fs.rmSync(dir, { recursive: true })
  }
  return rows
}
