import { columnsOf, type PersonalDataEntry } from '../../privacy/index.ts'

const ruled = {
  subject: 'customer',
  basis: 'contract',
  retention: 'account',
  erase: 'delete',
  export: true,
  clauses: ['S0.11'],
  owner: [{ column: 'account_id' }],
} as const
const gift = { ...ruled, table: 'gift' } as const
const promo = { ...ruled, table: 'payment_promo' } as const
const ownCode = { ...ruled, table: 'referral_code', category: 'identifier', purpose: 'to know whom an account brings' } as const
const brought = {
  ...ruled,
  ...({ table: 'referral', category: 'identifier', purpose: 'to reward who brought somebody' } as const),
  owner: [{ column: 'account_id' }, { column: 'referrer_id' }],
} as const
const expiry = { ...ruled, table: 'promotion_expiry', category: 'money', purpose: 'to take back what is left of a gift, once' } as const
const take = { ...ruled, table: 'gift_take' } as const
const notice = { ...ruled, table: 'price_notice', category: 'usage', purpose: 'to tell of a new price once', clauses: ['S0.13'] } as const
const planNotice = { ...notice, table: 'plan_change_notice', purpose: 'to tell of what a plan will cost, once' } as const
const alert = { ...ruled, table: 'balance_alert', category: 'preference', purpose: 'to tell of a low balance once' } as const

const sum = {
  ...({ table: 'promo_given', category: 'none', subject: 'nobody', purpose: 'to keep a promotion within its total' } as const),
  ...({ basis: 'none', retention: 'catalogue', erase: 'keep', export: false } as const),
}

const signup = {
  ...({ table: 'signup_given', category: 'none', subject: 'nobody', purpose: 'to keep credit for signing up within its cap' } as const),
  ...({ basis: 'none', retention: '24 hours', erase: 'keep', export: false } as const),
}

/** What is kept of gifts, of promotions and referrals that they come of, and of alerts of a low balance. */
export const RULE_DATA: readonly PersonalDataEntry[] = [
  ...columnsOf({ ...gift, category: 'identifier', purpose: 'to tell gifts apart, and whose they are' }, ['id', 'account_id', 'payment_id']),
  ...columnsOf({ ...gift, category: 'money', purpose: 'to give what a rule promises, once' }, ['kind', 'rule', 'amount', 'transfer_id']),
  { ...gift, column: 'given_at', category: 'usage', purpose: 'to keep gifts within their caps' },
  ...columnsOf(sum, ['rule', 'amount']),
  ...columnsOf(signup, ['id', 'given_at']),
  ...columnsOf({ ...promo, category: 'money', purpose: 'to give the gift of a promotion with its payment' }, [
    'payment_id',
    'account_id',
    'code',
    'created_at',
  ]),
  ...columnsOf(ownCode, ['account_id', 'code']),
  { ...brought, column: 'created_at' },
  // Neither of the two is told the other's id.
  ...columnsOf({ ...brought, export: false }, ['account_id', 'referrer_id']),
  ...columnsOf(expiry, ['transfer_id', 'account_id', 'amount', 'planned_at', 'is_done']),
  ...columnsOf({ ...take, category: 'identifier', purpose: 'to tell apart what is taken back of gifts' }, ['id', 'gift_id', 'account_id']),
  ...columnsOf({ ...take, category: 'money', purpose: 'to take a gift back with its payment, once' }, [
    'wanted',
    'amount',
    'planned_at',
    'transfer_id',
    'is_returned',
    'return_id',
  ]),
  ...columnsOf(notice, ['price_version', 'account_id', 'told_at', 'tries', 'next_try_at']),
  ...columnsOf(planNotice, ['plan_change', 'account_id', 'told_at', 'tries', 'next_try_at']),
  ...columnsOf(alert, ['account_id', 'threshold', 'is_low', 'is_told', 'tries', 'next_try_at']),
]
