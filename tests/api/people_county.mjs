// A county made through the API, as a real one would be: an administrator by the setup code, a town, two groups'
// worth of schools, people with first passwords that they change.
import assert from 'node:assert/strict'
import { client } from './client.mjs'
import { start } from './server.mjs'

export const PASSWORD = 'Sunny-Day-4711'

export async function county() {
  const server = await start()
  const nobody = await client(server.base)
  const code = /初始化码：([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(server.out)
  assert.ok(code, `no setup code printed: ${server.out}`)
  await nobody.want(204, 'POST', '/api/setup', {
    json: { code: code[1], county: '测试县', name: '李管理', login: 'county', password: PASSWORD },
  })
  const admin = await nobody.fresh().login('county', PASSWORD)
  return { server, nobody, admin }
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
