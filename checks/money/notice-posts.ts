import { randomUUID } from 'node:crypto'
import type { Operator } from '../operator.ts'
import { listAll, type Post } from './post.ts'

const both = (text: string) => ({ en: text, zh: text })
const titled = (title: string) => ({ title: both(title), text: both('once') })

/** POSTs that tell customers something: announcements taken back, incidents, keys that were found in public. */
export const NOTICE_POSTS: readonly Post[] = [
  {
    path: '/announcements/{id}/withdrawal',
    status: 200,
    // Taken back is taken back.
    isEachNew: false,
    prepare: async ({ operator }) => {
      const made = (await operator.ask('POST', '/announcements', { topic: 'announcements', ...titled('to take back') })) as { id: string }
      return { path: `/announcements/${made.id}/withdrawal`, body: {}, otherBody: { anything: 'else' }, counted: made.id }
    },
    effects: async (operator, { counted }) =>
      (await listAll(operator, '/announcements')).filter(({ id, state }) => id === counted && state === 'withdrawn').length,
  },
  {
    path: '/incidents',
    status: 201,
    isEachNew: true,
    prepare: async () => {
      const title = `trouble ${randomUUID()}`
      const body = { ...titled(title), tell: false }
      return { path: '/incidents', body, otherBody: { ...body, text: both('other') }, counted: title }
    },
    effects: async (operator, { counted }) =>
      (await incidentsOf(operator)).filter(({ title, ended_at: end }) => end === null && title.en === counted).length,
  },
  {
    path: '/incidents/{id}/notes',
    status: 201,
    isEachNew: true,
    prepare: async ({ operator }) => {
      const { id } = (await operator.ask('POST', '/incidents', { ...titled('long trouble'), tell: false })) as { id: string }
      const body = { state: 'watching', text: both('once') }
      return { path: `/incidents/${id}/notes`, body, otherBody: { ...body, text: both('other') }, counted: id }
    },
    effects: async (operator, { counted }) => (await incidentsOf(operator)).find(({ id }) => id === counted)?.notes.length ?? 0,
  },
  ...['/keys/{id}/leaked', '/leaked-keys'].map(
    (path): Post => ({
      path,
      status: 200,
      // Found is found.
      isEachNew: false,
      prepare: async ({ operator }, { id }) => {
        const mint = async () => (await operator.ask('POST', `/accounts/${id}/keys`, { name: 'to leak' })) as { id: string; secret: string }
        const [minted, other] = [await mint(), await mint()]
        const at = { path: path.replace('{id}', minted.id), counted: `${minted.id} ${other.id}` }
        return path === '/leaked-keys'
          ? { ...at, body: { key: minted.secret }, otherBody: { key: other.secret } }
          : { ...at, body: {}, otherBody: { anything: 'else' } }
      },
      effects: async (operator, { counted }) => {
        const { data } = (await operator.ask('GET', '/key-alarms')) as { data: readonly { key_id: string; kind: string }[] }
        return data.filter(({ key_id: id, kind }) => counted?.includes(id) === true && kind === 'leaked').length
      },
    }),
  ),
]

type Shown = {
  readonly id: string
  readonly title: { readonly en: string }
  readonly ended_at: string | null
  readonly notes: readonly object[]
}

const incidentsOf = async (operator: Operator): Promise<readonly Shown[]> =>
  ((await operator.ask('GET', '/incidents')) as { data: readonly Shown[] }).data
