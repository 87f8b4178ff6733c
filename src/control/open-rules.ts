import type { Database } from '../db/index.ts'
import { noteGiftEnds } from '../events/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Clock, doEach, type Ids, type Log } from '../lib/index.ts'
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
 * balance. Each does all its steps, whatever becomes of one of them, and throws the first failure at the end.
 */
export type OpenedRules = {
  readonly onPaid: PaidStep
  readonly finish: (desk: Pick<PaymentDesk, 'settle'>) => Promise<void>
  /** Ends gifts whose time is over, and notes who has to be told of plans and balances. */
  readonly watch: () => Promise<void>
  /** Hands the letters that wait to the mail server, which may take its time. */
  readonly writeLetters: () => Promise<void>
  /** Notes who has to be told of prices that will change; it reads many calls, so it is done by the hour. */
  readonly announce: () => Promise<void>
}

const LETTERS_AT_ONCE = 100

/** Opens the rules that money comes in by. */
export function openRules({ appDatabase: database, ledger, subjects, clock, ids, rules, letters, log }: RulesOptions): OpenedRules {
  const parts = { database, ledger, ids, clock, rules }
  const { lowBalance, promotionExpiresDays: days } = rules
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
      if (days !== undefined) await noteGiftEnds(database, { days, now: clock.now() })
      await queuePriceNotices(database, clock.now())
      const asked = { days: rules.priceNoticeDays, now: clock.now() }
      const short = (await countShortNotices(database, asked)) + (await countShortPlanNotices(database, asked))
      if (short > 0) log({ event: 'price-notice-short', items: short })
    },
    watch: () =>
      doAll([
        async () => days !== undefined && (await expirePromotions({ database, ledger, clock, days })),
        // Who are members is read at once, so that the days of their notice are whole.
        () => queuePlanNotices(database, clock.now()),
        async () => {
          while ((await noteCrossings(database, { lowBalance, limit: LETTERS_AT_ONCE })) === LETTERS_AT_ONCE);
        },
      ]),
    writeLetters: async () => {
      if (letters === undefined) return
      const { planMailer, priceMailer, balanceMailer } = letters
      await doAll([
        async () => {
          if (planMailer !== undefined) while ((await sendPlanNotices(database, planMailer, clock.now())) > 0);
        },
        async () => {
          if (priceMailer !== undefined) while ((await sendPriceNotices(database, priceMailer, clock.now())) > 0);
        },
        async () => {
          while ((await tellCrossings(database, balanceMailer, { lowBalance, limit: LETTERS_AT_ONCE, now: clock.now() })) > 0);
        },
      ])
    },
  }
}

const doAll = (steps: readonly (() => Promise<unknown>)[]): Promise<void> => doEach(steps, (step) => step())
