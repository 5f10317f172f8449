// Walks prep.matrix: in every stage every act is asked for by everybody. Who may finds the act in the session's list of
// what he may and, where that leaves the stage alone, does it; who may not finds it not and is refused.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { after, before, test } from 'node:test'
import { enter } from './people_county.mjs'
import { prepCounty, session, STAGES } from './prep_county.mjs'

const table = Object.fromEntries(
  fs
    .readFileSync(new URL('prep.matrix', import.meta.url), 'utf8')
    .split('\n')
    .filter((l) => /^[a-z_]+ /.test(l) && !l.startsWith('act '))
    .map((l) => l.trim().split(/\s+/))
    .map(([act, ...cells]) => [act, cells])
)
const acts = Object.keys(table).filter((a) => a !== 'write' && a !== 'comment')

let k, letters, things
before(async () => {
  k = await prepCounty()
  const { host, lead, recorder, part, guest, chief, member } = k.who
  const admin = await enter(k.admin, k.nobody, { name: '管集团', staff_no: '99', school: k.schools[0].id })
  await k.admin.post(`/api/persons/${admin.id}/roles`, { role: 'group_admin', scope_kind: 'group', scope_id: k.group.id })
  letters = { H: host, L: lead, R: recorder, P: part, G: guest, C: chief, M: member, A: admin }
})
after(() => k?.server.stop())

// How each act is asked for. Those that would move the session are only done where they must fail.
let papers = 0
const asks = {
  edit: ['PATCH', '', { title: '荷花' }],
  next: ['POST', '/acts', { act: 'next' }, 'moves'],
  hand_in: ['POST', '/acts', { act: 'hand_in' }, 'moves'],
  publish: ['POST', '/publish', { scope: 'school' }, 'moves'],
  close: ['POST', '/acts', { act: 'close' }, 'moves'],
  move: ['POST', '/acts', { act: 'move', stage: 'plan', note: '试' }, 'moves'],
  open: ['POST', '/acts', { act: 'open' }, 'moves'],
  cancel: ['POST', '/acts', { act: 'cancel', note: '试' }, 'moves'],
  resume: ['POST', '/acts', { act: 'resume' }, 'moves'],
  get doc_add() {
    return ['POST', '/docs', { kind: 'guide', title: `第${++papers}份` }]
  },
  offer: ['PATCH', '$doc', { template: true }],
  answer: ['POST', '/answer', { answer: 'yes' }],
  opine: ['POST', '/opinions', { kind: 'opinion', body: '一' }],
  reply: ['POST', '/opinions', { kind: 'reply', parent: '$opinion', body: '二' }],
  decide: ['POST', '/opinions/$opinion/decision', { decision: 'adopted' }],
  resolve: ['POST', '/opinions/$opinion/resolved', { resolved: true }],
  chat: ['POST', '/chat', { body: '好' }],
  reflect: ['POST', '/reflections', { body: '思' }],
  ask: ['POST', '/votes', { question: '用哪一个？', options: ['一', '二'] }],
  choose: ['POST', '/votes/$vote/ballot', { option: 1 }],
  ask_end: ['POST', '/votes/$vote/close', {}, 'moves'],
  timer: ['POST', '/timer', { words: '说课', minutes: 15 }],
  record: ['PATCH', '/record', { summary: '述' }],
  sign: ['POST', '/record/sign', { sign: false }],
}

async function ask(c, act, id) {
  const [method, tail, body] = asks[act]
  const target = (tail === '$doc' ? `/api/docs/${things.doc}` : `/api/preps/${id}${tail}`).replace('$opinion', things.opinion).replace('$vote', things.vote)
  const json = JSON.parse(JSON.stringify(body).replace('"$opinion"', things.opinion))
  const options = { json }
  if (method === 'PATCH') {
    const rev = act === 'record' ? (await c.get(`/api/preps/${id}/record`)).json.rev : (await c.get(target)).json.rev
    options.headers = { 'if-match': `"${rev}"` }
  }
  return (await c.ask(method, target, options)).status
}

test('every act has a line', async () => {
  const source = fs.readFileSync(new URL('../../server/app/prep_stages.def', import.meta.url), 'utf8')
  assert.deepEqual([...source.matchAll(/^ACT\((\w+)/gm)].map((m) => m[1]).sort(), acts.sort())
  for (const [act, cells] of Object.entries(table)) assert.equal(cells.length, STAGES.length, act)
})

for (const [n, stage] of STAGES.entries())
  test(`who may what in ${stage}`, async () => {
    const wrong = []
    const { id } = await session(k, 'discussion', { silent: n % 2 === 0 })
    const opinion = (await k.who.part.post(`/api/preps/${id}/opinions`, { kind: 'opinion', body: '意见' })).json
    const doc = (await k.who.lead.post(`/api/preps/${id}/docs`, { kind: 'plan' })).json
    const vote = (await k.who.host.post(`/api/preps/${id}/votes`, { question: '用哪一个？', options: ['一', '二'] })).json
    things = { opinion: opinion.id, vote: vote.id, doc: doc.id }
    const move = (to) => k.who.host.post(`/api/preps/${id}/acts`, { act: 'move', stage: to, note: '试' })
    if (stage === 'discussion') await move('draft')
    await move(stage)
    const silent = n % 2 === 0 && n < 4
    for (const [letter, c] of Object.entries(letters)) {
      const view = (await c.get(`/api/preps/${id}`)).json
      const right = table.write[n].includes(letter) ? 'write' : table.comment[n].includes(letter) ? 'comment' : 'read'
      if (view.right !== right) wrong.push(`${letter}: the session says ${view.right}, wanted ${right}`)
      const shown = (await c.get(`/api/docs/${doc.id}`)).json.right
      if (shown !== right) wrong.push(`${letter}: the document says ${shown}, wanted ${right}`)
      for (const act of acts) {
        const may = table[act][n].includes(letter)
        if (view.may.includes(act) !== may) wrong.push(`${letter} ${act}: ${may ? 'not ' : ''}in his list`)
        if (may && asks[act][3]) continue
        const status = await ask(c, act, id)
        // in the silent round the opinion is not there for others, and one's own may be resolved by oneself
        const hidden = silent && ['reply', 'decide', 'resolve'].includes(act) && letter !== 'P'
        const own = act === 'resolve' && letter === 'P' && table.reply[n] !== '-'
        // whoever writes in a document may offer it as a template, too
        const writes = act === 'offer' && right === 'write'
        const fine = hidden ? status >= 400 && status < 500 : may || own || writes ? status < 300 : status === 403 || status === 409
        if (!fine) wrong.push(`${letter} ${act}: got ${status}`)
      }
    }
    await k.who.stranger.want(404, 'GET', `/api/preps/${id}`)
    await k.who.stranger.want(404, 'POST', `/api/preps/${id}/acts`, { json: { act: 'next' } })
    assert.deepEqual(wrong, [])
  })
