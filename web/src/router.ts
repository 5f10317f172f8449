/* Addresses and who may open them. The frame and the first page come with the start, every other
 * view is a chunk of its own. A page that needs a person sends to the login and comes back; a
 * person with a first password goes nowhere else. */
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router';
import { setupState } from '@/api/session';
import HomeView from '@/home/HomeView.vue';
import { load } from '@/session/store';
import LostView from '@/shell/LostView.vue';
import Shell from '@/shell/Shell.vue';
import { t, type Key } from '@/text';
import { views } from '@/views';

declare module 'vue-router' {
  interface RouteMeta {
    title?: Key;
    open?: boolean;
    /* The page says itself that the line is broken. */
    ownLine?: boolean;
  }
}

const shell: RouteRecordRaw[] = [
  { path: '', component: HomeView, meta: { title: 'nav.home' } },
  { path: 'r', component: views['/r'], meta: { title: 'nav.library' } },
  { path: 'r/new', component: views['/r/new'], meta: { title: 'resource.new' } },
  { path: 'r/:id(\\d+)', component: views['/r/:id'], meta: { title: 'nav.library' } },
  { path: 'r/:id(\\d+)/edit', component: views['/r/:id/edit'], meta: { title: 'edit.title' } },
  { path: 'docs', component: views['/docs'], meta: { title: 'nav.doc' } },
  { path: 'docs/:id(\\d+)', component: views['/docs/:id'], meta: { title: 'nav.doc', ownLine: true } },
  { path: 'preps', component: views['/preps'], meta: { title: 'nav.prep' } },
  { path: 'preps/new', component: views['/preps/new'], meta: { title: 'nav.prep' } },
  { path: 'preps/plans', component: views['/preps/plans'], meta: { title: 'nav.prep' } },
  { path: 'preps/stats', component: views['/preps/stats'], meta: { title: 'nav.prep' } },
  { path: 'preps/:id(\\d+)', component: views['/preps/:id'], meta: { title: 'nav.prep', ownLine: true } },
  { path: 'preps/:id(\\d+)/edit', component: views['/preps/:id/edit'], meta: { title: 'nav.prep' } },
  { path: 'preps/:id(\\d+)/record', component: views['/preps/:id/record'], meta: { title: 'nav.prep' } },
  { path: 'timetable', component: views['/timetable'], meta: { title: 'nav.myTimetable' } },
  { path: 'mine', component: views['/mine'], meta: { title: 'nav.mine' } },
  { path: 'notices', component: views['/notices'], meta: { title: 'nav.notice' } },
  { path: 'me', component: views['/me'], meta: { title: 'nav.me' } },
  { path: 'admin/persons', component: views['/admin/persons'], meta: { title: 'nav.person' } },
  { path: 'admin/persons/:id(\\d+)', component: views['/admin/persons/:id'], meta: { title: 'nav.person' } },
  { path: 'admin/roster', component: views['/admin/roster'], meta: { title: 'roster.title' } },
  { path: 'admin/slips', component: views['/admin/slips'], meta: { title: 'slip.title' } },
  { path: 'admin/schools', component: views['/admin/schools'], meta: { title: 'nav.school' } },
  { path: 'admin/groups', component: views['/admin/groups'], meta: { title: 'nav.group' } },
  { path: 'admin/taxons', component: views['/admin/taxons'], meta: { title: 'nav.taxon' } },
  { path: 'admin/calendar', component: views['/admin/calendar'], meta: { title: 'nav.calendar' } },
  { path: 'admin/timetable', component: views['/admin/timetable'], meta: { title: 'nav.timetable' } },
  { path: 'admin/audit', component: views['/admin/audit'], meta: { title: 'nav.audit' } },
  { path: 'admin/settings', component: views['/admin/settings'], meta: { title: 'nav.setting' } },
  { path: 'admin/status', component: views['/admin/status'], meta: { title: 'nav.job' } },
];

const routes: RouteRecordRaw[] = [
  { path: '/login', component: views['/login'], meta: { title: 'login.title', open: true } },
  { path: '/setup', component: views['/setup'], meta: { title: 'setup.title', open: true } },
  { path: '/password', component: views['/password'], meta: { title: 'password.title' } },
  {
    path: '/',
    component: Shell,
    children: [...shell, { path: ':rest(.*)*', component: LostView, meta: { title: 'shell.notFound' } }],
  },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

/* The view is fetched while the server is asked who is here. */
function fetchView(to: RouteLocationNormalized): void {
  for (const step of to.matched) {
    const view = step.components?.default;
    if (typeof view === 'function') void (view as () => Promise<unknown>)().catch(() => undefined);
  }
}

router.beforeEach(async (to) => {
  fetchView(to);
  if (to.meta.open) return true;
  const who = await load();
  if (!who) {
    const first = await setupState().catch(() => ({ needed: false }));
    return first.needed ? '/setup' : { path: '/login', query: to.fullPath === '/' ? {} : { to: to.fullPath } };
  }
  if (who.must_change_password && to.path !== '/password') return '/password';
  return true;
});

router.afterEach((to) => {
  const title = to.meta.title ? `${t(to.meta.title)} · ` : '';
  document.title = `${title}${t('app.name')}`;
});
