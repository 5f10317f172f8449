/* Who is logged in here, and on which other devices. */
import { create, drop, get, request } from './http';

export interface Me {
  id: number;
  name: string;
  login: string;
  school: { id: number; name: string } | null;
  roles: string[];
  caps: string[];
  must_change_password: boolean;
}

export const me = () => get<Me>('/api/me');
export const login = (login: string, password: string) =>
  request<Me>('POST', '/api/session', { body: { login, password } });
export const logout = () => drop('/api/session');
export const changePassword = (old_password: string, new_password: string) =>
  request<void>('POST', '/api/me/password', { body: { old_password, new_password } });

export interface Setup {
  needed: boolean;
}
export const setupState = () => get<Setup>('/api/setup');
export const setup = (body: { code: string; county: string; name: string; login: string; password: string }) =>
  create<void>('/api/setup', body);

export interface Session {
  id: number;
  created_at: number;
  seen_at: number;
  ip: string;
  agent: string;
  current: boolean;
}
/** My own, or with a person that person's (for the security administrator). */
export const sessions = async (person?: number) =>
  (await get<{ items: Session[] }>(person ? `/api/persons/${person}/sessions` : '/api/sessions')).items;
export const sessionEnd = (id: number, person?: number) => drop(person ? `/api/persons/${person}/sessions/${id}` : `/api/sessions/${id}`);

export interface Token {
  id: number;
  name: string;
  scopes: string[];
  created_at: number;
  expires_at: number;
  used_at: number;
}
export const tokens = async () => (await get<{ items: Token[] }>('/api/tokens')).items;
export const tokenCreate = (body: { name: string; scopes: string[]; days: number }) => create<Token & { token: string }>('/api/tokens', body);
export const tokenRevoke = (id: number) => drop(`/api/tokens/${id}`);
