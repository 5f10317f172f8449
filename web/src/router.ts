/* Addresses and who may open them. The frame and the first page come with the start, every other
 * view is a chunk of its own. A page that needs a person
 * sends to the login and comes back; a person with a first password goes nowhere else. */
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router';
import { setupState } from '@/api/session';
import HomeView from '@/home/HomeView.vue';
import { load } from '@/session/store';
import LostView from '@/shell/LostView.vue';
import Shell from '@/shell/Shell.vue';
import { t, type Key } from '@/text';

declare module 'vue-router' {
  interface RouteMeta {
    title?: Key;
    open?: boolean;
  }
}

const shell: RouteRecordRaw[] = [
  { path: '', component: HomeView, meta: { title: 'nav.home' } },
  { path: 'r', component: () => import('@/resource/LibraryView.vue'), meta: { title: 'nav.library' } },
  { path: 'r/new', component: () => import('@/resource/EditView.vue'), meta: { title: 'resource.new' } },
  { path: 'r/:id(\\d+)', component: () => import('@/resource/ResourceView.vue'), meta: { title: 'nav.library' } },
  { path: 'r/:id(\\d+)/edit', component: () => import('@/resource/EditView.vue'), meta: { title: 'edit.title' } },
  { path: 'mine', component: () => import('@/resource/MineView.vue'), meta: { title: 'nav.mine' } },
  { path: 'notices', component: () => import('@/notice/NoticeView.vue'), meta: { title: 'nav.notice' } },
  { path: 'me', component: () => import('@/session/MeView.vue'), meta: { title: 'nav.me' } },
  { path: 'admin/persons', component: () => import('@/person/PersonListView.vue'), meta: { title: 'nav.person' } },
  { path: 'admin/persons/:id(\\d+)', component: () => import('@/person/PersonView.vue'), meta: { title: 'nav.person' } },
  { path: 'admin/roster', component: () => import('@/person/RosterView.vue'), meta: { title: 'roster.title' } },
  { path: 'admin/slips', component: () => import('@/person/SlipView.vue'), meta: { title: 'slip.title' } },
  { path: 'admin/schools', component: () => import('@/school/SchoolView.vue'), meta: { title: 'nav.school' } },
  { path: 'admin/groups', component: () => import('@/group/GroupView.vue'), meta: { title: 'nav.group' } },
  { path: 'admin/taxons', component: () => import('@/taxon/TaxonView.vue'), meta: { title: 'nav.taxon' } },
  { path: 'admin/calendar', component: () => import('@/calendar/CalendarView.vue'), meta: { title: 'nav.calendar' } },
  { path: 'admin/audit', component: () => import('@/audit/AuditView.vue'), meta: { title: 'nav.audit' } },
  { path: 'admin/settings', component: () => import('@/setting/SettingView.vue'), meta: { title: 'nav.setting' } },
  { path: 'admin/status', component: () => import('@/job/StatusView.vue'), meta: { title: 'nav.job' } },
];

const routes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('@/session/LoginView.vue'), meta: { title: 'login.title', open: true } },
  { path: '/setup', component: () => import('@/session/SetupView.vue'), meta: { title: 'setup.title', open: true } },
  { path: '/password', component: () => import('@/session/PasswordView.vue'), meta: { title: 'password.title' } },
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
