import type { Incident } from '../status/index.ts'

/** An incident as everybody sees it. */
export const showIncident = ({ id, title, model, beganAt, endedAt, notes }: Incident) => ({
  ...{ id, title: { ...title }, model: model ?? null, began_at: beganAt.toISOString(), ended_at: endedAt?.toISOString() ?? null },
  notes: notes.map(({ id: noteId, state, words, createdAt }) => ({
    ...{ id: noteId, state, text: { ...words }, created_at: createdAt.toISOString() },
  })),
})
