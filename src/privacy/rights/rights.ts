import type { Readable } from 'node:stream'
import type { Database } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { isUuid, type NanoUsd } from '../../lib/index.ts'
import { type HeldColumn, readAccess } from './access.ts'
import { advanceErasure } from './advance-erasure.ts'
import { correctEmail } from './correct-email.ts'
import { countRows } from './count-rows.ts'
import { type ErasurePlan, type LegalHold, legalHolds, planErasure } from './erasure-plan.ts'
import { countErasures, type Erasure, findErasure, findHolds, listErasures } from './erasure-record.ts'
import { forgetErased, replayErasures, resumeErasures } from './erasures.ts'
import { makeExportPlaces } from './export-places.ts'
import { streamExport } from './export-zip.ts'
import { lookForInactive } from './inactive.ts'
import { forgetLinks } from './links.ts'
import type { RightsOptions } from './options.ts'
import { ownedTables } from './personal-tables.ts'
import { type ErasureRequest, leftOf, requestErasure } from './request-erasure.ts'
import {
  countRequests,
  endRequest,
  expireRequests,
  listRequests,
  openRequest,
  type PrivacyRequest,
  type RequestKind,
  type RequestPage,
  settleRequests,
} from './requests.ts'

/** What is shown before an account is erased, and after: what goes, what stays and why, and what money is left. */
export type ShownErasure = ErasurePlan & {
  readonly accountId: string
  /** Undefined until it is asked for. */
  readonly erasure: Erasure | undefined
  readonly holds: readonly LegalHold[]
  /** What is left on the account, free and held, in nano-USD; has to be refunded or given up. */
  readonly left: NanoUsd
}

/** How many things wait, and how many wait too long. */
export type RightsCounts = { readonly open: number; readonly late: number }

/** The rights of people, as the operator and the person itself use them. Unknown accounts fail with account_unknown. */
export type Rights = {
  readonly planErasure: (accountId: string) => Promise<ShownErasure>
  /** Begins an erasure and takes it as far as it goes now; failures as in requestErasure. */
  readonly erase: (request: ErasureRequest) => Promise<ShownErasure>
  /** Takes one that was asked for as far as it goes now. Fails with account_unknown, not_found. */
  readonly retryErasure: (accountId: string) => Promise<Erasure>
  /** Those that are open, the oldest first, and those that were done lately. */
  readonly listErasures: () => ReturnType<typeof listErasures>
  readonly access: (accountId: string) => Promise<readonly HeldColumn[]>
  /** An export that has to be read; see streamExport. Fails with unavailable where others are being read. */
  readonly exportZip: (accountId: string) => Promise<Readable>
  readonly correctEmail: (accountId: string, email: string) => Promise<void>
  /** Writes down a request, in the transaction of who asks. Fails with account_unknown. */
  readonly openRequest: (tx: Database, accountId: string, kind: RequestKind) => Promise<PrivacyRequest>
  readonly endRequest: (id: string, state: 'done' | 'refused') => Promise<PrivacyRequest>
  readonly listRequests: (page: RequestPage) => ReturnType<typeof listRequests>
  readonly counts: () => Promise<{ readonly requests: RightsCounts; readonly erasures: RightsCounts }>
  /** Erases again whom a backup brought back; to be awaited before anything is served. */
  readonly replay: () => Promise<number>
  /** Takes every open erasure as far as it goes. */
  readonly resume: () => Promise<number>
  /** Forgets what is over, and looks for accounts that nobody uses. */
  readonly sweep: () => Promise<void>
}

const LISTED_MAX = 200

/** The rights of people on these parts. */
export function makeRights(options: RightsOptions): Rights {
  const { database, clock } = options
  const places = makeExportPlaces()
  const known = async (accountId: string): Promise<void> => {
    if (!isUuid(accountId) || !(await options.accounts.isKnown(accountId))) fail('account_unknown')
  }
  return {
    planErasure: (accountId) => showErasure(options, accountId),
    erase: async (request) => {
      await requestErasure(options, request)
      await advanceErasure(options, request.accountId)
      return await showErasure(options, request.accountId)
    },
    retryErasure: async (accountId) => {
      if (!isUuid(accountId)) fail('account_unknown')
      return (await advanceErasure(options, accountId)) ?? fail('not_found')
    },
    listErasures: () => listErasures(database, LISTED_MAX),
    access: async (accountId) => {
      await known(accountId)
      const held = await readAccess(options, accountId)
      await settleRequests(options, accountId, 'access')
      return held
    },
    exportZip: async (accountId) => {
      await known(accountId)
      const onEnd = await places.take(accountId)
      await settleRequests(options, accountId, 'export').catch((thrown: unknown) => {
        onEnd()
        throw thrown
      })
      return streamExport(options, accountId, { onEnd })
    },
    correctEmail: async (accountId, email) => {
      await known(accountId)
      await correctEmail(options, accountId, email)
    },
    openRequest: async (tx, accountId, kind) => {
      if (!isUuid(accountId)) fail('account_unknown')
      return await openRequest({ ...options, database: tx }, { accountId, kind, channel: 'operator' })
    },
    endRequest: (id, state) => endRequest(options, id, state),
    listRequests: (page) => listRequests(database, page),
    counts: async () => ({
      requests: await countRequests(database, clock.now()),
      erasures: await countErasures(database, clock.now()),
    }),
    replay: () => replayErasures(options),
    resume: () => resumeErasures(options),
    sweep: () => sweep(options),
  }
}

async function showErasure(options: RightsOptions, accountId: string): Promise<ShownErasure> {
  const { database, inventory, clock } = options
  if (!isUuid(accountId)) fail('account_unknown')
  const erasure = await findErasure(database, accountId)
  if (erasure === undefined && !(await options.accounts.isKnown(accountId))) fail('account_unknown')
  const rows = await countRows(database, ownedTables(inventory), accountId)
  const written = await findHolds(database, accountId)
  const holds = erasure === undefined || erasure.state === 'requested' ? legalHolds(inventory, rows, clock.now()) : written
  const plan = planErasure(inventory, rows, holds)
  const isShredded = erasure?.state === 'shredded' || erasure?.state === 'done'
  return { ...plan, goes: isShredded ? [] : plan.goes, accountId, erasure, holds, left: await leftOf(database, accountId) }
}

async function sweep(options: RightsOptions): Promise<void> {
  const now = options.clock.now()
  await forgetLinks(options.database, now)
  await expireRequests(options.database, now)
  await forgetErased(options)
  const { inactiveAfterDays: afterDays } = options.settings
  if (afterDays !== undefined && options.mailer !== undefined) await lookForInactive(options, { afterDays, mailer: options.mailer })
}
