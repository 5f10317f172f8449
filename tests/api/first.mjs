// The first person of an empty county, for tests that need no demo: made over /api/setup with the code that only
// who can read the data folder knows.
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { client } from './client.mjs'

const PASSWORD = 'Erste-Probe-2025'

export async function first(server) {
  const mac = crypto.createHmac('sha256', fs.readFileSync(path.join(server.data, 'secret'))).update('setup').digest()
  const letters = [...mac.subarray(0, 8)].map((b) => 'ABCDEFGHJKMNPQRSTUVWXYZ23456789X'[b & 31]).join('')
  const admin = await client(server.base)
  await admin.post('/api/setup', {
    code: `${letters.slice(0, 4)}-${letters.slice(4)}`,
    county: '演示县',
    name: '演示管理员',
    login: 'county',
    password: PASSWORD,
  })
  return admin.login('county', PASSWORD)
}
