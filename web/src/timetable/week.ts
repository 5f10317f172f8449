/* A timetable as it is shown: periods down, weekdays across. Pure. */
import type { Bell } from '@/api/calendar';
import type { Lesson } from '@/api/timetable';
import { clockText } from '@/calendar/days';

export interface Row {
  period: number;
  /* By the school's bells; empty where they are not known. */
  from: string;
  until: string;
  /* The first one after noon. */
  parted: boolean;
  /* For each of the days, what is taught then: one lesson, or one in odd and one in even weeks. */
  cells: Lesson[][];
}

const noon = 12 * 60;
/* Without bells: as the server counts when it looks for free times. */
const morning = 4;

/** The clock times of a day's lessons by the bell that holds on a day, the latest first as the server gives them. */
export function lessonTimes(bells: readonly Bell[], today: string): { from: number; until: number }[] {
  const bell = bells.find((b) => b.from_day <= today) ?? bells[bells.length - 1];
  return (bell?.periods ?? []).filter((p) => p.lesson).map((p) => ({ from: p.start_min, until: p.end_min }));
}

/** Monday to Friday always, the weekend when there are lessons. */
export function daysOf(lessons: readonly Lesson[]): number[] {
  return [1, 2, 3, 4, 5, 6, 7].filter((d) => d <= 5 || lessons.some((l) => l.weekday === d));
}

export function rowsOf(lessons: readonly Lesson[], times: readonly { from: number; until: number }[]): Row[] {
  const days = daysOf(lessons);
  const last = Math.max(times.length, ...lessons.map((l) => l.period));
  const first = times.findIndex((x) => x.from >= noon) + 1 || Math.max(morning, times.length) + 1;
  return Array.from({ length: last }, (_, i) => {
    const period = i + 1;
    const time = times[i];
    return {
      period,
      from: time ? clockText(time.from) : '',
      until: time ? clockText(time.until) : '',
      parted: period > 1 && period === first,
      cells: days.map((d) => lessons.filter((l) => l.weekday === d && l.period === period)),
    };
  });
}

/** Whether a lesson is taught in the week of this number; outside of the term every one counts. */
export function inWeek(lesson: { weeks: number }, week: number): boolean {
  return !week || !lesson.weeks || (lesson.weeks === 1) === (week % 2 === 1);
}
