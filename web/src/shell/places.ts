/* Where one can go, in the order the navigation shows it. `caps` names what one must be allowed
 * (any of them) to see the entry; the server asks again anyway. */
import type { Key } from '@/text';
import type { IconName } from '@/ui';

export interface Place {
  to: string;
  name: Key;
  short?: Key;
  icon: IconName;
  part: 'main' | 'admin' | 'own';
  caps?: string[];
}

export const places: Place[] = [
  { to: '/', name: 'nav.home', icon: 'home', part: 'main' },
  { to: '/r', name: 'nav.library', short: 'nav.libraryShort', icon: 'books', part: 'main' },
  { to: '/preps', name: 'nav.prep', short: 'nav.prepShort', icon: 'users', part: 'main' },
  { to: '/docs', name: 'nav.doc', short: 'nav.docShort', icon: 'edit', part: 'main' },
  { to: '/mine', name: 'nav.mine', short: 'nav.mineShort', icon: 'folder', part: 'main' },
  { to: '/admin/persons', name: 'nav.person', icon: 'users', part: 'admin', caps: ['person.edit', 'password.reset', 'role.read'] },
  { to: '/admin/schools', name: 'nav.school', icon: 'school', part: 'admin', caps: ['school.edit'] },
  { to: '/admin/groups', name: 'nav.group', icon: 'group', part: 'admin', caps: ['group.edit', 'dept.edit', 'dept.members'] },
  { to: '/admin/taxons', name: 'nav.taxon', icon: 'tree', part: 'admin', caps: ['taxon.edit', 'adoption.edit'] },
  { to: '/admin/calendar', name: 'nav.calendar', icon: 'calendar', part: 'admin', caps: ['term.edit', 'bell.edit'] },
  { to: '/admin/timetable', name: 'nav.timetable', icon: 'table', part: 'admin', caps: ['timetable.edit'] },
  { to: '/admin/audit', name: 'nav.audit', icon: 'shield', part: 'admin', caps: ['audit.read'] },
  { to: '/admin/settings', name: 'nav.setting', icon: 'gear', part: 'admin', caps: ['settings.read', 'settings.edit'] },
  { to: '/admin/status', name: 'nav.job', icon: 'pulse', part: 'admin', caps: ['house.manage'] },
  { to: '/timetable', name: 'nav.myTimetable', icon: 'table', part: 'own' },
  { to: '/notices', name: 'nav.notice', icon: 'bell', part: 'own' },
  { to: '/me', name: 'nav.me', icon: 'user', part: 'own' },
];
