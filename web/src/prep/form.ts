/* What the form of a session holds, and how that becomes what the server is asked. */
import { reactive } from 'vue';
import type { Prep, PrepBody, PrepStage } from '@/api/prep';
import { clock, day } from '@/text/dates';
import { instant } from './times';

export type Way = NonNullable<PrepBody['way']>;
/* The stages that may have a time until when they should be over. */
export const dated = ['draft', 'presentation', 'discussion', 'finalize', 'personal', 'reflection'] as const satisfies readonly PrepStage[];

interface PrepValues {
  dept: number | null;
  title: string;
  lead: number | null;
  host: number | null;
  recorder: number | null;
  way: Way;
  place: string;
  agenda: string;
  silent: boolean;
  date: string;
  from: string;
  lastDate: string;
  until: string;
  participants: number[];
  deadlines: Record<string, string>;
}

export function emptyValues(): PrepValues {
  return reactive({
    dept: null,
    title: '',
    lead: null,
    host: null,
    recorder: null,
    way: 'onsite',
    place: '',
    agenda: '',
    silent: true,
    date: '',
    from: '14:30',
    lastDate: '',
    until: '16:00',
    participants: [],
    deadlines: {},
  });
}

export function valuesOf(p: Prep): Partial<PrepValues> {
  return {
    dept: p.dept,
    title: p.title,
    lead: p.lead,
    host: p.host,
    recorder: p.recorder,
    way: p.way,
    place: p.place,
    agenda: p.agenda,
    silent: p.silent,
    ...(p.starts_at ? { date: day(p.starts_at), from: clock(p.starts_at), lastDate: day(p.ends_at), until: clock(p.ends_at) } : {}),
    participants: p.people.filter((w) => w.part === 'participant').map((w) => w.person),
    deadlines: Object.fromEntries(p.deadlines.map((d) => [d.stage, day(d.at)])),
  };
}

/** Without a day there is no time. Only what is done over several days ends on another day. */
export function bodyOf(v: PrepValues): PrepBody {
  const last = v.way === 'async' ? v.lastDate || v.date : v.date;
  return {
    title: v.title.trim(),
    ...(v.lead ? { lead: v.lead } : {}),
    ...(v.host ? { host: v.host } : {}),
    ...(v.recorder ? { recorder: v.recorder } : {}),
    way: v.way,
    place: v.place.trim(),
    agenda: v.agenda.trim(),
    silent: v.silent,
    starts_at: instant(v.date, v.from),
    ends_at: v.date ? instant(last, v.until) : 0,
    participants: v.participants,
    deadlines: dated.flatMap((stage) => (v.deadlines[stage] ? [{ stage, at: instant(v.deadlines[stage], '23:59') }] : [])),
  };
}
