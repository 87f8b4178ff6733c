import { getAccount } from '../accounts/index.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import { formatUsd } from '../lib/index.ts'
import { smtpMailer } from '../notify/index.ts'
import type { CrossingMailer, PriceMailer } from '../payments/index.ts'
import type { PolicyMailer, SubjectKeys } from '../privacy/index.ts'
import type { Mailer } from '../spec/index.ts'

/** What mail is carried with; `service` is what the sender is called. */
export type MailingOptions = {
  readonly config: Pick<Config, 'mail' | 'publicUrl'>
  readonly service: string
  readonly appDatabase: Database
  readonly subjects: SubjectKeys
}

/** Letters to people, those about the policy, which lead to its page, and those about a balance. */
export type Mailing = {
  readonly mailer: Mailer
  readonly policyMailer: PolicyMailer
  readonly balanceMailer: CrossingMailer
  readonly priceMailer: PriceMailer
}

/** What carries mail, by the settings; undefined when no mail server is set up, and then nothing that needs mail is done. */
export function openMailing({ config, service, appDatabase, subjects }: MailingOptions): Mailing | undefined {
  if (config.mail === undefined) return undefined
  const mailer = smtpMailer({ url: config.mail.smtpUrl, from: config.mail.from, sender: service, language: 'en' })
  const link = `${config.publicUrl}/privacy/history`
  return {
    mailer,
    policyMailer: {
      send: async ({ accountId, effectiveAt }) => {
        const { email } = await getAccount(appDatabase, subjects, accountId)
        const effective = new Date(effectiveAt).toISOString().slice(0, 10)
        // Who has no address any more has nothing to be told by mail.
        if (email !== undefined) await mailer.send('policy-change', email, { effective, link })
      },
    },
    priceMailer: async ({ accountId, model, effectiveAt }) => {
      const { email } = await getAccount(appDatabase, subjects, accountId)
      const effective = new Date(effectiveAt).toISOString().slice(0, 10)
      if (email !== undefined) await mailer.send('price-change', email, { model, effective, link: `${config.publicUrl}/v1/prices` })
    },
    balanceMailer: async ({ accountId, way, threshold }) => {
      const { email } = await getAccount(appDatabase, subjects, accountId)
      if (email !== undefined) await mailer.send(`balance-${way}`, email, { threshold: formatUsd(threshold) })
    },
  }
}
