/* The settings of the house: the server says of each its kind, bounds and what it means. */
import { edit, get } from './http';
import type { Shape } from './shapes';

export type Setting = Shape<'setting_view'>;
export type Settings = Shape<'settings_view'>;
export const settings = () => get<Settings>('/api/settings');
export const settingsEdit = (rev: number, changes: Shape<'setting_change'>[]) => edit<Settings>('/api/settings', rev, { changes });
