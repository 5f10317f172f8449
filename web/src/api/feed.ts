/* My calendar outside: the secret address calendar programs read, and the file for once. */
import { create, drop, get } from './http';
import type { Shape } from './shapes';

export type CalendarFeed = Shape<'calendar_feed'>;
export const calendarFeed = () => get<CalendarFeed>('/api/me/calendar');
export const calendarMake = () => create<CalendarFeed>('/api/me/calendar');
export const calendarEnd = () => drop('/api/me/calendar');
export const calendarFile = '/api/me/preps.ics';
