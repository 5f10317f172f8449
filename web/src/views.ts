/* The views that are chunks of their own, by address. Nothing is imported here, so that the first bytes of
 * the client can ask for the view of this address together with the start. */
/* A view whose words come with it is shown when they are here in the language chosen. */
async function withDocWords<V>(view: Promise<V>): Promise<V> {
  const { ready } = await import('@/doc/words');
  await ready();
  return view;
}

async function withPrepWords<V>(view: Promise<V>): Promise<V> {
  const { ready } = await import('@/prep/words');
  await ready();
  return view;
}

async function withTimetableWords<V>(view: Promise<V>): Promise<V> {
  const { ready } = await import('@/timetable/words');
  await ready();
  return view;
}

export const views = {
  '/r': () => import('@/resource/LibraryView.vue'),
  '/r/new': () => import('@/resource/EditView.vue'),
  '/r/:id': () => import('@/resource/ResourceView.vue'),
  '/r/:id/edit': () => import('@/resource/EditView.vue'),
  '/docs': () => withDocWords(import('@/doc/DocListView.vue')),
  '/docs/:id': () => withDocWords(import('@/doc/DocView.vue')),
  '/preps': () => withPrepWords(import('@/prep/PrepListView.vue')),
  '/preps/new': () => withPrepWords(import('@/prep/PrepFormView.vue')),
  '/preps/plans': () => withPrepWords(import('@/prep/PlanView.vue')),
  '/preps/stats': () => withPrepWords(import('@/prep/StatView.vue')),
  '/preps/:id': () => withDocWords(withPrepWords(import('@/prep/SessionView.vue'))),
  '/preps/:id/edit': () => withPrepWords(import('@/prep/PrepFormView.vue')),
  '/preps/:id/record': () => withPrepWords(import('@/prep/RecordView.vue')),
  '/timetable': () => withTimetableWords(import('@/timetable/TimetableView.vue')),
  '/mine': () => import('@/resource/MineView.vue'),
  '/notices': () => import('@/notice/NoticeView.vue'),
  '/me': () => import('@/session/MeView.vue'),
  '/admin/persons': () => import('@/person/PersonListView.vue'),
  '/admin/persons/:id': () => import('@/person/PersonView.vue'),
  '/admin/roster': () => import('@/person/RosterView.vue'),
  '/admin/slips': () => import('@/person/SlipView.vue'),
  '/admin/schools': () => import('@/school/SchoolView.vue'),
  '/admin/groups': () => import('@/group/GroupView.vue'),
  '/admin/taxons': () => import('@/taxon/TaxonView.vue'),
  '/admin/calendar': () => import('@/calendar/CalendarView.vue'),
  '/admin/timetable': () => withTimetableWords(import('@/timetable/SchoolView.vue')),
  '/admin/audit': () => import('@/audit/AuditView.vue'),
  '/admin/settings': () => import('@/setting/SettingView.vue'),
  '/admin/status': () => import('@/job/StatusView.vue'),
  '/login': () => import('@/session/LoginView.vue'),
  '/setup': () => import('@/session/SetupView.vue'),
  '/password': () => import('@/session/PasswordView.vue'),
} as const;

/** Asks for the view of an address now, so that it is here when it is wanted. */
export function viewAhead(path: string): void {
  const key = path.replace(/\/\d+(?=\/|$)/g, '/:id');
  if (key in views) void views[key as keyof typeof views]().catch(() => undefined);
}
