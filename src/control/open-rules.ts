import type { Database } from '../db/index.ts'
import { noteGiftEnds } from '../events/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Clock, Ids, Log } from '../lib/index.ts'
import {
  bookApproved,
  bookGifts,
  type CrossingMailer,
  countShortNotices,
  countShortPlanNotices,
  expirePromotions,
  giveForPayment,
  noteCrossings,
  type PaidStep,
  type PaymentDesk,
  type PaymentRules,
  type PlanNoticeMailer,
  type PriceMailer,
  payLeftCodes,
  queuePlanNotices,
  queuePriceNotices,
  sendPlanNotices,
  sendPriceNotices,
  takeBackGifts,
  tellCrossings,
} from '../payments/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'

/** What rules are kept with; `appDatabase` has the role farebox_app. */
export type RulesOptions = {
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly subjects: SubjectKeys
  readonly clock: Clock
  readonly ids: Ids
  readonly rules: PaymentRules
  readonly letters:
    | {
        readonly balanceMailer: CrossingMailer
        readonly priceMailer: PriceMailer | undefined
        readonly planMailer: PlanNoticeMailer | undefined
      }
    | undefined
  readonly log: Log
}

/**
 * What the rules do with each payment, what carries on what a crash left of gifts, codes and approved credit, and what tells people of a low
 * balance.
 */
export type OpenedRules = {
  readonly onPaid: PaidStep
  readonly finish: (desk: PaymentDesk) => Promise<void>
  readonly watch: () => Promise<void>
  /** Tells of prices that will change; it reads many calls, so it is done by the hour. */
  readonly announce: () => Promise<void>
}

const LETTERS_AT_ONCE = 100

/** Opens the rules that money comes in by. */
export function openRules({ appDatabase: database, ledger, subjects, clock, ids, rules, letters, log }: RulesOptions): OpenedRules {
  const parts = { database, ledger, ids, clock, rules }
  return {
    onPaid: async (payment) => {
      await giveForPayment(parts, payment)
      return undefined
    },
    finish: (desk) =>
      doAll([
        () => bookGifts(parts, {}),
        () => takeBackGifts({ ...parts, days: rules.promotionExpiresDays }),
        () => payLeftCodes({ database, desk, ledger }, clock.now()),
        () => bookApproved(database, subjects, ledger),
      ]),
    announce: async () => {
      if (rules.promotionExpiresDays !== undefined) await noteGiftEnds(database, { days: rules.promotionExpiresDays, now: clock.now() })
      await queuePriceNotices(database, clock.now())
      const send = letters?.priceMailer
      if (send !== undefined) while ((await sendPriceNotices(database, send, clock.now())) > 0);
      const asked = { days: rules.priceNoticeDays, now: clock.now() }
      const short = (await countShortNotices(database, asked)) + (await countShortPlanNotices(database, asked))
      if (short > 0) log({ event: 'price-notice-short', items: short })
    },
    watch: async () => {
      const { lowBalance, promotionExpiresDays: days } = rules
      if (days !== undefined) await expirePromotions({ database, ledger, clock, days })
      // Who are members is read at once, so that the days of their notice are whole.
      await queuePlanNotices(database, clock.now())
      const tellMember = letters?.planMailer
      if (tellMember !== undefined) while ((await sendPlanNotices(database, tellMember, clock.now())) > 0);
      while ((await noteCrossings(database, { lowBalance, limit: LETTERS_AT_ONCE })) === LETTERS_AT_ONCE);
      if (letters === undefined) return
      while ((await tellCrossings(database, letters.balanceMailer, { lowBalance, limit: LETTERS_AT_ONCE })) > 0);
    },
  }
}

/** Does one after the other, also where one fails; then throws what the first failure threw. */
async function doAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failed: unknown[] = []
  for (const step of steps) await step().catch((thrown: unknown) => void failed.push(thrown))
  if (failed.length > 0) await Promise.reject(failed[0])
}
