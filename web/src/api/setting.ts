/* The settings of the house: the server says of each its kind, bounds and what it means. */
import { edit, get } from './http';

export interface Setting {
  name: string;
  kind: 'number' | 'switch' | 'text';
  value: string;
  standard: string;
  min: number;
  max: number;
  unit: string;
  text: string;
  changed: boolean;
}
export interface Settings {
  settings: Setting[];
  rev: number;
}
export const settings = () => get<Settings>('/api/settings');
export const settingsEdit = (rev: number, changes: { name: string; value: string }[]) => edit<Settings>('/api/settings', rev, { changes });
