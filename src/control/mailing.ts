import type { ApiDependencies } from '../api/index.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { formatUsd, type Log } from '../lib/index.ts'
import { type ChatPost, type PersonalMailer, personalMailer, sampleFields, smtpMailer } from '../notify/index.ts'
import type { CrossingMailer, PlanNoticeMailer, PriceMailer } from '../payments/index.ts'
import { type PolicyMailer, providersLine, type SubjectKeys } from '../privacy/index.ts'
import { formatMultiplier } from '../spec/index.ts'

type MessagePorts = ApiDependencies['messages']

/** What mail is carried with; `service` is what the sender is called, `chat` writes to chats where there is a bot, `stopped` ends letters that are under way. */
export type MailingOptions = {
  readonly config: Pick<Config, 'mail' | 'publicUrl'>
  readonly service: string
  readonly appDatabase: Database
  readonly subjects: SubjectKeys
  readonly chat: ChatPost | undefined
  readonly unsubscribeKey: Buffer
  readonly log: Log
  readonly stopped: AbortSignal
}

/** Letters to people, those about the policy and prices, which need mail, and those about a balance. */
export type Mailing = PersonalMailer & {
  readonly policyMailer: PolicyMailer | undefined
  readonly priceMailer: PriceMailer | undefined
  readonly planMailer: PlanNoticeMailer | undefined
  readonly balanceMailer: CrossingMailer
  /** Sends a letter filled with samples, past what anybody chose; undefined where there is no mail. */
  readonly sendSample: MessagePorts['sendSample']
}

/** What carries letters, by the settings; undefined when there is neither a mail server nor a bot, and then nothing that needs one is done. */
export function openMailing(options: MailingOptions): Mailing | undefined {
  const { config, service, appDatabase: database, subjects, chat, log, unsubscribeKey, stopped } = options
  if (config.mail === undefined && chat === undefined) return undefined
  const language = 'en'
  const post = config.mail && smtpMailer({ url: config.mail.smtpUrl, from: config.mail.from, sender: service, language, stopped })
  const personal = personalMailer({ database, subjects, post, chat, publicUrl: config.publicUrl, unsubscribeKey, language, log })
  const balanceMailer: CrossingMailer = async ({ accountId, way, threshold }) =>
    personal.tell({ accountId, template: `balance-${way}`, fields: { threshold: formatUsd(threshold) } })
  const sendSample: MessagePorts['sendSample'] =
    post && (({ template, to, language: own }) => post.post({ template, to, fields: sampleFields(template, own) }, { language: own }))
  return { ...personal, balanceMailer, sendSample, ...(post === undefined ? NONE : noticeMailers(options, personal)) }
}

/** Who has to be told of these has an address; without mail they wait, and take no effect, until there is some. */
const NONE = { policyMailer: undefined, priceMailer: undefined, planMailer: undefined }

function noticeMailers({ config }: MailingOptions, { tell }: PersonalMailer): Pick<Mailing, keyof typeof NONE> {
  const link = `${config.publicUrl}/privacy/history`
  return {
    policyMailer: {
      send: async ({ accountId, effectiveAt, coming }) => {
        const fields = { effective: dayOf(effectiveAt), link }
        if (coming.length === 0) await tell({ accountId, template: 'policy-change', fields })
        else
          await tell({
            ...{ accountId, template: 'providers-coming' },
            fields: (own) => ({ ...fields, providers: providersLine(coming, own) }),
          })
      },
    },
    priceMailer: ({ accountId, model, effectiveAt }) =>
      tell({
        accountId,
        template: 'price-change',
        fields: { model, effective: dayOf(effectiveAt), link: `${config.publicUrl}/models/${model}` },
      }),
    planMailer: ({ accountId, plan, before, after, effectiveAt, hasBegun }) =>
      tell({
        ...{ accountId, template: hasBegun ? 'plan-changed' : 'plan-change' },
        fields: {
          ...{ plan, before: formatMultiplier(before), after: formatMultiplier(after), effective: dayOf(effectiveAt) },
          link: `${config.publicUrl}/dashboard/plans`,
        },
      }),
  }
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
