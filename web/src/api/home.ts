/* What the first page shows: my lessons this week and what waits for me. */
import { get } from './http';
import type { Shape } from './shapes';

export type HomeCourse = Shape<'home_course'>;
export type Home = Shape<'home'>;
export const home = () => get<Home>('/api/home');
