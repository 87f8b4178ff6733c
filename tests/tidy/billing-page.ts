import { BILLING_PRINCIPLES, BILLING_RULES, type BillingRule, CALL_STAGES, customerPaysWords } from '../../src/spec/index.ts'

/** The text of docs/billing.md, made of the table that the gateway settles by. */
export function billingPage(): string {
  const rows = BILLING_RULES.map(
    (rule) =>
      `| \`${rule.outcome}\` | ${rule.when} | ${stagesOf(rule)} | ${finalOf(rule)} | ${customerPaysWords(rule.customerPays)} | ${rule.why} |`,
  )
  const principles = BILLING_PRINCIPLES.map(({ title, text }) => `- **${title}.** ${text}`)
  return [...HEAD, ...rows, '', '## For every call', '', ...principles, ''].join('\n')
}

const HEAD = [
  '# Who pays for what',
  '',
  'There is one rule for every way a call can end. The gateway settles by this table, each row of usage shows its rule as',
  '`billing_rule`, and a test holds that no end is without a rule or has two.',
  '',
  '*begun*: the first byte of an answer had come. *sent*: an upstream had the request and had not begun to answer. *unsent*: no upstream',
  'had it, or the one that had it failed.',
  '',
  '| outcome | when | had come to | final usage told | the customer | why |',
  '|---|---|---|---|---|---|',
]

const stagesOf = ({ stages }: BillingRule): string => (stages.length === CALL_STAGES.length ? 'any' : stages.join(', '))

const finalOf = ({ isUsageFinal }: BillingRule): string => (isUsageFinal === undefined ? 'either' : isUsageFinal ? 'yes' : 'no')
