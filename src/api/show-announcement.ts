import type { Announcement } from '../notify/index.ts'

/** An announcement as both interfaces show it. */
export const showAnnouncement = ({ id, topic, model, effectiveAt, title, words, createdAt }: Announcement) => ({
  ...{ id, topic, model: model ?? null, effective_at: effectiveAt?.toISOString() ?? null },
  ...{ title, text: words, created_at: createdAt.toISOString() },
})
