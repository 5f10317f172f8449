/* What the first page shows: my lessons this week and what waits for me. */
import { get } from './http';
import type { ResourceRow } from './resource';

export interface HomeCourse {
  teaching: number;
  grade: string;
  class_no: number;
  subject: string;
  edition: string;
  taxon: number;
  path: string;
  lesson: { id: number; name: string; path: string } | null;
  before: { id: number; name: string } | null;
  after: { id: number; name: string } | null;
  items: ResourceRow[];
}

export interface Home {
  week: number;
  term: string;
  courses: HomeCourse[];
  recent: ResourceRow[];
  waiting: number;
}

export const home = () => get<Home>('/api/home');
