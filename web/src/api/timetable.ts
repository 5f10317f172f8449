/* Timetables: one's own week, and what a school has, taken in from a sheet. */
import { get, request, url } from './http';
import type { Shape } from './shapes';

export type Lesson = Shape<'timetable_lesson'>;
export type Timetable = Shape<'timetable_page'>;
/** Mine, or a person's for who administers the school; without a term this one. */
export const timetable = (query: { person?: number; term?: number }) => get<Timetable>('/api/timetables', query);

export type Held = Shape<'timetable_held'>;
export type Teacher = Shape<'timetable_teacher'>;
const path = (school: number) => `/api/schools/${school}/timetable`;
export const timetableHeld = (school: number, term?: number) => get<Held>(path(school), { term });
export const timetableDrop = (school: number, term: number) => request<void>('DELETE', path(school), { query: { term } });

/** The address of what a school has as a sheet; without a term of an empty one. */
export const timetableSheet = (school: number, term?: number) => url(`${path(school)}/sheet`, { term });
export const timetableBytes = (school: number, term: number) => request<ArrayBuffer>('GET', `${path(school)}/sheet`, { query: { term }, bytes: true });

export type Taken = Shape<'timetable_done'>;
export type Wrong = Shape<'timetable_wrong'>;
/** Reads a sheet; with `apply` and without a wrong row it takes the place of what is there. */
export const timetableTake = (school: number, term: number, file: Blob, name: string, apply: boolean) =>
  request<Taken>('POST', path(school), { query: { name, term, apply }, raw: file });
