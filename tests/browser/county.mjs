// The county the stories play in, made through the commands and the API of a fresh server: two schools that
// share nothing, teachers 王演示 and 林演示 of the first and 方演示 of the second, one textbook down to its lessons.
// A story fails when the page's own code writes an error to the console.
import { test as base, expect } from '@playwright/test'
import { client } from '../api/client.mjs'
import { start } from '../api/server.mjs'

export { expect }
export const PASSWORD = 'Lotus-pond-2026'

// Every string with Chinese in it that the stories gave to the server: whatever else of it is on a page is the client's.
export const given = new Set()
export function give(value) {
  if (typeof value === 'string' && /\p{Script=Han}/u.test(value)) given.add(value)
  else if (value && typeof value === 'object') Object.values(value).forEach(give)
}

// A client whose bodies are remembered as given.
async function giver(base) {
  const c = await client(base)
  const post = c.post.bind(c)
  c.post = (path, body, more) => (give(body), post(path, body, more))
  return c
}

// A first login with the password of a slip, which must be changed.
async function enter(server, login, given) {
  const person = await client(server.base)
  await person.post('/api/session', { login, password: given })
  await person.post('/api/me/password', { old_password: given, new_password: PASSWORD })
}

async function teacher(admin, server, school, name, staff_no) {
  const { person, slip } = (await admin.post('/api/persons', { name, staff_no, school, subject: 'chinese', grade: 'P3' })).json
  await enter(server, slip.login, slip.password)
  return { id: person.id, login: slip.login, name }
}

// One of the administrators, who are at no school.
async function appoint(admin, server, name, role) {
  const one = await teacher(admin, server, 0, name, '')
  await admin.post(`/api/persons/${one.id}/roles`, { role, scope_kind: 'county' })
  return one
}

async function spine(admin) {
  const child = async (parent, name, more = {}) => {
    const there = (await admin.get(parent ? `/api/taxa?parent=${parent}` : '/api/taxa')).json.items.find((x) => x.name === name)
    return there ? there.id : (await admin.post('/api/taxa', { parent, name, ...more })).json.self.id
  }
  const stage = await child(0, '小学', { code: 'primary' })
  const subject = await child(stage, '语文', { code: 'chinese' })
  const edition = await child(subject, '统编版')
  const volume = await child(edition, '三年级下册', { grade: 'P3' })
  const unit = await child(volume, '第一单元')
  return { volume, unit, lesson: await child(unit, '2 荷花'), next: await child(unit, '3 燕子 · 口语交际：春游去哪儿玩 · 习作：我的植物朋友') }
}

export async function found(server) {
  const made = server.command('init', '--county', '演示县', '--name', '周演示', '--login', 'county', '--password', PASSWORD)
  expect(made.status, made.stderr).toBe(0)
  give(['演示县', '周演示'])
  const admin = await giver(server.base)
  await admin.post('/api/session', { login: 'county', password: PASSWORD })
  const school = async (code, name) => (await admin.post('/api/schools', { code, name, type: '211' })).json.id
  const near = await school('2144000001', '演示县荷塘小学')
  const far = await school('2144000002', '演示县远山小学')
  return {
    admin,
    county: { login: 'county' },
    system: await appoint(admin, server, '纪演示', 'sysadmin'),
    auditor: await appoint(admin, server, '沈演示', 'auditor'),
    taxa: await spine(admin),
    wang: await teacher(admin, server, near, '王演示', 'wang01'),
    lin: await teacher(admin, server, near, '林演示', 'lin01'),
    fang: await teacher(admin, server, far, '方演示', 'fang01'),
  }
}

export async function login(page, name, password = PASSWORD) {
  await page.goto('/login')
  await page.getByLabel('工号或手机号').fill(name)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('button', { name: '我的账号' })).toBeVisible()
}

// All that the page asked for has come, and nothing stands for what is still to come.
export async function settled(page) {
  await expect(page.locator('h1').first()).toBeVisible()
  await page.waitForLoadState('networkidle')
  await expect(page.locator('.skeleton')).toHaveCount(0)
}

// A live document of somebody's, made through the API.
export async function document(house, who, form) {
  const c = await giver(house.server.base)
  await c.post('/api/session', { login: who.login, password: PASSWORD })
  return (await c.post('/api/docs', form)).json.id
}

// A published resource with files, made through the API: [[name, bytes], …].
export async function publish(house, who, form, files) {
  const c = await giver(house.server.base)
  give(files.map(([name]) => name))
  await c.post('/api/session', { login: who.login, password: PASSWORD })
  const body = { kind: 'lesson_plan', origin: 'own', licence: 'share', scope: 'school', authors: [who.name], ...form }
  const { id } = (await c.post('/api/resources', body)).json
  for (const [name, bytes] of files) {
    const headers = { 'tus-resumable': '1.0.0', 'upload-length': String(bytes.length), 'content-type': 'application/offset+octet-stream' }
    headers['upload-metadata'] = `filename ${Buffer.from(name).toString('base64')},resource ${Buffer.from(String(id)).toString('base64')}`
    const made = await c.want(201, 'POST', '/api/uploads', { headers, body: bytes })
    await c.post(`/api/resources/${id}/files`, { upload_id: made.headers.location.split('/').pop() })
  }
  await c.post(`/api/resources/${id}/acts`, { act: 'publish' })
  return id
}

export const test = base.extend({
  house: [
    async ({}, use) => {
      const server = await start()
      await use({ server, ...(await found(server)) })
      await server.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ house }, use) => use(house.server.base),
  // What the browser writes about a refused or broken request is its own; what our code writes is not expected.
  page: async ({ page }, use) => {
    const seen = []
    page.on('console', (m) => {
      if (m.type() === 'error' && !/Failed to load resource|net::ERR_|WebSocket connection/.test(m.text())) seen.push(m.text())
    })
    page.on('pageerror', (e) => seen.push(String(e)))
    await use(page)
    expect(seen).toEqual([])
  },
})
