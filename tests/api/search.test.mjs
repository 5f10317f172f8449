// Search over HTTP in the demo county: found by title, people, places, kind's other names and text; nobody finds what a
// list does not show him; facets add up; pages join without gap or repetition; hostile queries are answered.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { client } from './client.mjs'
import { start } from './server.mjs'

let server, wang, other, county, nobody
const find = async (who, query) => (await who.get('/api/search?' + new URLSearchParams(query))).json
const everything = async (who, path, query) => {
  const items = []
  for (let cursor; ;) {
    const page = (await who.get(path + '?' + new URLSearchParams({ ...query, limit: 7, ...(cursor && { cursor }) }))).json
    items.push(...page.items)
    if (!page.next) return items
    cursor = page.next
  }
}

before(async () => {
  server = await start({ demo: true })
  nobody = await client(server.base)
  wang = await nobody.fresh().login('wang')
  other = await nobody.fresh().login('other')
  county = await nobody.fresh().login('county')
})
after(() => server.stop())

test('two characters of a title find it, marked in the snippet or the title', async () => {
  const r = await find(wang, { q: '语文', limit: 100 })
  assert.ok(r.total > 5 && r.items.length === r.total)
  for (const i of r.items) assert.match(i.title + i.place + (i.snippet ?? ''), /语文|\u0002/)
  assert.ok(r.items.some((i) => i.snippet?.includes('\u0002语文\u0003')))
})

test('every published resource of the list is found by its own title, and only those', async () => {
  for (const who of [wang, other, county]) {
    const seen = await everything(who, '/api/resources', {})
    assert.ok(seen.length > 20)
    const may = new Set(seen.map((r) => r.id))
    for (const r of seen.slice(0, 40)) {
      const found = await everything(who, '/api/search', { q: r.title.replace(/\s+/g, ' '), sort: 'newest' })
      assert.ok(found.some((f) => f.id === r.id), `${r.id} ${r.title}`)
      for (const f of found) assert.ok(may.has(f.id), `${f.id} is in nobody's list`)
    }
  }
})

test('a foreign teacher does not find what is for another school, the author does', async () => {
  const mine = (await everything(wang, '/api/resources', {})).filter((r) => r.scope === 'school')
  assert.ok(mine.length > 0)
  for (const r of mine.slice(0, 10)) {
    assert.ok((await everything(wang, '/api/search', { q: r.title })).some((f) => f.id === r.id))
    assert.ok(!(await everything(other, '/api/search', { q: r.title })).some((f) => f.id === r.id))
  }
})

test('facets count what the filters then give', async () => {
  const all = await find(wang, { q: '演示', sort: 'newest' })
  assert.equal(all.more, false)
  for (const facet of all.facets.filter((f) => ['kind', 'subject', 'grade', 'school', 'year', 'scope', 'lesson_type'].includes(f.name)))
    for (const v of facet.values.slice(0, 4)) {
      const part = await find(wang, { q: '演示', [facet.name]: v.value })
      assert.equal(part.total, v.n, `${facet.name} ${v.value}`)
      assert.ok(v.label.length > 0)
    }
})

test('pages join without gap or repetition in every order', async () => {
  const { total } = await find(county, { q: '演示' })
  for (const sort of ['newest', 'fit', 'used']) {
    const items = await everything(county, '/api/search', { q: '演示', sort })
    assert.equal(items.length, total)
    assert.equal(new Set(items.map((i) => i.id)).size, total)
    if (sort === 'used') assert.deepEqual(items.map((i) => i.taken), items.map((i) => i.taken).sort((a, b) => b - a))
  }
})

test('a place filters its whole subtree, and runs are joined by and', async () => {
  const [first] = (await find(wang, { q: '语文', limit: 1 })).items
  const at = await find(wang, { q: '语文', taxon: first.taxon })
  assert.ok(at.items.some((i) => i.id === first.id))
  const both = await find(wang, { q: `语文 ${first.owner_name.slice(0, 3)}` })
  assert.ok(both.total > 0 && both.total <= (await find(wang, { q: '语文' })).total)
})

test('what is withdrawn is found by nobody, what is published again is', async () => {
  let r
  for (const x of (await everything(wang, '/api/resources', { view: 'mine' })).filter((i) => i.state === 'published'))
    if (!r && (await wang.get(`/api/resources/${x.id}`)).json.may.includes('withdraw')) r = x
  assert.ok(r, 'wang has something to withdraw')
  const has = async (who) => (await everything(who, '/api/search', { q: r.title })).some((f) => f.id === r.id)
  assert.ok(await has(wang))
  await wang.post(`/api/resources/${r.id}/acts`, { act: 'withdraw', note: '测试' })
  assert.equal(await has(wang), false)
  assert.equal(await has(county), false)
  await wang.post(`/api/resources/${r.id}/acts`, { act: 'undo' })
  assert.ok(await has(wang))
})

test('odd queries are answered, and nothing matches everything', async () => {
  for (const q of ['"', '*', '" OR x:*', '😀', '。，！', "'", '\\', 'NEAR(a b)', '{x} : a', '-', '(((', 'a'.repeat(200)])
    assert.equal((await find(wang, { q })).items.length, 0, q)
  assert.equal((await wang.ask('GET', '/api/search?q=%00')).status, 400)
  assert.equal((await wang.ask('GET', '/api/search?q=%1Fk13')).status, 400)
  assert.equal((await wang.ask('GET', '/api/search?q=' + 'a'.repeat(5000))).status, 400)
  assert.equal((await wang.ask('GET', '/api/search')).status, 400)
  assert.equal((await wang.ask('GET', '/api/search?q=a&kind=nothing')).status, 400)
  assert.equal((await wang.ask('GET', '/api/search?q=a&cursor=zzz')).status, 400)
  assert.equal((await nobody.ask('GET', '/api/search?q=a')).status, 401)
})

test('suggestions name places, people and titles', async () => {
  const ask = async (q) => (await wang.get('/api/search/suggest?' + new URLSearchParams({ q }))).json.items
  assert.ok((await ask('语文')).some((s) => s.noun === 'taxon'))
  assert.ok((await ask('语文')).some((s) => s.noun === 'resource'))
  const [r] = (await find(wang, { q: '语文', limit: 1 })).items
  assert.ok((await ask(r.owner_name.slice(0, 2))).some((s) => s.noun === 'person' && s.id === r.owner))
  assert.deepEqual(await ask('😀'), [])
})

test('the text inside files is found once it was read, with the file and the page', async () => {
  const until = Date.now() + 120_000
  let hit
  while (!hit && Date.now() < until) hit = (await find(wang, { q: '教学重点与难点', sort: 'newest' })).items.find((i) => i.file)
  assert.ok(hit, 'no text of a file was indexed within two minutes')
  assert.match(hit.snippet, /\u0002教学重点与难点\u0003/)
  assert.ok(hit.page > 0)
  const shown = (await wang.get(`/api/resources/${hit.id}`)).json
  assert.ok(shown.files.some((f) => f.name === hit.file))
})
