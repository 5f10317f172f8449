// A county with one 备课组 across two schools, and a session of it: who is what in it is in the names.
//   chief leads the 备课组 and takes no part · member is in the 备课组 and takes no part · principal administers the
//   school of host, lead and recorder · stranger teaches in a third school
import { county, enter, school } from './people_county.mjs'

export const DAY = 86_400_000
export const MINUTE = 60_000
const iso = (t) => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10)

export async function prepCounty() {
  const { server, nobody, admin } = await county()
  const [a, b, c] = [await school(admin, 'S01', '第一小学'), await school(admin, 'S02', '第二小学'), await school(admin, 'S03', '第三小学')]
  const group = (await admin.post('/api/groups', { name: '第一集团', mode: 'tight', lead_school: a.id })).json
  await admin.post(`/api/groups/${group.id}/members`, { school: b.id })
  const who = {}
  const names = { host: '韩主持', lead: '林主备', recorder: '吴记录', part: '王参备', guest: '顾教研', chief: '陈组长', member: '马成员', principal: '高校长', stranger: '史外人' }
  const at = { part: b.id, guest: c.id, stranger: c.id }
  let n = 0
  for (const [key, name] of Object.entries(names)) who[key] = await enter(admin, nobody, { name, staff_no: String(++n), school: at[key] ?? a.id })
  await admin.post(`/api/persons/${who.principal.id}/roles`, { role: 'school_admin', scope_kind: 'school', scope_id: a.id })
  const dept = (await admin.post('/api/depts', { kind: 'prep', name: '三年级语文备课组', group: group.id, subject: 'chinese', grade: 'P3' })).json
  for (const key of ['host', 'lead', 'recorder', 'part', 'chief', 'member'])
    await admin.post(`/api/depts/${dept.id}/members`, { person: who[key].id, leader: key === 'chief' })
  const now = Date.now()
  const term = (await admin.post('/api/terms', { key: '2025-1', name: '2025—2026学年第一学期', first_day: iso(now - 40 * DAY), last_day: iso(now + 80 * DAY), changes: [] })).json
  return { server, nobody, admin, who, dept, term, schools: [a, b, c], group }
}

export function form(k, more = {}) {
  const { who, dept } = k
  const now = Date.now()
  return {
    dept: dept.id,
    title: '荷花',
    lead: who.lead.id,
    host: who.host.id,
    recorder: who.recorder.id,
    participants: [who.part.id],
    guests: [who.guest.id],
    starts_at: now - 5 * MINUTE,
    ends_at: now + 60 * MINUTE,
    way: 'online',
    ...more,
  }
}

export const STAGES = ['plan', 'draft', 'presentation', 'discussion', 'finalize', 'personal', 'reflection', 'archive']

// A session, brought to a stage by its host.
export async function session(k, stage = 'plan', more = {}) {
  const { json } = await k.who.host.post('/api/preps', form(k, more))
  return stage === 'plan' ? json : (await k.who.host.post(`/api/preps/${json.id}/acts`, { act: 'move', stage, note: '试' })).json
}
