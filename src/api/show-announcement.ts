import type { Announcement } from '../notify/index.ts'

/** An announcement as both interfaces show it. */
export const showAnnouncement = ({ id, topic, model, effectiveAt, title, words, publishAt }: Announcement) => ({
  ...{ id, topic, model: model ?? null, effective_at: effectiveAt?.toISOString() ?? null },
  ...{ title, text: words, created_at: publishAt.toISOString() },
})

/** The same with what operators see of it alone. */
export const showKeptAnnouncement = (kept: Announcement) => ({
  ...showAnnouncement(kept),
  state: stateOf(kept),
  publish_at: kept.publishAt.toISOString(),
  withdrawn_at: kept.withdrawnAt?.toISOString() ?? null,
})

const stateOf = ({ withdrawnAt, publishedAt }: Announcement): 'scheduled' | 'published' | 'withdrawn' =>
  withdrawnAt !== undefined ? 'withdrawn' : publishedAt === undefined ? 'scheduled' : 'published'
