// A county made through the API, as a real one would be: an administrator by the setup code, a town, two groups'
// worth of schools, people with first passwords that they change.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { client } from './client.mjs'
import { start } from './server.mjs'

export const PASSWORD = 'Sunny-Day-4711'

// The code stands on the lines that serve prints while nobody is there.
async function setupCode(server) {
  for (;;) {
    const m = /初始化码\D*?([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(server.out)
    if (m) return m[1]
    const ended = await Promise.race([once(server.child.stdout, 'data').then(() => false), server.exited.then(() => true)])
    assert.ok(!ended, `no setup code printed: ${server.out}`)
  }
}

export async function county() {
  const server = await start()
  try {
    const nobody = await client(server.base)
    const json = { code: await setupCode(server), county: '测试县', name: '李管理', login: 'county', password: PASSWORD }
    await nobody.want(204, 'POST', '/api/setup', { json })
    const admin = await nobody.fresh().login('county', PASSWORD)
    return { server, nobody, admin }
  } catch (e) {
    server.child.kill('SIGKILL')
    throw e
  }
}

// A person who has changed the password of the slip already, logged in.
export async function enter(c, nobody, body, password = PASSWORD) {
  const { json } = await c.post('/api/persons', body)
  const one = await nobody.fresh().login(json.slip.login, json.slip.password)
  await one.want(204, 'POST', '/api/me/password', { json: { old_password: json.slip.password, new_password: password } })
  return Object.assign(one, { id: json.person.id, slip: json.slip, account: json.slip.login })
}

export const school = async (admin, code, name, more = {}) =>
  (await admin.post('/api/schools', { code, name, ...more })).json
