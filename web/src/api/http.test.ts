import { afterEach, expect, it, vi } from 'vitest';
import { create, edit, get, Problem, url, whenLoggedOut } from './http';

const reply = (status: number, body: unknown, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
const fetched = vi.fn<typeof fetch>();
vi.stubGlobal('fetch', fetched);
afterEach(() => fetched.mockReset());
const headersOf = (n: number) => fetched.mock.calls[n]?.[1]?.headers as Headers;

it('leaves empty filters out of the address', () => {
  expect(url('/api/x', { q: '荷花', kind: '', page: null, n: 0 })).toBe('/api/x?q=%E8%8D%B7%E8%8A%B1&n=0');
});

it('throws what the server says, with field and number', async () => {
  fetched.mockResolvedValue(
    reply(422, { code: 'title_missing', detail: '请填写标题。', field: 'title', request_id: 'r1' }, 'application/problem+json'),
  );
  const e = await get('/api/x').catch((x: unknown) => x);
  expect(e).toBeInstanceOf(Problem);
  expect(e).toMatchObject({ status: 422, code: 'title_missing', message: '请填写标题。', field: 'title', requestId: 'r1' });
});

it('asks again for a lost reply under the same key, and only once', async () => {
  fetched.mockRejectedValueOnce(new TypeError('lost')).mockResolvedValueOnce(reply(201, { id: 7 }));
  expect(await create('/api/x', { a: 1 })).toEqual({ id: 7 });
  expect(headersOf(0).get('idempotency-key')).toBe(headersOf(1).get('idempotency-key'));
  fetched.mockReset().mockRejectedValue(new TypeError('lost'));
  await expect(create('/api/x')).rejects.toMatchObject({ code: 'offline' });
  expect(fetched).toHaveBeenCalledTimes(2);
});

it('names the revision an edit starts from and never repeats an edit', async () => {
  fetched.mockRejectedValue(new TypeError('lost'));
  await expect(edit('/api/x', 4, {})).rejects.toMatchObject({ code: 'offline' });
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(headersOf(0).get('if-match')).toBe('"4"');
});

it('tells when the session has ended', async () => {
  const told = vi.fn();
  whenLoggedOut(told);
  fetched.mockResolvedValue(reply(401, { code: 'no_session', detail: '请先登录。' }));
  await expect(get('/api/x')).rejects.toMatchObject({ status: 401 });
  expect(told).toHaveBeenCalledTimes(1);
});
