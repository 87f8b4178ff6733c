import type { Database } from '../db/index.ts'
import { keyHint } from '../keys/index.ts'
import { formatUsd, isUuid } from '../lib/index.ts'
import { type AccountLetter, getAnnouncement } from '../notify/index.ts'
import { nameOfRenewal } from '../plans/index.ts'
import { KEY_STOPS, type Language, SPEND_WINDOWS, type SpendWindow, SUSPENSION_REASONS } from '../spec/index.ts'

/** An event as it was noted. */
export type AccountEvent = { readonly accountId: string; readonly kind: string; readonly data: Readonly<Record<string, unknown>> }

/** What letters about events are written from; `publicUrl` has no slash at its end. */
export type LetterParts = { readonly database: Database; readonly publicUrl: string }

type Content = Pick<AccountLetter, 'template' | 'fields'>
type Writer = (parts: LetterParts, data: AccountEvent['data']) => Promise<Content | undefined>

/** The letter that tells of an event; undefined for events that webhooks alone are told of, and for what is there no more. */
export async function letterOf(parts: LetterParts, { accountId, kind, data }: AccountEvent): Promise<AccountLetter | undefined> {
  const content = await WRITERS[kind]?.(parts, data)
  return content && { accountId, ...content }
}

const announced: Writer = async ({ database, publicUrl }, { announcement_id: id }) => {
  const found = typeof id === 'string' && isUuid(id) ? await getAnnouncement(database, id) : undefined
  if (found === undefined || found.withdrawnAt !== undefined) return undefined
  const { topic, model = '', effectiveAt, title, words } = found
  if (topic === 'models')
    return { template: 'model-deprecated', fields: { model, effective: dayOf(effectiveAt), link: `${publicUrl}/v1/prices` } }
  const template = topic === 'incidents' ? 'incident' : 'announcement'
  return { template, fields: (language) => ({ title: title[language], words: words[language] }) }
}

/** Which letter tells of an event; a low balance, subscriptions and seats have letters of their own, written where they are noted. */
const WRITERS: Readonly<Record<string, Writer>> = {
  'payment.credited': async (_, { amount }) => ({ template: 'payment-received', fields: { amount: usdOf(amount) } }),
  'budget.reached': async (_, { amount, window }) => {
    const spent = SPEND_WINDOWS[Number(window)]
    return spent && { template: 'budget-reached', fields: (language) => ({ amount: usdOf(amount), window: WINDOW_NAMES[language][spent] }) }
  },
  'spend.reached': async (_, { amount }) => ({ template: 'spend-reached', fields: { amount: usdOf(amount) } }),
  'key.leaked': async ({ database }, { key_id: id }) => {
    const hint = typeof id === 'string' ? await keyHint(database, id) : undefined
    return hint === undefined ? undefined : { template: 'key-leaked', fields: { key: hint } }
  },
  'key.stopped': async ({ database, publicUrl }, { key_id: id, act, reason }) => {
    const hint = typeof id === 'string' ? await keyHint(database, id) : undefined
    const why = SUSPENSION_REASONS.find((one) => one === reason)
    if (hint === undefined || why === undefined) return undefined
    const template = act === 'revoked' ? 'key-revoked' : 'key-stopped'
    return {
      template,
      fields: (language) => ({ hint, reason: KEY_STOPS[language][why], link: `${publicUrl}/dashboard/keys/${String(id)}` }),
    }
  },
  'key.rotated': async ({ database, publicUrl }, { key_id: id }) => {
    const hint = typeof id === 'string' ? await keyHint(database, id) : undefined
    return hint === undefined ? undefined : { template: 'key-rotated', fields: { hint, link: `${publicUrl}/dashboard/security` } }
  },
  'gift.ending': async (_, { amount, until }) => ({ template: 'gift-expiring', fields: { amount: usdOf(amount), until: String(until) } }),
  'refund.asking': async ({ publicUrl }, { amount }) => ({
    template: 'refund-asking',
    fields: { amount: usdOf(amount), link: `${publicUrl}/dashboard/top-up` },
  }),
  'refund.accepted': async ({ publicUrl }, { amount }) => ({
    template: 'refund-accepted',
    fields: { amount: usdOf(amount), link: `${publicUrl}/dashboard/top-up` },
  }),
  'refund.declined': async ({ publicUrl }, { amount }) => ({
    template: 'refund-declined',
    fields: { amount: usdOf(amount), link: `${publicUrl}/dashboard/top-up` },
  }),
  'renewal.uncovered': async ({ database, publicUrl }, { subscription_id: id, price, lacking, renews_at: at }) => {
    const plan = typeof id === 'string' ? await nameOfRenewal(database, id) : undefined
    if (plan === undefined) return undefined
    const until = String(at).slice(0, 'YYYY-MM-DD'.length)
    const link = `${publicUrl}/dashboard/top-up`
    return { template: 'renewal-uncovered', fields: { plan, price: usdOf(price), amount: usdOf(lacking), until, link } }
  },
  'refund.sent': async (_, { amount }) => ({ template: 'refund-sent', fields: { amount: usdOf(amount) } }),
  'retention.shortened': async ({ publicUrl }, { days }) => ({
    template: 'retention-shortened',
    fields: (language) => ({ span: spanOf(Number(days))[language], link: `${publicUrl}/dashboard/security` }),
  }),
  'webhook.off': async (_, { endpoint_id: endpoint }) => ({ template: 'webhook-off', fields: { endpoint: String(endpoint) } }),
  announcement: announced,
  incident: announced,
  deprecation: announced,
}

const usdOf = (nano: unknown): string => formatUsd(BigInt(String(nano)))

const spanOf = (days: number): Readonly<Record<Language, string>> => ({ en: days === 1 ? 'one day' : `${days} days`, zh: `${days} 天` })

const dayOf = (at: Date | undefined): string => at?.toISOString().slice(0, 10) ?? ''

const WINDOW_NAMES: Readonly<Record<Language, Readonly<Record<SpendWindow, string>>>> = {
  en: { '5h': 'five hours', '8h': 'eight hours', day: 'a day', week: 'a week', month: 'a month', total: 'for good' },
  zh: { '5h': '五小时', '8h': '八小时', day: '一天', week: '一周', month: '一个月', total: '总额' },
}
