import { sql } from '../../db/index.ts'
import { errorCode } from '../../lib/index.ts'
import type { Mailer } from '../../spec/index.ts'
import { LINK_HOURS, makeLink } from './links.ts'
import type { RightsOptions } from './options.ts'
import { openRequest, type RequestKind } from './requests.ts'

/** Takes requests of people who are not signed in. */
export type Intake = {
  /**
   * Takes a request and answers at once, before anything is looked up: neither the answer nor its time tells whether the address is known.
   * What follows is done after it. False when too many wait.
   */
  readonly take: (asked: { readonly email: string; readonly kind: RequestKind }) => boolean
  /** Resolves when what was taken is done. */
  readonly settled: () => Promise<void>
}

const WAITING_MAX = 200
/** Nobody gets more mails than this by what others ask for in his name. */
const AGAIN_MS = 600_000
const WORKERS = 2

/** An intake that mails links to `publicUrl`. What is in a link stands behind #, which browsers send to nobody. */
export function makeIntake(options: RightsOptions, { mailer, publicUrl }: { readonly mailer: Mailer; readonly publicUrl: string }): Intake {
  const waiting: { readonly email: string; readonly kind: RequestKind }[] = []
  const running = new Set<Promise<void>>()
  const work = async (): Promise<void> => {
    for (let asked = waiting.shift(); asked !== undefined; asked = waiting.shift()) {
      await mailLink(options, { ...asked, mailer, publicUrl }).catch((thrown: unknown) =>
        options.log({ event: 'privacy-request-failed', code: errorCode(thrown) }),
      )
    }
  }
  return {
    take: (asked) => {
      if (waiting.length >= WAITING_MAX) return false
      waiting.push(asked)
      if (running.size < WORKERS) {
        const worker = work().finally(() => running.delete(worker))
        running.add(worker)
      }
      return true
    },
    settled: async () => void (await Promise.all(running)),
  }
}

type Mailing = { readonly email: string; readonly kind: RequestKind; readonly mailer: Mailer; readonly publicUrl: string }

async function mailLink(options: RightsOptions, { email, kind, mailer, publicUrl }: Mailing): Promise<void> {
  const accountId = await options.accounts.findByEmail(email)
  if (accountId === undefined || (await askedLately(options, accountId, kind))) return
  const { id } = await openRequest(options, { accountId, kind, channel: 'customer' })
  const token = await makeLink(options, { accountId, requestId: id, purpose: kind })
  const to = await options.accounts.emailOf(accountId)
  if (to === undefined) return
  await mailer.send('privacy-link', to, { kind, link: `${publicUrl}/privacy/request#${kind}=${token}`, hours: String(LINK_HOURS) })
}

async function askedLately({ database, clock }: RightsOptions, accountId: string, kind: RequestKind): Promise<boolean> {
  const found = await database.query(sql`
    select from privacy_request where account_id = ${accountId}::uuid and kind = ${kind} and state = 'unverified'
      and created_at > ${new Date(clock.now() - AGAIN_MS)}`)
  return found.length > 0
}
