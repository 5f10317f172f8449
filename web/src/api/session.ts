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
