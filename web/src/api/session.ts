/* Who is logged in here, and on which other devices. */
import { takeAhead } from './ahead';
import { create, drop, get, request } from './http';
import type { Shape } from './shapes';

export type Me = Shape<'me'>;

export const me = () => request<Me>('GET', '/api/me', { reply: takeAhead() });
export const login = (login: string, password: string) =>
  request<Me>('POST', '/api/session', { body: { login, password } });
export const logout = () => drop('/api/session');
export const changePassword = (old_password: string, new_password: string) =>
  request<void>('POST', '/api/me/password', { body: { old_password, new_password } });
export const myExport = '/api/me/export';

export const setupState = () => get<Shape<'setup_state'>>('/api/setup');
export const setup = (body: Shape<'setup'>) => create<void>('/api/setup', body);

export type Session = Shape<'session'>;
/** My own, or with a person that person's (for the security administrator). */
export const sessions = async (person?: number) =>
  (await get<Shape<'session_page'>>(person ? `/api/persons/${person}/sessions` : '/api/sessions')).items;
export const sessionEnd = (id: number, person?: number) =>
  drop(person ? `/api/persons/${person}/sessions/${id}` : `/api/sessions/${id}`);

export type Token = Shape<'token_view'>;
export const tokens = async () => (await get<Shape<'token_page'>>('/api/tokens')).items;
export const tokenCreate = (body: Shape<'token_new'>) => create<Shape<'token_made'>>('/api/tokens', body);
export const tokenRevoke = (id: number) => drop(`/api/tokens/${id}`);
