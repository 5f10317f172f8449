// Pages on an old school PC behind a slow line: 4 × slower CPU, 1.6 Mbit/s, 150 ms, nothing in the cache. From the
// address to what the page is for, as the browser's own clock has it; medians of five.
import fs from 'node:fs'
import { chromium } from '@playwright/test'
import { jibei, demo, token, tmp, median, spread, row } from './lib.mjs'

const LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 1.6e6 / 8 }
const RUNS = 5

// What it is, who looks, where, and what must be there.
const pages = [
  ['登录页', 'nobody', '/login', '.gate form button'],
  ['首页（本周的课）', 'wang', '/', '.course'],
  ['资源库', 'wang', '/r', '.library-row'],
  ['搜索结果', 'wang', '/r?q=教学设计', '.library-row'],
  ['新建资源', 'wang', '/r/new', '.edit-modes .check'],
  ['我的资源', 'wang', '/mine', '.rc'],
  ['消息', 'wang', '/notices', '.notice'],
  ['个人设置', 'wang', '/me', '.line'],
  ['教师与账号', 'county', '/admin/persons', '.table tbody tr'],
  ['名册导入', 'county', '/admin/roster', 'textarea'],
  ['学校', 'county', '/admin/schools', '.table tbody tr'],
  ['集团', 'county', '/admin/groups', '.table tbody tr'],
  ['教材目录', 'county', '/admin/taxons', '.line'],
  ['学期', 'county', '/admin/calendar', '.term-change'],
  ['系统设置', 'system', '/admin/settings', '.settings-grid input'],
  ['运行状态', 'system', '/admin/status', '.facts'],
  ['审计日志', 'audit', '/admin/audit', '.table tbody tr'],
]

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

async function session(base, login) {
  const r = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { origin: base, 'content-type': 'application/json' },
    body: JSON.stringify({ login, password: 'Demo-2025-pass' }),
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
    const cookies = { nobody: [] }
    for (const who of ['wang', 'county', 'system', 'audit']) cookies[who] = await session(s.base, who)
    const id = await newest(s.base, key)
    for (const [what, who, path, selector] of [...pages, ['资源页', 'wang', `/r/${id}`, '.fl-row']]) {
      const times = []
      for (let i = 0; i < RUNS; i++) times.push((await visit(browser, s.base, cookies[who], path, selector)) / 1000)
      rows.push(row(`${what}，秒`, median(times), '<=', 1.5, spread(times)))
    }
  } finally {
    await browser.close()
    await s.stop()
    fs.rmSync(dir, { recursive: true })
  }
  return rows
}
