import { type Database, sql } from '../../db/index.ts'
import { NO_OWN_WORDS, type OwnWords } from './own-words.ts'

/** What was written last: revision 0 and nothing before anybody wrote; the time in milliseconds since 1970 UTC. */
export type OwnRevision = { readonly revision: number; readonly words: OwnWords; readonly savedBy?: string; readonly savedAt?: number }

type Row = { readonly revision: number; readonly words: OwnWords; readonly saved_by: string; readonly saved_at: Date }

const REVISIONS_SHOWN = 50

/** The newest of what operators wrote. */
export async function readOwnWords(database: Database): Promise<OwnRevision> {
  const [newest] = await listOwnWords(database, 1)
  return newest ?? { revision: 0, words: NO_OWN_WORDS }
}

/** What operators wrote, the newest first. */
export async function listOwnWords(database: Database, limit = REVISIONS_SHOWN): Promise<readonly OwnRevision[]> {
  const rows = await database.query<Row>(sql`
    select revision, words, saved_by, saved_at from policy_own order by revision desc limit ${limit}`)
  return rows.map(({ revision, words, saved_by: savedBy, saved_at }) => ({ revision, words, savedBy, savedAt: saved_at.getTime() }))
}

/** What is to be kept: written on top of `revision`, with documents that are new. */
export type OwnWriting = {
  readonly revision: number
  readonly words: OwnWords
  readonly documents: readonly Buffer[]
  readonly by: string
  readonly now: number
}

/** Keeps what was written; false when somebody else has written since. */
export async function keepOwnWords(tx: Database, { revision, words, documents, by, now }: OwnWriting): Promise<boolean> {
  for (const bytes of documents) {
    await tx.query(sql`
      insert into policy_document (sha256, bytes, saved_at) values (sha256(${bytes}), ${bytes}, ${new Date(now)}) on conflict do nothing`)
  }
  const rows = await tx.query(sql`
    insert into policy_own (revision, words, saved_by, saved_at)
    select ${revision + 1}, ${JSON.stringify(words)}::jsonb, ${by}, ${new Date(now)}
    where ${revision} = (select coalesce(max(revision), 0) from policy_own)
    on conflict do nothing returning revision`)
  return rows.length === 1
}

/** Which of some documents are here, by their SHA-256 in hexadecimal digits. */
export async function knownDocuments(database: Database, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ readonly hash: string }>(sql`
    select encode(sha256, 'hex') as hash from policy_document where encode(sha256, 'hex') = any(${[...hashes]}::text[])`)
  return new Set(rows.map(({ hash }) => hash))
}
